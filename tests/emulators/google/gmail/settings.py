"""settings: filters, forwarding, vacation, language, IMAP, POP, delegates."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from tests.emulators.google.calls import Call, method
from tests.emulators.google.errors import ApiError, not_found
from tests.emulators.google.gmail.model import Mailbox, Precondition, invalid, mail

PLAIN = {
    "Vacation": ("vacation", {"enableAutoReply": False}),
    "Language": ("language", {"displayLanguage": "en"}),
    "Imap": ("imap", {"enabled": True, "autoExpunge": True, "expungeBehavior": "archive"}),
    "Pop": ("pop", {"accessWindow": "disabled", "disposition": "leaveInInbox"}),
    "AutoForwarding": ("autoForwarding", {"enabled": False}),
}
"""Settings of one object each: how the methods are called, where it is kept, its usual value."""


def _register(name: str, key: str, usual: dict[str, Any]) -> None:
    @method(f"gmail.users.settings.get{name}")
    def get(call: Call) -> dict[str, Any]:
        return {**usual, **mail(call.world).of(call).settings.get(key, {})}

    @method(f"gmail.users.settings.update{name}")
    def update(call: Call) -> dict[str, Any]:
        box = mail(call.world).of(call)
        _check(box, key, call.body)
        box.settings[key] = dict(call.body)
        return {**usual, **call.body}


def _check(box: Mailbox, key: str, body: dict[str, Any]) -> None:
    if key == "autoForwarding" and body.get("enabled"):
        _check_forward(box, body.get("emailAddress", ""))
    if key == "language" and not body.get("displayLanguage"):
        raise invalid("Invalid display language")
    if key == "vacation" and body.get("enableAutoReply"):
        texts = ("responseSubject", "responseBodyPlainText", "responseBodyHtml")
        if not any(body.get(text) for text in texts):
            raise Precondition
        if int(body.get("startTime") or 0) >= int(body.get("endTime") or 2**62):
            raise invalid("Invalid vacation times")


for _name, (_key, _usual) in PLAIN.items():
    _register(_name, _key, _usual)


# filters -----------------------------------------------------------------------------------------


def _filters(call: Call) -> tuple[Mailbox, dict[str, Any]]:
    box = mail(call.world).of(call)
    return box, box.settings.setdefault("filters", {})


@method("gmail.users.settings.filters.list")
def list_filters(call: Call) -> dict[str, Any]:
    """All filters."""
    found = list(_filters(call)[1].values())
    return {"filter": found} if found else {}


@method("gmail.users.settings.filters.get")
def get_filter(call: Call) -> dict[str, Any]:
    """One filter."""
    return _of(_filters(call)[1], call.path["id"])


def _of(known: dict[str, Any], name: str) -> dict[str, Any]:
    if name not in known:
        raise not_found()
    found: dict[str, Any] = known[name]
    return found


@method("gmail.users.settings.filters.create")
def create_filter(call: Call) -> dict[str, Any]:
    """A new filter; one with the same criteria and action cannot be made again."""
    box, filters = _filters(call)
    criteria, action = call.body.get("criteria"), call.body.get("action")
    if not criteria:
        raise invalid("Missing criteria")
    if not action:
        raise invalid("Missing action")
    box.check_labels([*action.get("addLabelIds", []), *action.get("removeLabelIds", [])])
    if action.get("forward"):
        _check_forward(box, action["forward"])
    content = json.dumps([criteria, action], sort_keys=True)
    name = "ANe1Bmj" + hashlib.sha256(content.encode()).hexdigest()[:32]
    if name in filters:
        raise Precondition("Filter already exists")
    filters[name] = {"id": name, "criteria": criteria, "action": action}
    return dict(filters[name])


@method("gmail.users.settings.filters.delete")
def delete_filter(call: Call) -> None:
    """A filter goes."""
    filters = _filters(call)[1]
    _of(filters, call.path["id"])
    del filters[call.path["id"]]


# forwarding addresses and delegates --------------------------------------------------------------


def _check_forward(box: Mailbox, address: str) -> None:
    known = box.settings.get("forwardingAddresses", {}).get(address.lower(), {})
    if known.get("verificationStatus") != "accepted":
        raise Precondition("Unrecognized forwarding address")


def _people(call: Call, key: str) -> dict[str, Any]:
    found: dict[str, Any] = mail(call.world).of(call).settings.setdefault(key, {})
    return found


def _register_people(resource: str, field: str) -> None:
    """Lists of other people's addresses, all handled alike."""
    start = f"gmail.users.settings.{resource}"

    @method(f"{start}.list")
    def list_all(call: Call) -> dict[str, Any]:
        found = list(_people(call, resource).values())
        return {resource: found} if found else {}

    @method(f"{start}.get")
    def get(call: Call) -> dict[str, Any]:
        return _of(_people(call, resource), call.path[field].lower())

    @method(f"{start}.create")
    def create(call: Call) -> dict[str, Any]:
        """An address of this emulator's own people is accepted at once, others are pending."""
        address = call.body.get(field, "").lower()
        if "@" not in address:
            raise invalid(f"Invalid {field}")
        if address in _people(call, resource):
            raise ApiError(409, "alreadyExists", "Already exists")
        known = mail(call.world).has_account(address) or resource == "delegates"
        status = "accepted" if known else "pending"
        _people(call, resource)[address] = {field: address, "verificationStatus": status}
        return dict(_people(call, resource)[address])

    @method(f"{start}.delete")
    def delete(call: Call) -> None:
        address = call.path[field].lower()
        _of(_people(call, resource), address)
        del _people(call, resource)[address]


_register_people("forwardingAddresses", "forwardingEmail")
_register_people("delegates", "delegateEmail")
