"""Functions of texts."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote

from ...formatting import shown_by, shown_text
from ...formatting_dates import is_date_pattern
from ..values import (
    Block,
    Scalar,
    Value,
    as_number,
    as_text,
    as_truth,
    as_whole,
    block,
    fail,
    flat,
    number_in,
)
from .registry import function

if TYPE_CHECKING:
    from ..evaluating import Evaluator
    from ..reading import Node

LONGEST = 50_000
"""Characters a cell can hold (a limit of Sheets); longer results are errors."""


def bounded(text: str) -> str:
    """The text, unless it is longer than a cell can hold."""
    if len(text) > LONGEST:
        fail("VALUE", "Text result is longer than the limit of 50000 characters.")
    return text


@function("CONCATENATE", 1, None, style="blocks")
def _concatenate(*values: Value) -> str:
    return bounded("".join(as_text(each) for each in flat(values)))


@function("CONCAT", 2)
def _concat(left: Scalar, right: Scalar) -> str:
    return bounded(as_text(left) + as_text(right))


@function("JOIN", 2, None, style="blocks")
def _join(between: Value, *values: Value) -> str:
    mark = as_text(block(between).rows[0][0])
    return bounded(mark.join(as_text(each) for each in flat(values)))


@function("TEXTJOIN", 3, None, style="blocks")
def _textjoin(between: Value, skip: Value, *values: Value) -> str:
    mark = as_text(block(between).rows[0][0])
    texts = [as_text(each) for each in flat(values)]
    if as_truth(block(skip).rows[0][0]):
        texts = [text for text in texts if text]
    return bounded(mark.join(texts))


@function("LEN", 1)
def _len(text: Scalar) -> float:
    return float(len(as_text(text)))


def _size(value: Scalar, name: str) -> int:
    found = as_whole(value, name, 2)
    if found < 0:
        fail("VALUE", f"Function {name} parameter 2 value is {found}. It should be at least 0.")
    return found


@function("LEFT", 1, 2)
def _left(text: Scalar, size: Scalar = 1.0) -> str:
    return as_text(text)[: _size(size, "LEFT")]


@function("RIGHT", 1, 2)
def _right(text: Scalar, size: Scalar = 1.0) -> str:
    found, letters = as_text(text), _size(size, "RIGHT")
    return found[len(found) - letters :] if letters < len(found) else found


@function("MID", 3)
def _mid(text: Scalar, start: Scalar, size: Scalar) -> str:
    at = as_whole(start, "MID", 2)
    if at < 1:
        fail("NUM", f"Function MID parameter 2 value is {at}. It should be at least 1.")
    return as_text(text)[at - 1 : at - 1 + _size(size, "MID")]


@function("UPPER", 1)
def _upper(text: Scalar) -> str:
    return as_text(text).upper()


@function("LOWER", 1)
def _lower(text: Scalar) -> str:
    return as_text(text).lower()


@function("PROPER", 1)
def _proper(text: Scalar) -> str:
    return re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), as_text(text))


@function("TRIM", 1)
def _trim(text: Scalar) -> str:
    return re.sub(r" +", " ", as_text(text).strip(" "))


@function("CLEAN", 1)
def _clean(text: Scalar) -> str:
    return "".join(each for each in as_text(text) if unicodedata.category(each) != "Cc")


@function("SUBSTITUTE", 3, 4)
def _substitute(text: Scalar, old: Scalar, new: Scalar, place: Scalar = None) -> str:
    found, wanted, instead = as_text(text), as_text(old), as_text(new)
    if not wanted:
        return found
    if place is None:
        return bounded(found.replace(wanted, instead))
    parts, at = found.split(wanted), as_whole(place, "SUBSTITUTE", 4)
    if not 1 <= at < len(parts):
        return found
    return wanted.join(parts[:at]) + instead + wanted.join(parts[at:])


@function("REPLACE", 4)
def _replace(text: Scalar, start: Scalar, size: Scalar, new: Scalar) -> str:
    found, at = as_text(text), as_whole(start, "REPLACE", 2) - 1
    return found[:at] + as_text(new) + found[at + _size(size, "REPLACE") :]


@function("REPT", 2)
def _rept(text: Scalar, times: Scalar) -> str:
    found, count = as_text(text), _size(times, "REPT")
    if len(found) * count > LONGEST:
        bounded(" " * (LONGEST + 1))
    return found * count


def _found(name: str, wanted: Scalar, text: Scalar, start: Scalar, *, exact: bool) -> float:
    needle, whole = as_text(wanted), as_text(text)
    at = as_whole(start, name, 3) - 1
    place = (whole if exact else whole.lower()).find(needle if exact else needle.lower(), at)
    if place < 0:
        fail(
            "VALUE",
            f"In {name} evaluation, cannot find '{needle}' within '{whole}'.",
        )
    return float(place + 1)


@function("FIND", 2, 3)
def _find(wanted: Scalar, text: Scalar, start: Scalar = 1.0) -> float:
    return _found("FIND", wanted, text, start, exact=True)


@function("SEARCH", 2, 3)
def _search(wanted: Scalar, text: Scalar, start: Scalar = 1.0) -> float:
    return _found("SEARCH", wanted, text, start, exact=False)


@function("EXACT", 2)
def _exact(left: Scalar, right: Scalar) -> bool:
    return as_text(left) == as_text(right)


@function("CHAR UNICHAR", 1)
def _char(code: Scalar) -> str:
    number = as_whole(code, "CHAR")
    if not 0 < number < 0x110000 or 0xD800 <= number < 0xE000:
        fail("NUM", f"Function CHAR parameter 1 value {number} is out of range.")
    return chr(number)


@function("CODE UNICODE", 1)
def _code(text: Scalar) -> float:
    found = as_text(text)
    if not found:
        fail("VALUE", "Function CODE parameter 1 value should be non-empty.")
    return float(ord(found[0]))


@function("T", 1)
def _t(value: Scalar) -> str:
    return value if isinstance(value, str) else ""


@function("VALUE", 1)
def _value(text: Scalar) -> float:
    found = text if not isinstance(text, str) else number_in(text)
    if found is None and isinstance(text, str):
        fail("VALUE", f"VALUE parameter '{text}' cannot be parsed to number.")
    return as_number(found, "VALUE")


@function("TO_TEXT", 1)
def _to_text(value: Scalar) -> str:
    return as_text(value)


@function("ENCODEURL", 1)
def _encodeurl(text: Scalar) -> str:
    return quote(as_text(text), safe="")


@function("TEXT", 2, style="lazy")
def _text(here: Evaluator, nodes: tuple[Node, ...]) -> Value:
    locale = here.book.locale

    def rule(value: Scalar, pattern: Scalar) -> str:
        shape = as_text(pattern)
        number = number_in(value) if isinstance(value, str) else as_number(value)
        if number is None or isinstance(value, bool):
            return shown_text(as_text(value), shape)
        return shown_by(number, "DATE" if is_date_pattern(shape) else "NUMBER", shape, locale)

    return here.each(rule, *nodes)


@function("HYPERLINK", 1, 2)
def _hyperlink(address: Scalar, label: Scalar = None) -> Scalar:
    return as_text(address) if label is None else label


@function("SPLIT", 2, 4, style="blocks")
def _split(text: Value, marks: Value, each: Value = True, skip: Value = True) -> Value:
    whole, signs = as_text(block(text).rows[0][0]), as_text(block(marks).rows[0][0])
    if not signs:
        fail("VALUE", "Function SPLIT parameter 2 value should be non-empty.")
    pattern = f"[{re.escape(signs)}]" if as_truth(block(each).rows[0][0]) else re.escape(signs)
    parts = re.split(pattern, whole)
    if as_truth(block(skip).rows[0][0]):
        parts = [part for part in parts if part] or [""]
    return Block((tuple(_typed(part) for part in parts),))


def _typed(text: str) -> Scalar:
    number = number_in(text) if text.strip() else None
    return text if number is None else number
