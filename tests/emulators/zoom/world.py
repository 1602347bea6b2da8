"""What Zoom holds: one account with its users, their meetings, and who came."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.emulators.calling import Courier
from tests.emulators.zoom.errors import no_meeting, no_user

INSTANT, SCHEDULED, NO_FIXED_TIME, FIXED_TIME = 1, 2, 3, 8
BASIC, LICENSED = 1, 2


@dataclass
class User:
    """Somebody in the account; `type` 1 is basic, 2 licensed."""

    email: str
    id: str
    first_name: str = ""
    last_name: str = ""
    type: int = LICENSED
    status: str = "active"
    timezone: str = "UTC"
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Registrant:
    """Somebody who signed up for a meeting."""

    id: str
    email: str
    first_name: str
    last_name: str = ""
    status: str = "approved"
    created: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Meeting:
    """A meeting. `starts` is None where it has no fixed time; `duration` is in minutes.

    `came` are its participants once it is over: name, user_email, join and leave in minutes after
    the start. Each time it took place is an instance with a UUID of its own.
    """

    id: int
    uuid: str
    host: str
    topic: str
    type: int
    starts: datetime | None
    duration: int
    timezone: str
    agenda: str
    created: datetime
    password: str
    settings: dict[str, Any]
    recurrence: dict[str, Any] | None = None
    ended: datetime | None = None
    registrants: list[Registrant] = field(default_factory=list)
    came: list[dict[str, Any]] = field(default_factory=list)
    recordings: list[dict[str, Any]] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    def times(self) -> list[datetime]:
        """When it takes place: once, or each time it recurs."""
        if self.starts is None:
            return []
        if self.type != FIXED_TIME:
            return [self.starts]
        return recurring(self.starts, self.recurrence or {})

    def over_at(self, starts: datetime) -> datetime:
        """When the one that began then was over."""
        ends = starts + timedelta(minutes=self.duration)
        return min(ends, self.ended) if self.ended and self.ended > starts else ends


@dataclass
class App:
    """A server-to-server app: its client id and secret, and what it may do."""

    client_id: str
    client_secret: str
    scopes: tuple[str, ...]


@dataclass
class Token:
    """An access token and when it ends."""

    app: str
    scopes: tuple[str, ...]
    ends: datetime


@dataclass
class World:
    """All of one Zoom account. Take `lock` to look at it while the emulator runs."""

    clock: Callable[[], datetime]
    account: str = "account"
    plan: str = "pro"
    apps: dict[str, App] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    meetings: dict[int, Meeting] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    written: dict[tuple[str, str], int] = field(default_factory=dict)
    """Creates and updates by host and day in UTC."""
    pages: dict[str, int] = field(default_factory=dict)
    counted: int = 0
    subscriptions: list[tuple[str, str]] = field(default_factory=list)
    """Addresses that are told of events, each with the app's secret token."""
    courier: Courier = field(default_factory=Courier)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def now(self) -> datetime:
        """This moment."""
        return self.clock().astimezone(UTC)

    def number(self) -> int:
        """A new number, never two alike."""
        self.counted += 1
        return self.counted

    def user(self, name: str) -> User:
        """By id or e-mail address; `me` is the first. Raises ZoomError 1001."""
        if name == "me" and self.users:
            return next(iter(self.users.values()))
        for one in self.users.values():
            if name in (one.id, one.email) or name.casefold() == one.email.casefold():
                return one
        raise no_user(name)

    def meeting(self, name: str) -> Meeting:
        """By its number. Raises ZoomError 3001."""
        found = self.meetings.get(int(name)) if name.isdigit() else None
        if found is None:
            raise no_meeting(name)
        return found

    def is_past(self, starts: datetime, meeting: Meeting) -> bool:
        """Whether the one that began then is over."""
        return meeting.over_at(starts) <= self.now()

    def instances(self, meeting: Meeting) -> Iterator[tuple[str, datetime]]:
        """The UUID and start of each time it took place: somebody came, and it is over."""
        for place, starts in enumerate(meeting.times()):
            if meeting.came and self.is_past(starts, meeting):
                yield meeting.uuid if place == 0 else uuid_of(meeting.id, place), starts


def uuid_of(number: int, instance: int = 0) -> str:
    """A UUID as Zoom's are: base64, which may begin with or hold slashes. Odd ones do, here."""
    raw = bytearray(hashlib.blake2b(f"{number}/{instance}".encode(), digest_size=16).digest())
    if (number + instance) % 2:
        raw[:3] = b"\xff\xff\xff"  # "////" in base64: clients must encode it twice
    return base64.b64encode(bytes(raw)).decode()


def stamp(moment: datetime | None) -> str | None:
    """As Zoom writes moments."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_time(text: str, zone: str) -> datetime:
    """`2026-03-17T18:00:00Z` is in UTC, without the Z in `zone`. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone or "UTC"))
    return moment.astimezone(UTC)


def recurring(first: datetime, rule: dict[str, Any]) -> list[datetime]:
    """The starts of a series: daily, weekly or monthly, at most 60 (Zoom's limit)."""
    every = int(rule.get("repeat_interval") or 1)
    kind = int(rule.get("type") or 1)
    until = rule.get("end_date_time")
    last = read_time(until, "UTC") if until else None
    times = min(int(rule.get("end_times") or (60 if until else 1)), 60)
    found = []
    for number in range(times):
        moment = _after(first, kind, every * number)
        if last is not None and moment > last:
            break
        found.append(moment)
    return found


def _after(first: datetime, kind: int, steps: int) -> datetime:
    if kind in (1, 2):
        return first + timedelta(days=steps * (7 if kind == 2 else 1))
    months = first.month - 1 + steps
    day = min(first.day, 28)
    return first.replace(year=first.year + months // 12, month=months % 12 + 1, day=day)
