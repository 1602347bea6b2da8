"""settings.sendAs: the addresses one may send from."""

from __future__ import annotations

from typing import Any

from tests.emulators.google.calls import Call, method
from tests.emulators.google.errors import ApiError, not_found
from tests.emulators.google.gmail.model import Mailbox, invalid, mail

WRITABLE = ("displayName", "replyToAddress", "signature", "treatAsAlias", "isDefault")


def addresses(box: Mailbox) -> dict[str, dict[str, Any]]:
    """All of them by address, the account's own first."""
    found: dict[str, dict[str, Any]] = box.settings.setdefault("sendAs", {})
    if box.email not in found:
        user = next((u for e, u in box.world.users.items() if e.lower() == box.email), None)
        own = {"sendAsEmail": box.email, "displayName": user.name if user else ""}
        own |= {"replyToAddress": "", "signature": "", "isPrimary": True}
        usual = not any(one.get("isDefault") for one in found.values())
        box.settings["sendAs"] = found = {box.email: {**own, "isDefault": usual}, **found}
    return found


def sender(box: Mailbox, address: str) -> dict[str, Any] | None:
    """The entry of an address that may be sent from now, or None."""
    entry = addresses(box).get(address.lower())
    verified = entry and entry.get("verificationStatus", "accepted") == "accepted"
    return entry if verified else None


def default_sender(box: Mailbox) -> dict[str, Any]:
    """The entry that is used where no address, or another's, was given."""
    return next(one for one in addresses(box).values() if one.get("isDefault"))


def _one(call: Call) -> tuple[Mailbox, dict[str, Any]]:
    box = mail(call.world).of(call)
    entry = addresses(box).get(call.path["sendAsEmail"].lower())
    if entry is None:
        raise not_found()
    return box, entry


def _shown(entry: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in entry.items() if v is not False and k != "smtpMsa"}


@method("gmail.users.settings.sendAs.list")
def list_addresses(call: Call) -> dict[str, Any]:
    """All addresses one may send from."""
    return {"sendAs": [_shown(one) for one in addresses(mail(call.world).of(call)).values()]}


@method("gmail.users.settings.sendAs.get")
def get(call: Call) -> dict[str, Any]:
    """One of them."""
    return _shown(_one(call)[1])


@method("gmail.users.settings.sendAs.create")
def create(call: Call) -> dict[str, Any]:
    """Another address; it must be verified before it can be used."""
    box = mail(call.world).of(call)
    address = call.body.get("sendAsEmail", "").lower()
    if "@" not in address:
        raise invalid("Invalid send-as email address")
    if address in addresses(box):
        raise ApiError(409, "alreadyExists", "Send-as alias already exists")
    entry = {k: v for k, v in call.body.items() if k in WRITABLE and k != "isDefault"}
    entry |= {"sendAsEmail": address, "verificationStatus": "pending"}
    addresses(box)[address] = entry
    return _shown(entry)


@method("gmail.users.settings.sendAs.update")
@method("gmail.users.settings.sendAs.patch")
def patch(call: Call) -> dict[str, Any]:
    """Another name, signature or reply address; or make it the default."""
    box, entry = _one(call)
    if call.body.get("isDefault"):
        for other in addresses(box).values():
            other["isDefault"] = False
    entry |= {k: v for k, v in call.body.items() if k in WRITABLE}
    if not any(one.get("isDefault") for one in addresses(box).values()):
        entry["isDefault"] = True  # there is always exactly one
    return _shown(entry)


@method("gmail.users.settings.sendAs.delete")
def delete(call: Call) -> None:
    """Take an address away; the account's own stays."""
    box, entry = _one(call)
    if entry.get("isPrimary"):
        raise invalid("Cannot delete the primary address")
    del addresses(box)[entry["sendAsEmail"]]
    if entry.get("isDefault"):
        addresses(box)[box.email]["isDefault"] = True


@method("gmail.users.settings.sendAs.verify")
def verify(call: Call) -> None:
    """Ask for the mail by which an address is verified; here it stays pending."""
    _one(call)
