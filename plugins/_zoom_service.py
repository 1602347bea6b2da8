"""Zoom as the door sees it: limits by label and plan, and which requests change something."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sheetflow import Answer, Call, Charge, Fault, Identity, Limit, Nature, Service

from ._zoom_faults import fault_in

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
"""Requests of one Zoom account by plan and label, whoever asks
(developers.zoom.us/docs/api/rate-limits, November 2026)."""

_LABELS: Sequence[tuple[str, str, str]] = (
    ("", r"/report/", "heavy"),
    ("POST", r"/batch_registrants$", "heavy"),
    ("GET", r"/past_meetings/[^/]+$", "light"),
    ("", r"/past_meetings/", "medium"),
    ("GET", r"/users/[^/]+$", "light"),
    ("", r"/users", "medium"),
    ("GET", r"/registrants$", "medium"),
    ("PUT", r"/registrants/status$", "medium"),
    ("", "", "light"),
)
"""The label of a request by method and path, the first that fits (Zoom's API description)."""


@dataclass
class ZoomService(Service):
    """One Zoom account. `plan` says how much may be asked."""

    plan: str = "pro"
    account: str = ""

    def nature(self, call: Call) -> Nature:
        """A meeting that is made twice is two; a change or an end is the same twice."""
        if call.method in ("GET", "HEAD", "OPTIONS"):
            return "read"
        return "repeatable write" if call.method in ("PUT", "PATCH", "DELETE") else "write"

    def charges(self, call: Call, identity: Identity) -> Iterable[Charge]:  # noqa: ARG002 - limits are the account's
        """One of its label's second, and of its day where the plan has such a limit."""
        label = label_of(call.method, call.path)
        key = f"{label} requests of {self.account}"
        yield Charge(Limit(PER_SECOND[self.plan][label], "second", key))
        day = PER_DAY[self.plan].get(label)
        if day is not None:
            yield Charge(Limit(day, "day", key))

    def pauses(self, call: Call, identity: Identity) -> str:  # noqa: ARG002 - limits are the account's
        """The label that was asked too often; others go on."""
        return f"{label_of(call.method, call.path)} requests of {self.account}"

    def fault(self, answer: Answer) -> Fault:
        """By Zoom's own codes."""
        return fault_in(answer)


def label_of(method: str, path: str) -> str:
    """Which of Zoom's limits counts a request: light, medium or heavy."""
    for verb, pattern, label in _LABELS:
        if verb in ("", method) and re.search(pattern, path):
            return label
    return "light"
