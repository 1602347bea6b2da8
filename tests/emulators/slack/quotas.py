"""How often methods may be called: tiers a minute, and one message a second in each channel.

Source: docs.slack.dev/apis/web-api/rate-limits. The numbers are those that Slack promises at the
least; a short burst is let through at Slack, and here it is not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from tests.emulators.slack.calls import Method
from tests.emulators.slack.errors import SlackError

PER_MINUTE = {"1": 1, "2": 20, "3": 50, "4": 100, "special": 600}
MESSAGES_PER_MINUTE = 300
"""Of one app in the whole workspace: "several hundred"."""
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
POSTS = frozenset({"chat.postMessage", "chat.postEphemeral", "chat.meMessage", "webhook"})


class Quotas:
    """What was asked lately."""

    def __init__(self) -> None:
        self._asked: dict[tuple[str, str], deque[datetime]] = {}

    def spend(self, method: Method, who: str, channel: Callable[[], str], now: datetime) -> None:
        """Count a call; raises ratelimited when it is one too many."""
        limits = [((who, method.name), PER_MINUTE[method.tier], MINUTE)]
        if method.name in POSTS:
            limits = [
                ((who, f"post {channel()}"), 1, SECOND),
                ((who, "posts"), MESSAGES_PER_MINUTE, MINUTE),
            ]
        for key, most, window in limits:
            self._must_fit(key, most, window, now)
        for key, _, _ in limits:
            self._asked[key].append(now)

    def _must_fit(self, key: tuple[str, str], most: int, window: timedelta, now: datetime) -> None:
        asked = self._asked.setdefault(key, deque())
        while asked and asked[0] <= now - window:
            asked.popleft()
        if len(asked) >= most:
            wait = (asked[0] + window - now).total_seconds()
            raise rate_limited(max(1, -int(-wait // 1)))


def rate_limited(seconds: int) -> SlackError:
    """Too often: status 429, and the seconds to wait."""
    error = SlackError("ratelimited", status=429)
    error.headers["Retry-After"] = str(seconds)
    return error
