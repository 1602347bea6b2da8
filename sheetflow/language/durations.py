"""Lengths of time as people write them: `30 minutes`, `1 hour 30 minutes`, `2 days`."""

from __future__ import annotations

import re
from datetime import timedelta

LONGEST = timedelta(days=3660)
"""Ten years: more is a slip of the keyboard, and would not fit into a date."""

_UNITS = {
    "week": timedelta(weeks=1),
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
}
_PART = rf"\d{{1,6}} ?(?:{'|'.join(_UNITS)})s?"
PATTERN = rf"{_PART}(?:(?: |, | and ){_PART})*"
"""What a length of time looks like, as a regular expression for lower-case text."""


def parse_duration(text: str) -> timedelta | None:
    """The length of time that a text says, None if it says none.

    >>> parse_duration("1 hour 30 minutes")
    datetime.timedelta(seconds=5400)
    """
    text = " ".join(text.split()).casefold()
    if not re.fullmatch(PATTERN, text):
        return None
    parts = re.findall(r"(\d+) ?([a-z]+?)s?\b", text)
    if len({unit for _, unit in parts}) < len(parts):
        return None
    whole = sum((int(count) * _UNITS[unit] for count, unit in parts), timedelta())
    return whole if timedelta() < whole <= LONGEST else None


def duration_in_words(length: timedelta) -> str:
    """A length of time in the fewest units, so that parsing it gives the same length.

    >>> duration_in_words(timedelta(hours=49)), duration_in_words(timedelta(minutes=90))
    ('2 days 1 hour', '1 hour 30 minutes')
    """
    parts, left = [], length
    for unit in ("day", "hour", "minute"):
        count, left = divmod(left, _UNITS[unit])
        if count:
            parts.append(f"{count} {unit}" + ("s" if count > 1 else ""))
    return " ".join(parts)
