"""Gmail as the door sees it: a day's messages are counted, and a missing mailbox has its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sheetflow import Answer, Call, Charge, Fault, Identity, Limit, UsedUp

from ._google import GoogleIdentity, GoogleService, google_service

SEND = "https://www.googleapis.com/auth/gmail.send"
READ = "https://www.googleapis.com/auth/gmail.readonly"

_SENDING = re.compile(r"/(messages|drafts)/send$")
_RETRY = re.compile(r"Retry after (\d{4}-\d\d-\d\dT[\d:.]+Z?)", re.IGNORECASE)
_NO_MAILBOX = (
    "Gmail knows no mailbox for this account. Write the address of a person with one as acts_as, "
    "or sign in as a person: sheetflow connect google"
)


@dataclass
class GmailService(GoogleService):
    """Gmail, with the messages that a mailbox may send in a day."""

    messages_per_day: int = 2_000

    def charges(self, call: Call, identity: Identity) -> Iterable[Charge]:
        """Quota units; and for a message, one of the mailbox's day, whoever signs in for it."""
        yield from super().charges(call, identity)
        if call.method == "POST" and _SENDING.search(call.path):
            mailbox = identity.address if isinstance(identity, GoogleIdentity) else identity.name
            yield Charge(Limit(self.messages_per_day, "day", f"messages of {mailbox}"))

    def fault(self, answer: Answer) -> Fault:
        """As Google's errors are read; "failed precondition" is how Gmail says "no mailbox"."""
        found = super().fault(answer)
        if found.reason in ("failedPrecondition", "FAILED_PRECONDITION"):
            return Fault("not allowed", found.says, _NO_MAILBOX, found.reason)
        return found


def gmail_service(settings: Any, identities: Sequence[Identity]) -> GmailService:
    """Gmail under the settings of one connection."""
    usual = google_service("gmail", settings, identities)
    given = {one.name: getattr(usual, one.name) for one in fields(usual)}
    return GmailService(**given, messages_per_day=settings.messages_per_day)


def until_when(error: UsedUp, now: datetime) -> UsedUp:
    """The same, with the time that Gmail names in its words only."""
    named = _RETRY.search(error.message)
    if error.retry_after is not None or named is None:
        return error
    try:
        until = datetime.fromisoformat(named[1].rstrip(".:").upper())
    except ValueError:
        return error
    until = until if until.tzinfo else until.replace(tzinfo=now.tzinfo)
    wait = max(until - now, timedelta())
    return UsedUp(error.message, hint=error.hint, retry_after=wait, reason=error.reason)
