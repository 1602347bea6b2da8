"""A sheet becomes the rows of a table: from the headers to the end, without what only decorates."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sheetflow.sequences import Picked
from sheetflow.tables.headers import Layout, find_layout, is_blank, is_separator
from sheetflow.tables.source import Merge, Sheet, SheetRow
from sheetflow.tables.spec import TableSpec
from sheetflow.tables.text import normal

BLANKS = 50
"""Empty rows in a row beyond which a table has ended."""


@dataclass(frozen=True)
class Grid:
    """The rows of a table as they stand there, cells that are merged downwards filled in.

    `merged` says for a row number which of its name, address or key is merged with other cells.
    `last` is the last row of the table, and `width` the first column right of everything.
    """

    layout: Layout
    rows: Sequence[SheetRow]
    header: SheetRow
    last: SheetRow
    width: int
    merged: Mapping[int, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


def read_layout(sheet: Sheet, spec: TableSpec) -> Layout:
    """Where the columns are. Raises ColumnMissing when it cannot tell who a row is."""
    layout = find_layout(sheet, spec)
    for name in needed_columns(spec):
        if name not in layout.at:
            raise layout.missing(name)
    return layout


def read_grid(sheet: Sheet, spec: TableSpec, layout: Layout) -> Grid:
    """The table of `spec` in `sheet`, whose columns are where `layout` says."""
    header = sheet.rows[layout.row] if sheet.rows else SheetRow((), 1, mark=1)
    merges = [merge for merge in sheet.merges if merge.bottom > header.number]
    found = _Found(sheet, header, spec, layout, merges)
    filled, merged = _unmerged(sheet.rows, found.places, merges, spec, layout)
    return Grid(
        layout,
        Picked(sheet.rows, found.places, filled),
        header,
        last=found.last,
        width=max(found.width, sheet.free),
        merged=merged,
        notices=found.notices,
    )


def needed_columns(spec: TableSpec) -> tuple[str, ...]:
    """The columns without which nobody can tell who a row is."""
    person = spec.person
    names = (*spec.key, *person.names, person.email, person.phone)
    more = (person.time_zone, person.language, person.consent)
    return tuple(dict.fromkeys(name for name in (*names, *more) if name))


def who_columns(spec: TableSpec) -> tuple[str, ...]:
    """The columns that say who a row is."""
    person = spec.person
    names = spec.key or (*person.names, person.email, person.phone)
    return tuple(name for name in names if name)


def _seen_columns(layout: Layout, spec: TableSpec) -> list[int]:
    """The columns that people fill in; ours alone do not make a row, unless all are ours."""
    ours = {layout.at[name] for name in spec.owned if name in layout.at}
    every = {*layout.block, *layout.at.values()}
    return sorted(every - ours or every)


class _Found:
    """What one look at all rows tells: which stand for somebody, and where everything ends."""

    def __init__(
        self,
        sheet: Sheet,
        header: SheetRow,
        spec: TableSpec,
        layout: Layout,
        merges: Sequence[Merge],
    ) -> None:
        self.places = array("I")
        self.last = header
        self.width = 0
        self._table = spec.name
        self._seen = _seen_columns(layout, spec)
        self._who = [layout.at[name] for name in who_columns(spec)]
        self._across = {m.top for m in merges if m.right > m.left and m.top == m.bottom}
        self._nobody = array("I")
        self._below = 0
        for place, row in enumerate(sheet.rows):
            self._widen(row.cells)
            if place > layout.row and not self._below and not is_blank(row, self._seen):
                self._take(place, row)
        self.notices = tuple(self._notices(spec))

    def _widen(self, cells: Sequence[object]) -> None:
        """Note the last column in which any row has something."""
        used = len(cells)
        while used > self.width and cells[used - 1] in (None, ""):
            used -= 1
        self.width = max(self.width, used)

    def _take(self, place: int, row: SheetRow) -> None:
        if row.number - self.last.number > BLANKS + 1:
            self._below = row.number
            return
        self.last = row
        cells = [row.cells[column] for column in self._seen if column < len(row.cells)]
        if is_separator(cells) or (row.number in self._across and _only_one(cells)):
            return
        if self._who and is_blank(row, self._who):
            self._nobody.append(row.number)
        else:
            self.places.append(place)

    def _notices(self, spec: TableSpec) -> Iterator[str]:
        if self._below:
            yield (
                f'"{spec.name}" ends at row {self.last.number}: more than {BLANKS} empty rows '
                f"follow it. I did not read row {self._below} and what is below."
            )
        if self._nobody:
            yield _left_out(spec, self._nobody)


def _only_one(cells: Sequence[object]) -> bool:
    return sum(cell is not None and normal(cell) != "" for cell in cells) == 1


def _left_out(spec: TableSpec, numbers: Sequence[int]) -> str:
    columns = " or ".join(f'"{name}"' for name in who_columns(spec))
    some = ", ".join(map(str, numbers[:10])) + (" …" if len(numbers) > 10 else "")
    rows = f"Row {some}" if len(numbers) == 1 else f"{len(numbers)} rows ({some})"
    return f'{rows} of "{spec.name}" left out: nothing in {columns}.'


def _unmerged(
    rows: Sequence[SheetRow],
    places: Sequence[int],
    merges: Sequence[Merge],
    spec: TableSpec,
    layout: Layout,
) -> tuple[dict[int, SheetRow], dict[int, str]]:
    """Rows with cells merged downwards filled in, by place; whose identity is merged, by number."""
    if not merges:
        return {}, {}
    identity = {layout.at[name]: name for name in who_columns(spec)}
    place_of = {rows[place].number: place for place in places}
    filled: dict[int, SheetRow] = {}
    merged: dict[int, str] = {}
    for merge in merges:
        columns = range(merge.left, merge.right + 1)
        hit = next((identity[column] for column in columns if column in identity), "")
        for number in _numbers(merge, place_of):
            if hit:
                merged[number] = hit
            elif merge.left == merge.right and number > merge.top and merge.top in place_of:
                top, place = place_of[merge.top], place_of[number]
                there = filled.get(place) or rows[place]
                filled[place] = _filled(there, filled.get(top) or rows[top], merge.left)
    return filled, merged


def _numbers(merge: Merge, places: Mapping[int, int]) -> Iterator[int]:
    if merge.bottom - merge.top > len(places):
        yield from (number for number in places if merge.top <= number <= merge.bottom)
    else:
        yield from (number for number in range(merge.top, merge.bottom + 1) if number in places)


def _filled(row: SheetRow, top: SheetRow, column: int) -> SheetRow:
    if column >= len(top.cells):
        return row
    cells = [*row.cells, *[None] * (column + 1 - len(row.cells))]
    cells[column] = top.cells[column]
    return replace(row, cells=tuple(cells))
