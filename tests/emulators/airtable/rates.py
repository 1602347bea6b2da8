"""Airtable's limits: 5 requests a second for a base, 50 for whoever holds tokens, and a month's.

Sources: airtable.com/developers/web/api/rate-limits and
support.airtable.com/docs/managing-api-call-limits-in-airtable, as of November 2026.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.emulators.airtable.errors import ApiError

SECOND = timedelta(seconds=1)
PENALTY = timedelta(seconds=30)
BASE = 5
PERSON = 50


@dataclass
class Rates:
    """The requests of the last second, and who has to wait until when."""

    asked: dict[str, deque[datetime]] = field(default_factory=dict)
    refused_until: dict[str, datetime] = field(default_factory=dict)

    def spend(self, base: str, user: str, now: datetime) -> None:
        """Count a request; raises 429 for one too many, and then for half a minute."""
        keys = [(key, most) for key, most in ((base, BASE), (user, PERSON)) if key]
        for key, most in keys:
            self._check(key, most, now)
        for key, _ in keys:
            self.asked[key].append(now)

    def _check(self, key: str, most: int, now: datetime) -> None:
        if self.refused_until.get(key, now) > now:
            raise too_fast()
        asked = self.asked.setdefault(key, deque())
        while asked and asked[0] <= now - SECOND:
            asked.popleft()
        if len(asked) >= most:
            self.refused_until[key] = now + PENALTY
            raise too_fast()


def too_fast() -> ApiError:
    """429 for more requests than a second has room for."""
    message = "Rate limit exceeded. Please try again later"
    return ApiError(429, "RATE_LIMIT_REACHED", message, listed=True)


def used_up() -> ApiError:
    """429 for more requests than a month has room for; waiting does not help."""
    message = (
        "API billing plan limit exceeded. You've reached the maximum number of requests allowed "
        "for this month."
    )
    return ApiError(429, "PUBLIC_API_BILLING_LIMIT_EXCEEDED", message, listed=True)
