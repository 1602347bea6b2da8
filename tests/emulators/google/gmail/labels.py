"""labels: the system's and the user's own, with how much is under each."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from tests.emulators.google.calls import Call, method
from tests.emulators.google.discovery import schema
from tests.emulators.google.errors import ApiError, not_found
from tests.emulators.google.gmail.model import SYSTEM, Mailbox, invalid, mail

WRITABLE = ("name", "messageListVisibility", "labelListVisibility", "color")
USUAL = {"messageListVisibility": "show", "labelListVisibility": "labelShow"}
LONGEST = 225  # characters of a name
MOST = 10_000


def _listed(box: Mailbox) -> list[dict[str, Any]]:
    system = [_system(name) for name in SYSTEM]
    return system + [{**one, "type": "user"} for one in box.labels.values()]


def _system(name: str) -> dict[str, Any]:
    hidden = name.startswith("CATEGORY_")
    shown = {"messageListVisibility": "hide", "labelListVisibility": "labelHide"} if hidden else {}
    return {"id": name, "name": name, **shown, "type": "system"}


def _own(call: Call, *, refusal: str) -> tuple[Mailbox, dict[str, Any]]:
    box = mail(call.world).of(call)
    name = call.path["id"]
    if name in SYSTEM:
        raise invalid(refusal)
    if name not in box.labels:
        raise not_found()
    return box, box.labels[name]


def _counted(box: Mailbox, label: dict[str, Any]) -> dict[str, Any]:
    under = [one for one in box.messages.values() if label["id"] in one.labels]
    unread = [one for one in under if "UNREAD" in one.labels]
    return {
        **label,
        "messagesTotal": len(under),
        "messagesUnread": len(unread),
        "threadsTotal": len({one.thread_id for one in under}),
        "threadsUnread": len({one.thread_id for one in unread}),
    }


@method("gmail.users.labels.list")
def list_labels(call: Call) -> dict[str, Any]:
    """All labels, without counts."""
    shown = ("id", "name", "messageListVisibility", "labelListVisibility", "type", "color")
    box = mail(call.world).of(call)
    return {"labels": [{k: v for k, v in one.items() if k in shown} for one in _listed(box)]}


@method("gmail.users.labels.get")
def get(call: Call) -> dict[str, Any]:
    """A label with its counts."""
    box = mail(call.world).of(call)
    label = next((one for one in _listed(box) if one["id"] == call.path["id"]), None)
    if label is None:
        raise not_found()
    return _counted(box, label)


def _checked(box: Mailbox, body: dict[str, Any], own: str = "") -> dict[str, Any]:
    name = (body.get("name") or "").strip()
    if not name or len(name) > LONGEST:
        raise invalid("Invalid label name")
    system = {one.casefold() for one in SYSTEM}
    if name.casefold() in system:
        raise invalid("Invalid label name")
    others = {one["name"].casefold() for key, one in box.labels.items() if key != own}
    if name.casefold() in others:
        raise ApiError(409, "aborted", "Label name exists or conflicts")
    for side, color in (body.get("color") or {}).items():
        if color not in _palette(side):
            raise invalid(f"Label color {color}, is not on the allowed color palette")
    return {**{k: v for k, v in body.items() if k in WRITABLE}, "name": name}


@cache
def _palette(side: str) -> frozenset[str]:
    """The colours that the discovery document lists for a label's background or text."""
    described: str = schema("gmail", "LabelColor")["properties"][side]["description"]
    return frozenset(re.findall(r"#[0-9a-f]{6}", described))


@method("gmail.users.labels.create")
def create(call: Call) -> dict[str, Any]:
    """A new label."""
    box = mail(call.world).of(call)
    fields = _checked(box, call.body)
    if len(box.labels) >= MOST:
        raise invalid("Too many labels")
    numbers = [key.rpartition("_")[2] for key in box.labels]
    number = max((int(one) for one in numbers if one.isdigit()), default=0) + 1
    label = {"id": f"Label_{number}", **USUAL, **fields}
    box.labels[label["id"]] = label
    return label


@method("gmail.users.labels.update")
def update(call: Call) -> dict[str, Any]:
    """A label's fields anew."""
    box, label = _own(call, refusal="Invalid update request")
    fields = _checked(box, call.body, label["id"])
    box.labels[label["id"]] = {"id": label["id"], **USUAL, **fields}
    return {**box.labels[label["id"]], "type": "user"}


@method("gmail.users.labels.patch")
def patch(call: Call) -> dict[str, Any]:
    """Some of a label's fields anew."""
    box, label = _own(call, refusal="Invalid update request")
    fields = _checked(box, {**label, **call.body}, label["id"])
    label |= fields
    return {**label, "type": "user"}


@method("gmail.users.labels.delete")
def delete(call: Call) -> None:
    """A label goes, and comes off all messages."""
    box, label = _own(call, refusal="Invalid delete request")
    for message in box.messages.values():
        box.relabel(message, [], [label["id"]])
    del box.labels[label["id"]]
