"""Mailboxes in the data file and in /_state: `mailboxes` and `gmail`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.emulators.google.calls import dumps, loads
from tests.emulators.google.gmail import mime
from tests.emulators.google.gmail.model import Mailbox, Message, mail
from tests.emulators.google.world import World

PLAIN = ("drafts", "settings", "history", "forgotten", "sent")


@loads("mailboxes")
def load(world: World, given: list[Mapping[str, Any]]) -> None:
    """Each with `email`, `messages`, `labels` ([{"id", "name"}] or names), `sendAs` (addresses).

    A message has `raw` (base64url or the text itself), `labelIds`, and may have `id`, `threadId`
    and `internalDate` (milliseconds).
    """
    for one in given:
        world.user(one["email"])
        box = mail(world).mailbox(one["email"])
        for number, label in enumerate(one.get("labels", ()), start=1):
            own = {"name": label} if isinstance(label, str) else dict(label)
            own = {"id": f"Label_{number}", "labelListVisibility": "labelShow", **own}
            box.labels[own["id"]] = {"messageListVisibility": "show", **own}
        for message in one.get("messages", ()):
            _load_message(box, message)
        for address in one.get("sendAs", ()):
            alias = {"sendAsEmail": address.lower(), "verificationStatus": "accepted"}
            box.settings.setdefault("sendAs", {})[address.lower()] = alias
        for name in PLAIN:
            if name in one:
                setattr(box, name, one[name])
        box.history_id = one.get("historyId", box.history_id)


def _load_message(box: Mailbox, given: Mapping[str, Any]) -> None:
    text = given["raw"]
    raw = text.encode() if "\n" in text else mime.decoded(text)
    raw = bytes(mime.Fields(raw))
    date = int(given["internalDate"]) if "internalDate" in given else mime.date(raw)
    labels = given.get("labelIds", ["INBOX", "UNREAD"])
    message = box.add(raw, labels, date=date, thread_id=given.get("threadId", ""))
    if "id" in given:
        del box.messages[message.id]
        thread = message.thread_id if message.thread_id != message.id else given["id"]
        box.messages[given["id"]] = Message(
            given["id"], thread, labels, message.date, raw, given.get("historyId", box.history_id)
        )
        box.history[-1]["message"] |= {"id": given["id"], "threadId": thread}


@dumps("mailboxes")
def dump(world: World) -> list[dict[str, Any]]:
    """All mailboxes in the form that the data file has."""
    return [_dumped(one) for one in mail(world).mailboxes.values()]


def _dumped(box: Mailbox) -> dict[str, Any]:
    plain = {name: getattr(box, name) for name in PLAIN}
    labels = list(box.labels.values())
    messages = [_dumped_message(one) for one in box.messages.values()]
    head = {"email": box.email, "historyId": box.history_id, "labels": labels}
    return {**head, "messages": messages, **plain}


def _dumped_message(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "threadId": message.thread_id,
        "labelIds": message.labels,
        "internalDate": message.date,
        "historyId": message.history_id,
        "raw": mime.encoded(message.raw),
    }


@loads("gmail")
def load_options(world: World, given: Mapping[str, Any]) -> None:
    """`keeps_message_id`, `daily_cap`, and what was handed over before: `deliveries`."""
    state = mail(world)
    state.keeps_message_id = given.get("keeps_message_id", True)
    state.daily_cap = given.get("daily_cap")
    state.deliveries.extend(given.get("deliveries", ()))


@dumps("gmail")
def dump_options(world: World) -> dict[str, Any]:
    """How Gmail behaves here, and each message that was handed over."""
    state = mail(world)
    found: dict[str, Any] = {"deliveries": state.deliveries} if state.deliveries else {}
    if not state.keeps_message_id:
        found["keeps_message_id"] = False
    return found if state.daily_cap is None else {**found, "daily_cap": state.daily_cap}
