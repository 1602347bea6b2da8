"""Times read: as people write them, and by the shorthand."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache

from tests.emulators.airtable.formulas.moments import Moment, zone_of
from tests.emulators.airtable.formulas.timewriting import LONG_FORMS, TOKEN, names_of

ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
US = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap]m)?)?", re.IGNORECASE
)
WORDS = re.compile(r"(?:\w+,\s*)?([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")


def read_time(text: str, zone: str = "utc") -> Moment | None:
    """A time as people write it: 2026-11-22T20:00Z, 11/22/2026 8:00 pm, November 22, 2026."""
    text = text.strip()
    try:
        return _iso(text, zone) or _us(text, zone) or _words(text, zone)
    except (ValueError, OverflowError):
        return None


def _iso(text: str, zone: str) -> Moment | None:
    match = ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, part, offset = match.groups()
    local = datetime(
        int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
    )
    local = local.replace(microsecond=int(f"{part or 0:0<6}"[:6]))
    return Moment(_zoned(local, offset or "", zone), day_only=hour is None)


def _zoned(local: datetime, offset: str, zone: str) -> datetime:
    if not offset:
        return local.replace(tzinfo=zone_of(zone) or UTC).astimezone(UTC)
    if offset.upper() == "Z":
        return local.replace(tzinfo=UTC)
    return datetime.fromisoformat(local.isoformat() + offset).astimezone(UTC)


def _us(text: str, zone: str) -> Moment | None:
    match = US.fullmatch(text)
    if match is None:
        return None
    month, day, year, hour, minute, second, half = match.groups()
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    local = datetime(int(year), int(month), int(day), hours, int(minute or 0), int(second or 0))
    return Moment(_zoned(local, "", zone), day_only=hour is None)


def _words(text: str, zone: str) -> Moment | None:
    match = WORDS.fullmatch(text)
    month = _month(match[1], "en") if match else None
    if match is None or month is None:
        return None
    local = datetime(int(match[3]), month, int(match[2]))
    return Moment(_zoned(local, "", zone), day_only=True)


def _month(name: str, locale: str) -> int | None:
    months = [one.lower() for one in names_of(locale)[0]]
    wanted = name.lower().rstrip(".")
    fits = [place for place, one in enumerate(months, 1) if one.startswith(wanted[:3])]
    return next((one for one in fits if months[one - 1].startswith(wanted)), None)


PIECES = {
    "YYYY": r"(?P<year>\d{4})",
    "YY": r"(?P<short>\d{2})",
    "MMMM": r"(?P<name>[^\W\d]+)",
    "MMM": r"(?P<name>[^\W\d]+)",
    "MM": r"(?P<month>\d{1,2})",
    "M": r"(?P<month>\d{1,2})",
    "Do": r"(?P<day>\d{1,2})(?:st|nd|rd|th)",
    "DD": r"(?P<day>\d{1,2})",
    "D": r"(?P<day>\d{1,2})",
    "HH": r"(?P<hour>\d{1,2})",
    "H": r"(?P<hour>\d{1,2})",
    "hh": r"(?P<hour>\d{1,2})",
    "h": r"(?P<hour>\d{1,2})",
    "mm": r"(?P<minute>\d{1,2})",
    "m": r"(?P<minute>\d{1,2})",
    "ss": r"(?P<second>\d{1,2})",
    "s": r"(?P<second>\d{1,2})",
    "A": r"(?P<half>[AaPp][Mm])",
    "a": r"(?P<half>[AaPp][Mm])",
    "Z": r"(?P<offset>Z|[+-]\d{2}:?\d{2})",
    "ZZ": r"(?P<offset>Z|[+-]\d{2}:?\d{2})",
    "X": r"(?P<stamp>\d+)",
    "x": r"(?P<milli>\d+)",
    "dddd": r"[^\W\d]+",
    "ddd": r"[^\W\d]+",
}


@cache
def _reading(pattern: str) -> re.Pattern[str] | None:
    made, at = "", 0
    for found in TOKEN.finditer(pattern):
        piece = re.escape(found[0][1:-1]) if found[0].startswith("[") else PIECES.get(found[0])
        if found[0].startswith("S"):
            piece = r"(?P<part>\d{1,9})"
        if piece is None:
            return None
        made += re.escape(pattern[at : found.start()]) + piece
        at = found.end()
    try:
        return re.compile(made + re.escape(pattern[at:]))
    except re.error:  # the same part twice
        return None


def parsed(text: str, pattern: str, locale: str = "en") -> Moment | None:
    """A time read by the shorthand; None where the text does not fit."""
    for long, spelled in LONG_FORMS.items():
        if pattern == long:
            pattern = spelled
    reading = _reading(pattern)
    match = reading.match(text.strip()) if reading else None
    if match is None:
        return None
    try:
        return _put_together(match.groupdict(), locale)
    except (ValueError, OverflowError):
        return None


def _put_together(parts: dict[str, str | None], locale: str) -> Moment | None:
    if parts.get("stamp") or parts.get("milli"):
        seconds = int(parts.get("stamp") or 0) or int(parts.get("milli") or 0) / 1000
        return Moment(datetime.fromtimestamp(seconds, UTC))
    month = _month(parts["name"] or "", locale) if parts.get("name") else None
    hour = int(parts.get("hour") or 0)
    if parts.get("half"):
        hour = hour % 12 + (12 if (parts["half"] or "").lower() == "pm" else 0)
    short = parts.get("short")
    year = int(parts.get("year") or (f"{19 if int(short) > 68 else 20}{short}" if short else 2000))
    local = datetime(
        year,
        month or int(parts.get("month") or 1),
        int(parts.get("day") or 1),
        hour,
        int(parts.get("minute") or 0),
        int(parts.get("second") or 0),
        int(f"{parts.get('part') or 0:0<6}"[:6]),
    )
    return Moment(_zoned(local, parts.get("offset") or "", "utc"), parts.get("hour") is None)
