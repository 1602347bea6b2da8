"""Dates, times and durations as people type them, and the pattern each brings along."""

from __future__ import annotations

import re
from datetime import date

from .formatting_dates import serial_of
from .formatting_locales import ENGLISH_MONTHS, Locale

_ISO = re.compile(r"(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})")
_THREE = re.compile(r"(?P<a>\d{1,2})(?P<s>[-/.])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})")
_TWO = re.compile(r"(?P<a>\d{1,2})(?P<s>[-/.])(?P<b>\d{1,2})")
_MONTH_YEAR = re.compile(r"(?P<m>\d{1,2})(?P<s>[-/])(?P<y>\d{4})")
_NAME_FIRST = re.compile(
    r"(?P<n>[^\W\d]{3,9})\.?(?P<s>[ -])(?P<d>\d{1,2})(?:(?P<t>, ?|[ -])(?P<y>\d{4}))?"
)
_DAY_FIRST = re.compile(
    r"(?P<d>\d{1,2})(?P<p>\.?)(?P<s>[ -])(?P<n>[^\W\d]{3,9})\.?"
    r"(?:(?P<t>, ?|[ -])(?P<y>\d{4}|\d{2}))?"
)
_NAME_YEAR = re.compile(r"(?P<n>[^\W\d]{3,9})(?P<s>[ -])(?P<y>\d{4})")
_TIME = re.compile(
    r"(?P<h>\d{1,4})(?::(?P<m>\d{2}))?(?::(?P<s>\d{2}))?(?P<f>\.\d{1,3})? ?(?P<half>[ap]m?)?",
    re.IGNORECASE,
)
_BOTH = re.compile(r"(?P<day>.+?)\s+(?P<time>\d{1,2}(?::.+|\s*[ap]m))", re.IGNORECASE)

Found = tuple[float, str, str]


def entered_date(text: str, locale: Locale, year: int) -> Found | None:
    """The serial of a date, time or both, and the type and pattern of its format; else None.

    A date without a year is in `year`.
    """
    if found := _time(text):
        return found
    if day := _day(text, locale, year):
        return day[0], "DATE", day[1]
    both = _BOTH.fullmatch(text)
    day = _day(both["day"], locale, year) if both else None
    time = _time(both["time"]) if both else None
    if not day or not time or time[0] >= 1:
        return None
    return day[0] + time[0], "DATE_TIME", f"{day[1]} {time[2]}"


def _time(text: str) -> Found | None:
    found = _TIME.fullmatch(text)
    if not found or not (found["m"] or found["half"]) or (found["f"] and not found["s"]):
        return None
    hours, minutes = int(found["h"]), int(found["m"] or 0)
    seconds = float((found["s"] or "0") + (found["f"] or ""))
    if minutes > 59 or seconds >= 60 or (found["half"] and not 1 <= hours <= 12):
        return None
    pattern = _time_pattern(found, hours)
    if found["half"]:
        hours = hours % 12 + (12 if found["half"].lower().startswith("p") else 0)
    return (hours * 3600 + minutes * 60 + seconds) / 86_400, "TIME", pattern


def _time_pattern(found: re.Match[str], hours: int) -> str:
    size = "hh" if found["h"].startswith("0") and len(found["h"]) == 2 else "h"
    start = f"[{size}]" if hours > 23 else size
    pattern = start + ":mm" + (":ss" if found["s"] else "")
    if found["f"]:
        pattern += "." + "0" * (len(found["f"]) - 1)
    return pattern + (" am/pm" if found["half"] else "")


def _day(text: str, locale: Locale, year: int) -> tuple[float, str] | None:
    """The serial of a day and its pattern."""
    if found := _ISO.fullmatch(text):
        s = found["s"]
        pattern = f"yyyy{s}{'m' * len(found['m'])}{s}{'d' * len(found['d'])}"
        return _serial(int(found["y"]), found["m"], found["d"], pattern)
    if (found := _THREE.fullmatch(text)) and found["s"] in locale.separators:
        return _numbers(found, locale, _full_year(found["y"]), "y" * len(found["y"]))
    if (found := _TWO.fullmatch(text)) and found["s"] in locale.separators and found["s"] != ".":
        return _numbers(found, locale, year, "")
    if found := _MONTH_YEAR.fullmatch(text):
        pattern = f"{_size('m', found['m'])}{found['s']}yyyy"
        return _serial(int(found["y"]), found["m"], "1", pattern)
    return _named(text, locale, year)


def _numbers(
    found: re.Match[str], locale: Locale, year: int, years: str
) -> tuple[float, str] | None:
    first, second, mark = found["a"], found["b"], found["s"]
    day_first = locale.order == "dmy"
    day, month = (first, second) if day_first else (second, first)
    parts = [_size("m", month), _size("d", day)]
    if day_first:
        parts.reverse()
    return _serial(year, month, day, mark.join([*parts, *([years] if years else [])]))


def _named(text: str, locale: Locale, year: int) -> tuple[float, str] | None:
    for shape in (_NAME_FIRST, _DAY_FIRST, _NAME_YEAR):
        found = shape.fullmatch(text)
        month = _month(found["n"], locale) if found else 0
        if not found or not month:
            continue
        parts = found.groupdict()
        name = "mmm" if len(found["n"]) == 3 else "mmmm"
        in_year = _full_year(parts["y"]) if parts["y"] else year
        tail = (parts.get("t") or " ") + "y" * len(parts["y"]) if parts["y"] else ""
        return _serial(in_year, str(month), parts.get("d") or "1", _shape(shape, parts, name, tail))
    return None


def _shape(shape: re.Pattern[str], parts: dict[str, str], name: str, tail: str) -> str:
    if shape is _NAME_YEAR:
        return f"{name}{parts['s']}yyyy"
    if shape is _NAME_FIRST:
        return f"{name}{parts['s']}{_size('d', parts['d'])}{tail}"
    return f"{_size('d', parts['d'])}{parts['p']}{parts['s']}{name}{tail}"


def _month(name: str, locale: Locale) -> int:
    for names in (locale.months, ENGLISH_MONTHS):
        for at, month in enumerate(names, 1):
            if name.lower() in (month.lower(), month[:3].lower()):
                return at
    return 0


def _full_year(text: str) -> int:
    """Two digits up to 29 are of this century, others of the last (as Sheets reads them)."""
    year = int(text)
    return year if len(text) > 2 else year + (2000 if year < 30 else 1900)


def _size(letter: str, digits: str) -> str:
    """One letter, or two where the digits were typed with a leading zero."""
    return letter * (2 if digits.startswith("0") else 1)


def _serial(year: int, month: str, day: str, pattern: str) -> tuple[float, str] | None:
    try:
        return serial_of(date(year, int(month), int(day))), pattern
    except ValueError:
        return None
