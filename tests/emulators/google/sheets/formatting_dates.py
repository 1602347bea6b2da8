"""Dates and times as Sheets keeps them: days since 30 December 1899, and shown by a pattern."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from .formatting_locales import Locale

EPOCH = date(1899, 12, 30)
"""Day 0 of the Sheets API (its guide on dates and times)."""
LAST = (date.max - EPOCH).days

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<money>[^\]-]*)[^\]]*\]'
    r"|\[(?P<elapsed>h+|m+|s+)\]|\[[^\]]*\]|(?P<half>am/pm|a/p)"
    r"|(?P<part>d+|m+|y+|h+|s+|\.0+|e)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_SECONDS_A_DAY = 86_400


def serial_of(moment: date | datetime) -> float:
    """The days since the epoch of a date, or of a moment whose zone is left out of account."""
    if not isinstance(moment, datetime):
        return float((moment - EPOCH).days)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return (moment.date() - EPOCH).days + (moment - midnight).total_seconds() / _SECONDS_A_DAY


def moment_of(serial: float) -> datetime | None:
    """The moment, without a zone, that a serial stands for (to the millisecond), or None."""
    try:
        base = datetime(EPOCH.year, EPOCH.month, EPOCH.day)
        milliseconds = round(serial * _SECONDS_A_DAY * 1000)
        return base + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def is_date_pattern(pattern: str) -> bool:
    """Whether a pattern shows a date or a time: whether a letter of one stands outside quotes."""
    return any(
        (match["part"] and match["part"][0] != ".") or match["half"] or match["elapsed"]
        for match in _TOKEN.finditer(pattern)
        if (match["part"] or "") not in ("e", "E")
    )


def shown_date(serial: float, pattern: str, locale: Locale) -> str:
    """A serial by a pattern of dates and times (d m y h s, AM/PM, [h]; m after h is minutes)."""
    moment = moment_of(serial)
    if moment is None:
        return str(serial)
    tokens = list(_TOKEN.finditer(pattern))
    half = any(token["half"] for token in tokens)
    if not any((token["part"] or "").startswith(".") for token in tokens):
        moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    return "".join(
        _shown_token(token, _is_minutes(tokens, at), half, serial, moment, locale)
        for at, token in enumerate(tokens)
    )


def _shown_token(
    token: re.Match[str],
    minutes: bool,
    half: bool,
    serial: float,
    moment: datetime,
    locale: Locale,
) -> str:
    if token["elapsed"]:
        return _elapsed(token["elapsed"], serial)
    if token["half"]:
        word = "AM" if moment.hour < 12 else "PM"
        return word[: 1 if len(token["half"]) == 3 else 2]
    if token["part"]:
        return _part(token["part"].lower(), minutes, half, moment, locale)
    return token["quoted"] or token["escaped"] or token["money"] or token["other"] or ""


def _elapsed(letters: str, serial: float) -> str:
    seconds = round(abs(serial) * _SECONDS_A_DAY)
    unit = {"h": 3600, "m": 60, "s": 1}[letters[0].lower()]
    return ("-" if serial < 0 else "") + str(seconds // unit).zfill(len(letters))


def _part(letters: str, minutes: bool, half: bool, moment: datetime, locale: Locale) -> str:
    size = len(letters)
    match letters[0]:
        case "d":
            name = locale.days[moment.weekday()]
            return name if size > 3 else name[:3] if size == 3 else str(moment.day).zfill(size)
        case "m" if minutes:
            return str(moment.minute).zfill(min(size, 2))
        case "m":
            return _month(size, moment, locale)
        case "y":
            return str(moment.year).zfill(4) if size > 2 else str(moment.year % 100).zfill(2)
        case "h":
            return str((moment.hour % 12 or 12) if half else moment.hour).zfill(min(size, 2))
        case "s":
            return str(moment.second).zfill(min(size, 2))
        case ".":
            return locale.decimal + str(moment.microsecond).zfill(6)[: size - 1].ljust(
                size - 1, "0"
            )
    return letters


def _month(size: int, moment: datetime, locale: Locale) -> str:
    name = locale.months[moment.month - 1]
    if size == 5:
        return name[0]
    return name if size > 3 else name[:3] if size == 3 else str(moment.month).zfill(size)


def _is_minutes(tokens: list[re.Match[str]], at: int) -> bool:
    """An m means minutes when the part before it is hours, or the part after it is seconds."""
    if not (tokens[at]["part"] or "").lower().startswith("m"):
        return False
    before = _letters(reversed(tokens[:at]))
    after = _letters(tokens[at + 1 :])
    return before == "h" or after == "s"


def _letters(tokens: object) -> str:
    for token in tokens:
        found = token["elapsed"] or token["part"] or ""
        if found and not found.startswith("."):
            return str(found[0]).lower()
    return ""
