"""The number format that a formula's result brings along when its cell has none of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .reading import Binary, Call, Node, Range, Unary
from .references import Reference

Format = dict[str, Any]
"""The API's NumberFormat."""
FormatAt = Callable[[Reference], Format | None]

_DATES = ("TODAY", "DATE", "EDATE", "EOMONTH", "WORKDAY", "DATEVALUE", "TO_DATE")
_TIMES = ("TIME", "TIMEVALUE")
_SAME = [
    "SUM",
    "AVERAGE",
    "MIN",
    "MAX",
    "MEDIAN",
    "IFERROR",
    "IFNA",
    "ROUND",
    "ABS",
    "VLOOKUP",
    "INDEX",
    "SORT",
    "FILTER",
    "UNIQUE",
    "ARRAYFORMULA",
    "TRANSPOSE",
    "XLOOKUP",
    "HLOOKUP",
    "SUMIF",
    "LARGE",
    "SMALL",
    "ROUNDUP",
    "ROUNDDOWN",
]
_MOMENTS = ("DATE", "TIME", "DATE_TIME")


def format_of(tree: Node, format_at: FormatAt) -> Format | None:
    """The format of what a formula gives: that of a date function, or of the cells it refers to.

    `format_at` tells the number format of a reference's first cell, or None.
    """
    match tree:
        case Range(reference):
            return format_at(reference)
        case Unary(_, inner):
            return format_of(inner, format_at)
        case Binary("+" | "-" | "*" | "/" as sign, left, right):
            return _combined(sign, format_of(left, format_at), format_of(right, format_at))
        case Call("NOW", _):
            return {"type": "DATE_TIME"}
        case Call(name, _) if name in _DATES:
            return {"type": "DATE"}
        case Call(name, _) if name in _TIMES:
            return {"type": "TIME"}
        case Call("IF", (_, first, *rest)):
            return format_of(first, format_at) or (format_of(rest[0], format_at) if rest else None)
        case Call(name, arguments) if name in _SAME and arguments:
            looked = name in ("VLOOKUP", "HLOOKUP", "XLOOKUP")
            return None if looked else format_of(arguments[0], format_at)
    return None


def _combined(sign: str, left: Format | None, right: Format | None) -> Format | None:
    """A date and a number make a date, two dates a number of days; else the first one's format."""
    moments = [found for found in (left, right) if found and found.get("type") in _MOMENTS]
    if moments:
        return None if len(moments) == 2 or sign in "*/" else moments[0]
    if sign in "*/" and left and left.get("type") == "PERCENT":
        return right
    return left or right
