"""Functions of dates and times, which are serials: days since 30 December 1899."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from ...formatting_dates import EPOCH, LAST, moment_of, serial_of
from ..values import Scalar, Value, as_number, as_text, as_whole, block, fail, number_in
from .registry import function

if TYPE_CHECKING:
    from ..evaluating import Evaluator
    from ..reading import Node


def _moment(value: Scalar, name: str, place: int = 1) -> datetime:
    serial = as_number(value, name, place)
    found = moment_of(serial) if -LAST < serial < LAST else None
    if found is None:
        fail("NUM", f"Function {name} parameter {place} value {serial} is out of range.")
    return found


@function("TODAY", 0, style="lazy")
def _today(here: Evaluator, nodes: tuple[Node, ...]) -> float:
    return float(int(here.book.now))


@function("NOW", 0, style="lazy")
def _now(here: Evaluator, nodes: tuple[Node, ...]) -> float:
    return here.book.now


@function("DATE", 3)
def _date(year: Scalar, month: Scalar, day: Scalar) -> float:
    years, months = as_whole(year, "DATE"), as_whole(month, "DATE", 2) - 1
    years += (1900 if 0 <= years < 1900 else 0) + months // 12
    if not 1 <= years <= 9999:
        fail("NUM", "Function DATE parameter 1 value is out of range.")
    return serial_of(date(years, months % 12 + 1, 1)) + as_whole(day, "DATE", 3) - 1


@function("TIME", 3)
def _time(hour: Scalar, minute: Scalar, second: Scalar) -> float:
    seconds = (
        as_whole(hour, "TIME") * 3600
        + as_whole(minute, "TIME", 2) * 60
        + as_whole(second, "TIME", 3)
    )
    return seconds % 86_400 / 86_400


@function("YEAR", 1)
def _year(value: Scalar) -> float:
    return float(_moment(value, "YEAR").year)


@function("MONTH", 1)
def _month(value: Scalar) -> float:
    return float(_moment(value, "MONTH").month)


@function("DAY", 1)
def _day(value: Scalar) -> float:
    return float(_moment(value, "DAY").day)


@function("HOUR", 1)
def _hour(value: Scalar) -> float:
    return float(_moment(value, "HOUR").hour)


@function("MINUTE", 1)
def _minute(value: Scalar) -> float:
    return float(_moment(value, "MINUTE").minute)


@function("SECOND", 1)
def _second(value: Scalar) -> float:
    return float(_moment(value, "SECOND").second)


@function("WEEKDAY", 1, 2)
def _weekday(value: Scalar, kind: Scalar = 1.0) -> float:
    monday = _moment(value, "WEEKDAY").weekday()
    found = {1: (monday + 1) % 7 + 1, 2: monday + 1, 3: monday}.get(as_whole(kind, "WEEKDAY", 2))
    if found is None:
        fail("NUM", "Function WEEKDAY parameter 2 value should be 1, 2 or 3.")
    return float(found)


@function("WEEKNUM", 1, 2)
def _weeknum(value: Scalar, kind: Scalar = 1.0) -> float:
    moment = _moment(value, "WEEKNUM")
    if as_whole(kind, "WEEKNUM", 2) == 21:
        return float(moment.isocalendar().week)
    first = date(moment.year, 1, 1)
    lead = first.weekday() if as_whole(kind) == 2 else (first.weekday() + 1) % 7
    return float((moment.timetuple().tm_yday + lead - 1) // 7 + 1)


@function("ISOWEEKNUM", 1)
def _isoweeknum(value: Scalar) -> float:
    return float(_moment(value, "ISOWEEKNUM").isocalendar().week)


def _later(name: str, value: Scalar, months: Scalar, *, end: bool) -> float:
    moment = _moment(value, name)
    at = moment.year * 12 + moment.month - 1 + as_whole(months, name, 2)
    year, month = at // 12, at % 12 + 1
    if not 1 <= year <= 9999:
        fail("NUM", f"Function {name} parameter 2 value is out of range.")
    last = calendar.monthrange(year, month)[1]
    return serial_of(date(year, month, last if end else min(moment.day, last)))


@function("EDATE", 2)
def _edate(value: Scalar, months: Scalar) -> float:
    return _later("EDATE", value, months, end=False)


@function("EOMONTH", 2)
def _eomonth(value: Scalar, months: Scalar) -> float:
    return _later("EOMONTH", value, months, end=True)


@function("DAYS", 2)
def _days(end: Scalar, start: Scalar) -> float:
    return float(int(as_number(end, "DAYS")) - int(as_number(start, "DAYS", 2)))


@function("DATEVALUE", 1)
def _datevalue(text: Scalar) -> float:
    found = number_in(text) if isinstance(text, str) else as_number(text, "DATEVALUE")
    if found is None:
        fail("VALUE", f"DATEVALUE parameter '{as_text(text)}' cannot be parsed to date/time.")
    return float(int(found))


@function("TIMEVALUE", 1)
def _timevalue(text: Scalar) -> float:
    found = number_in(text) if isinstance(text, str) else as_number(text, "TIMEVALUE")
    if found is None:
        fail("VALUE", f"TIMEVALUE parameter '{as_text(text)}' cannot be parsed to date/time.")
    return found % 1


@function("DATEDIF", 3)
def _datedif(start: Scalar, end: Scalar, unit: Scalar) -> float:
    first, last = _moment(start, "DATEDIF"), _moment(end, "DATEDIF", 2)
    if first > last:
        fail("NUM", "Function DATEDIF parameter 1 is after parameter 2.")
    months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    found = {"D": (last - first).days, "M": months, "Y": months // 12, "YM": months % 12}.get(
        as_text(unit).upper()
    )
    if found is None:
        fail("NUM", "Function DATEDIF parameter 3 should be one of D, M, Y, YM.")
    return float(found)


def _holidays(values: Value) -> set[date]:
    days = (value for value in block(values) if isinstance(value, (int, float)))
    return {EPOCH + timedelta(days=int(day)) for day in days}


@function("NETWORKDAYS", 2, 3, style="blocks")
def _networkdays(start: Value, end: Value, free: Value = None) -> float:
    first = _moment(block(start).rows[0][0], "NETWORKDAYS").date()
    last = _moment(block(end).rows[0][0], "NETWORKDAYS", 2).date()
    sign, (low, high) = (1, (first, last)) if first <= last else (-1, (last, first))
    days = (low + timedelta(days=at) for at in range((high - low).days + 1))
    holidays = _holidays(free)
    return float(sign * sum(day.weekday() < 5 and day not in holidays for day in days))


@function("WORKDAY", 2, 3, style="blocks")
def _workday(start: Value, count: Value, free: Value = None) -> float:
    day = _moment(block(start).rows[0][0], "WORKDAY").date()
    left = as_whole(block(count).rows[0][0], "WORKDAY", 2)
    step, holidays = timedelta(days=1 if left > 0 else -1), _holidays(free)
    if abs(left) > 100_000:
        fail("NUM", "Function WORKDAY parameter 2 value is out of range.")
    while left:
        day += step
        if day.weekday() < 5 and day not in holidays:
            left -= 1 if left > 0 else -1
    return serial_of(day)
