"""threads: conversations, as the sum of their messages."""

from __future__ import annotations

from typing import Any

from tests.emulators.google.calls import Call, method
from tests.emulators.google.gmail import listing, mime
from tests.emulators.google.gmail.messages import checked_changes, to_trash
from tests.emulators.google.gmail.model import Mailbox, Message, mail
from tests.emulators.google.gmail.rendering import rendered, stub


def _one(call: Call) -> tuple[Mailbox, list[Message]]:
    box = mail(call.world).of(call)
    return box, box.thread(call.path["id"])


def _changed(messages: list[Message]) -> dict[str, Any]:
    return {"id": messages[0].thread_id, "messages": [stub(one) for one in messages]}


@method("gmail.users.threads.list")
def list_threads(call: Call) -> dict[str, Any]:
    """The threads in which at least one message is asked for, the newest first."""
    box = mail(call.world).of(call)
    names = list(dict.fromkeys(one.thread_id for one in listing.found(call, box)))
    shown, token = listing.page(call, names)
    items = [_summary(box.thread(name)) for name in shown]
    head = {"threads": items} if items else {}
    return {**head, **token, "resultSizeEstimate": len(names)}


def _summary(messages: list[Message]) -> dict[str, str]:
    newest = messages[-1]
    history = max(one.history_id for one in messages)
    return {
        "id": newest.thread_id,
        "snippet": mime.snippet(newest.mime),
        "historyId": str(history),
    }


@method("gmail.users.threads.get")
def get(call: Call) -> dict[str, Any]:
    """All messages of a thread, the oldest first."""
    _, messages = _one(call)
    form, headers = call.query.get("format", "full"), call.query.get("metadataHeaders", [])
    return {
        "id": messages[0].thread_id,
        "historyId": str(max(one.history_id for one in messages)),
        "messages": [rendered(one, form, headers) for one in messages],
    }


@method("gmail.users.threads.modify")
def modify(call: Call) -> dict[str, Any]:
    """Add and remove labels on all messages of a thread."""
    box, messages = _one(call)
    changes = checked_changes(box, call.body)
    for message in messages:
        box.relabel(message, *changes)
    return _changed(messages)


@method("gmail.users.threads.trash")
def trash(call: Call) -> dict[str, Any]:
    """Move a thread to the bin."""
    box, messages = _one(call)
    for message in messages:
        to_trash(box, message)
    return _changed(messages)


@method("gmail.users.threads.untrash")
def untrash(call: Call) -> dict[str, Any]:
    """Take a thread out of the bin."""
    box, messages = _one(call)
    for message in messages:
        box.relabel(message, [], ["TRASH"])
    return _changed(messages)


@method("gmail.users.threads.delete")
def delete(call: Call) -> None:
    """Delete a thread for good."""
    box, messages = _one(call)
    for message in messages:
        box.remove(message)
