"""Dates and times as people write them. What can be read in two ways is asked, never guessed."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sheetflow.clock import zone_named
from sheetflow.errors import SetupError
from sheetflow.tables import statuses
from sheetflow.tables.text import shown, without_hidden
from sheetflow.values import Status

_MONTHS = (
    "january jan januar enero ene janvier janv",
    "february feb februar febrero février fevrier févr fevr",
    "march mar märz maerz mrz marzo mars",
    "april apr abril abr avril avr",
    "may mai mayo",
    "june jun juni junio juin",
    "july jul juli julio juillet juil",
    "august aug agosto ago août aout",
    "september sep sept septiembre septembre",
    "october oct oktober okt octubre octobre",
    "november nov noviembre novembre",
    "december dec dezember dez diciembre dic décembre decembre déc",
)
_MONTH = {name: month for month, names in enumerate(_MONTHS, 1) for name in names.split()}
_WEEKDAYS = {
    name: day
    for day, names in enumerate(
        (
            "monday mon montag lunes lundi",
            "tuesday tue tues dienstag martes mardi",
            "wednesday wed mittwoch miércoles miercoles mercredi",
            "thursday thu thur thurs donnerstag jueves jeudi",
            "friday fri freitag viernes vendredi",
            "saturday sat samstag sábado sabado samedi",
            "sunday sun sonntag domingo dimanche",
        )
    )
    for name in names.split()
}
_TIME = (
    r"(?:[ ,T]+(?:at |um |à |a las )?(?P<hour>\d{1,2})(?:[:h](?P<minute>\d\d))?"
    r"(?::(?P<second>\d\d)(?:\.\d+)?)?(?P<h>h| Uhr)? ?(?P<half>[ap]\.?m\b\.?)?)?"
    r" ?(?P<zone>Z|[+-]\d\d:?\d\d|[A-Za-z_]+/[A-Za-z_/+-]+|UTC|GMT)?"
)
_WEEKDAY = r"(?:(?P<weekday>[^\W\d]+)\.?,? )?"
_YEAR_FIRST = re.compile(
    rf"{_WEEKDAY}(?P<year>\d{{4}})(?P<mark>[-/.])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?){_TIME}",
    re.I,
)
_NAMED = (
    re.compile(
        rf"{_WEEKDAY}(?P<day>\d\d?)(?:st|nd|rd|th|\.|º)? ?(?:of |de )?"
        rf"(?P<name>[^\W\d]{{3,12}})\.?,? ?(?:de )?(?P<year>\d{{4}}){_TIME}",
        re.I,
    ),
    re.compile(
        rf"{_WEEKDAY}(?P<name>[^\W\d]{{3,12}})\.? (?P<day>\d\d?)(?:st|nd|rd|th)?,? "
        rf"(?P<year>\d{{4}}){_TIME}",
        re.I,
    ),
)
_NUMERIC = re.compile(
    rf"{_WEEKDAY}(?P<left>\d\d?)(?P<mark>[-/.])(?P<right>\d\d?)(?:(?P=mark)(?P<year>\d{{4}}|\d\d)?)?{_TIME}",
    re.I,
)
_EPOCH = datetime(1899, 12, 30)
_SERIALS = range(20_000, 80_000)
"""Serial numbers that are taken for dates: 1954 to 2119."""

_YEARS = range(1900, 9999)
"""Years whose moments can be told in every zone, and are of this world."""

_EXAMPLE_YEAR = 2026


@dataclass(frozen=True)
class _Found:
    """A day, the time if there is one, and the zone if it says one."""

    day: date
    time: time | None = None
    zone: str = ""


def read_date(raw: object, zone: ZoneInfo, *, serials: bool = False) -> date | Status:
    """The day in a cell, or the question to ask. A time beside it is let go."""
    found = _found(raw, serials=serials)
    if isinstance(found, datetime):
        inside = found.year in _YEARS
        return found.astimezone(zone).date() if inside else statuses.ambiguous_date(shown(raw))
    return found.day if isinstance(found, _Found) else found


def read_moment(raw: object, zone: ZoneInfo, *, serials: bool = False) -> datetime | Status:
    """The day and time in a cell, in `zone` unless it says one itself, or the question to ask."""
    found = _found(raw, serials=serials)
    if isinstance(found, Status):
        return found
    if (found if isinstance(found, datetime) else found.day).year not in _YEARS:
        return statuses.ambiguous_date(shown(raw))
    if isinstance(found, datetime):
        return found
    if found.time is None:
        return statuses.no_time(found.day)
    return _in_zone(datetime.combine(found.day, found.time), found.zone, zone)


def _found(raw: object, *, serials: bool) -> _Found | datetime | Status:
    match raw:
        case datetime() if raw.tzinfo is not None:
            return raw
        case datetime():
            return _Found(raw.date(), raw.time())
        case date():
            return _Found(raw)
        case int() | float() if serials and not isinstance(raw, bool) and int(raw) in _SERIALS:
            # Excel counts in days; a second is 1/86400 of one, and floats miss it by a hair.
            moment = _EPOCH + timedelta(seconds=round(raw * 86_400))
            return _Found(moment.date(), moment.time() if raw % 1 else None)
        case str():
            return _from_text(without_hidden(raw[:200]))
        case _:
            return statuses.ambiguous_date(shown(raw))


def _from_text(text: str) -> _Found | Status:
    if len(text) == 10 and text[4] == text[7] == "-":  # most dates, and read faster
        with suppress(ValueError):
            return _Found(date.fromisoformat(text))
    for pattern in (_YEAR_FIRST, *_NAMED):
        if match := pattern.fullmatch(text):
            return _built(match) or statuses.ambiguous_date(text)
    if match := _NUMERIC.fullmatch(text):
        return _from_digits(match, text)
    return statuses.ambiguous_date(text)


def _from_digits(match: re.Match[str], text: str) -> _Found | Status:
    """3/4/2026 is asked; 13/4/2026 and 3/3/2026 can only be one day."""
    left, right, year = int(match["left"]), int(match["right"]), match["year"] or ""
    whole = int(year) if len(year) == 4 else 2000 + int(year) if year else _EXAMPLE_YEAR
    days = (_day(whole, right, left), _day(whole, left, right))
    options = list(dict.fromkeys(day for day in days if day))
    if len(options) == 1 and len(year) == 4:
        found = _with_time(options[0], match)
        return found or statuses.ambiguous_date(text)
    return statuses.ambiguous_date(text, options)


def _built(match: re.Match[str]) -> _Found | None:
    parts = match.groupdict()
    month = _MONTH.get(parts["name"].casefold(), 0) if "name" in parts else int(parts["month"])
    day = _day(int(parts["year"]), month, int(parts["day"]))
    return _with_time(day, match) if day else None


def _with_time(day: date, match: re.Match[str]) -> _Found | None:
    """The day with the time beside it; None if there is no such weekday, hour or minute."""
    weekday = match["weekday"]
    if weekday and _WEEKDAYS.get(weekday.casefold()) != day.weekday():
        return None
    if match["hour"] is None:
        return None if match["zone"] else _Found(day)
    if not (match["minute"] or match["half"] or match["h"]):
        return None  # "4 March 2026 7": in the morning, or in the evening?
    moment = _time(match)
    return _Found(day, moment, match["zone"] or "") if moment else None


def _time(match: re.Match[str]) -> time | None:
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
    try:
        return time(hour, int(match["minute"] or 0), int(match["second"] or 0))
    except ValueError:
        return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _in_zone(local: datetime, written: str, zone: ZoneInfo) -> datetime | Status:
    if written.upper() in ("Z", "UTC", "GMT"):
        return local.replace(tzinfo=UTC)
    if written[:1] in ("+", "-"):
        return _with_offset(local, written)
    if written:
        try:
            zone = zone_named(written)
        except SetupError:
            return statuses.unknown_zone(written)
    return _certain(local, zone)


def _with_offset(local: datetime, written: str) -> datetime | Status:
    try:
        return datetime.fromisoformat(f"{local.isoformat()}{written}")
    except ValueError:
        return statuses.unknown_zone(written)


def _certain(local: datetime, zone: ZoneInfo) -> datetime | Status:
    """The moment of a local time that the clocks show exactly once."""
    moment = local.replace(tzinfo=zone)
    if moment.utcoffset() == moment.replace(fold=1).utcoffset():
        return moment
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local:
        return statuses.doubled_time(local)
    return statuses.no_such_time(local)
