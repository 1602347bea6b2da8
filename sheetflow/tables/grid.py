"""A sheet becomes the rows of a table: from the headers to the end, without what only decorates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

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
    rows: tuple[SheetRow, ...]
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
    seen = _seen_columns(layout, spec)
    below, notices = _until_the_end(sheet.rows[layout.row + 1 :], header.number, seen, spec.name)
    merges = [merge for merge in sheet.merges if merge.bottom > header.number]
    rows, left_out = _people(below, seen, spec, layout, merges)
    filled, merged = _unmerged(rows, merges, spec, layout)
    return Grid(
        layout,
        tuple(filled),
        header,
        last=below[-1] if below else header,
        width=max(_width(sheet), sheet.free),
        merged=merged,
        notices=(*notices, *left_out),
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


def _until_the_end(
    rows: Sequence[SheetRow], top: int, seen: Sequence[int], table: str
) -> tuple[list[SheetRow], list[str]]:
    found: list[SheetRow] = []
    for row in rows:
        if is_blank(row, seen):
            continue
        after = found[-1].number if found else top
        if row.number - after > BLANKS + 1:
            return found, [
                f'"{table}" ends at row {after}: more than {BLANKS} empty rows follow it. '
                f"I did not read row {row.number} and what is below."
            ]
        found.append(row)
    return found, []


def _people(
    rows: Sequence[SheetRow],
    seen: Sequence[int],
    spec: TableSpec,
    layout: Layout,
    merges: Sequence[Merge],
) -> tuple[list[SheetRow], list[str]]:
    """The rows that stand for somebody, and a notice about others that hold something."""
    columns = [layout.at[name] for name in who_columns(spec)]
    across = {m.top for m in merges if m.right > m.left and m.top == m.bottom}
    kept, nobody = [], []
    for row in rows:
        cells = [row.cells[column] for column in seen if column < len(row.cells)]
        if is_separator(cells) or (row.number in across and _only_one(cells)):
            continue
        if columns and is_blank(row, columns):
            nobody.append(str(row.number))
        else:
            kept.append(row)
    return kept, [_left_out(spec, nobody)] if nobody else []


def _only_one(cells: Sequence[object]) -> bool:
    return sum(cell is not None and normal(cell) != "" for cell in cells) == 1


def _left_out(spec: TableSpec, numbers: Sequence[str]) -> str:
    columns = " or ".join(f'"{name}"' for name in who_columns(spec))
    some = ", ".join(numbers[:10]) + (" …" if len(numbers) > 10 else "")
    rows = f"Row {some}" if len(numbers) == 1 else f"{len(numbers)} rows ({some})"
    return f'{rows} of "{spec.name}" left out: nothing in {columns}.'


def _unmerged(
    rows: Sequence[SheetRow], merges: Sequence[Merge], spec: TableSpec, layout: Layout
) -> tuple[list[SheetRow], dict[int, str]]:
    """Rows with cells merged downwards filled in, and those whose identity is merged."""
    if not merges:
        return list(rows), {}
    identity = {layout.at[name]: name for name in who_columns(spec)}
    by_number = {row.number: row for row in rows}
    merged: dict[int, str] = {}
    for merge in merges:
        columns = range(merge.left, merge.right + 1)
        hit = next((identity[column] for column in columns if column in identity), "")
        for number in _numbers(merge, by_number):
            if hit:
                merged[number] = hit
            elif merge.left == merge.right and number > merge.top and merge.top in by_number:
                top = by_number[merge.top]
                by_number[number] = _filled(by_number[number], top, merge.left)
    return list(by_number.values()), merged


def _numbers(merge: Merge, rows: Mapping[int, SheetRow]) -> Iterator[int]:
    if merge.bottom - merge.top > len(rows):
        yield from (number for number in rows if merge.top <= number <= merge.bottom)
    else:
        yield from (number for number in range(merge.top, merge.bottom + 1) if number in rows)


def _filled(row: SheetRow, top: SheetRow, column: int) -> SheetRow:
    if column >= len(top.cells):
        return row
    cells = [*row.cells, *[None] * (column + 1 - len(row.cells))]
    cells[column] = top.cells[column]
    return replace(row, cells=tuple(cells))


def _width(sheet: Sheet) -> int:
    """One more than the last column in which any row has something."""
    width = 0
    for row in sheet.rows:
        cells = row.cells
        if len(cells) > width:
            used = len(cells)
            while used > width and cells[used - 1] in (None, ""):
                used -= 1
            width = max(width, used)
    return width
