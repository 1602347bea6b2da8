"""Dates and times: the shorthand for writing and reading them (that of moment.js), and units."""

from __future__ import annotations

import calendar
import re
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
NAMES = {
    "en": (
        "January February March April May June July August September October November December",
        "Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
    ),
    "de": (
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag",
    ),
    "fr": (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "dimanche lundi mardi mercredi jeudi vendredi samedi",
    ),
    "es": (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "domingo lunes martes miércoles jueves viernes sábado",
    ),
}
LONG_FORMS = {
    "LTS": "h:mm:ss A",
    "LT": "h:mm A",
    "LLLL": "dddd, MMMM D, YYYY h:mm A",
    "LLL": "MMMM D, YYYY h:mm A",
    "LL": "MMMM D, YYYY",
    "L": "MM/DD/YYYY",
    "llll": "ddd, MMM D, YYYY h:mm A",
    "lll": "MMM D, YYYY h:mm A",
    "ll": "MMM D, YYYY",
    "l": "M/D/YYYY",
}
TOKEN = re.compile(
    r"\[[^\]]*\]|LTS|LT|LL?L?L?|ll?l?l?|YYYY|YY|Qo|Q|Mo|MM?M?M?|DDDo|DDDD|DDD|Do|DD?"
    r"|dddd|ddd|dd|do|d|e|E|wo|ww?|Wo|WW?|gggg|gg|GGGG|GG|HH?|hh?|kk?|mm?|ss?|S{1,9}|A|a"
    r"|ZZ?|X|x"
)


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


def ordinal(count: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    ending = "th" if 10 <= count % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{ending}"


def formatted(time: Moment, pattern: str) -> str:
    """A time in the shorthand: "YYYY-MM-DD", "[on] dddd"."""
    return TOKEN.sub(lambda found: _token(time, found[0]), pattern)


def _token(time: Moment, token: str) -> str:
    if token.startswith("["):
        return token[1:-1]
    if token in LONG_FORMS:
        return formatted(time, LONG_FORMS[token])
    local = time.local
    for part in (_day_token, _week_token, _clock_token):
        found = part(local, token, time.locale)
        if found is not None:
            return found
    return _zone_token(local, token)


def _names(locale: str) -> tuple[list[str], list[str]]:
    months, days = NAMES.get(re.split("[-_]", locale.lower())[0], NAMES["en"])
    return months.split(), days.split()


def _day_token(local: datetime, token: str, locale: str) -> str | None:
    months, days = _names(locale)
    day_of_year = local.timetuple().tm_yday
    quarter, weekday = (local.month - 1) // 3 + 1, local.isoweekday() % 7
    return {
        "YYYY": f"{local.year:04}",
        "YY": f"{local.year % 100:02}",
        "Q": str(quarter),
        "Qo": ordinal(quarter),
        "M": str(local.month),
        "Mo": ordinal(local.month),
        "MM": f"{local.month:02}",
        "MMM": months[local.month - 1][:3],
        "MMMM": months[local.month - 1],
        "D": str(local.day),
        "Do": ordinal(local.day),
        "DD": f"{local.day:02}",
        "DDD": str(day_of_year),
        "DDDo": ordinal(day_of_year),
        "DDDD": f"{day_of_year:03}",
        "d": str(weekday),
        "e": str(weekday),
        "do": ordinal(weekday),
        "dd": days[weekday][:2],
        "ddd": days[weekday][:3],
        "dddd": days[weekday],
        "E": str(local.isoweekday()),
    }.get(token)


def _week_token(local: datetime, token: str, locale: str) -> str | None:
    iso = local.isocalendar()
    # a week belongs to the year that its Saturday lies in
    saturday = local.date() + timedelta(days=6 - local.isoweekday() % 7)
    week = week_number(saturday)
    return {
        "w": str(week),
        "wo": ordinal(week),
        "ww": f"{week:02}",
        "gg": f"{saturday.year % 100:02}",
        "gggg": str(saturday.year),
        "W": str(iso.week),
        "Wo": ordinal(iso.week),
        "WW": f"{iso.week:02}",
        "GG": f"{iso.year % 100:02}",
        "GGGG": str(iso.year),
    }.get(token)


def _clock_token(local: datetime, token: str, locale: str) -> str | None:
    half = "am" if local.hour < 12 else "pm"
    if token.startswith("S"):
        return f"{local.microsecond:06}000"[: len(token)]
    return {
        "H": str(local.hour),
        "HH": f"{local.hour:02}",
        "h": str((local.hour - 1) % 12 + 1),
        "hh": f"{(local.hour - 1) % 12 + 1:02}",
        "k": str(local.hour or 24),
        "kk": f"{local.hour or 24:02}",
        "m": str(local.minute),
        "mm": f"{local.minute:02}",
        "s": str(local.second),
        "ss": f"{local.second:02}",
        "A": half.upper(),
        "a": half,
    }.get(token)


def _zone_token(local: datetime, token: str) -> str:
    offset = local.strftime("%z")
    stamp = local.timestamp()
    return {
        "Z": f"{offset[:3]}:{offset[3:5]}",
        "ZZ": offset[:5],
        "X": str(int(stamp)),
        "x": str(round(stamp * 1000)),
    }[token]


# reading -----------------------------------------------------------------------------------------

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
    months = [one.lower() for one in _names(locale)[0]]
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
