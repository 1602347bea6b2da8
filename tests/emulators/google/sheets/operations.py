"""Inserting, deleting, moving, sorting and adding rows and columns, with all that goes along.

These take indexes that were checked before. Formulas follow through formulas/; filters, merges,
names and protections through shifting.py; developer metadata stays on its row or column.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cmp_to_key
from typing import Any

from tests.emulators.google.sheets.model import (
    ROWS,
    Cell,
    Column,
    Dimension,
    Json,
    Row,
    Sheet,
    Spreadsheet,
)
from tests.emulators.google.sheets.shifting import Shift, shift_all


def insert(
    book: Spreadsheet,
    sheet: Sheet,
    dimension: Dimension,
    start: int,
    end: int,
    *,
    inherit_from_before: bool = False,
) -> None:
    """New lines from `start` up to `end`, looking like the one before them or the one after."""
    count = end - start
    model = _model(sheet, dimension, start - 1 if inherit_from_before else start)
    if dimension == ROWS:
        sheet.rows[start:start] = [_row_like(model) for _ in range(count)]
    else:
        sheet.columns[start:start] = [Column(model.size if model else 100) for _ in range(count)]
        _insert_cells(sheet, start, count, inherit_from_before)
    _after(book, sheet, Shift(sheet.id, dimension, "insert", start, count))


def _model(sheet: Sheet, dimension: Dimension, index: int) -> Any:
    lines = sheet.lines(dimension)
    return lines[index] if 0 <= index < len(lines) else None


def _row_like(model: Row | None) -> Row:
    """An empty row with the height and the formats of another."""
    if model is None:
        return Row()
    return Row(model.size, cells=[_blank_like(cell) for cell in model.cells])


def _blank_like(cell: Cell | None) -> Cell | None:
    if cell is None or not (cell.format or cell.validation):
        return None
    twin = Cell()
    twin.format, twin.validation = cell.format, cell.validation
    return twin


def _insert_cells(sheet: Sheet, start: int, count: int, inherit_from_before: bool) -> None:
    beside = start - 1 if inherit_from_before else start
    for row in sheet.rows:
        if len(row.cells) > start or 0 <= beside < len(row.cells):
            model = row.cells[beside] if 0 <= beside < len(row.cells) else None
            row.cells[start:start] = [_blank_like(model) for _ in range(count)]


def delete(book: Spreadsheet, sheet: Sheet, dimension: Dimension, start: int, end: int) -> None:
    """Lines and everything on them, metadata included, are gone."""
    if dimension == ROWS:
        del sheet.rows[start:end]
    else:
        del sheet.columns[start:end]
        for row in sheet.rows:
            del row.cells[start:end]
    _unfreeze(sheet, dimension, start, end)
    _after(book, sheet, Shift(sheet.id, dimension, "delete", start, end - start))


def _unfreeze(sheet: Sheet, dimension: Dimension, start: int, end: int) -> None:
    name = "frozenRowCount" if dimension == ROWS else "frozenColumnCount"
    frozen = sheet.grid.get(name, 0)
    left = frozen - max(0, min(frozen, end) - start)
    if left < frozen:
        sheet.grid[name] = left


def move(
    book: Spreadsheet, sheet: Sheet, dimension: Dimension, start: int, end: int, to: int
) -> None:
    """Lines go where `to` is, an index counted before they are taken out."""
    if start <= to <= end:
        return
    shift = Shift(sheet.id, dimension, "move", start, end - start, to)
    if dimension == ROWS:
        _move(sheet.rows, shift)
    else:
        _move(sheet.columns, shift)
        width = len(sheet.columns)
        for row in sheet.rows:
            if len(row.cells) > min(start, to):
                row.cells.extend([None] * (width - len(row.cells)))
                _move(row.cells, shift)
    _after(book, sheet, shift)


def _move(lines: list[Any], shift: Shift) -> None:
    taken = lines[shift.start : shift.end]
    del lines[shift.start : shift.end]
    lines[shift.arrives : shift.arrives] = taken


def resize(book: Spreadsheet, sheet: Sheet, rows: int, columns: int) -> None:
    """Make the grid so large, by adding lines at the end or deleting the last ones."""
    if rows < sheet.row_count:
        delete(book, sheet, "ROWS", rows, sheet.row_count)
    if columns < sheet.column_count:
        delete(book, sheet, "COLUMNS", columns, sheet.column_count)
    sheet.grow(rows, columns)


def append_lines(sheet: Sheet, dimension: Dimension, count: int) -> None:
    """So many empty lines at the end."""
    rows, columns = sheet.row_count, sheet.column_count
    sheet.grow(*((rows + count, columns) if dimension == ROWS else (rows, columns + count)))


# sorting -----------------------------------------------------------------------------------------


def sort(book: Spreadsheet, sheet: Sheet, area: Json, specs: Sequence[Json]) -> None:
    """Sort the rows of a range by sort specs: cells move, and with whole rows all on them.

    Empty cells come last, whichever the order; text after numbers; truth values after text.
    A range as wide as the sheet takes row metadata along; a narrower one moves cells only.
    """
    first, last = area.get("startRowIndex", 0), area.get("endRowIndex", sheet.row_count)
    left, right = area.get("startColumnIndex", 0), area.get("endColumnIndex", sheet.column_count)
    order = sorted(range(first, last), key=_sort_key(sheet, specs))
    if order == list(range(first, last)):
        return
    whole = left == 0 and right >= sheet.last_column()
    old = [_taken(sheet.rows[index], left, right) for index in order]
    metadata = [sheet.rows[index].metadata for index in order]
    for target, cells in zip(range(first, last), old, strict=True):
        _give(sheet.rows[target], left, cells)
    if whole:
        for target, held in zip(range(first, last), metadata, strict=True):
            sheet.rows[target].metadata = held
    _sorted_formulas(book, sheet, dict(zip(range(first, last), order, strict=True)), left, right)


def _taken(row: Row, left: int, right: int) -> list[Cell | None]:
    cells = row.cells[left:right]
    return cells + [None] * (right - left - len(cells))


def _give(row: Row, left: int, cells: list[Cell | None]) -> None:
    if len(row.cells) < left + len(cells):
        row.cells.extend([None] * (left + len(cells) - len(row.cells)))
    row.cells[left : left + len(cells)] = cells


def _sort_key(sheet: Sheet, specs: Sequence[Json]) -> Callable[[int], Any]:
    def compare(one: int, other: int) -> int:
        for spec in specs:
            column = spec.get("dimensionIndex", 0)
            found = _compared(sheet, column, one, other, spec.get("sortOrder", "ASCENDING"))
            if found:
                return found
        return 0

    return cmp_to_key(compare)


def _compared(sheet: Sheet, column: int, one: int, other: int, order: str) -> int:
    a, b = _rank(sheet.cell(one, column)), _rank(sheet.cell(other, column))
    if a[0] == 9 or b[0] == 9:
        return (a[0] == 9) - (b[0] == 9)
    found = (a > b) - (a < b)
    return -found if order == "DESCENDING" else found


def _rank(cell: Cell) -> tuple[int, Any]:
    """Numbers, texts, truth values, errors, then nothing."""
    value = cell.effective or {}
    if "numberValue" in value:
        return 0, value["numberValue"]
    if "stringValue" in value:
        return (1, value["stringValue"].casefold()) if value["stringValue"] else (9, 0)
    if "boolValue" in value:
        return 2, value["boolValue"]
    return (3, 0) if "errorValue" in value else (9, 0)


# formulas ----------------------------------------------------------------------------------------


def _after(book: Spreadsheet, sheet: Sheet, shift: Shift) -> None:
    shift_all(book, sheet, shift)
    if book.has_formulas:
        from tests.emulators.google.sheets.following import follow_shift

        follow_shift(book, sheet, shift)


def _sorted_formulas(
    book: Spreadsheet, sheet: Sheet, came_from: dict[int, int], left: int, right: int
) -> None:
    if book.has_formulas:
        from tests.emulators.google.sheets.following import follow_sort

        follow_sort(sheet, came_from, left, right)
