"""Google's errors, in each of their forms, as what they mean, with the cure.

Calendar, Drive and Gmail name a reason in `error.errors[]`; Sheets, Docs and Forms a status and
`details`; the token endpoint has OAuth's own form (RFC 6749, 5.2). The same HTTP status means
different things, so the reason decides, then the status.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sheetflow import Answer, Fault

from ._google_reasons import BY_CODE, BY_REASON, BY_STATUS, HINTS, UNAVAILABLE

_MAILBOX = ("mail sending", "sending limit", "daily")


def fault_in(answer: Answer, hints: Mapping[str, str] | None = None) -> Fault:
    """What a failed answer of Google means. `hints` are a connector's own cures, by reason."""
    body = answer.json if isinstance(answer.json, dict) else {}
    error = body.get("error")
    if isinstance(error, str):
        return _of_sign_in(error, str(body.get("error_description") or ""))
    error = error if isinstance(error, dict) else {}
    says = str(error.get("message") or "")
    reasons = [reason for reason in _reasons(error) if reason]
    cures = {**HINTS, **(hints or {})}
    hint = next((cures[reason] for reason in reasons if reason in cures), "")
    reason = reasons[0] if reasons else ""
    if _is_used_up(error, reasons, says):
        return Fault("used up", says, hint or HINTS["dailyLimitExceeded"], reason)
    if answer.status >= 500:
        return Fault("unavailable", says, hint, reason)
    for known in reasons:
        if known in BY_REASON:
            return Fault(BY_REASON[known], says, hint, known)
    status = str(error.get("status") or "")
    meaning = BY_STATUS.get(status) or BY_CODE.get(answer.status, "refused")
    return Fault(meaning, says, hint or cures.get(status, ""), reason or status)


def _reasons(error: Mapping[str, Any]) -> Sequence[str]:
    """Each reason that is given, the classic ones first."""
    classic = [str(one.get("reason") or "") for one in _maps(error.get("errors"))]
    details = [str(one.get("reason") or "") for one in _maps(error.get("details"))]
    return [*classic, *details, str(error.get("status") or "")]


def _is_used_up(error: Mapping[str, Any], reasons: Sequence[str], says: str) -> bool:
    """Whether it is a day's allowance that is gone, and waiting a little is vain."""
    if "dailyLimitExceeded" in reasons or "quotaExceeded" in reasons:
        return True
    for one in _maps(error.get("details")):
        metadata = one.get("metadata")
        limit = str(metadata.get("quota_limit") or "") if isinstance(metadata, dict) else ""
        if "PerDay" in limit or "perDay" in limit:
            return True
    limited = any(reason.lower().endswith("ratelimitexceeded") for reason in reasons)
    return limited and any(words in says.lower() for words in _MAILBOX)


def _of_sign_in(error: str, says: str) -> Fault:
    if error in UNAVAILABLE:
        return Fault("unavailable", says, "", error)
    return Fault("not allowed", says or error.replace("_", " "), HINTS.get(error, ""), error)


def _maps(found: Any) -> Sequence[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
