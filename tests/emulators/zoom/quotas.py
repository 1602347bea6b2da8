"""Zoom's limits: so many requests a second and a day by label, and 100 writes a day and host.

Source: developers.zoom.us/docs/api/rate-limits, as of November 2026. They hold for the account,
whoever asks. Days are those of UTC.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.emulators.zoom.calls import Method
from tests.emulators.zoom.errors import ZoomError
from tests.emulators.zoom.world import World

PER_SECOND: Mapping[str, Mapping[str, int]] = {
    "free": {"light": 4, "medium": 2, "heavy": 1},
    "pro": {"light": 30, "medium": 20, "heavy": 10},
    "business": {"light": 80, "medium": 60, "heavy": 40},
}
PER_DAY: Mapping[str, Mapping[str, int]] = {
    "free": {"light": 6_000, "medium": 2_000, "heavy": 1_000},
    "pro": {"heavy": 30_000},
    "business": {"heavy": 60_000},
}
WRITES_A_DAY = 100
"""Creates and updates of one host."""
SECOND = timedelta(seconds=1)
TOO_FAST = "You have reached the maximum per-second rate limit for this API. Try again later."
DAY_OVER = (
    "You have reached the maximum daily rate limit for this API. Refer to the response header for "
    "details on when you can make another request."
)
HOST_DAY_OVER = (
    "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted "
    "for this particular user. You may resume these requests at GMT 00:00:00."
)


@dataclass
class Quotas:
    """What was asked within the last second, and today."""

    asked: dict[str, deque[datetime]] = field(default_factory=dict)
    today: Counter[tuple[str, str]] = field(default_factory=Counter)

    def spend(self, method: Method, world: World) -> dict[str, str]:
        """Count a call; gives the headers of its answer, or raises ZoomError 429."""
        now, label = world.now(), method.label
        most = PER_SECOND[world.plan][label]
        recent = self.asked.setdefault(label, deque())
        while recent and recent[0] <= now - SECOND:
            recent.popleft()
        if len(recent) >= most:
            reset = {"X-RateLimit-Reset": str(int((now + SECOND).timestamp()))}
            raise ZoomError(
                429, 429, TOO_FAST, headers={**_headers(label, "QPS", most, 0), **reset}
            )
        day = PER_DAY[world.plan].get(label)
        spent = self.today[label, f"{now:%Y-%m-%d}"]
        if day is not None and spent >= day:
            until = {"Retry-After": _midnight(now)}
            raise ZoomError(
                429, 429, DAY_OVER, headers={**_headers(label, "Daily-limit", day, 0), **until}
            )
        recent.append(now)
        self.today[label, f"{now:%Y-%m-%d}"] += 1
        if day is not None:
            return _headers(label, "Daily-limit", day, day - spent - 1)
        return _headers(label, "QPS", most, most - len(recent))

    def write(self, world: World, host: str) -> dict[str, str]:
        """Count a create or update of a host; raises ZoomError 429 without a Retry-After."""
        key = (host, f"{world.now():%Y-%m-%d}")
        spent = world.written.get(key, 0)
        if spent >= WRITES_A_DAY:
            raise ZoomError(429, 429, HOST_DAY_OVER, headers=_headers("light", "", 6_000, 5_893))
        world.written[key] = spent + 1
        return _headers("light", "", WRITES_A_DAY, WRITES_A_DAY - spent - 1)


def _headers(label: str, kind: str, most: int, left: int) -> dict[str, str]:
    found = {
        "X-RateLimit-Category": label.capitalize(),
        "X-RateLimit-Limit": str(most),
        "X-RateLimit-Remaining": str(left),
    }
    return {**found, "X-RateLimit-Type": kind} if kind else found


def _midnight(now: datetime) -> str:
    return f"{now + timedelta(days=1):%Y-%m-%d}T00:00:00Z"
