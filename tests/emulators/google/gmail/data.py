"""Mailboxes in the data file and in /_state: `mailboxes` and `gmail`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from email.message import EmailMessage
from typing import Any

from tests.emulators.google.calls import dumps, loads
from tests.emulators.google.gmail import mime
from tests.emulators.google.gmail.model import Mailbox, Message, mail
from tests.emulators.google.state import BadData
from tests.emulators.google.world import World

PLAIN = ("drafts", "settings", "history", "forgotten", "sent")
KEYS = frozenset({"email", "historyId", "labels", "messages", "sendAs", *PLAIN})
MESSAGE_KEYS = frozenset({"id", "threadId", "labelIds", "internalDate", "historyId", "raw"})
FIELDS = {
    "from": "From",
    "to": "To",
    "cc": "Cc",
    "bcc": "Bcc",
    "subject": "Subject",
    "date": "Date",
    "messageId": "Message-ID",
}


@loads("mailboxes")
def load(world: World, given: list[Mapping[str, Any]]) -> None:
    """Each with `email`, `messages`, `labels` ([{"id", "name"}] or names), `sendAs` (addresses).

    A message has `raw` (base64url, or the text itself) or else `from`, `to`, `cc`, `bcc`,
    `subject`, `date`, `messageId` and `text`; and it may have `labelIds` (ids or names), `id`,
    `threadId` and `internalDate` (milliseconds).
    """
    for one in given:
        _check_keys(one, KEYS, "a mailbox")
        if not one.get("email"):
            raise BadData("a mailbox in the data has no email")
        box = mail(world).mailbox(one["email"])
        if not any(email.lower() == box.email for email in world.users):
            world.user(one["email"])
        _load_labels(box, one.get("labels", ()))
        for message in one.get("messages", ()):
            _load_message(box, message)
        _load_senders(box, one.get("sendAs", ()))
        for name in PLAIN:
            if name in one:
                setattr(box, name, one[name])
        box.history_id = one.get("historyId", box.history_id)


def _check_keys(one: Mapping[str, Any], known: frozenset[str], what: str) -> None:
    unknown = sorted({*one} - known)
    if unknown:
        raise BadData(f"unknown in {what} in the data: {', '.join(unknown)}")


def _load_labels(box: Mailbox, labels: Iterable[Any]) -> None:
    for number, label in enumerate(labels, start=1):
        own = {"name": label} if isinstance(label, str) else dict(label)
        own = {"id": f"Label_{number}", "labelListVisibility": "labelShow", **own}
        box.labels[own["id"]] = {"messageListVisibility": "show", **own}


def _load_senders(box: Mailbox, senders: Iterable[Any]) -> None:
    for one in senders:
        entry = {"sendAsEmail": one} if isinstance(one, str) else dict(one)
        address = entry["sendAsEmail"].lower()
        entry = {"verificationStatus": "accepted", **entry, "sendAsEmail": address}
        box.settings.setdefault("sendAs", {})[address] = entry


def _load_message(box: Mailbox, given: Mapping[str, Any]) -> None:
    _check_keys(given, MESSAGE_KEYS | {*FIELDS, "text"}, "a message")
    raw = bytes(mime.Fields(_raw(given)))
    date = int(given["internalDate"]) if "internalDate" in given else mime.date(raw)
    names = {label["name"]: key for key, label in box.labels.items()}
    labels = [names.get(one, one) for one in given.get("labelIds", ["INBOX", "UNREAD"])]
    message = box.add(raw, labels, date=date, thread_id=given.get("threadId", ""))
    if "id" in given:
        _rename(box, message, given)


def _raw(given: Mapping[str, Any]) -> bytes:
    if "raw" in given:
        text = given["raw"]
        return text.encode() if "\n" in text else mime.decoded(text)
    message = EmailMessage()
    for key, name in FIELDS.items():
        if key in given:
            message[name] = given[key]
    message.set_content(given.get("text", ""))
    return message.as_bytes()


def _rename(box: Mailbox, message: Message, given: Mapping[str, Any]) -> None:
    """Give a message the id that the data says, in the history, too."""
    name = given["id"]
    del box.messages[message.id]
    message.thread_id = name if message.thread_id == message.id else message.thread_id
    message.id = name
    message.history_id = given.get("historyId", message.history_id)
    box.messages[name] = message
    box.history[-1]["message"] |= {"id": name, "threadId": message.thread_id}


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
