"""A vendor's failure becomes one of our few errors, in words, and without a secret in it."""

from __future__ import annotations

import re
from datetime import timedelta

from sheetflow.errors import (
    NotAllowed,
    NotFound,
    NotKnown,
    Refused,
    ServiceError,
    SheetflowError,
    ThereAlready,
    TooFast,
    Unreachable,
    UsedUp,
)
from sheetflow.network.services import Fault, Limit

LONGEST = 200
"""Characters of a service's own words that are shown."""

_TOKENS = re.compile(
    r"ya29\.[\w.-]+|pat\w{14}\.\w+|xox[a-z]-[\w-]+|eyJ[\w-]+\.[\w-]+\.[\w-]*|(?:Bearer|Basic)\s+\S+"
    r"|(?<=key=)[^&\s]+|(?<=token=)[^&\s]+|(?<=secret=)[^&\s]+",
    re.IGNORECASE,
)
"""What looks like a credential of Google, Airtable, Slack or Zoom, or is named like one."""


def error_for(
    service: str, fault: Fault, retry_after: float | None, secret: str = ""
) -> ServiceError:
    """The error that a fault stands for; `secret` must not appear in it, nor anything like one."""
    says = clean(fault.says, secret)
    because = f": {says}" if says else ""
    later = None if retry_after is None else timedelta(seconds=retry_after)
    hint, reason = fault.hint, fault.reason
    match fault.meaning:
        case "not allowed":
            text = f"{service} does not let us do this{because}"
            hint = hint or "Look at its credentials: sheetflow doctor"
            return NotAllowed(text, hint=hint, reason=reason)
        case "not found":
            return NotFound(f"{service} cannot find it{because}", hint=hint, reason=reason)
        case "there already":
            return ThereAlready(f"{service} has it already{because}", hint=hint, reason=reason)
        case "too fast":
            text = f"{service} is asked too often{because}"
            return TooFast(text, hint=hint, retry_after=later, reason=reason)
        case "used up":
            text = f"The allowance of {service} is used up{because}"
            return UsedUp(text, hint=hint, retry_after=later, reason=reason)
        case "unavailable":
            text = f"{service} does not answer{because}"
            return Unreachable(text, hint=hint or "Try again later.", reason=reason)
    return Refused(f"{service} turned it down{because}", hint=hint, reason=reason)


def taken_or_not(service: str, fault: Fault, may_be_taken: bool) -> ServiceError:
    """What is known of a write that got no clear answer."""
    if may_be_taken:
        return NotKnown(
            f"{service} did not say whether it took this.",
            hint="It is not sent again by itself.",
            reason=fault.reason,
        )
    text = f"{service} cannot be reached."
    return Unreachable(text, hint="Nothing was sent. Try again later.", reason=fault.reason)


def too_early(service: str, wait: float, limit: Limit | None = None) -> TooFast:
    """Our own count says that it would take too long until this may be asked."""
    said = f"The allowance of {service} is used up"
    hint = "The rest goes on when it is filled up again."
    if limit is not None and limit.per in ("day", "month"):
        said = f"{said}: {limit.count:,} {limit.key} a {limit.per}"
    if limit is not None and limit.per == "month":
        hint = "The rest goes on with the next month; or with a larger plan, and what it allows."
    return UsedUp(f"{said}.", hint=hint, retry_after=timedelta(seconds=wait))


def too_large(service: str, largest: int, *, is_read: bool) -> ServiceError:
    """An answer that nobody keeps reading; a write was taken, but what came of it is not known."""
    if not is_read:
        return taken_or_not(service, Fault("unavailable", reason="TooLarge"), may_be_taken=True)
    return Refused(
        f"{service} answers with more than {largest // 2**20:,} MB.",
        hint="Ask for less: a smaller table, or fewer of its columns.",
        reason="TooLarge",
    )


def foreign(service: str, host: str) -> SheetflowError:
    """A request that would have carried the service's credentials to somebody else."""
    return Unreachable(
        f"{service} was about to be asked at {clean(host, '')}, which is not its own place.",
        hint="Look at the url of the connection.",
    )


def clean(text: str, secret: str) -> str:
    """The text on one line, without credentials, and not too long."""
    for word in secret.split():
        if len(word) > 6:  # the scheme of the header is no secret
            text = text.replace(word, "***")
    text = " ".join(_TOKENS.sub("***", text).split())
    text = "".join(c for c in text if c.isprintable())
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
