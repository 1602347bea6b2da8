"""Slack as the door sees it: which methods only read, how often each may be called.

Slack answers most failures with status 200 and {"ok": false, "error": a word}; what the words mean
is in `_slack_faults.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from sheetflow import Answer, Bearer, Call, Charge, Fault, Identity, Limit, Nature, Service, digest

from ._slack_faults import fault_in

TIERS: Mapping[str, int] = {
    "users.list": 2,
    "conversations.list": 2,
    "users.lookupByEmail": 3,
    "users.conversations": 3,
    "conversations.info": 3,
    "conversations.open": 3,
}
"""Of the methods that we call (docs.slack.dev, each method's own page). Those of the history have a
limit of their own, and auth.test is not worth counting."""
READS = frozenset(
    {"auth.test", "users.list", "conversations.list", "users.lookupByEmail"}
    | {"users.conversations", "conversations.info", "conversations.history"}
    | {"conversations.replies"}
)
REPEATABLE = frozenset({"conversations.open"})
POST = "chat.postMessage"
HISTORIES = frozenset({"conversations.history", "conversations.replies"})


@dataclass
class SlackService(Service):
    """Slack's Web API, with the limits of one connection."""

    messages_per_second: int = 1
    messages_per_minute: int = 200
    histories_per_minute: int = 50
    per_minute: Mapping[int, int] = field(default_factory=dict)

    def nature(self, call: Call) -> Nature:
        """By the method's name: to open a direct conversation twice is to open it once."""
        name = method_of(call)
        if name in READS:
            return "read"
        return "repeatable write" if name in REPEATABLE else "write"

    def charges(self, call: Call, identity: Identity) -> Iterable[Charge]:
        """A message counts in its channel and in all; another method among its own calls."""
        name, whose = method_of(call), f"of {identity.name}"
        if name == POST:
            yield Charge(
                Limit(self.messages_per_second, "second", f"channel {channel_of(call)} {whose}")
            )
            yield Charge(Limit(self.messages_per_minute, "minute", f"messages {whose}"))
        elif name in HISTORIES:
            yield Charge(Limit(self.histories_per_minute, "minute", f"{name} {whose}"))
        elif name in TIERS:
            yield Charge(Limit(self.per_minute[TIERS[name]], "minute", f"{name} {whose}"))

    def pauses(self, call: Call, identity: Identity) -> str:
        """The method that was called too often; others go on."""
        return f"{method_of(call)} of {identity.name}"

    def fault(self, answer: Answer) -> Fault:
        """What the word in a failure's body means, or else its status."""
        return fault_in(answer.json) or super().fault(answer)

    def told_inside(self, answer: Answer) -> Fault | None:
        """The same, of an answer with status 200; what is no answer of Slack's is none."""
        told = answer.json
        if isinstance(told, dict) and told.get("ok") is True:
            return None
        return fault_in(told) or Fault("unavailable", "its answer is none", reason="no answer")


def slack_service(settings: Any) -> SlackService:
    """Slack under the settings of one connection."""
    parts = urlsplit(settings.url)
    return SlackService(
        name="Slack",
        origins=(f"{parts.scheme}://{parts.netloc}",),
        identities=_signing(settings),
        messages_per_second=settings.messages_per_second,
        messages_per_minute=settings.messages_per_minute,
        histories_per_minute=settings.histories_per_minute,
        per_minute={2: settings.tier_2_per_minute, 3: settings.tier_3_per_minute},
    )


def _signing(settings: Any) -> Sequence[Identity]:
    return (Bearer(settings.token, f"token {digest(settings.token.reveal())[:6]}"),)


def method_of(call: Call) -> str:
    """The method that is called: `chat.postMessage`."""
    return call.path.rpartition("/")[2]


def channel_of(call: Call) -> str:
    """Where a message goes."""
    return _channel_in(call.body)


@lru_cache(maxsize=8)
def _channel_in(body: bytes) -> str:
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    return str(found.get("channel", "")) if isinstance(found, dict) else ""
