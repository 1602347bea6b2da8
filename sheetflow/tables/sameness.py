"""What a cell holds and what is to be written, compared as a person would see them."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, time, tzinfo

from sheetflow.tables.text import LONGEST, shown


def same(current: object, new: object) -> bool:
    """Whether a person would see the same: 5 is 5.0, and a date is the text that shows it."""
    return seen(current) == seen(new)


def moment_in(value: object) -> object:
    """The date or moment that ISO text says, as plans keep it; anything else as it is."""
    return _iso(value) if isinstance(value, str) else value


def zoned(value: object, zone: tzinfo) -> object:
    """A date or time as the moment it is, in UTC; one that names no zone is in `zone`."""
    match moment_in(value):
        case datetime() as moment:
            aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        case date() as day:
            aware = datetime.combine(day, time(), zone)
        case other:
            return other
    return aware.astimezone(UTC).replace(microsecond=0)


def _iso(text: str) -> object:
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return text


def plain(text: str) -> str:
    """The text as a cell may hold it: without control characters, and not too long."""
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return kept[:LONGEST].strip()


def seen(value: object) -> str:
    """What a person sees of a value."""
    if isinstance(value, str) and len(value) < 40 and "T" in value:
        value = _iso(value)
    text = shown(value).strip()
    return text.removesuffix(" 00:00") if isinstance(value, datetime) else text
