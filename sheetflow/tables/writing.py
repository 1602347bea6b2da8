"""Writing back: each row is found again by its id, and only what is ours is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import cached_property, lru_cache, partial
from typing import TypeVar

from sheetflow.errors import TableChanged, TableError
from sheetflow.packed import Chains
from sheetflow.sequences import Made
from sheetflow.spool import Spool
from sheetflow.tables import statuses
from sheetflow.tables.batches import Batch, RowWrite, Written, in_parts, with_edits, without
from sheetflow.tables.headers import header
from sheetflow.tables.sameness import plain, same
from sheetflow.tables.snapshot import Snapshot, key_of, label_of
from sheetflow.tables.source import (
    Edit,
    KeepsLog,
    LastingMarks,
    LeftAlone,
    NewRow,
    Sheet,
    SheetRow,
    TableSource,
    TriesFirst,
)
from sheetflow.tables.spec import TableSpec
from sheetflow.tables.text import shown
from sheetflow.values import Receipt, Row, Status

TRIES = 5
"""How often a write is begun again because somebody saved the table in between."""

T = TypeVar("T")
Writes = Sequence[RowWrite]


class Writing:
    """Writes into one table: as it is now, or by marks that last as it was read.

    `snapshot` makes a later reading of a sheet, in which each row is known again.
    """

    def __init__(
        self,
        spec: TableSpec,
        source: TableSource,
        snapshot: Callable[[Sheet], Snapshot],
        as_written: Callable[[str, object, Row | None], object],
    ) -> None:
        self._spec = spec
        self._source = source
        self._snapshot = snapshot
        self._as_written = as_written
        self._wrote: Spool[Written] = Spool()
        self._wrote_at = Chains()
        self._stands: Sheet | None = None
        """What stands in a table with lasting marks since we wrote to it."""

    def write(self, writes: Writes, read: Snapshot) -> Sequence[Written]:
        """As `Table.write`; `read` is the reading on which the writes were decided."""
        if not writes:
            return ()
        writes = Made(writes, self._ours)
        if not isinstance(self._source, LastingMarks):
            return self._again_if_changed(partial(self._write_found, writes, read))
        found: dict[int, Written] = {}
        for some in in_parts([read.place_of(write.row_id) or 0 for write in writes]):
            these = tuple(writes[number] for number in some)
            again = partial(self._write_held, self._source, these, read)
            found |= zip(some, self._again_if_changed(again), strict=True)
        return tuple(found[number] for number in range(len(writes)))

    def ready(self, read: Snapshot) -> None:
        """As `Table.ready`."""
        self._source.ready()
        if isinstance(self._source, LastingMarks):
            grid, ours = read.grid, self._spec.owned
            at, rows = grid.layout.at, [row.mark for row in grid.rows]
            known = [at[name] for name in ours if name in at]
            self._source.must_be_writable(read.sheet, known, rows)
            if len(known) < len(ours):
                self._source.must_be_writable(read.sheet, [grid.width], [grid.header.mark, *rows])

    def claims_first(self, *, shared: bool) -> bool:
        """As `Table.claims_first`."""
        found = self._source
        return isinstance(found, LastingMarks) and (not shared or isinstance(found, TriesFirst))

    def claim(self, row_ids: Collection[str], read: Snapshot) -> None:
        """As `Table.claim`."""
        if not isinstance(self._source, LastingMarks):
            return
        batch, spec = Batch(read.grid), self._spec
        seldom: tuple[str, ...] = (spec.again_column, spec.go_ahead_column)
        seldom += (spec.id_column,) if read.has_own_ids else ()
        for name in spec.owned:
            if name not in seldom:
                batch.column(name)
        if isinstance(self._source, KeepsLog):
            self._source.make_room(len(row_ids))
        places = [place for row in row_ids if (place := read.place_of(row)) is not None]
        with suppress(TableChanged):  # then it is found out, and settled, when it is written
            held = self._source.hold(
                read.sheet,
                [read.grid.rows[places[number]].mark for number in next(in_parts(places), ())],
                header=read.grid.header.mark,
                who=read.who_columns,
                new_columns=tuple(batch.columns.values()),
            )
            self._stands = None if held.rows is read.sheet.rows else held

    def append(self, cells: Mapping[str, object], row_id: str) -> Receipt:
        """As `Table.append`."""
        return self._again_if_changed(lambda _tries: self._append_once(cells, row_id))

    def _reread(self) -> Snapshot:
        return self._snapshot(self._source.read())

    def _again_if_changed(self, attempt: Callable[[int], T]) -> T:
        for tries in range(TRIES - 1):
            try:
                return attempt(tries)
            except TableChanged:
                self._stands = None
        return attempt(TRIES - 1)

    def _ours(self, write: RowWrite) -> RowWrite:
        """The write with its columns as declared. Raises TableError for one that is not ours."""
        for name in write.cells:
            if self._own_name(name) is None:
                raise TableError(
                    f'"{name}" of "{self._spec.name}" is not a column that Sheetflow may write.',
                    hint="If it should be, add it to `writes` of that table.",
                )
        cells = {self._own_name(name) or name: value for name, value in write.cells.items()}
        expected = {self._own_name(name) or name: was for name, was in write.expected.items()}
        return replace(write, cells=cells, expected=expected)

    @cached_property
    def _own_name(self) -> Callable[[str], str | None]:
        """How a column of ours is declared; looked up once, however many rows write it."""
        ours = {header(name): name for name in self._spec.owned}
        return lru_cache(maxsize=256)(lambda name: ours.get(header(name)))

    def _write_found(self, writes: Writes, read: Snapshot, tries: int) -> Sequence[Written]:
        """Write on what was read, which the source refuses if it was saved since."""
        return self._write_once(writes, read, self._reread() if tries or self._wrote else None)

    def _write_held(
        self, source: LastingMarks, writes: Sequence[RowWrite], read: Snapshot, tries: int
    ) -> Sequence[Written]:
        """Write by lasting marks: on what was read, unless that turned out to be old."""
        now = read if not tries else self._reread()
        if self._stands is not None:
            now = self._snapshot(self._stands)
        batch, _ = self._batch(writes, read, now)
        if not batch.edits:
            self._stands = now.sheet
            return self._write_once(writes, read, now)
        ours = frozenset(self._spec.own)
        held = source.hold(
            now.sheet,
            tuple(dict.fromkeys(edit.mark for edit in batch.edits)),
            header=now.grid.header.mark,
            who=now.who_columns,
            new_columns=tuple(batch.columns.values()),
            fresh=not tries and any(name not in ours for _, name in batch.asked),
        )
        if held.rows is not now.sheet.rows:
            now = self._snapshot(held)
        return self._write_once(writes, read, now, held)

    def _batch(self, writes: Writes, read: Snapshot, now: Snapshot) -> tuple[Batch, Spool[Written]]:
        batch = Batch(now.grid)
        for name in self._missing(writes, now):
            batch.column(name)
        return batch, Spool(self._row(write, read, now, batch) for write in writes)

    def _write_once(
        self,
        writes: Sequence[RowWrite],
        read: Snapshot,
        new: Snapshot | None,
        held: Sheet | None = None,
    ) -> Sequence[Written]:
        now = new or read
        batch, written = self._batch(writes, read, now)
        if new is None and not batch.edits:  # nobody refuses nothing: only a new reading tells
            return self._write_once(writes, read, self._reread())
        left: Sequence[LeftAlone] = ()
        if batch.edits:
            columns, sheet = tuple(batch.columns.values()), held or now.sheet
            left = self._source.write(sheet, batch.edits, new_columns=columns)
            if held is not None:
                self._stands = with_edits(held, batch.edits, columns, left)
        for one in written:
            if (place := read.place_of(one.row_id)) is not None:
                self._wrote_at.put(place, len(self._wrote))
                self._wrote.append(one)
        return without(written, left, batch)

    def _missing(self, writes: Writes, now: Snapshot) -> list[str]:
        """The columns to be made, in the order they are declared: the id comes last."""
        new = [name for name in self._spec.owned if name not in now.layout.at]
        there = (write for write in writes if now.place_of(write.row_id) is not None)
        cells = (self._with_id(write, now) for write in there) if new else ()
        filled = {name for some in cells for name, value in some.items() if value is not None}
        return [name for name in new if name in filled]

    def _row(self, write: RowWrite, read: Snapshot, now: Snapshot, batch: Batch) -> Written:
        place = _found_again(write.row_id, read, now)
        if place is None:
            row = read.row(write.row_id)
            label = label_of(row, self._spec) if row else write.row_id
            return Written(write.row_id, vanished=statuses.row_vanished(label))
        row, there = now.rows[place], now.grid.rows[place]
        cells: dict[str, object] = {}
        left: dict[str, Status] = {}
        for name, value in self._with_id(write, now).items():
            new = self._typed(name, value, row)
            current = row.cells.get(name)
            if same(current, new) and name not in write.always:
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

    def _edit(self, batch: Batch, row_id: str, there: SheetRow, name: str, new: object) -> None:
        batch.edits.append(Edit(there.mark, batch.column(name), new))
        batch.asked.append((row_id, name))

    def _is_persons(self, name: str, row: Row, write: RowWrite, read: Snapshot) -> bool:
        """Whether the cell was changed by somebody else since the write was decided on."""
        spec = self._spec
        if name in write.expected:
            was = [write.expected[name]]
        elif name in spec.own:
            return False
        else:
            before = read.row(write.row_id)
            was = [before.cells.get(name) if before else None]
        place = read.place_of(write.row_id)
        ours = (self._wrote[n].cells for n in (() if place is None else self._wrote_at.at(place)))
        was += [cells[name] for cells in ours if name in cells][-1:]
        current = row.cells.get(name)
        return not any(same(current, self._typed(name, value, row)) for value in was)

    def _append_once(self, cells: Mapping[str, object], row_id: str) -> Receipt:
        now, self._stands = self._reread(), None
        named = {self._canonical(name, now): value for name, value in cells.items()}
        if self._spec.key:
            row_id = key_of([named.get(name) for name in self._spec.key])
        else:  # also where the system has ids of its own: a row that got lost on its way has none
            named[self._spec.id_column] = row_id
        if now.place_of(row_id) is not None:
            return Receipt(row_id)
        batch = Batch(now.grid)
        typed = {batch.column(name): self._typed(name, value) for name, value in named.items()}
        key = tuple(batch.column(name) for name in self._spec.key or (self._spec.id_column,))
        new = NewRow(now.grid.last.mark, {c: v for c, v in typed.items() if v is not None}, key)
        columns = tuple(batch.columns.values())
        self._source.write(now.sheet, (), new_columns=columns, new_rows=(new,))
        return Receipt(row_id)

    def _canonical(self, name: str, now: Snapshot) -> str:
        found = now.layout.column(name) or self._own_name(name)
        if found is None:
            raise now.layout.missing(name)
        return found

    def _typed(self, name: str, value: object, row: Row | None = None) -> object:
        """The value as the cell will hold it: text without controls, dates without a zone."""
        value = self._as_written(name, value, row)
        match value:
            case None | bool() | int() | float() | date():
                return value
            case _:
                return plain(str(value)) or None


def _found_again(row_id: str, read: Snapshot, now: Snapshot) -> int | None:
    """Where the row is now; None if it is gone, or if somebody else stands under its id."""
    place = now.place_of(row_id)
    if place is None or now is read or read.place_of(row_id) is None:
        return place
    return place if read.who(row_id).overlaps(now.who(row_id)) else None
