"""How values compare: in formulas, in sorting, and by the criteria of COUNTIF and its family."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from .values import Error, Scalar, checked, number_in

_SIGN = re.compile(r"(<=|>=|<>|=|<|>)(.*)", re.DOTALL)


def order(value: Scalar) -> tuple[int, Any]:
    """A key to sort by as Sheets does: numbers, then texts without case, then truth, then empty."""
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, (int, float)):
        return 0, float(value)
    if isinstance(value, str):
        return 1, value.casefold()
    return (3, str(value)) if isinstance(value, Error) else (4, 0)


def compared(left: Scalar, right: Scalar) -> int:
    """-1, 0 or 1; an empty cell is like the other's 0, "" or FALSE."""
    left, right = _filled(checked(left), right), _filled(checked(right), left)
    first, second = order(left), order(right)
    return (first > second) - (first < second)


def _filled(value: Scalar, other: Scalar) -> Scalar:
    if value is not None:
        return value
    if isinstance(other, str):
        return ""
    return False if isinstance(other, bool) else 0.0


def compare(sign: str, left: Scalar, right: Scalar) -> bool:
    """Whether `left` stands to `right` as one of = <> < > <= >= says."""
    found = compared(left, right)
    return {
        "=": found == 0,
        "<>": found != 0,
        "<": found < 0,
        ">": found > 0,
        "<=": found <= 0,
        ">=": found >= 0,
    }[sign]


def criterion(wanted: Scalar) -> Callable[[Scalar], bool]:
    """A test for a cell from a criterion: 5, ">5", "<>x", "a*" (any letters), "a?" (any one)."""
    if not isinstance(wanted, str):
        return lambda value: _same(value, wanted)
    found = _SIGN.fullmatch(wanted)
    sign, text = (found[1], found[2]) if found else ("=", wanted)
    number = number_in(text)
    if number is not None:
        return lambda value: _number_meets(value, sign, number)
    if text.upper() in ("TRUE", "FALSE"):
        truth = text.upper() == "TRUE"
        return lambda value: (value is truth) == (sign != "<>")
    if sign in ("=", "<>"):
        pattern = wildcard(text)
        return lambda value: _text_meets(value, pattern, text) == (sign == "=")
    return lambda value: isinstance(value, str) and compare(sign, value, text)


def _same(value: Scalar, wanted: Scalar) -> bool:
    if isinstance(value, Error) or isinstance(wanted, Error):
        return value == wanted
    if value is None or isinstance(value, bool) != isinstance(wanted, bool):
        return False
    return value == (wanted or 0.0 if wanted is None else wanted)


def _number_meets(value: Scalar, sign: str, number: float) -> bool:
    if isinstance(value, str) and sign in ("=", "<>"):
        return (number_in(value) == number) == (sign == "=")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return sign == "<>"
    return compare(sign, float(value), number)


def _text_meets(value: Scalar, pattern: re.Pattern[str], text: str) -> bool:
    if text == "":
        return value is None or value == ""
    return isinstance(value, str) and bool(pattern.fullmatch(value))


@lru_cache(maxsize=500)
def wildcard(text: str) -> re.Pattern[str]:
    """A text with * and ? (~ before one takes it as it is) as a pattern without case."""
    parts, at = [], 0
    while at < len(text):
        letter = text[at]
        if letter == "~" and at + 1 < len(text):
            at += 1
            parts.append(re.escape(text[at]))
        else:
            parts.append({"*": ".*", "?": "."}.get(letter) or re.escape(letter))
        at += 1
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
