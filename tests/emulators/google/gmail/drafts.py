"""drafts: messages that are being written; a draft is gone once it is sent."""

from __future__ import annotations

from typing import Any

from tests.emulators.google.calls import Call, method
from tests.emulators.google.errors import not_found
from tests.emulators.google.gmail import listing, mime
from tests.emulators.google.gmail.model import Mailbox, Message, invalid, mail
from tests.emulators.google.gmail.rendering import rendered, stub
from tests.emulators.google.gmail.sending import checked_fields, raw_of, send


def _one(call: Call, name: str) -> tuple[Mailbox, Message]:
    box = mail(call.world).of(call)
    if name not in box.drafts:
        raise not_found()
    return box, box.messages[box.drafts[name]]


def _shown(name: str, message: Message) -> dict[str, Any]:
    return {"id": name, "message": stub(message)}


def _written(call: Call, box: Mailbox) -> Message:
    """The message of the request as a draft; it may be unfinished, but not addressed wrongly."""
    given = call.body.get("message") or {}
    if not given and call.media is None:
        raise invalid("Missing draft message")
    fields = checked_fields(raw_of(call, given))
    asked = given.get("threadId", "")
    raw = bytes(fields)
    thread = ""
    if asked:
        box.thread(asked)
        thread = box.thread_of(mime.parsed(raw), only=asked)
    return box.add(raw, ["DRAFT"], thread_id=thread)


@method("gmail.users.drafts.create")
def create(call: Call) -> dict[str, Any]:
    """A new draft."""
    box = mail(call.world).of(call)
    message = _written(call, box)
    name = f"r-{call.world.new_number()}"
    box.drafts[name] = message.id
    return _shown(name, message)


@method("gmail.users.drafts.get")
def get(call: Call) -> dict[str, Any]:
    """A draft with its message in the form asked for."""
    _, message = _one(call, call.path["id"])
    return {"id": call.path["id"], "message": rendered(message, call.query.get("format", "full"))}


@method("gmail.users.drafts.list")
def list_drafts(call: Call) -> dict[str, Any]:
    """The drafts that a search asks for, the newest first."""
    box = mail(call.world).of(call)
    names = {message: name for name, message in box.drafts.items()}
    found = [one for one in listing.found(call, box) if one.id in names]
    shown, token = listing.page(call, found)
    items = [{"id": names[m.id], "message": {"id": m.id, "threadId": m.thread_id}} for m in shown]
    head = {"drafts": items} if items else {}
    return {**head, **token, "resultSizeEstimate": len(found)}


@method("gmail.users.drafts.update")
def update(call: Call) -> dict[str, Any]:
    """Other content for a draft: its message is another one, the draft's id stays."""
    name = call.path["id"]
    box, old = _one(call, name)
    new = _written(call, box)
    new.thread_id = new.thread_id if new.thread_id != new.id else _kept_thread(box, old, new)
    box.remove(old)
    box.drafts[name] = new.id
    return _shown(name, new)


def _kept_thread(box: Mailbox, old: Message, new: Message) -> str:
    shared = [one for one in box.messages.values() if one.thread_id == old.thread_id]
    return old.thread_id if len(shared) > 1 else new.id


@method("gmail.users.drafts.send")
def send_draft(call: Call) -> dict[str, Any]:
    """Send a draft as it is, or as the request says; then it is no draft any more."""
    name = call.body.get("id", "")
    if not name:
        raise invalid("Missing draft id")
    box, old = _one(call, name)
    given = call.body.get("message") or {}
    other = call.media is not None or given.get("raw")
    raw = raw_of(call, given) if other else old.raw
    thread = old.thread_id if old.thread_id != old.id else ""
    sent = send(call, box, raw, given.get("threadId") or thread)
    box.remove(old)
    return stub(sent)


@method("gmail.users.drafts.delete")
def delete(call: Call) -> None:
    """Delete a draft for good."""
    box, message = _one(call, call.path["id"])
    box.remove(message)
