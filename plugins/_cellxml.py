"""The cells of a worksheet's XML: their places, their text, and where each stands in its row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from sheetflow import Merge, TableError

LAST_COLUMN = 16_384
LAST_ROW = 1_048_576
"""Where a worksheet ends (Excel specifications and limits)."""

_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
TAG = re.compile(rb"<[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>")


@dataclass(frozen=True)
class CellSpan:
    """A cell inside the bytes of its row: column from 0, style, and whether it holds anything."""

    column: int
    start: int
    end: int
    style: str
    filled: bool


SAVE_AGAIN = "Open it in a spreadsheet program and save it again."


def scan(
    content: bytes,
    name: str,
    *,
    start: Callable[[str, Mapping[str, str], int], None],
    end: Callable[[str, int], None] = lambda _name, _at: None,
) -> None:
    """Go through the elements of `content`, each with where it starts and ends."""

    def refused(*_: Any) -> None:
        raise TableError(f"{name} declares entities, as no workbook does.", hint=SAVE_AGAIN)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refused
    parser.StartElementHandler = lambda tag, attributes: start(
        tag, attributes, parser.CurrentByteIndex
    )
    parser.EndElementHandler = lambda tag: end(tag, parser.CurrentByteIndex)
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError) as error:
        raise TableError(f"{name} is damaged: {error}.", hint=SAVE_AGAIN) from None


def cells_in(row: bytes) -> Sequence[CellSpan]:
    """The cells of one row, of which `row` is the XML."""
    found: list[CellSpan] = []
    depth = 0
    begun: tuple[int, int, str] = (0, -1, "")
    filled = False

    def start(_name: str, attributes: Mapping[str, str], at: int) -> None:
        nonlocal depth, begun, filled
        depth += 1
        if depth == 2:
            place = attributes.get("r")
            column = place_of(place)[1] if place else begun[1] + 1
            style = attributes.get("s", "")
            begun, filled = (at, column, style if style.isdecimal() else ""), False
        elif depth == 3:
            filled = True

    def end(_name: str, at: int) -> None:
        nonlocal depth
        depth -= 1
        if depth == 1:
            began, column, style = begun
            found.append(CellSpan(column, began, end_of(row, began, at), style, filled))

    scan(row, "the row", start=start, end=end)
    return found


def end_of(content: bytes, start: int, at: int) -> int:
    """Where an element ends that began at `start`, and whose end expat saw at `at`.

    Of an empty element, `<c/>`, expat sees the end behind it; of others, where `</c>` begins.
    """
    tag = TAG.match(content, start)
    assert tag is not None  # expat saw one there
    return tag.end() if tag[0].endswith(b"/>") else content.index(b">", at) + 1


def area_of(ref: str) -> Merge:
    """An area as the sheet writes it: `A1:B3`."""
    first, _, last = ref.partition(":")
    (top, left), (bottom, right) = place_of(first), place_of(last or first)
    return Merge(top, bottom, left, right)


def place_of(reference: str) -> tuple[int, int]:
    """The row number and the column from 0 of `C12`: (12, 2)."""
    found = _PLACE.fullmatch(reference)
    column = 0
    for letter in found[1] if found else "":
        column = column * 26 + ord(letter) - 64
    if found is None or column > LAST_COLUMN or int(found[2]) > LAST_ROW:
        raise ValueError(f"there is no cell {reference[:20]}")
    return int(found[2]), column - 1


def reference(row: int, column: int) -> str:
    """The reverse: (12, 2) is `C12`."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_UNESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def inline(text: str, prefix: str) -> str:
    """Text as it stands in a cell, whatever it begins with; never a formula."""
    clean = escape(escaped(text))
    return f'<{prefix}is><{prefix}t xml:space="preserve">{clean}</{prefix}t></{prefix}is>'


def escaped(text: str) -> str:
    """Text as a workbook writes it (ST_Xstring), without what XML cannot hold."""
    return _ESCAPED.sub("_x005F_", _ILLEGAL.sub("", text))


def unescaped(text: str) -> str:
    """Text as a person sees it, of what a workbook writes as `_x0041_` (ST_Xstring)."""
    return _UNESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text
