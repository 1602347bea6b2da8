"""Google's services as the door sees them: quotas, and which requests change something.

The quotas are today's defaults of new projects; any can be changed in the settings of a connection.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheetflow import Answer, Call, Charge, Fault, Identity, Limit, Nature, Service

from ._google_faults import fault_in
from ._google_identities import GoogleIdentity, addresses


@dataclass(frozen=True)
class Quota:
    """So many units a minute for `each` account and for the whole `project`; 0 is no limit.

    A connector's settings change it by fields `KIND_per_minute`, `project_KIND_per_minute` and
    `project_KIND_per_day`, such as `reads_per_minute`.
    """

    kind: str
    each: int
    project: int
    project_day: int = 0


QUOTAS: Mapping[str, tuple[Quota, ...]] = {
    "sheets": (Quota("reads", 60, 300), Quota("writes", 60, 300)),
    "drive": (Quota("units", 325_000, 1_000_000, 400_000_000),),
    "calendar": (Quota("requests", 600, 10_000, 1_000_000),),
    "gmail": (Quota("units", 6_000, 1_200_000, 80_000_000),),
    "forms": (
        Quota("reads", 390, 975),
        Quota("responses", 180, 450),
        Quota("writes", 150, 375),
    ),
    "docs": (Quota("reads", 300, 3_000), Quota("writes", 60, 600)),
}
"""As documented for projects made since May 2026 (developers.google.com/workspace, each API's page
on limits). Those of Docs are older."""

NAMES: Mapping[str, str] = {
    "sheets": "Google Sheets",
    "drive": "Google Drive",
    "calendar": "Google Calendar",
    "gmail": "Gmail",
    "forms": "Google Forms",
    "docs": "Google Docs",
}
_HOSTS: Mapping[str, tuple[str, ...]] = {
    "sheets": ("https://sheets.googleapis.com",),
    "forms": ("https://forms.googleapis.com",),
    "docs": ("https://docs.googleapis.com",),
    "gmail": ("https://gmail.googleapis.com", "https://www.googleapis.com"),
    "drive": ("https://www.googleapis.com",),
    "calendar": ("https://www.googleapis.com",),
}
_READS = re.compile(r":(getByDataFilter|batchGetByDataFilter|search)$|/freeBusy$")
_REPEATABLE = re.compile(
    r"/values:batch(Update|Clear|ClearByDataFilter)$|/values/[^/]+:clear$"
    r"|/messages/batchModify$|/messages/[^/]+/(modify|trash|untrash)$"
)
_COSTS: Mapping[str, Sequence[tuple[str, str, int]]] = {
    "gmail": (
        ("POST", r"/(messages|drafts)/send$", 100),
        ("POST", r"/drafts$", 10),
        ("GET", r"/messages/[^/]+$", 20),
        ("GET", r"/threads/[^/]+$", 40),
        ("", r"", 5),
    ),
    "drive": (
        ("GET", r"/(files|changes)$", 100),
        ("GET", r"/files/[^/]+/export$", 200),
        ("GET", r"/files/[^/]+$", 5),
        ("GET", r"", 5),
        ("", r"", 50),
    ),
}
"""Units by method and path, the first that fits."""


@dataclass
class GoogleService(Service):
    """One of Google's services. `api` is its name there, `quotas` what may be asked how often."""

    api: str = ""
    quotas: Sequence[Quota] = ()
    hints: Mapping[str, str] = field(default_factory=dict)

    def nature(self, call: Call) -> Nature:
        """By method and path; for several requests in one, the one that changes the most."""
        path, method = call.path, call.method
        if re.search(r"/batch(/|$)", path):
            return _of_batch(call.body)
        if method in ("GET", "HEAD", "OPTIONS") or (method == "POST" and _READS.search(path)):
            return "read"
        if method == "POST":
            return "repeatable write" if _REPEATABLE.search(path) else "write"
        if call.query.get("sendUpdates", ["none"]) != ["none"]:
            return "write"  # each time it arrives, guests may be written to again
        return "repeatable write" if method in ("PUT", "PATCH", "DELETE") else "write"

    def charges(self, call: Call, identity: Identity) -> Iterable[Charge]:
        """The units that it takes from the account's quota, the project's, and the project's day.

        `kind` and `units` say which and how many.
        """
        wanted = self.kind(call)
        for quota in self.quotas:
            if quota.kind == wanted:
                yield from _charges(quota, self.units(call), identity)

    def kind(self, call: Call) -> str:
        """The quota that counts this request."""
        kinds = [quota.kind for quota in self.quotas]
        if "responses" in kinds and call.path.endswith("/responses"):
            return "responses"
        usual = "reads" if self.nature(call) == "read" else "writes"
        return usual if usual in kinds else kinds[0] if kinds else ""

    def units(self, call: Call) -> int:
        """How many units it takes."""
        for method, path, units in _COSTS.get(self.api, ()):
            if method in ("", call.method) and re.search(path, call.path):
                return units
        return 1

    def fault(self, answer: Answer) -> Fault:
        """Google's own words; where something is not shared, whom it is to be shared with."""
        return fault_in(answer, self.hints)


def google_service(
    api: str,
    settings: Any,
    identities: Sequence[Identity],
    *,
    hints: Mapping[str, str] | None = None,
) -> GoogleService:
    """The service `api` ("sheets", "calendar" ...) under the settings of one connection."""
    share = f"Share it with {addresses(identities)}, as an editor."
    shared = dict.fromkeys(("notFound", "NOT_FOUND", "forbidden", "PERMISSION_DENIED"), share)
    return GoogleService(
        name=NAMES[api],
        origins=(settings.url,) if settings.url else _HOSTS[api],
        identities=tuple(identities),
        api=api,
        quotas=tuple(_as_set(quota, settings) for quota in QUOTAS[api]),
        hints={**shared, **(hints or {})},
    )


def _as_set(quota: Quota, settings: Any) -> Quota:
    kind = quota.kind
    return Quota(
        kind,
        getattr(settings, f"{kind}_per_minute", quota.each),
        getattr(settings, f"project_{kind}_per_minute", quota.project),
        getattr(settings, f"project_{kind}_per_day", quota.project_day),
    )


def _charges(quota: Quota, units: int, identity: Identity) -> Iterable[Charge]:
    project = identity.project if isinstance(identity, GoogleIdentity) else ""
    who, whose = identity.name or "this account", f"the project {project}".strip()
    if quota.each:
        yield Charge(Limit(quota.each, "minute", f"{quota.kind} of {who}"), units)
    if quota.project:
        yield Charge(Limit(quota.project, "minute", f"{quota.kind} of {whose}"), units)
    if quota.project_day:
        yield Charge(Limit(quota.project_day, "day", f"{quota.kind} of {whose}"), units)


def _of_batch(body: bytes) -> Nature:
    """A batch is sent again only when all in it may be: when they are nothing but reads."""
    methods = re.findall(rb"(?m)^(GET|POST|PUT|PATCH|DELETE) /", body)
    return "read" if methods and set(methods) == {b"GET"} else "write"
