"""Zoom's errors as what they mean: the code in the body decides, then the status and the words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from sheetflow import Answer, Fault

HOST_DAY = "host's day"
"""The reason of a refusal because one host has made or changed a hundred meetings today."""

_SCOPES = re.compile(r"scopes?\s*:?\s*\[([^\]]*)\]")
_APP = "Look at the app in the Zoom App Marketplace (Manage, your app): docs/zoom.md"

BY_CODE: Mapping[int, tuple[Literal["not allowed", "not found", "refused"], str]] = {
    124: ("not allowed", _APP),
    200: ("not allowed", "It may need another plan of Zoom, or another role of the app's owner."),
    300: ("refused", ""),
    1001: ("not found", "Look at hosts: each must be a user of this Zoom account."),
    1010: ("not found", "Look at hosts: each must be a user of this Zoom account."),
    1120: ("not found", "This user has not accepted the invitation to the Zoom account yet."),
    2300: ("not found", "Look at the url of the connection."),
    3000: ("refused", ""),
    3001: ("not found", "The meeting was deleted, or it is over."),
    3002: ("refused", ""),
    3003: ("not allowed", "The app may not act for this host."),
    3007: ("refused", ""),
    3161: ("not allowed", "This host may not hold meetings: give the user a licence in Zoom."),
    4700: ("not allowed", _APP),
    4711: ("not allowed", _APP),
}
"""By the code in the body, with the cure (Zoom's Meeting API, and its page on OAuth errors)."""


def fault_in(answer: Answer) -> Fault:
    """What a failed answer of Zoom's API means, in Zoom's own words."""
    body = answer.json if isinstance(answer.json, dict) else {}
    says = _words(body)
    given = body.get("code")
    code: int = given if isinstance(given, int) else 0
    if answer.status == 429 or code == 429:
        return _of_limits(answer, says)
    if answer.status >= 500:
        return Fault("unavailable", says, reason=str(code or ""))
    if found := _SCOPES.search(says):
        hint = f"Add to the app's scopes one of these: {found[1]}. Then wait an hour, or try again."
        return Fault("not allowed", "the app lacks a scope", hint, str(code))
    if code in BY_CODE:
        meaning, hint = BY_CODE[code]
        return Fault(meaning, says, hint, str(code))
    if answer.status in (401, 403):
        return Fault("not allowed", says, _APP, str(code or ""))
    return Fault("not found" if answer.status == 404 else "refused", says, reason=str(code or ""))


def fault_of_sign_in(answer: Answer) -> Fault:
    """What the token endpoint means: {"reason", "error"}."""
    body = answer.json if isinstance(answer.json, dict) else {}
    says = str(body.get("reason") or body.get("message") or body.get("error") or "")
    if answer.status == 429:
        return Fault("too fast", says)
    if answer.status >= 500:
        return Fault("unavailable", says)
    hint = "Look at account_id, client_id and client_secret, and whether the app is activated."
    return Fault("not allowed", says, hint, str(body.get("error") or ""))


def _of_limits(answer: Answer, says: str) -> Fault:
    """A second's limit passes, a day's does not; and a host's day is not the account's."""
    if "Create/Update" in says or "this particular user" in says:
        return Fault("refused", says, reason=HOST_DAY)
    kind = {name.lower(): text for name, text in answer.headers.items()}.get("x-ratelimit-type")
    if kind == "Daily-limit" or "daily" in says.lower():
        return Fault("used up", says, "The rest goes on after midnight UTC.", "daily")
    return Fault("too fast", says, reason="QPS")


def _words(body: Mapping[str, Any]) -> str:
    """The message, and each field that did not pass."""
    errors = body.get("errors")
    wrong = [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    fields = [f"{one.get('field', '')}: {one.get('message', '')}" for one in wrong]
    return " ".join(text for text in (str(body.get("message") or ""), *fields) if text)
