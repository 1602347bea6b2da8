"""Times written in the shorthand that Airtable has from moment.js."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from tests.emulators.airtable.formulas.moments import Moment, week_number

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


def names_of(locale: str) -> tuple[list[str], list[str]]:
    """The months and the days of the week, from Sunday on, in a language."""
    months, days = NAMES.get(re.split("[-_]", locale.lower())[0], NAMES["en"])
    return months.split(), days.split()


def _day_token(local: datetime, token: str, locale: str) -> str | None:
    months, days = names_of(locale)
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
