"""Writing back: each row is found again by its id, and only what is ours is written."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from sheetflow.errors import TableChanged, TableError
from sheetflow.tables import statuses
from sheetflow.tables.grid import Grid
from sheetflow.tables.headers import header
from sheetflow.tables.snapshot import Snapshot, key_of, label_of
from sheetflow.tables.source import Edit, LeftAlone, NewColumn, NewRow, SheetRow, TableSource
from sheetflow.tables.spec import TableSpec
from sheetflow.tables.text import LONGEST, shown
from sheetflow.values import Receipt, Row, Status

TRIES = 5
"""How often a write is begun again because somebody saved the table in between."""

T = TypeVar("T")


@dataclass(frozen=True)
class RowWrite:
    """New values for cells of one row, and what stood there when they were decided on.

    A cell that holds neither its expected nor its new value was changed by a person, and stays.
    Without an expected value, what this table read counts; a status is always written.
    """

    row_id: str
    cells: Mapping[str, object]
    expected: Mapping[str, object] = field(default_factory=dict)


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
class _Batch:
    """The edits of one write, on the sheet as it stands now."""

    grid: Grid
    edits: list[Edit] = field(default_factory=list)
    asked: dict[tuple[object, int], tuple[str, str]] = field(default_factory=dict)
    columns: dict[str, NewColumn] = field(default_factory=dict)

    def column(self, name: str) -> int:
        """Where the column is; a new one is made right of everything."""
        if name in self.grid.layout.at:
            return self.grid.layout.at[name]
        if name not in self.columns:
            place = self.grid.width + len(self.columns)
            self.columns[name] = NewColumn(name, place, self.grid.header.mark)
        return self.columns[name].column


class Writing:
    """Writes into one table, reading it again each time."""

    def __init__(
        self,
        spec: TableSpec,
        source: TableSource,
        reread: Callable[[], Snapshot],
        as_written: Callable[[str, object, Row | None], object],
    ) -> None:
        self._spec = spec
        self._source = source
        self._reread = reread
        self._as_written = as_written
        self._wrote: dict[tuple[str, str], object] = {}

    def write(self, writes: Sequence[RowWrite], read: Snapshot) -> Sequence[Written]:
        """As `Table.write`; `read` is the reading on which the writes were decided."""
        writes = [self._ours(write) for write in writes]
        return self._again_if_changed(lambda: self._write_once(writes, read)) if writes else ()

    def append(self, cells: Mapping[str, object], row_id: str) -> Receipt:
        """As `Table.append`."""
        return self._again_if_changed(lambda: self._append_once(cells, row_id))

    def _again_if_changed(self, attempt: Callable[[], T]) -> T:
        for _ in range(TRIES - 1):
            try:
                return attempt()
            except TableChanged:
                continue
        return attempt()

    def _ours(self, write: RowWrite) -> RowWrite:
        """The write with its columns as declared. Raises TableError for one that is not ours."""
        ours = {header(name): name for name in self._spec.owned}
        for name in write.cells:
            if header(name) not in ours:
                raise TableError(
                    f'"{name}" of "{self._spec.name}" is not a column that Sheetflow may write.',
                    hint="If it should be, add it to `writes` of that table.",
                )
        cells = {ours[header(name)]: value for name, value in write.cells.items()}
        expected = {ours.get(header(name), name): was for name, was in write.expected.items()}
        return RowWrite(write.row_id, cells, expected)

    def _write_once(self, writes: Sequence[RowWrite], read: Snapshot) -> Sequence[Written]:
        now = self._reread()
        batch = _Batch(now.grid)
        for name in self._missing(writes, now):
            batch.column(name)
        written = [self._row(write, read, now, batch) for write in writes]
        left: Sequence[LeftAlone] = ()
        if batch.edits:
            new = tuple(batch.columns.values())
            left = self._source.write(now.sheet, tuple(batch.edits), new_columns=new)
        for one in written:
            self._wrote.update({(one.row_id, name): value for name, value in one.cells.items()})
        return _without(written, left, batch)

    def _missing(self, writes: Sequence[RowWrite], now: Snapshot) -> list[str]:
        """The columns to be made, in the order they are declared: the id comes last."""
        cells = [self._with_id(write, now) for write in writes if write.row_id in now.by_id]
        filled = {name for some in cells for name, value in some.items() if value is not None}
        return [name for name in self._spec.owned if name in filled - now.layout.at.keys()]

    def _row(self, write: RowWrite, read: Snapshot, now: Snapshot, batch: _Batch) -> Written:
        place = _found_again(write.row_id, read, now)
        if place is None:
            row = read.by_id.get(write.row_id)
            label = label_of(row, self._spec) if row else write.row_id
            return Written(write.row_id, vanished=statuses.row_vanished(label))
        row, there = now.rows[place], now.grid.rows[place]
        cells: dict[str, object] = {}
        left: dict[str, Status] = {}
        for name, value in self._with_id(write, now).items():
            new = self._typed(name, value, row)
            current = row.cells.get(name)
            if _same(current, new):
                cells[name] = value
            elif self._is_persons(name, row, write, read):
                left[name] = statuses.person_changed(name, shown(current))
            else:
                cells[name] = value
                self._edit(batch, write.row_id, there, name, new)
        return Written(write.row_id, cells, left)

    def _with_id(self, write: RowWrite, now: Snapshot) -> Mapping[str, object]:
        if write.row_id in now.minted and not now.has_own_ids:
            return {self._spec.id_column: write.row_id, **write.cells}
        return write.cells

    def _edit(self, batch: _Batch, row_id: str, there: SheetRow, name: str, new: object) -> None:
        column = batch.column(name)
        batch.edits.append(Edit(there.mark, column, new))
        batch.asked[there.mark, column] = (row_id, name)

    def _is_persons(self, name: str, row: Row, write: RowWrite, read: Snapshot) -> bool:
        """Whether the cell was changed by somebody else since the write was decided on."""
        spec = self._spec
        if name in write.expected:
            was = [write.expected[name]]
        elif name in (spec.status_column, spec.when_column, spec.again_column, spec.id_column):
            return False
        else:
            before = read.by_id.get(write.row_id)
            was = [before.cells.get(name) if before else None]
        if (write.row_id, name) in self._wrote:
            was.append(self._wrote[write.row_id, name])
        current = row.cells.get(name)
        return not any(_same(current, self._typed(name, value, row)) for value in was)

    def _append_once(self, cells: Mapping[str, object], row_id: str) -> Receipt:
        now = self._reread()
        named = {self._canonical(name, now): value for name, value in cells.items()}
        if self._spec.key:
            row_id = key_of([named.get(name) for name in self._spec.key])
        elif not now.has_own_ids:
            named[self._spec.id_column] = row_id
        if row_id in now.by_id:
            return Receipt(row_id)
        batch = _Batch(now.grid)
        typed = {batch.column(name): self._typed(name, value) for name, value in named.items()}
        new = NewRow(now.grid.last.mark, {c: v for c, v in typed.items() if v is not None})
        columns = tuple(batch.columns.values())
        self._source.write(now.sheet, (), new_columns=columns, new_rows=(new,))
        return Receipt(row_id)

    def _canonical(self, name: str, now: Snapshot) -> str:
        found = now.layout.column(name)
        ours = {header(column): column for column in self._spec.owned}
        if found is None and header(name) not in ours:
            raise now.layout.missing(name)
        return found or ours[header(name)]

    def _typed(self, name: str, value: object, row: Row | None = None) -> object:
        """The value as the cell will hold it: text without controls, dates without a zone."""
        value = self._as_written(name, value, row)
        match value:
            case None | bool() | int() | float() | date():
                return value
            case _:
                return _plain(str(value)) or None


def _same(current: object, new: object) -> bool:
    """Whether a person would see the same: 5 is 5.0, and a date is the text that shows it."""
    return _seen(current) == _seen(new)


def _found_again(row_id: str, read: Snapshot, now: Snapshot) -> int | None:
    """Where the row is now; None if it is gone, or if somebody else stands under its id."""
    place = now.number_of.get(row_id)
    if place is None or row_id not in read.by_id:
        return place
    return place if read.who(row_id).overlaps(now.who(row_id)) else None


def _without(
    written: Sequence[Written], left: Sequence[LeftAlone], batch: _Batch
) -> Sequence[Written]:
    """The same, with what the source left alone."""
    why: dict[str, dict[str, Status]] = {}
    for one in left:
        row_id, name = batch.asked[one.edit.mark, one.edit.column]
        told = statuses.formula_left if one.why == "formula" else statuses.merged_left
        why.setdefault(row_id, {})[name] = told(name)
    return tuple(
        Written(
            one.row_id,
            {name: v for name, v in one.cells.items() if name not in why.get(one.row_id, {})},
            {**one.left, **why.get(one.row_id, {})},
            one.vanished,
        )
        for one in written
    )


def moment_in(value: object) -> object:
    """The date or moment that ISO text says, as plans keep it; anything else as it is."""
    return _iso(value) if isinstance(value, str) else value


def _iso(text: str) -> object:
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return text


def _plain(text: str) -> str:
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return kept[:LONGEST].strip()


def _seen(value: object) -> str:
    if isinstance(value, str) and len(value) < 40 and "T" in value:
        value = _iso(value)
    text = shown(value).strip()
    return text.removesuffix(" 00:00") if isinstance(value, datetime) else text
