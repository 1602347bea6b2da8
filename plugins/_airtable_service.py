"""Airtable as the door sees it: how often it may be asked, what changes something, what went wrong.

Limits are those of support.airtable.com/docs/managing-api-call-limits-in-airtable: 5 requests a
second for a base, 50 for all that one person's tokens ask. Who goes beyond them is turned down for
30 seconds. The calls of a month are counted by workspace, and told by the same status 429; how many
are left, Airtable does not say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sheetflow import Answer, Call, Charge, Fault, Identity, Limit, Nature, Service

PENALTY = 30.0
"""Seconds for which a base is turned down after too many requests."""

CALLS_A_MONTH: Mapping[str, int] = {"free": 1_000, "team": 100_000}
"""What Airtable's plans allow for each of its workspaces. Others have no such limit."""

_RECORDS = re.compile(r"/v0/app\w+/[^/]+/?")
_RECORD = re.compile(r"/v0/app\w+/[^/]+/rec\w+/?")
_REFRESH = re.compile(r"/v0/bases/app\w+/webhooks/\w+/(refresh|enableNotifications)/?")
_USED_UP = "PUBLIC_API_BILLING_LIMIT_EXCEEDED"
_GONE = ("ROW_DOES_NOT_EXIST", "MODEL_ID_NOT_FOUND")

_REACH = (
    "At airtable.com/create/tokens, see that the token reaches this base and has the scopes that "
    "docs/airtable.md names; and that whoever it belongs to may do this there."
)
_HINTS: Mapping[str, str] = {
    "AUTHENTICATION_REQUIRED": "Make a token at airtable.com/create/tokens: docs/airtable.md",
    "UNAUTHORIZED": "The token is wrong or was taken back. Make one at airtable.com/create/tokens.",
    "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND": _REACH,
    "INVALID_PERMISSIONS": _REACH,
    "NOT_FOUND": "Has it been deleted? Look at base: and table: in sheetflow.yaml.",
    "TABLE_NOT_FOUND": "Has it been deleted? Look at table: in sheetflow.yaml.",
    "VIEW_NAME_NOT_FOUND": "Has the view been renamed or deleted? Look at view: in sheetflow.yaml.",
    _USED_UP: "The rest goes on with the next month, or in a larger plan of Airtable.",
}


@dataclass
class AirtableService(Service):
    """Airtable under the limits of one connection."""

    each_base: int = 5
    all_bases: int = 50
    calls_a_month: int = 0
    calls_of: str = ""

    @property
    def month(self) -> Limit:
        """The calls of a month; 0 where only they are counted and not how many there may be."""
        return Limit(self.calls_a_month, "month", f"calls of {self.calls_of}")

    def nature(self, call: Call) -> Nature:
        """Reads; cells set to what they are to be, again and again the same; and all else."""
        path, method = call.path, call.method
        if method in ("GET", "HEAD") or (method == "POST" and path.endswith("/listRecords")):
            return "read"
        if method in ("PATCH", "PUT") and (_RECORDS.fullmatch(path) or _RECORD.fullmatch(path)):
            return "repeatable write"
        return "repeatable write" if _REFRESH.fullmatch(path) else "write"

    def charges(self, call: Call, identity: Identity) -> Iterable[Charge]:
        """One from what the base allows, one from what the token does, one from the month."""
        yield Charge(self.month)
        base = re.search(r"/(app\w+)", call.path)
        if base:
            yield Charge(Limit(self.each_base, "second", f"requests of base {base[1]}"))
        yield Charge(Limit(self.all_bases, "second", f"requests of token {identity.name}"))

    def pauses(self, call: Call, identity: Identity) -> str:
        """The base that was asked too often; others go on."""
        base = re.search(r"/(app\w+)", call.path)
        return f"base {base[1]}" if base else identity.name

    def fault(self, answer: Answer) -> Fault:
        """By Airtable's own word for it, which stands in one of three places."""
        reason, says = _words(answer.json)
        hint = _HINTS.get(reason, "")
        if reason == _USED_UP:
            return Fault("used up", says, hint, reason)
        if answer.status == 429:
            return Fault("too fast", says, hint, reason, PENALTY)
        if reason in _GONE:
            return Fault("not found", says, hint, reason)
        usual = super().fault(answer)
        return Fault(usual.meaning, says, hint, reason)


def _words(found: Any) -> tuple[str, str]:
    """The type of an error and its message."""
    body = found if isinstance(found, dict) else {}
    errors = body.get("errors")
    error = body.get("error") or (errors[0] if isinstance(errors, list) and errors else "")
    if isinstance(error, dict):
        return str(error.get("type") or error.get("error") or ""), str(error.get("message") or "")
    return str(error), ""
