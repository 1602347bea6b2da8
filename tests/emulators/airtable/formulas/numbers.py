"""The numeric functions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from tests.emulators.airtable.formulas.functions import MANY, Here, function
from tests.emulators.airtable.formulas.moments import Moment
from tests.emulators.airtable.formulas.values import Failed, flat, integer, number

DIGITS = 15
"""A double holds so many decimal digits; rounding looks at no more."""


def _numbers(given: tuple[Any, ...]) -> list[float]:
    """The numbers among the values; blanks and texts do not count."""
    return [
        int(one) if isinstance(one, bool) else one
        for one in flat(given)
        if isinstance(one, int | float)
    ]


@function("SUM", 1, MANY)
def sum_(here: Here, *given: Any) -> float:
    """All numbers added."""
    return sum(_numbers(given))


@function("AVERAGE", 1, MANY)
def average(here: Here, *given: Any) -> float:
    """The mean of the numbers; no number has none."""
    found = _numbers(given)
    return divided(sum(found), len(found))


def _extreme(which: Callable[..., Any], given: tuple[Any, ...]) -> Any:
    moments = [one for one in flat(given) if isinstance(one, Moment)]
    if moments:
        return which(moments, key=lambda one: one.time)
    return which(_numbers(given), default=0)


@function("MIN", 1, MANY)
def min_(here: Here, *given: Any) -> Any:
    """The least number, or the earliest time."""
    return _extreme(min, given)


@function("MAX", 1, MANY)
def max_(here: Here, *given: Any) -> Any:
    """The greatest number, or the latest time."""
    return _extreme(max, given)


@function("COUNT", 1, MANY)
def count(here: Here, *given: Any) -> int:
    """How many are numbers."""
    return len([one for one in flat(given) if isinstance(one, int | float | Moment)])


@function("COUNTA", 1, MANY)
def count_filled(here: Here, *given: Any) -> int:
    """How many are not blank."""
    return len([one for one in flat(given) if one not in (None, "")])


@function("COUNTALL", 1, MANY)
def count_all(here: Here, *given: Any) -> int:
    """How many there are."""
    return len(list(flat(given)))


def _rounded(given: Any, precision: Any, how: Callable[[float], float]) -> float:
    value, places = number(given), integer(precision)
    if not math.isfinite(value) or places > DIGITS:
        return value
    factor: float = 10.0 ** max(places, -300)
    scaled = float(f"{abs(value) * factor:.{DIGITS}g}")
    return tidy(math.copysign(how(scaled) / factor, value))


def tidy(value: float) -> float:
    """A whole number where it is one."""
    return int(value) if math.isfinite(value) and float(value).is_integer() else value


@function("ROUND", 1, 2)
def round_(here: Here, given: Any, precision: Any = 0) -> float:
    """To so many places; a half goes away from 0."""
    return _rounded(given, precision, lambda value: math.floor(value + 0.5))


@function("ROUNDUP", 1, 2)
def round_up(here: Here, given: Any, precision: Any = 0) -> float:
    """To so many places, away from 0."""
    return _rounded(given, precision, math.ceil)


@function("ROUNDDOWN", 1, 2)
def round_down(here: Here, given: Any, precision: Any = 0) -> float:
    """To so many places, towards 0."""
    return _rounded(given, precision, math.floor)


@function("INT", 1)
def int_(here: Here, given: Any) -> float:
    """The greatest whole number that is not greater."""
    value = number(given)
    return math.floor(value) if math.isfinite(value) else value


def _multiple(given: Any, step: Any, how: Callable[[float], int]) -> float:
    value, size = number(given), number(step)
    if size == 0 or not math.isfinite(value) or not math.isfinite(size):
        return math.nan
    return tidy(how(float(f"{value / size:.{DIGITS}g}")) * size)


@function("CEILING", 1, 2)
def ceiling(here: Here, given: Any, step: Any = 1) -> float:
    """The next multiple that is not less."""
    return _multiple(given, step, math.ceil)


@function("FLOOR", 1, 2)
def floor(here: Here, given: Any, step: Any = 1) -> float:
    """The next multiple that is not greater."""
    return _multiple(given, step, math.floor)


@function("MOD", 2)
def mod(here: Here, given: Any, divisor: Any) -> float:
    """What remains of a division; it has the divisor's sign."""
    value, by = number(given), number(divisor)
    if by == 0 or not math.isfinite(value) or math.isnan(by):
        return math.nan
    return tidy(value % by)


@function("ABS", 1)
def abs_(here: Here, given: Any) -> float:
    """Without its sign."""
    return abs(number(given))


def _worked_out(how: Callable[[], float]) -> float:
    """What a function of mathematics gives; NaN outside of where it is defined."""
    try:
        found = how()
    except OverflowError:
        return math.inf
    except (ValueError, ZeroDivisionError):
        return math.nan
    return math.nan if isinstance(found, complex) else tidy(found)


@function("SQRT", 1)
def sqrt(here: Here, given: Any) -> float:
    """The square root."""
    value = number(given)
    return _worked_out(lambda: math.sqrt(value))


@function("POWER", 2)
def power(here: Here, given: Any, exponent: Any) -> float:
    """The base to the power of the exponent."""
    base, times = number(given), number(exponent)
    if base == 0 and times < 0:
        return math.inf
    return _worked_out(lambda: float(base) ** float(times))


@function("EXP", 1)
def exp(here: Here, given: Any) -> float:
    """Euler's number to this power."""
    value = number(given)
    return _worked_out(lambda: math.exp(value))


@function("LOG", 1, 2)
def log(here: Here, given: Any, base: Any = 10) -> float:
    """The logarithm, to base 10 unless another is named."""
    value, to = number(given), number(base)
    if value == 0:
        return -math.inf
    return _worked_out(lambda: math.log10(value) if to == 10 else math.log(value) / math.log(to))


@function("EVEN", 1)
def even(here: Here, given: Any) -> float:
    """The least even number that is not less."""
    return _multiple(given, 2, math.ceil)


@function("ODD", 1)
def odd(here: Here, given: Any) -> float:
    """The next odd number away from 0."""
    value = number(given)
    if not math.isfinite(value):
        return value
    size = math.ceil(abs(value))
    size += 1 - size % 2
    return size if value >= 0 else -size


def divided(left: float, right: float) -> float:
    """As numbers of Airtable are divided: by 0, too."""
    if right == 0:
        if left == 0 or math.isnan(left):
            return math.nan
        return math.copysign(math.inf, left)
    return tidy(left / right)


def combined(operator: str, left: Any, right: Any) -> float:
    """One of + - * /; raises Failed for what is no number."""
    one, other = number(left), number(right)
    try:
        if operator == "+":
            return tidy(one + other)
        if operator == "-":
            return tidy(one - other)
        return tidy(one * other) if operator == "*" else divided(one, other)
    except OverflowError as error:
        raise Failed("too large") from error
