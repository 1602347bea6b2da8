"""The documented quotas, counted per minute; a request beyond them gets the documented refusal.

Sources: developers.google.com/workspace/{sheets,drive,calendar,gmail,forms,docs}/api/limits, as of
November 2026.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.emulators.google.discovery import Method
from tests.emulators.google.errors import ApiError

WINDOW = timedelta(minutes=1)


@dataclass(frozen=True)
class Quota:
    """So many units a minute, for the whole project and for one user in it."""

    name: str
    project: int
    user: int


SHEETS_READ = Quota("Read requests", 300, 60)
SHEETS_WRITE = Quota("Write requests", 300, 60)
DRIVE = Quota("Queries", 1_000_000, 325_000)
CALENDAR = Quota("Queries", 10_000, 600)
GMAIL = Quota("Queries", 1_200_000, 6_000)
FORMS_READ = Quota("Read requests", 975, 390)
FORMS_EXPENSIVE = Quota("Expensive read requests", 450, 180)
FORMS_WRITE = Quota("Write requests", 375, 150)
DOCS_READ = Quota("Read requests", 3000, 300)
DOCS_WRITE = Quota("Write requests", 600, 60)

READING_POSTS = frozenset(
    {
        "sheets.spreadsheets.getByDataFilter",
        "sheets.spreadsheets.values.batchGetByDataFilter",
        "sheets.spreadsheets.developerMetadata.search",
    }
)
GMAIL_UNITS = {
    "gmail.users.messages.send": 100,
    "gmail.users.drafts.send": 100,
    "gmail.users.messages.get": 20,
    "gmail.users.threads.get": 40,
    "gmail.users.messages.list": 5,
    "gmail.users.threads.list": 10,
    "gmail.users.drafts.create": 10,
    "gmail.users.drafts.update": 15,
    "gmail.users.history.list": 2,
    "gmail.users.getProfile": 1,
    "gmail.users.labels.list": 1,
    "gmail.users.labels.get": 1,
}


def cost(method: Method) -> tuple[Quota, int]:
    """Which quota a call spends, and how many units of it."""
    reads = method.verb == "GET" or method.id in READING_POSTS
    if method.service == "sheets":
        return (SHEETS_READ if reads else SHEETS_WRITE), 1
    if method.service == "drive":
        return DRIVE, _drive_units(method)
    if method.service == "calendar":
        return CALENDAR, 1
    if method.service == "gmail":
        return GMAIL, GMAIL_UNITS.get(method.id, 5)
    if method.service == "forms":
        dear = method.id == "forms.forms.responses.list"
        return (FORMS_EXPENSIVE if dear else FORMS_READ if reads else FORMS_WRITE), 1
    return (DOCS_READ if reads else DOCS_WRITE), 1


def _drive_units(method: Method) -> int:
    name = method.id.rpartition(".")[2]
    if name in {"list", "listLabels"}:
        return 100
    if name == "get":
        return 5
    if name in {"export", "download"}:
        return 200
    return 50


@dataclass
class Quotas:
    """What was spent within the last minute."""

    spent: dict[tuple[str, str, str], deque[tuple[datetime, int]]] = field(default_factory=dict)

    def spend(self, method: Method, user: str, now: datetime, quota_user: str = "") -> None:
        """Count a call; raises the service's refusal when it is one too many."""
        quota, units = cost(method)
        who = quota_user or user
        for holder, most in (("", quota.project), (who, quota.user)):
            if self._within(method.service, quota, holder, now) + units > most:
                raise _refusal(method, quota, per_user=bool(holder), most=most)
        for holder in ("", who):
            key = (method.service, quota.name, holder)
            self.spent.setdefault(key, deque()).append((now, units))

    def _within(self, service: str, quota: Quota, holder: str, now: datetime) -> int:
        spent = self.spent.setdefault((service, quota.name, holder), deque())
        while spent and spent[0][0] <= now - WINDOW:
            spent.popleft()
        return sum(units for _, units in spent)


def _refusal(method: Method, quota: Quota, *, per_user: bool, most: int) -> ApiError:
    service = f"{method.service}.googleapis.com"
    if method.service in {"drive", "calendar", "gmail"}:
        return _classic_refusal(method.service, quota, per_user=per_user)
    limit = f"{quota.name} per minute{' per user' if per_user else ''}"
    metric = quota.name.lower().replace(" ", "_")
    message = (
        f"Quota exceeded for quota metric '{quota.name}' and limit '{limit}' of service "
        f"'{service}' for consumer 'project_number:100000000000'."
    )
    name = f"{quota.name.split()[0]}RequestsPerMinutePer{'User' if per_user else 'Project'}"
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {
            "service": service,
            "consumer": "projects/100000000000",
            "quota_limit": name,
            "quota_limit_value": str(most),
            "quota_metric": f"{service}/{metric}",
            "quota_location": "global",
        },
    }
    return ApiError(429, "rateLimitExceeded", message, details=[info, HELP])


HELP = {
    "@type": "type.googleapis.com/google.rpc.Help",
    "links": [
        {
            "description": "Request a higher quota limit.",
            "url": "https://cloud.google.com/docs/quotas/help/request_increase",
        }
    ],
}


def _classic_refusal(service: str, quota: Quota, *, per_user: bool) -> ApiError:
    if service == "gmail":
        message = (
            "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user'"
        )
        return ApiError(429, "rateLimitExceeded", message, domain="usageLimits")
    reason = "userRateLimitExceeded" if per_user else "rateLimitExceeded"
    message = "User Rate Limit Exceeded" if per_user else "Rate Limit Exceeded"
    if service == "calendar":
        return ApiError(403, "rateLimitExceeded", "Rate Limit Exceeded", domain="usageLimits")
    return ApiError(403, reason, message, domain="usageLimits")
