"""Times as formulas have them: zones, units, adding and subtracting."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

UNITS = {
    "milliseconds": ("milliseconds", "millisecond", "ms"),
    "seconds": ("seconds", "second", "s"),
    "minutes": ("minutes", "minute", "m"),
    "hours": ("hours", "hour", "h"),
    "days": ("days", "day", "d"),
    "weeks": ("weeks", "week", "w"),
    "months": ("months", "month", "M"),
    "quarters": ("quarters", "quarter", "Q"),
    "years": ("years", "year", "y"),
}
SECONDS = {
    "milliseconds": 0.001,
    "seconds": 1,
    "minutes": 60,
    "hours": 3600,
    "days": 86400,
    "weeks": 604800,
}
MONTHS = {"months": 1, "quarters": 3, "years": 12}


@dataclass(frozen=True)
class Moment:
    """A time, and the zone and language it is to be written in."""

    time: datetime
    day_only: bool = False
    zone: str = "utc"
    locale: str = "en"

    def iso(self) -> str:
        """As Airtable joins times into texts."""
        utc = self.time.astimezone(UTC)
        return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    @property
    def local(self) -> datetime:
        """The time in its zone."""
        return self.time.astimezone(zone_of(self.zone) or UTC)

    def at(self, local: datetime) -> Moment:
        """The same zone and language, another time."""
        return replace(self, time=local.astimezone(UTC))


@cache
def zone_of(name: str) -> ZoneInfo | None:
    """A time zone by name, None where there is none of that name."""
    if name.lower() in {"utc", "gmt", "client", ""}:
        return ZoneInfo("UTC")
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def unit_of(name: str) -> str | None:
    """The plural name of a unit of time."""
    for unit, names in UNITS.items():
        if name in names or (len(name) > 2 and name.lower() in names):
            return unit
    return None


def add(time: Moment, count: float, unit: str) -> Moment:
    """So many units later; the last of a month stays within the month."""
    if unit in MONTHS:
        return time.at(_add_months(time.local, int(count) * MONTHS[unit]))
    if unit in {"days", "weeks"}:
        days = int(count) * (7 if unit == "weeks" else 1)
        return time.at(time.local + timedelta(days=days))
    return time.at(time.time + timedelta(seconds=count * SECONDS[unit]))


def _add_months(time: datetime, count: int) -> datetime:
    year, month = divmod(time.year * 12 + time.month - 1 + count, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return time.replace(year=year, month=month + 1, day=min(time.day, last))


def difference(left: Moment, right: Moment, unit: str) -> int:
    """How many whole units lie from `right` to `left`; below 0 where it is the other way."""
    if unit in MONTHS:
        return int(_months(left.time, right.time) / MONTHS[unit])
    seconds = (left.time - right.time).total_seconds()
    return int(round(seconds * 1000) / (SECONDS[unit] * 1000))


def _months(left: datetime, right: datetime) -> int:
    """Whole months from `right` to `left`, cut towards 0."""
    if left < right:
        return -_months(right, left)
    count = (left.year - right.year) * 12 + left.month - right.month
    return count - 1 if _add_months(right, count) > left else count


def start_of(time: datetime, unit: str) -> datetime:
    """The beginning of the unit that a time lies in."""
    day = time.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "years":
        return day.replace(month=1, day=1)
    if unit == "quarters":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    if unit == "months":
        return day.replace(day=1)
    if unit == "weeks":
        return day - timedelta(days=day.isoweekday() % 7)
    return {
        "days": day,
        "hours": time.replace(minute=0, second=0, microsecond=0),
        "minutes": time.replace(second=0, microsecond=0),
        "seconds": time.replace(microsecond=0),
    }.get(unit, time)


def week_number(day: date, first: int = 0) -> int:
    """The week of the year, whose first is the one with 1 January; weeks begin on `first`."""
    start = date(day.year, 1, 1)
    return ((day - start).days + (start.isoweekday() - first) % 7) // 7 + 1
