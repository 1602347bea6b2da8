"""What Google Drive calls to say: that its log of changes has something new, and never what.

A channel is asked for with an address and a token that comes back with each call
(developers.google.com/workspace/drive/api/guides/push). The token is made from the connection's own
secret and the channel's name, so that nobody needs to remember which channels there are. A channel
lives for seven days at most; a new one is opened before it ends, and the old one stopped.
"""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

from sheetflow import (
    Heard,
    Hook,
    NotAllowed,
    Secret,
    ServiceError,
    Subscriber,
    Subscription,
    is_same,
    sha256_mac,
)

LONGEST = timedelta(days=7)
"""How long a channel for a log of changes may live."""
RENEWED = timedelta(days=1)
"""How long before its end a channel is replaced."""

_CHANNEL = re.compile(r"sheetflow-[0-9a-f]{32}")


class HearsDrive(Subscriber):
    """The half of the connector that Google calls."""

    settings: Any

    @property
    @abstractmethod
    def logs(self) -> Mapping[str, Any]:
        """The log of each account."""

    @property
    def listens(self) -> bool:
        """Whether there is a secret to make tokens from."""
        return self.settings.hook_secret is not None

    def heard(self, hook: Hook) -> Heard:
        """That something changed. Raises NotAllowed for a channel that is none of ours."""
        secret, channel = self.settings.hook_secret, hook.header("x-goog-channel-id")
        wanted = _token(secret, channel) if secret is not None else ""
        given = hook.header("x-goog-channel-token")
        if not _CHANNEL.fullmatch(channel) or not wanted or not is_same(given, wanted):
            raise NotAllowed("This is no channel of ours.")
        if hook.header("x-goog-resource-state") == "sync":
            return Heard()  # the channel is open
        return Heard(f"{channel} {hook.header('x-goog-message-number')}")

    def subscribed(
        self,
        address: str,
        known: str,
        among: Collection[str],  # noqa: ARG002 - a channel is for all that an account sees
        now: datetime,
    ) -> Subscription:
        """A channel for each account's log, open to this address for a day at least."""
        before = _channels(known)
        after: dict[str, list[str]] = {}
        for name, log in self.logs.items():
            old = before.pop(name, None)
            if old and old[0] == address and _moment(old[3]) - now > RENEWED:
                after[name] = old
                continue
            after[name] = [address, *self._opened(log, address, now)]
            _stop(log, old)
        for name, old in before.items():
            _stop(self.logs.get(name), old)
        first = min((_moment(one[3]) for one in after.values()), default=now + LONGEST)
        return Subscription(json.dumps(after, sort_keys=True), first - RENEWED)

    def _opened(self, log: Any, address: str, now: datetime) -> tuple[str, str, str]:
        """A new channel: its name, Google's name for what it is about, and when it ends."""
        channel = f"sheetflow-{token_hex(16)}"
        body = {
            "id": channel,
            "type": "web_hook",
            "address": address,
            "token": _token(self.settings.hook_secret, channel),
            "expiration": str(int((now + LONGEST).timestamp() * 1000)),
        }
        found = log.watch(body)
        ends = datetime.fromtimestamp(int(found["expiration"]) / 1000, UTC)
        return channel, str(found["resourceId"]), ends.isoformat()


def _token(secret: Secret, channel: str) -> str:
    return sha256_mac(secret, "channel ", channel).hex()


def _channels(known: str) -> dict[str, list[str]]:
    """By account: the address, the channel, its resource and its end."""
    with suppress(ValueError, AttributeError):
        found = json.loads(known or "{}")
        return {
            str(name): [str(part) for part in one]
            for name, one in found.items()
            if isinstance(one, list) and len(one) == 4
        }
    return {}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _stop(log: Any, old: list[str] | None) -> None:
    """End a channel; one that is gone already, or that nobody may stop, ends by itself."""
    if log is not None and old is not None:
        with suppress(ServiceError):
            log.stop({"id": old[1], "resourceId": old[2]})
