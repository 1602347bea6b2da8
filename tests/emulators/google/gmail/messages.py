"""messages: send, insert, import, get, list, modify, trash, delete, and attachments."""

from __future__ import annotations

from typing import Any

from tests.emulators.google.calls import Call, method
from tests.emulators.google.errors import ApiError, not_found
from tests.emulators.google.gmail import filtering, listing, mime
from tests.emulators.google.gmail.model import Mailbox, Message, invalid, mail
from tests.emulators.google.gmail.rendering import attachment, rendered, stub
from tests.emulators.google.gmail.sending import RECEIVED, raw_of, send

MOST_LABELS = 100
MOST_AT_ONCE = 1000


def one(call: Call, name: str = "id") -> tuple[Mailbox, Message]:
    """The mailbox in the path and the message in it."""
    box = mail(call.world).of(call)
    return box, box.message(call.path[name])


@method("gmail.users.messages.send")
def send_message(call: Call) -> dict[str, Any]:
    """Send a message."""
    box = mail(call.world).of(call)
    raw = raw_of(call, call.body)
    return stub(send(call, box, raw, call.body.get("threadId", "")))


@method("gmail.users.messages.insert")
def insert(call: Call) -> dict[str, Any]:
    """Put a message into one's own mailbox as it is, like IMAP's APPEND."""
    return stub(_put(call, call.body.get("labelIds", [])))


@method("gmail.users.messages.import")
def import_message(call: Call) -> dict[str, Any]:
    """Put a message into one's own mailbox as if it had come by mail: filters see to it.

    Where it goes without `labelIds` is not documented; here to the inbox, as mail does.
    """
    message = _put(call, call.body.get("labelIds") or RECEIVED)
    filtering.apply(mail(call.world).of(call), message)
    return stub(message)


def _put(call: Call, labels: list[str]) -> Message:
    box = mail(call.world).of(call)
    raw = bytes(mime.Fields(raw_of(call, call.body)))
    box.check_labels(labels, fixed=False)
    date = mime.date(raw) if call.query.get("internalDateSource") == "dateHeader" else None
    asked = call.body.get("threadId", "")
    thread = box.thread_of(mime.parsed(raw), only=asked) if asked else ""
    return box.add(raw, labels, date=date, thread_id=thread)


@method("gmail.users.messages.get")
def get(call: Call) -> dict[str, Any]:
    """A message in the form asked for."""
    headers = call.query.get("metadataHeaders", [])
    return rendered(one(call)[1], call.query.get("format", "full"), headers)


@method("gmail.users.messages.list")
def list_messages(call: Call) -> dict[str, Any]:
    """The ids of the messages that a search and labels ask for, the newest first."""
    found = listing.found(call, mail(call.world).of(call))
    shown, token = listing.page(call, found)
    items = [{"id": m.id, "threadId": m.thread_id} for m in shown]
    head = {"messages": items} if items else {}
    return {**head, **token, "resultSizeEstimate": len(found)}


def checked_changes(box: Mailbox, body: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The labels to add and to remove; 400 when they cannot be."""
    add, remove = body.get("addLabelIds", []), body.get("removeLabelIds", [])
    if not add and not remove:
        raise invalid("No label add or removes specified")
    if max(len(add), len(remove)) > MOST_LABELS:
        raise invalid("Too many labels in one request, at most 100")
    box.check_labels([*add, *remove])
    if {*add} & {*remove}:
        raise invalid("Cannot both add and remove the same label")
    return add, remove


@method("gmail.users.messages.modify")
def modify(call: Call) -> dict[str, Any]:
    """Add and remove labels."""
    box, message = one(call)
    box.relabel(message, *checked_changes(box, call.body))
    return stub(message)


@method("gmail.users.messages.batchModify")
def batch_modify(call: Call) -> None:
    """The same labels on many messages."""
    box = mail(call.world).of(call)
    names = _names(call)
    changes = checked_changes(box, call.body)
    for message in [box.message(name) for name in names]:
        box.relabel(message, *changes)


def _names(call: Call) -> list[str]:
    names: list[str] = call.body.get("ids", [])
    if not names:
        raise invalid("No message ids specified")
    if len(names) > MOST_AT_ONCE:
        raise invalid(f"Too many message ids, at most {MOST_AT_ONCE}")
    return names


@method("gmail.users.messages.batchDelete")
def batch_delete(call: Call) -> None:
    """Delete many messages for good; those that are not there are passed over."""
    box = mail(call.world).of(call)
    for name in _names(call):
        if name in box.messages:
            box.remove(box.messages[name])


@method("gmail.users.messages.delete")
def delete(call: Call) -> None:
    """Delete a message for good."""
    box, message = one(call)
    box.remove(message)


def to_trash(box: Mailbox, message: Message) -> None:
    """Into the bin, out of the inbox."""
    box.relabel(message, ["TRASH"], ["INBOX", "SPAM"])


@method("gmail.users.messages.trash")
def trash(call: Call) -> dict[str, Any]:
    """Move to the bin."""
    box, message = one(call)
    to_trash(box, message)
    return stub(message)


@method("gmail.users.messages.untrash")
def untrash(call: Call) -> dict[str, Any]:
    """Out of the bin; not back into the inbox."""
    box, message = one(call)
    box.relabel(message, [], ["TRASH"])
    return stub(message)


@method("gmail.users.messages.attachments.get")
def get_attachment(call: Call) -> dict[str, Any]:
    """An attachment's bytes."""
    _, message = one(call, "messageId")
    wanted = call.path["id"]
    if not wanted.startswith("ANGjdJ"):
        raise ApiError(400, "invalidArgument", "Invalid attachment token")
    data = attachment(message, wanted)
    if data is None:
        raise not_found()
    return {"size": len(data), "data": mime.encoded(data)}
