"""Recurring events: the lines of RFC 5545 in `recurrence`, their occurrences and instance ids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset, rrulestr
from icalendar.parser import Contentline

from tests.emulators.google.calendar.times import instant
from tests.emulators.google.errors import ApiError

INSTANCE = re.compile(r"(?P<base>[a-v0-9_]+?)_(?P<day>\d{8})(?P<time>T\d{6}Z)?")
LINES = ("RRULE", "EXRULE", "RDATE", "EXDATE")
NEVER = re.compile(r"FREQ=(SECONDLY|MINUTELY)|INTERVAL=0+(;|$)", re.I)
"""Rules that are not expanded: a calendar full of one event, or one that does not go on."""
MOST = 20_000
"""Occurrences looked at in one series: far past any calendar, and an end for hostile rules."""


@dataclass(frozen=True)
class Occurrence:
    """One start and end of a series, as the event resource writes them, and its id's ending."""

    start: dict[str, str]
    end: dict[str, str]
    begins: datetime
    ends: datetime
    suffix: str


class Series:
    """All occurrences of a recurring event, in its own zone."""

    def __init__(self, event: Mapping[str, Any], usual_zone: ZoneInfo) -> None:
        start, end = event["start"], event["end"]
        self.all_day = "date" in start
        self.usual_zone = usual_zone
        self.zone_name = start.get("timeZone", "")
        self.zone = ZoneInfo(self.zone_name) if self.zone_name else usual_zone
        self.end_zone = end.get("timeZone", self.zone_name)
        self.length = instant(end, UTC) - instant(start, UTC)
        first = instant(start, self.zone).astimezone(self.zone)
        self.first = first.replace(tzinfo=None)
        self.endless = False
        self.rules = self._rules(event["recurrence"])

    def _rules(self, lines: Sequence[str]) -> rruleset:
        rules = rruleset()
        parsed = [_parts(line) for line in lines]
        for name, parameters, value in parsed:
            if name in ("RRULE", "EXRULE"):
                rule = rrulestr(self._local_until(value), dtstart=self.first)
                (rules.rrule if name == "RRULE" else rules.exrule)(rule)
            else:
                add = rules.rdate if name == "RDATE" else rules.exdate
                for one in value.split(","):
                    add(self._local(one, parameters.get("TZID")))
        rrules = [value for name, _, value in parsed if name == "RRULE"]
        self.endless = any(not re.search("COUNT|UNTIL", one, re.I) for one in rrules)
        if not rrules:
            rules.rdate(self.first)
        return rules

    def _local_until(self, rule: str) -> str:
        """The rule with UNTIL on the series' own clock, which is how it is expanded."""

        def replaced(match: re.Match[str]) -> str:
            text = match["until"]
            until = self._local(text, None)
            if len(text) == 8 and not self.all_day:
                until = datetime.combine(until.date(), time(23, 59, 59))
            return f"UNTIL={until:%Y%m%dT%H%M%S}"

        return re.sub(r"UNTIL=(?P<until>[0-9TZ]+)", replaced, rule, flags=re.I)

    def _local(self, text: str, zone: str | None) -> datetime:
        day = datetime.strptime(text[:8], "%Y%m%d")
        if self.all_day:
            return day
        if len(text) == 8:
            return datetime.combine(day.date(), self.first.time())
        when = datetime.strptime(text[:15], "%Y%m%dT%H%M%S")
        if text.endswith("Z"):
            return when.replace(tzinfo=UTC).astimezone(self.zone).replace(tzinfo=None)
        if zone:
            there = when.replace(tzinfo=ZoneInfo(zone))
            return there.astimezone(self.zone).replace(tzinfo=None)
        return when

    def occurrences(self, *, before: datetime) -> Iterator[Occurrence]:
        """Each occurrence that begins before this moment, in order."""
        for count, wall in enumerate(self.rules):
            one = self._occurrence(wall)
            if one.begins >= before or count > MOST:
                return
            yield one

    def any(self) -> bool:
        """Whether the rule gives at least one occurrence."""
        return next(iter(self.rules), None) is not None

    def occurrence(self, suffix: str) -> Occurrence | None:
        """The occurrence whose instance id ends so ("20260314T110000Z", "20260314"), if any."""
        if self.all_day != ("T" not in suffix):
            return None
        wall = self._local(suffix, None)
        near = takewhile(lambda one: one <= wall, islice(self.rules, MOST))
        return self._occurrence(wall) if any(one == wall for one in near) else None

    def _occurrence(self, wall: datetime) -> Occurrence:
        if self.all_day:
            day, last = wall.date(), wall.date() + self.length
            start, end = {"date": day.isoformat()}, {"date": last.isoformat()}
            zone = self.usual_zone
            return Occurrence(start, end, instant(start, zone), instant(end, zone), f"{day:%Y%m%d}")
        begins = wall.replace(tzinfo=self.zone).astimezone(UTC)
        ends = begins + self.length
        start = _zoned(begins.astimezone(self.zone), self.zone_name)
        end = _zoned(ends.astimezone(ZoneInfo(self.end_zone or "UTC")), self.end_zone)
        return Occurrence(start, end, begins, ends, f"{begins:%Y%m%dT%H%M%SZ}")


def _zoned(when: datetime, name: str) -> dict[str, str]:
    kept = {"dateTime": when.isoformat(timespec="seconds")}
    return {**kept, "timeZone": name} if name else kept


def _parts(line: str) -> tuple[str, Mapping[str, str], str]:
    name, parameters, value = Contentline(line).parts()
    if name.upper() not in LINES or NEVER.search(str(value)):
        raise ValueError(line)
    return name.upper(), parameters, str(value)


def checked(lines: Any, event: Mapping[str, Any], usual_zone: ZoneInfo) -> list[str]:
    """The recurrence lines, when they can be expanded; 400 when not."""
    kept = [str(line).strip() for line in lines or []]
    try:
        found = not kept or Series({**event, "recurrence": kept}, usual_zone).any()
    except (ValueError, KeyError, TypeError, IndexError, OSError):
        found = False
    if not found:
        raise ApiError(400, "invalid", "Invalid recurrence rule.")
    return kept


def split(event_id: str) -> tuple[str, str] | None:
    """An instance id as (series id, ending), or None for the id of a single event or series."""
    match = INSTANCE.fullmatch(event_id)
    return (match["base"], match["day"] + (match["time"] or "")) if match else None


def suffix_of(original: Mapping[str, str]) -> str:
    """The ending of the instance id for this `originalStartTime`."""
    if "date" in original:
        return original["date"].replace("-", "")
    return f"{datetime.fromisoformat(original['dateTime']).astimezone(UTC):%Y%m%dT%H%M%SZ}"


HORIZON = timedelta(days=730)
"""How far endless series are expanded when no timeMax bounds them (the service names no number)."""
