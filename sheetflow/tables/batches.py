"""What is asked to be written, as edits of one write, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sheetflow.spool import Spool
from sheetflow.tables import statuses
from sheetflow.tables.grid import Grid
from sheetflow.tables.source import Edit, LeftAlone, NewColumn, Sheet, SheetRow
from sheetflow.values import Status

MOST_ROWS = 10_000
"""How many rows go into one write by lasting marks; more are several rounds."""


@dataclass(frozen=True)
class RowWrite:
    """New values for cells of one row, and what stood there when they were decided on.

    A cell that holds neither its expected nor its new value was changed by a person, and stays.
    Without an expected value, what this table read counts; a status is always written. Those in
    `always` are written even where they read the same: somebody may tick a box just now.
    """

    row_id: str
    cells: Mapping[str, object]
    expected: Mapping[str, object] = field(default_factory=dict)
    always: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Written:
    """What became of a RowWrite: the cells that say now what was asked, and why others do not."""

    row_id: str
    cells: Mapping[str, object] = field(default_factory=dict)
    left: Mapping[str, Status] = field(default_factory=dict)
    vanished: Status | None = None

    @property
    def status(self) -> Status | None:
        """The first thing worth telling, or None when all went as asked."""
        return self.vanished or next(iter(self.left.values()), None)


@dataclass
class Batch:
    """The edits of one write, on the sheet as it stands now.

    `asked` says of each edit for which row, by its id, and for which column it is.
    """

    grid: Grid
    edits: Spool[Edit] = field(default_factory=Spool)
    asked: Spool[tuple[str, str]] = field(default_factory=Spool)
    columns: dict[str, NewColumn] = field(default_factory=dict)

    def column(self, name: str) -> int:
        """Where the column is; a new one is made right of everything."""
        if name in self.grid.layout.at:
            return self.grid.layout.at[name]
        if name not in self.columns:
            place = self.grid.width + len(self.columns)
            self.columns[name] = NewColumn(name, place, self.grid.header.mark)
        return self.columns[name].column


def without(
    written: Sequence[Written], left: Sequence[LeftAlone], batch: Batch
) -> Sequence[Written]:
    """The same, with what the source left alone."""
    if not left:
        return written
    asked = {(one.edit.mark, one.edit.column): ("", "") for one in left}
    for edit, meant in zip(batch.edits, batch.asked, strict=True):
        if (edit.mark, edit.column) in asked:
            asked[edit.mark, edit.column] = meant
    why: dict[str, dict[str, Status]] = {}
    for one in left:
        row_id, name = asked[one.edit.mark, one.edit.column]
        told = statuses.formula_left if one.why == "formula" else statuses.merged_left
        why.setdefault(row_id, {})[name] = one.says or told(name)
    return Spool(
        Written(
            one.row_id,
            {name: v for name, v in one.cells.items() if name not in why.get(one.row_id, {})},
            {**one.left, **why.get(one.row_id, {})},
            one.vanished,
        )
        for one in written
    )


def with_edits(
    sheet: Sheet,
    edits: Sequence[Edit],
    new_columns: Sequence[NewColumn] = (),
    left: Sequence[LeftAlone] = (),
) -> Sheet:
    """The sheet as it is after a write."""
    alone = {(one.edit.mark, one.edit.column) for one in left}
    new: dict[object, dict[int, object]] = {}
    for edit in edits:
        if (edit.mark, edit.column) not in alone:
            new.setdefault(edit.mark, {})[edit.column] = edit.value
    for column in new_columns:
        new.setdefault(column.mark, {})[column.column] = column.header
    rows = Spool(_row_with(row, new[row.mark]) if row.mark in new else row for row in sheet.rows)
    return replace(sheet, rows=rows)


def _row_with(row: SheetRow, new: Mapping[int, object]) -> SheetRow:
    width = max(len(row.cells), *(column + 1 for column in new))
    cells = [*row.cells, *[None] * (width - len(row.cells))]
    for column, value in new.items():
        cells[column] = value
    return replace(row, cells=tuple(cells))


def in_parts(places: Sequence[int]) -> Iterator[Sequence[int]]:
    """The numbers of writes in the order of their places, as many as go into one write."""
    order = sorted(range(len(places)), key=places.__getitem__)
    for start in range(0, len(order), MOST_ROWS):
        yield order[start : start + MOST_ROWS]
