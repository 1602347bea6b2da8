"""One worksheet's XML: where its rows and cells stand, byte for byte, and how some are replaced.

Only the bytes of the cells in question change. Everything else, whoever wrote it and whatever it
means, stays as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from sheetflow import Merge, TableError

LAST_COLUMN = 16_384
LAST_ROW = 1_048_576
"""Where a worksheet ends (Excel specifications and limits)."""

Drawn = Callable[[str], "tuple[str, str, str]"]
"""From the style that stands there, a cell's style, type and content: ("3", "b", "<v>1</v>")."""

_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_TAG = re.compile(rb"<[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>")


@dataclass(frozen=True)
class RowSpan:
    """A row, and the bytes it takes up."""

    number: int
    start: int
    end: int
    hidden: bool


@dataclass(frozen=True)
class CellSpan:
    """A cell inside the bytes of its row: column from 0, style, and whether it holds anything."""

    column: int
    start: int
    end: int
    style: str
    filled: bool


class SheetXml:
    """A scan of one worksheet. Raises TableError if it is no worksheet, or declares entities."""

    def __init__(self, content: bytes, name: str) -> None:
        self.content = content
        self.rows: list[RowSpan] = []
        self.merges: list[Merge] = []
        self.formulas: dict[int, set[int]] = {}
        self.unsolved: set[tuple[int, int]] = set()
        self.tables: list[str] = []
        self.column_styles: list[tuple[int, int, str]] = []
        self.width = 0
        self.prefix = ""
        self._areas: list[Merge] = []
        self._depth: list[str] = []
        self._row, self._column, self._start, self._hidden = 0, -1, 0, False
        self._string = False
        self._dimension: tuple[int, int] | None = None
        self._data: tuple[int, int] | None = None
        scan(content, name, start=self._started, end=self._ended)
        if self._data is None:
            raise TableError(f"{name} holds no cells.", hint="Is it a chart sheet?")

    def is_formula(self, row: int, column: int) -> bool:
        """Whether the cell is worked out, alone or as part of a larger formula."""
        return column in self.formulas.get(row, ()) or any(
            area.top <= row <= area.bottom and area.left <= column <= area.right
            for area in self._areas
        )

    def formulas_in(self, row: int) -> frozenset[int]:
        """The columns of a row whose cells are worked out."""
        found = set(self.formulas.get(row, ()))
        for area in self._areas:
            if area.top <= row <= area.bottom:
                found.update(range(area.left, min(area.right, self.width) + 1))
        return frozenset(found)

    def cells_of(self, number: int) -> Sequence[CellSpan]:
        """The cells of one row as they stand there."""
        span = self._span(number)
        return _cells(self.content[span.start : span.end]) if span else ()

    def edited(self, edits: Mapping[int, Mapping[int, Drawn]]) -> bytes:
        """The sheet with these cells drawn anew, by row number and column from 0."""
        pieces: list[bytes] = []
        done = 0
        for start, end, piece in self._replacements(edits):
            pieces += [self.content[done:start], piece]
            done = end
        return b"".join([*pieces, self.content[done:]])

    def _replacements(
        self, edits: Mapping[int, Mapping[int, Drawn]]
    ) -> Sequence[tuple[int, int, bytes]]:
        assert self._data is not None  # seen when scanned
        found = [self._new_dimension(edits)] if self._dimension else []
        start, end = self._data
        fresh: list[bytes] = []
        for number in sorted(edits):
            span = self._span(number)
            if span is not None:
                row = self._redrawn(span, edits[number])
                found.append((span.start, span.end, row))
                continue
            row = self._row_of(number, b"", edits[number])
            place = bisect_left(self.rows, number, key=lambda row: row.number)
            if start == end:
                fresh.append(row)
            else:
                at = self.rows[place].start if place < len(self.rows) else end
                found.append((at, at, row))
        if fresh:
            found.append(self._opened(b"".join(fresh)))
        return [piece for piece in sorted(found, key=lambda p: (p[0], p[1])) if piece[2]]

    def _opened(self, rows: bytes) -> tuple[int, int, bytes]:
        """`<sheetData/>` with rows in it."""
        assert self._data is not None  # seen when scanned
        start = self._data[0]
        tag = _TAG.match(self.content, start)
        assert tag is not None  # expat saw one there
        name = f"{self.prefix}sheetData".encode()
        return start, tag.end(), b"<%b>%b</%b>" % (name, rows, name)

    def _redrawn(self, span: RowSpan, cells: Mapping[int, Drawn]) -> bytes:
        return self._row_of(span.number, self.content[span.start : span.end], cells)

    def _row_of(self, number: int, old: bytes, cells: Mapping[int, Drawn]) -> bytes:
        spans = {cell.column: cell for cell in _cells(old)} if old else {}
        drawn = {column: self._cell(number, column, spans, cells[column]) for column in cells}
        opening, closing = self._row_tags(number, old, max(drawn))
        body = b"".join(
            drawn[column] if column in drawn else old[spans[column].start : spans[column].end]
            for column in sorted({*spans, *drawn})
        )
        return opening + body + closing

    def _row_tags(self, number: int, old: bytes, last: int) -> tuple[bytes, bytes]:
        closing = f"</{self.prefix}row>".encode()
        if not old:
            return f'<{self.prefix}row r="{number}">'.encode(), closing
        tag = _TAG.match(old)
        assert tag is not None  # expat saw one there
        opening = tag[0][:-2].rstrip() + b">" if tag[0].endswith(b"/>") else tag[0]
        spans = re.search(rb'\sspans="(\d+):(\d+)"', opening)
        if spans and int(spans[2]) < last + 1:
            wider = b' spans="%b:%d"' % (spans[1], last + 1)
            opening = opening[: spans.start()] + wider + opening[spans.end() :]
        return opening, closing

    def _cell(self, number: int, column: int, spans: Mapping[int, CellSpan], draw: Drawn) -> bytes:
        there = spans.get(column)
        before = there.style if there else self._column_style(column)
        style, kind, content = draw(before)
        if not content and not there:
            return b""
        name = f"{self.prefix}c"
        tag = f'<{name} r="{reference(number, column)}"'
        tag += f' s="{style}"' if style else ""
        tag += f' t="{kind}"' if kind else ""
        return (f"{tag}>{content}</{name}>" if content else f"{tag}/>").encode()

    def _column_style(self, column: int) -> str:
        for first, last, style in self.column_styles:
            if first <= column + 1 <= last:
                return style
        return ""

    def _new_dimension(self, edits: Mapping[int, Mapping[int, Drawn]]) -> tuple[int, int, bytes]:
        assert self._dimension is not None  # asked by the caller
        start, end = self._dimension
        tag = self.content[start:end]
        found = re.search(rb'\sref="([A-Z]+\d+)(?::([A-Z]+\d+))?"', tag)
        if not found or not edits:
            return start, end, tag
        top, left = place_of((found[1]).decode())
        bottom, right = place_of((found[2] or found[1]).decode())
        columns = [column for cells in edits.values() for column in cells]
        first = reference(min(top, *edits), min(left, *columns))
        last = reference(max(bottom, *edits), max(right, *columns))
        ref = f' ref="{first}:{last}"' if first != last else f' ref="{first}"'
        return start, end, tag[: found.start()] + ref.encode() + tag[found.end() :]

    def _span(self, number: int) -> RowSpan | None:
        place = bisect_left(self.rows, number, key=lambda row: row.number)
        found = self.rows[place] if place < len(self.rows) else None
        return found if found and found.number == number else None

    def _started(self, name: str, attributes: Mapping[str, str], at: int) -> None:
        depth = len(self._depth)
        self._depth.append(name)
        if depth == 0:
            self.prefix = name[: name.rfind(":") + 1]
            return
        name = name.removeprefix(self.prefix) if self.prefix else name
        if depth == 4 and name == "f":
            self._formula(attributes)
        elif depth == 3 and name == "c":
            self._cell_started(attributes)
        elif depth == 2 and name == "row" and self._depth[1] == self._data_name:
            self._row_started(attributes, at)
        elif depth in (1, 2):
            self._part_started(name, attributes, at)

    def _ended(self, name: str, at: int) -> None:
        self._depth.pop()
        depth = len(self._depth)
        if depth == 2 and self._depth[1] == self._data_name:
            end = self._end_of(self._start, at)
            self.rows.append(RowSpan(self._row, self._start, end, self._hidden))
        elif depth == 1 and name == self._data_name and self._data is not None:
            self._data = (self._data[0], at)

    @property
    def _data_name(self) -> str:
        return f"{self.prefix}sheetData"

    def _part_started(self, name: str, attributes: Mapping[str, str], at: int) -> None:
        match name:
            case "sheetData":
                self._data = (at, at)
            case "dimension":
                tag = _TAG.match(self.content, at)
                self._dimension = (at, tag.end()) if tag else None
            case "mergeCell":
                self.merges.append(area_of(attributes.get("ref", "A1")))
            case "tablePart":
                self.tables += [text for key, text in attributes.items() if key.endswith(":id")]
            case "col" if "style" in attributes:
                first, last = int(attributes.get("min", 1)), int(attributes.get("max", 1))
                self.column_styles.append((first, last, attributes["style"]))

    def _row_started(self, attributes: Mapping[str, str], at: int) -> None:
        number = int(attributes.get("r", self._row + 1))
        if not self._row < number <= LAST_ROW:
            raise TableError("The rows of this sheet are out of order.", hint=SAVE_AGAIN)
        self._row, self._column, self._start = number, -1, at
        self._hidden = attributes.get("hidden") in ("1", "true")

    def _cell_started(self, attributes: Mapping[str, str]) -> None:
        place = attributes.get("r")
        self._column = place_of(place)[1] if place else self._column + 1
        self.width = max(self.width, self._column + 1)
        self._string = attributes.get("t") == "str"

    def _formula(self, attributes: Mapping[str, str]) -> None:
        self.formulas.setdefault(self._row, set()).add(self._column)
        if not self._string:
            self.unsolved.add((self._row, self._column))
        if attributes.get("t") in ("array", "dataTable") and "ref" in attributes:
            self._areas.append(area_of(attributes["ref"]))

    def _end_of(self, start: int, at: int) -> int:
        """Where an element ends that began at `start` and whose end was seen at `at`."""
        return _end_of(self.content, start, at)


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


def _cells(row: bytes) -> Sequence[CellSpan]:
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
            begun, filled = (at, column, attributes.get("s", "")), False
        elif depth == 3:
            filled = True

    def end(_name: str, at: int) -> None:
        nonlocal depth
        depth -= 1
        if depth == 1:
            began, column, style = begun
            found.append(CellSpan(column, began, _end_of(row, began, at), style, filled))

    scan(row, "the row", start=start, end=end)
    return found


def _end_of(content: bytes, start: int, at: int) -> int:
    """Where an element ends that began at `start`, and whose end expat saw at `at`.

    Of an empty element, `<c/>`, expat sees the end behind it; of others, where `</c>` begins.
    """
    tag = _TAG.match(content, start)
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
    clean = _ESCAPED.sub("_x005F_", _ILLEGAL.sub("", text))
    return f'<{prefix}is><{prefix}t xml:space="preserve">{escape(clean)}</{prefix}t></{prefix}is>'


def unescaped(text: str) -> str:
    """Text as a person sees it, of what a workbook writes as `_x0041_` (ST_Xstring)."""
    return _UNESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text
