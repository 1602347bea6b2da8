"""What a formula works on: None (blank), texts, numbers, yes and no, times, lists; and how one
becomes the other.

How Airtable takes a blank, a list or a checkbox is written nowhere whole; support.airtable.com's
formula reference and its users' findings are the source.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.emulators.airtable.formulas.moments import Moment
from tests.emulators.airtable.formulas.timereading import read_time

LONGEST = 100_000
"""Characters of a text that a formula makes; Airtable's long text holds no more."""


class Failed(Exception):
    """The formula has no value here; the cell shows #ERROR!."""


@dataclass(frozen=True)
class Broken:
    """The value of a cell whose formula failed."""

    kind: str = "#ERROR!"


def whole(value: Any) -> Any:
    """A cell's value as one value: a list of one is that one, an empty one is blank."""
    if isinstance(value, Broken):
        raise Failed(value.kind)
    if isinstance(value, list):
        if not value:
            return None
        return whole(value[0]) if len(value) == 1 else text(value)
    return value


def text(value: Any) -> str:
    """A value in a place for text."""
    if value is None:
        return ""
    if isinstance(value, Broken):
        raise Failed(value.kind)
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(text(one) for one in value)
    if isinstance(value, Moment):
        return value.iso()
    return number_text(value)


def number_text(value: float) -> str:
    """A number as text: 1 for 1.0, and for yes."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)


def number(value: Any) -> float:
    """A value in a place for a number; raises Failed for text and times."""
    value = whole(value)
    if value is None or value == "":
        return 0
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    raise Failed("not a number")


def integer(value: Any) -> int:
    """A whole number, cut off; raises Failed."""
    found = number(value)
    if math.isnan(found) or math.isinf(found):
        raise Failed("not a whole number")
    return int(found)


def truth(value: Any) -> bool:
    """Whether a value counts as yes: not blank, not 0, not empty."""
    value = whole(value)
    if isinstance(value, float) and math.isnan(value):
        return False
    return bool(value) if not isinstance(value, Moment) else True


def moment(value: Any) -> Moment:
    """A value in a place for a date or time; raises Failed."""
    value = whole(value)
    if isinstance(value, Moment):
        return value
    found = read_time(value) if isinstance(value, str) else None
    if found is None:
        raise Failed("not a date")
    return found


def flat(values: Iterable[Any]) -> Iterator[Any]:
    """The values, and those within lists."""
    for one in values:
        if isinstance(one, list):
            yield from flat(one)
        elif isinstance(one, Broken):
            raise Failed(one.kind)
        else:
            yield one


def bounded(made: str) -> str:
    """A text that is not too long; raises Failed."""
    if len(made) > LONGEST:
        raise Failed("too long")
    return made


def same(left: Any, right: Any) -> bool:
    """Whether = holds."""
    left, right = whole(left), whole(right)
    if left is None or right is None:
        other = right if left is None else left
        return other is None or (not isinstance(other, Moment) and other in ("", 0))
    if isinstance(left, Moment) or isinstance(right, Moment):
        pair = _times(left, right)
        return pair is not None and pair[0] == pair[1]
    if isinstance(left, str) != isinstance(right, str):
        return False
    return bool(left == right)


def before(left: Any, right: Any, *, equal: bool) -> bool:
    """Whether < holds, or <=."""
    left, right = whole(left), whole(right)
    if isinstance(left, Moment) or isinstance(right, Moment):
        pair = _times(left, right)
        return pair is not None and (pair[0] < pair[1] or (equal and pair[0] == pair[1]))
    left, right = _blank_as(left, right), _blank_as(right, left)
    if isinstance(left, str) != isinstance(right, str):
        return False
    return bool(left <= right if equal else left < right)


def _blank_as(value: Any, other: Any) -> Any:
    """A blank is nothing of the other's kind."""
    if value is not None:
        return value
    return "" if isinstance(other, str) else 0


def _times(left: Any, right: Any) -> tuple[datetime, datetime] | None:
    found = []
    for one in (left, right):
        time = read_time(one) if isinstance(one, str) else one
        if not isinstance(time, Moment):
            return None
        found.append(time.time.astimezone(UTC))
    return found[0], found[1]
