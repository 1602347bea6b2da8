"""The functions of dates and times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.emulators.airtable.formulas.functions import Here, function
from tests.emulators.airtable.formulas.moments import (
    Moment,
    add,
    difference,
    start_of,
    unit_of,
    week_number,
    zone_of,
)
from tests.emulators.airtable.formulas.timereading import parsed, read_time
from tests.emulators.airtable.formulas.timewriting import formatted
from tests.emulators.airtable.formulas.values import Failed, flat, integer, moment, number, text

FARTHEST = 1_000_000
"""Working days: of more than that none is counted."""


def _unit(given: Any) -> str:
    found = unit_of(text(given))
    if found is None:
        raise Failed("no unit of time")
    return found


@function("TODAY", 0)
def today(here: Here) -> Moment:
    """The day, at 0:00 UTC."""
    return Moment(start_of(here.now.time, "days"), day_only=True)


@function("NOW", 0)
def now(here: Here) -> Moment:
    """The time."""
    return here.now


@function("DATEADD", 3)
def date_add(here: Here, given: Any, count: Any, unit: Any) -> Moment:
    """So many units later."""
    try:
        return add(moment(given), number(count), _unit(unit))
    except (OverflowError, ValueError) as error:
        raise Failed("no such date") from error


@function("DATETIME_DIFF", 2, 3)
def datetime_diff(here: Here, left: Any, right: Any, unit: Any = "seconds") -> int:
    """Whole units from the second time to the first."""
    return difference(moment(left), moment(right), _unit(unit))


@function("DATETIME_FORMAT", 1, 2)
def datetime_format(here: Here, given: Any, pattern: Any = "YYYY-MM-DDTHH:mm:ssZ") -> str:
    """A time in the shorthand."""
    return formatted(moment(given), text(pattern))


@function("DATETIME_PARSE", 1, 3)
def datetime_parse(here: Here, given: Any, pattern: Any = None, locale: Any = "en") -> Moment:
    """A time that stands in a text."""
    if isinstance(given, Moment):
        return given
    told = text(given)
    found = read_time(told) if pattern is None else parsed(told, text(pattern), text(locale))
    if found is None:
        raise Failed("not a date")
    return found


@function("DATESTR", 1)
def date_string(here: Here, given: Any) -> str:
    """YYYY-MM-DD."""
    return formatted(moment(given), "YYYY-MM-DD")


@function("TIMESTR", 1)
def time_string(here: Here, given: Any) -> str:
    """HH:mm:ss."""
    return formatted(moment(given), "HH:mm:ss")


@function("YEAR", 1)
def year(here: Here, given: Any) -> int:
    """2026."""
    return moment(given).local.year


@function("MONTH", 1)
def month(here: Here, given: Any) -> int:
    """1 to 12."""
    return moment(given).local.month


@function("DAY", 1)
def day(here: Here, given: Any) -> int:
    """1 to 31."""
    return moment(given).local.day


@function("HOUR", 1)
def hour(here: Here, given: Any) -> int:
    """0 to 23."""
    return moment(given).local.hour


@function("MINUTE", 1)
def minute(here: Here, given: Any) -> int:
    """0 to 59."""
    return moment(given).local.minute


@function("SECOND", 1)
def second(here: Here, given: Any) -> int:
    """0 to 59."""
    return moment(given).local.second


def _first_day(given: Any) -> int:
    told = text(given).lower() or "sunday"
    if told not in {"sunday", "monday"}:
        raise Failed("a week begins on Sunday or Monday")
    return 1 if told == "monday" else 0


@function("WEEKDAY", 1, 2)
def weekday(here: Here, given: Any, first: Any = "Sunday") -> int:
    """0 for Sunday, or for Monday where weeks begin so."""
    return (moment(given).local.isoweekday() - _first_day(first)) % 7


@function("WEEKNUM", 1, 2)
def week(here: Here, given: Any, first: Any = "Sunday") -> int:
    """The week of the year."""
    return week_number(moment(given).local.date(), _first_day(first))


def _holidays(given: Any) -> set[date]:
    found = set()
    for one in flat([given]):
        for told in text(one).split(",") if isinstance(one, str) else [one]:
            if told is not None and told != "":
                found.add(moment(told).local.date())
    return found


def _works(on: date, holidays: set[date]) -> bool:
    return on.isoweekday() < 6 and on not in holidays


@function("WORKDAY", 2, 3)
def workday(here: Here, start: Any, count: Any, holidays: Any = None) -> Moment:
    """The day so many working days later, or earlier."""
    begins, days, free = moment(start), integer(count), _holidays(holidays)
    if abs(days) > FARTHEST:
        raise Failed("too far")
    at, step = begins.local, timedelta(days=1 if days > 0 else -1)
    try:
        for _ in range(abs(days)):
            at += step
            while not _works(at.date(), free):
                at += step
    except OverflowError as error:
        raise Failed("no such date") from error
    return begins.at(at)


@function("WORKDAY_DIFF", 2, 3)
def workday_diff(here: Here, start: Any, end: Any, holidays: Any = None) -> int:
    """How many working days lie between two days, both counted; below 0 where it is backwards."""
    first, last, free = moment(start).local.date(), moment(end).local.date(), _holidays(holidays)
    sign = 1
    if last < first:
        first, last, sign = last, first, -1
    if (last - first).days > FARTHEST:
        raise Failed("too far")
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sign * sum(_works(one, free) for one in days)


@function("IS_BEFORE", 2, 3)
def is_before(here: Here, left: Any, right: Any, unit: Any = None) -> bool:
    """Whether the first time is earlier, of two units where one is named."""
    return _start(left, unit) < _start(right, unit)


@function("IS_AFTER", 2, 3)
def is_after(here: Here, left: Any, right: Any, unit: Any = None) -> bool:
    """Whether the first time is later."""
    return _start(left, unit) > _start(right, unit)


@function("IS_SAME", 2, 3)
def is_same(here: Here, left: Any, right: Any, unit: Any = None) -> bool:
    """Whether two times are the same, down to a unit."""
    return _start(left, unit) == _start(right, unit)


def _start(given: Any, unit: Any) -> datetime:
    found = moment(given)
    if unit is None:
        return found.time
    return start_of(found.local, _unit(unit)).replace(tzinfo=UTC)


@function("SET_TIMEZONE", 2)
def set_timezone(here: Here, given: Any, zone: Any) -> Moment:
    """The same time, to be written in another zone."""
    if zone_of(text(zone)) is None:
        raise Failed("no such zone")
    return replace(moment(given), zone=text(zone))


@function("SET_LOCALE", 2)
def set_locale(here: Here, given: Any, locale: Any) -> Moment:
    """The same time, to be written in another language."""
    return replace(moment(given), locale=text(locale))


SPANS = (
    (45, "a few seconds", 0),
    (90, "a minute", 0),
    (45 * 60, "{} minutes", 60),
    (90 * 60, "an hour", 0),
    (22 * 3600, "{} hours", 3600),
    (36 * 3600, "a day", 0),
    (26 * 86400, "{} days", 86400),
    (45 * 86400, "a month", 0),
    (320 * 86400, "{} months", 30.436875 * 86400),
    (548 * 86400, "a year", 0),
)


def _span(here: Here, given: Any) -> str:
    seconds = abs((here.now.time - moment(given).time).total_seconds())
    for below, told, unit in SPANS:
        if seconds < below:
            return told.format(int(seconds / unit + 0.5) if unit else "")
    return f"{int(seconds / (365.2425 * 86400) + 0.5)} years"


@function("FROMNOW", 1)
def from_now(here: Here, given: Any) -> str:
    """How long it is from now: 25 days."""
    return _span(here, given)


@function("TONOW", 1)
def to_now(here: Here, given: Any) -> str:
    """How long it is to now: 25 days."""
    return _span(here, given)
