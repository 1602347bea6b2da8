"""Times as Calendar reads and writes them: all-day dates, and times with an offset or a zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tests.emulators.google.errors import ApiError

FIRST, LAST = datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)
"""Between these, a time can be shown in any zone."""


def zone_named(name: str, *, what: str = "") -> ZoneInfo:
    """The zone of an IANA name; 400 for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        where = f" for {what}" if what else ""
        raise ApiError(400, "invalid", f"Invalid time zone definition{where}.") from None


def moment(text: str) -> datetime:
    """An RFC 3339 timestamp with its offset; 400 without one."""
    try:
        found = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ApiError(400, "badRequest", "Bad Request")
    return min(max(found.replace(microsecond=0), FIRST), LAST)


def stamp(when: datetime) -> str:
    """A moment in UTC with milliseconds: 2026-03-14T11:00:00.000Z."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def in_zone(when: datetime, zone: tzinfo) -> str:
    """A moment as a response shows it: to the second, with the zone's offset, Z for UTC."""
    return when.astimezone(zone).isoformat(timespec="seconds").replace("+00:00", "Z")


def checked(value: Any, *, name: str, recurring: bool) -> dict[str, str]:
    """An event's start or end ("start", "end") as it is kept; 400 when it cannot be one.

    A recurring event with times needs a named zone; any other needs a zone or an offset.
    """
    value = value if isinstance(value, Mapping) else {}
    if value.get("date") and value.get("dateTime"):
        raise ApiError(400, "invalid", f"Invalid {name} time.")
    if value.get("date"):
        return {"date": _date(str(value["date"]), name).isoformat()}
    if not value.get("dateTime"):
        raise ApiError(400, "required", f"Missing {name} time.")
    return _checked_time(str(value["dateTime"]), value.get("timeZone"), name, recurring)


def _checked_time(text: str, zone_name: Any, name: str, recurring: bool) -> dict[str, str]:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        when = datetime.max
    if not FIRST.year < when.year < LAST.year:
        raise ApiError(400, "invalid", f"Invalid {name} time.")
    zone = zone_named(str(zone_name), what=f"{name} time") if zone_name else None
    if zone is None and (recurring or when.tzinfo is None):
        raise ApiError(400, "required", f"Missing time zone definition for {name} time.")
    if when.tzinfo is None:
        when = when.replace(tzinfo=zone)
    kept = {"dateTime": when.isoformat(timespec="seconds")}
    return {**kept, "timeZone": str(zone_name)} if zone_name else kept


def _date(text: str, name: str) -> date:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        day = date.max
    if not FIRST.year < day.year < LAST.year:
        raise ApiError(400, "invalid", f"Invalid {name} time.")
    return day


def instant(value: Mapping[str, str], zone: tzinfo) -> datetime:
    """The moment that a kept start or end stands for; a date begins at midnight in `zone`."""
    if "date" in value:
        return datetime.combine(date.fromisoformat(value["date"]), time(), zone)
    return datetime.fromisoformat(value["dateTime"])


def shown(value: Mapping[str, str], zone: tzinfo, *, usual_zone: str) -> dict[str, str]:
    """A kept start or end as a response gives it: offset of `zone`, named zone beside it."""
    if "date" in value:
        return dict(value)
    when = datetime.fromisoformat(value["dateTime"])
    return {"dateTime": in_zone(when, zone), "timeZone": value.get("timeZone") or usual_zone}
