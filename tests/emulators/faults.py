"""The fault plan: which requests are delayed, refused, dropped, or met by somebody else's edit.

A plan is a list of rules, each {"when": {...}, "do": {...}, "times": n}. README.md has the keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

CONDITIONS = frozenset({"service", "method", "path", "nth", "every", "from", "to"})
DEEDS = frozenset({"delay", "status", "drop", "expire_tokens", "edit", "call"})
DETAILS = frozenset({"retry_after", "reason", "message"})  # beside "status"


class BadPlan(ValueError):
    """The fault plan is not one; the text says where and why."""


@dataclass
class Rule:
    """One rule, and how often it has matched and acted."""

    when: Mapping[str, Any]
    do: Mapping[str, Any]
    times: int | None = None
    matched: int = 0
    acted: int = 0

    def meets(self, *, service: str, method: str, verb: str, path: str) -> bool:
        """Count a request that the rule is about; say whether it acts on this one."""
        if not self._about(service, method, verb, path):
            return False
        self.matched += 1
        if self.times is not None and self.acted >= self.times:
            return False
        if not self._turn(self.matched):
            return False
        self.acted += 1
        return True

    def _about(self, service: str, method: str, verb: str, path: str) -> bool:
        when = self.when
        if "service" in when and when["service"] != service:
            return False
        if "method" in when and not _is_method(str(when["method"]), method, verb):
            return False
        return "path" not in when or fnmatchcase(path, when["path"])

    def _turn(self, count: int) -> bool:
        when = self.when
        if "nth" in when and count != when["nth"]:
            return False
        if "every" in when and count % when["every"]:
            return False
        return bool(when.get("from", 1) <= count <= when.get("to", count))


def _is_method(wanted: str, method: str, verb: str) -> bool:
    return fnmatchcase(method, wanted) or wanted == verb


@dataclass
class FaultPlan:
    """Rules that can be changed while the emulator runs."""

    rules: list[Rule] = field(default_factory=list)

    @classmethod
    def of(cls, plan: Iterable[Mapping[str, Any]]) -> FaultPlan:
        """Read a plan; raises BadPlan."""
        return cls([_rule(one, f"rule {n}") for n, one in enumerate(plan, 1)])

    @classmethod
    def from_file(cls, path: Path) -> FaultPlan:
        """Read a plan from a JSON file; raises BadPlan."""
        try:
            plan = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise BadPlan(f"not JSON: {error}") from error
        if not isinstance(plan, list):
            raise BadPlan("a fault plan is a list of rules")
        return cls.of(plan)

    def add(
        self, *, when: Mapping[str, Any], do: Mapping[str, Any], times: int | None = None
    ) -> None:
        """One more rule; counting starts with the next request."""
        self.rules.append(_rule({"when": when, "do": do, "times": times}, "the rule"))

    def clear(self) -> None:
        """No more faults."""
        self.rules.clear()

    def for_request(
        self, *, service: str, method: str, verb: str, path: str
    ) -> list[Mapping[str, Any]]:
        """What is to be done to this request, in the order of the rules."""
        return [
            rule.do
            for rule in list(self.rules)
            if rule.meets(service=service, method=method, verb=verb, path=path)
        ]


def _rule(given: Mapping[str, Any], name: str) -> Rule:
    when, do = given.get("when", {}), given.get("do")
    if not isinstance(when, Mapping) or not isinstance(do, Mapping):
        raise BadPlan(f'{name}: a rule is {{"when": {{...}}, "do": {{...}}}}')
    unknown = {*when} - CONDITIONS | {*do} - DEEDS - DETAILS | {*given} - {"when", "do", "times"}
    if unknown:
        raise BadPlan(f"{name}: unknown {', '.join(sorted(unknown))}")
    if do.get("drop") not in {None, "before", "after"}:
        raise BadPlan(f'{name}: "drop" is "before" or "after"')
    return Rule(when, do, given.get("times"))


def retry_after(wanted: str, now: datetime) -> str:
    """The header's text: as given, but for times that are told from `now`.

    "2" stays "2"; "date:5" is an HTTP date 5 seconds from `now`; "iso:5" the same as ISO 8601.
    """
    kind, colon, seconds = wanted.partition(":")
    if not colon or kind not in {"date", "iso"}:
        return wanted
    then = now.astimezone(UTC) + timedelta(seconds=float(seconds))
    if kind == "iso":
        return then.strftime("%Y-%m-%dT%H:%M:%SZ")
    return format_datetime(then, usegmt=True)
