"""One worksheet's XML: where its rows and cells stand, byte for byte, and how some are replaced.

Only the bytes of the cells in question change. Everything else, whoever wrote it and whatever it
means, stays as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sheetflow import Merge, TableError

from ._cellxml import (
    LAST_ROW,
    SAVE_AGAIN,
    TAG,
    CellSpan,
    area_of,
    cells_in,
    end_of,
    place_of,
    reference,
    scan,
)

Drawn = Callable[[str], "tuple[str, str, str]"]
"""From the style that stands there, a cell's style, type and content: ("3", "b", "<v>1</v>")."""


@dataclass(frozen=True)
class RowSpan:
    """A row, and the bytes it takes up."""

    number: int
    start: int
    end: int
    hidden: bool


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
        return cells_in(self.content[span.start : span.end]) if span else ()

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
        tag = TAG.match(self.content, start)
        assert tag is not None  # expat saw one there
        name = f"{self.prefix}sheetData".encode()
        return start, tag.end(), b"<%b>%b</%b>" % (name, rows, name)

    def _redrawn(self, span: RowSpan, cells: Mapping[int, Drawn]) -> bytes:
        return self._row_of(span.number, self.content[span.start : span.end], cells)

    def _row_of(self, number: int, old: bytes, cells: Mapping[int, Drawn]) -> bytes:
        spans = {cell.column: cell for cell in cells_in(old)} if old else {}
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
        tag = TAG.match(old)
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
            end = end_of(self.content, self._start, at)
            self.rows.append(RowSpan(self._row, self._start, end, self._hidden))
        elif depth == 1 and name == self._data_name and self._data is not None:
            start = self._data[0]
            tag = TAG.match(self.content, start)
            self._data = (start, start if tag and tag[0].endswith(b"/>") else at)

    @property
    def _data_name(self) -> str:
        return f"{self.prefix}sheetData"

    def _part_started(self, name: str, attributes: Mapping[str, str], at: int) -> None:
        match name:
            case "sheetData":
                self._data = (at, at)
            case "dimension":
                tag = TAG.match(self.content, at)
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
