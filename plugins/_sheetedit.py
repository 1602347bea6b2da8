"""One worksheet's XML with some cells drawn anew.

Only the bytes of the cells in question change. Everything else, whoever wrote it and whatever it
means, stays as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence

from ._cellxml import TAG, CellSpan, cells_in, place_of, reference
from ._sheetgrowth import Growth
from ._sheetxml import RowSpan, SheetXml

Drawn = Callable[[str], "tuple[str, str, str]"]
"""From the style that stands there, a cell's style, type and content: ("3", "b", "<v>1</v>")."""


class SheetEdit:
    """Replaces cells of one scanned sheet."""

    def __init__(self, sheet: SheetXml) -> None:
        self._sheet = sheet

    def edited(
        self,
        edits: Mapping[int, Mapping[int, Drawn]],
        widths: Mapping[int, float],
        growth: Growth,
    ) -> bytes:
        """The sheet with these cells drawn anew, by row number and column from 0.

        `widths` are for new columns, in characters; where the sheet says one already, it stays.
        A filter reaches as far as the `growth`.
        """
        pieces: list[bytes] = []
        done = 0
        replaced = [*self._new_columns(widths), *self._replacements(edits)]
        if self._sheet.filter is not None:
            start, end = self._sheet.filter
            replaced.append((start, end, growth.filter(self._sheet.content[start:end])))
        for start, end, piece in sorted(replaced, key=lambda found: found[:2]):
            pieces += [self._sheet.content[done:start], piece]
            done = end
        return b"".join([*pieces, self._sheet.content[done:]])

    def _replacements(
        self, edits: Mapping[int, Mapping[int, Drawn]]
    ) -> Sequence[tuple[int, int, bytes]]:
        found = [self._new_dimension(edits)] if self._sheet.dimension else []
        start, end = self._sheet.data
        fresh: list[bytes] = []
        for number in sorted(edits):
            span = self._sheet.span_of(number)
            if span is not None:
                row = self._redrawn(span, edits[number])
                found.append((span.start, span.end, row))
                continue
            row = self._row_of(number, b"", edits[number])
            place = bisect_left(self._sheet.rows, number, key=lambda row: row.number)
            if start == end:
                fresh.append(row)
            else:
                at = self._sheet.rows[place].start if place < len(self._sheet.rows) else end
                found.append((at, at, row))
        if fresh:
            found.append(self._opened(b"".join(fresh)))
        return [piece for piece in found if piece[2]]

    def _new_columns(self, widths: Mapping[int, float]) -> Sequence[tuple[int, int, bytes]]:
        sheet = self._sheet
        found: list[tuple[int, int, bytes]] = []
        for column, width in sorted(widths.items()):
            if any(span.first <= column <= span.last for span in sheet.columns):
                continue
            at = next((span.start for span in sheet.columns if span.first > column), None)
            at = sheet.columns_end if at is None else at
            said = f'min="{column + 1}" max="{column + 1}" width="{width}" customWidth="1"'
            entry = f"<{sheet.prefix}col {said}/>".encode()
            found.append((sheet.data[0] if at is None else at, 0, entry))
        found = [(at, at, entry) for at, _, entry in found]
        if found and sheet.columns_end is None:
            name = f"{sheet.prefix}cols".encode()
            every = b"".join(entry for _, _, entry in found)
            return [(sheet.data[0], sheet.data[0], b"<%b>%b</%b>" % (name, every, name))]
        return found

    def _opened(self, rows: bytes) -> tuple[int, int, bytes]:
        """`<sheetData/>` with rows in it."""
        start = self._sheet.data[0]
        tag = TAG.match(self._sheet.content, start)
        assert tag is not None  # expat saw one there
        name = f"{self._sheet.prefix}sheetData".encode()
        return start, tag.end(), b"<%b>%b</%b>" % (name, rows, name)

    def _redrawn(self, span: RowSpan, cells: Mapping[int, Drawn]) -> bytes:
        return self._row_of(span.number, self._sheet.content[span.start : span.end], cells)

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
        closing = f"</{self._sheet.prefix}row>".encode()
        if not old:
            return f'<{self._sheet.prefix}row r="{number}">'.encode(), closing
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
        name = f"{self._sheet.prefix}c"
        tag = f'<{name} r="{reference(number, column)}"'
        tag += f' s="{style}"' if style else ""
        tag += f' t="{kind}"' if kind else ""
        return (f"{tag}>{content}</{name}>" if content else f"{tag}/>").encode()

    def _column_style(self, column: int) -> str:
        spans = self._sheet.columns
        return next((span.style for span in spans if span.first <= column <= span.last), "")

    def _new_dimension(self, edits: Mapping[int, Mapping[int, Drawn]]) -> tuple[int, int, bytes]:
        assert self._sheet.dimension is not None  # asked by the caller
        start, end = self._sheet.dimension
        tag = self._sheet.content[start:end]
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
