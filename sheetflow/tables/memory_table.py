"""A table in memory, which is read and written as a real one is, and typed into by people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import Literal, Self

from sheetflow.errors import TableChanged
from sheetflow.spool import Spool
from sheetflow.tables.batches import with_edits
from sheetflow.tables.source import Edit, LeftAlone, NewColumn, NewRow, Sheet, SheetRow

HEADERS = 1
"""The number of the row of headers, as in a sheet: the first row below it is row 2."""


def sheet_of(rows: Iterable[Sequence[object]]) -> Sheet:
    """These rows as a sheet, the headers first. A row's mark is its place, from 0."""
    marked = enumerate(map(tuple, rows))
    return Sheet(Spool(SheetRow(cells, HEADERS + at, at) for at, cells in marked), "0")


def _nobody_minds(_what: str) -> None:
    """Nothing forbids a write."""


@dataclass
class MemoryTable:
    """A table that is kept nowhere else. `sheet` is what stands there now.

    `may_write` is asked before each write, with the table's name, and raises what forbids it.
    `written` says what stood in each cell before we wrote it, by its row's mark and its column.
    """

    sheet: Sheet
    name: str = "a table in memory"
    may_write: Callable[[str], None] = _nobody_minds
    written: dict[tuple[object, int], object] = field(default_factory=dict)
    saved: int = 0

    @classmethod
    def copy_of(cls, sheet: Sheet, name: str) -> Self:
        """A copy of what was read elsewhere; other rows may point at a mark that is a text."""
        marked = (
            row if isinstance(row.mark, str) else replace(row, mark=place)
            for place, row in enumerate(sheet.rows)
        )
        return cls(replace(sheet, rows=Spool(marked)), name)

    @property
    def headers(self) -> tuple[str, ...]:
        """What stands in the first row."""
        return tuple(str(header or "") for header in self.sheet.rows[0].cells)

    @property
    def rows(self) -> list[dict[str, object]]:
        """The rows below it, their cells by header."""
        headers, below = self.headers, self.sheet.rows[1:]
        width = len(headers)
        return [
            dict(zip(headers, (*row.cells, *[None] * (width - len(row.cells))), strict=False))
            for row in below
        ]

    def read(self) -> Sheet:
        """Everything that stands there now."""
        return self.sheet

    def ready(self) -> None:
        """It can always be written."""

    def write(
        self,
        sheet: Sheet,
        edits: Sequence[Edit],
        *,
        new_columns: Sequence[NewColumn] = (),
        new_rows: Sequence[NewRow] = (),
    ) -> Sequence[LeftAlone]:
        """Write all of it but what formulas and merged cells hold. Raises TableChanged if it was.

        New rows go below all others.
        """
        self.may_write(self.name)
        if sheet.version != self.sheet.version:
            raise TableChanged(f"{self.name} was saved by somebody else just now.")
        edits = [*(Edit(new.mark, new.column, new.header) for new in new_columns), *edits]
        marks = {edit.mark for edit in edits}
        there = {row.mark: row for row in self.sheet.rows if row.mark in marks}
        left = []
        for edit in edits:
            if why := self._why_not(there[edit.mark], edit.column):
                left.append(LeftAlone(edit, why))
            else:
                was = _cell(there[edit.mark], edit.column)
                self.written.setdefault((edit.mark, edit.column), was)
        self._save(with_edits(self.sheet, edits, (), left))
        first = self._add([new.cells for new in new_rows])
        for mark, new in enumerate(new_rows, first):
            self.written.update(dict.fromkeys((mark, column) for column in new.cells))
        return left

    def type_into(self, number: int, cells: Mapping[str, object]) -> None:
        """Cells of the row of that number, by header, as somebody types over them behind our back.

        A header that is not there yet is typed beside the others.
        """
        (row,) = (row for row in self.sheet.rows if row.number == number)
        typed = self._by_column(cells)
        edits = [Edit(row.mark, column, value) for column, value in typed.items()]
        self._save(with_edits(self.sheet, edits))

    def add(self, rows: Iterable[Mapping[str, object]]) -> None:
        """Rows below the others, cells by header, as somebody types them."""
        self._add([self._by_column(cells) for cells in rows])

    def _why_not(self, row: SheetRow, column: int) -> Literal["formula", "merged"] | None:
        if column in row.formulas:
            return "formula"
        within = any(
            merge.top <= row.number <= merge.bottom
            and merge.left <= column <= merge.right
            and (row.number, column) != (merge.top, merge.left)
            for merge in self.sheet.merges
        )
        return "merged" if within else None

    def _by_column(self, cells: Mapping[str, object]) -> dict[int, object]:
        """Cells by their columns; an empty text is an empty cell."""
        known = {header: column for column, header in enumerate(self.headers)}
        beside = count(len(known))
        new = {name: next(beside) for name in cells if name not in known}
        if new:
            top = self.sheet.rows[0].mark
            self._save(with_edits(self.sheet, [Edit(top, at, name) for name, at in new.items()]))
        at = {**known, **new}
        return {at[name]: None if value == "" else value for name, value in cells.items()}

    def _add(self, rows: Sequence[Mapping[int, object]]) -> int:
        """Put rows below all others; gives the mark of the first, from which theirs rise."""
        first, above = len(self.sheet.rows), self.sheet.rows[-1].number
        below = (
            SheetRow(
                tuple(cells.get(column) for column in range(max(cells, default=-1) + 1)),
                above + at,
                first + at - 1,
            )
            for at, cells in enumerate(rows, 1)
        )
        if rows:
            self._save(replace(self.sheet, rows=Spool(chain(self.sheet.rows, below))))
        return first

    def _save(self, sheet: Sheet) -> None:
        self.saved += 1
        self.sheet = replace(sheet, version=f"saved {self.saved}")


def _cell(row: SheetRow, column: int) -> object:
    return row.cells[column] if column < len(row.cells) else None
