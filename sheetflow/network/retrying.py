"""When something is asked again, and what a service may say about it.

Retry-After is a number of seconds or an HTTP date (RFC 9110, 10.2.3); some services write an
ISO 8601 moment instead.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 30 * 86_400.0
"""Seconds that a service may ask us to wait at most: what is longer is a mistake of its."""

_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]*)?")


@dataclass(frozen=True)
class Retrying:
    """How long somebody keeps trying: seconds, and how many times altogether.

    One `exchange` takes 180 seconds that a service may work on it (Google Sheets does), and as many
    as a large answer takes on a slow line. `now` are seconds that go on evenly.
    """

    tries: int = 6
    first: float = 1.0
    longest: float = 32.0
    patience: float = 120.0
    chance: Callable[[], float] = field(default=random.random)
    exchange: float = 300.0
    now: Callable[[], float] = field(default=time.monotonic)

    def pause(self, attempt: int) -> float:
        """Before try number `attempt` + 1: twice as long each time, and never two alike.

        Half of it is left to chance, so that those who failed together do not return together.
        """
        whole = min(self.longest, self.first * 2.0 ** (attempt - 1))
        return whole * (0.5 + 0.5 * self.chance())


def retry_after(value: str | None, now: datetime) -> float | None:
    """The seconds from `now` that a Retry-After header asks for, or None if it cannot be read."""
    text = (value or "").strip()
    if not text:
        return None
    if _SECONDS.fullmatch(text):
        return min(float(text), LONGEST_WAIT)
    moment = _moment(text)
    if moment is None:
        return None
    return min(max(0.0, (moment - now).total_seconds()), LONGEST_WAIT)


def _moment(text: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None
