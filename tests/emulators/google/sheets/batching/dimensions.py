"""Requests about rows and columns: new, inserted, deleted, moved ones; their size."""

from __future__ import annotations

from tests.emulators.google.sheets import operations
from tests.emulators.google.sheets.batching.editing import Block, Edit, Invalid, dimension, kind
from tests.emulators.google.sheets.batching.fields import only, read_mask
from tests.emulators.google.sheets.batching.protecting import check
from tests.emulators.google.sheets.batching.workbook import check_size
from tests.emulators.google.sheets.model import (
    COLUMN_WIDTH,
    ROW_HEIGHT,
    ROWS,
    Column,
    Dimension,
    Json,
    Row,
    Sheet,
)

Stretch = tuple[Sheet, Dimension, int, int]


def word(of: Dimension) -> str:
    """How errors name one of them."""
    return "row" if of == ROWS else "column"


def stretch(edit: Edit, given: Json | None) -> Stretch:
    """Sheet, dimension, start and end (left out) of a DimensionRange. Raises Invalid."""
    given = given or {}
    sheet, of = edit.sheet(given.get("sheetId")), dimension(given.get("dimension"))
    count = len(sheet.lines(of))
    start, end = given.get("startIndex", 0), given.get("endIndex", count)
    if start < 0 or end <= start:
        raise Invalid(
            f"DimensionRange.endIndex[{end}] must be greater than "
            f"DimensionRange.startIndex[{start}]."
        )
    return sheet, of, start, end


def _lines(edit: Edit, found: Stretch) -> Block:
    """The cells of some rows or columns."""
    sheet, of, start, end = found
    if of == ROWS:
        return Block(sheet, start, 0, end, sheet.column_count)
    return Block(sheet, 0, start, sheet.row_count, end)


@kind("appendDimension")
def append_dimension(edit: Edit, request: Json) -> None:
    """Rows or columns at the end."""
    sheet, of = edit.sheet(request.get("sheetId")), dimension(request.get("dimension"))
    length = request.get("length", 0)
    if length < 1:
        raise Invalid("length must be greater than 0.")
    _check_growth(edit, sheet, of, length)
    operations.append_lines(sheet, of, length)


def _check_growth(edit: Edit, sheet: Sheet, of: Dimension, count: int) -> None:
    rows = sheet.row_count + (count if of == ROWS else 0)
    columns = sheet.column_count + (0 if of == ROWS else count)
    check_size(edit, sheet, rows, columns)


@kind("insertDimension")
def insert_dimension(edit: Edit, request: Json) -> None:
    """New rows or columns before an index, looking like those before or after them."""
    sheet, of, start, end = stretch(edit, request.get("range"))
    count = len(sheet.lines(of))
    if start > count:
        raise Invalid(f"range.startIndex[{start}] must be <= the number of {word(of)}s[{count}].")
    before = bool(request.get("inheritFromBefore"))
    if before and start == 0:
        raise Invalid(
            f"inheritFromBefore cannot be true if the inserted {word(of)}s are at index 0."
        )
    _check_growth(edit, sheet, of, end - start)
    operations.insert(edit.book, sheet, of, start, end, inherit_from_before=before)
    if before and of == ROWS:
        sheet.grid = {**sheet.grid, **_frozen_more(sheet, "frozenRowCount", start, end)}


def _frozen_more(sheet: Sheet, name: str, start: int, end: int) -> Json:
    """Rows put in among the frozen ones are frozen, too."""
    frozen = sheet.grid.get(name, 0)
    return {name: frozen + end - start} if start < frozen else {}


@kind("deleteDimension")
def delete_dimension(edit: Edit, request: Json) -> None:
    """Rows or columns with all on them."""
    sheet, of, start, end = stretch(edit, request.get("range"))
    count, name = len(sheet.lines(of)), word(of)
    if end > count:
        raise Invalid(
            f"Cannot delete a {name} that doesn't exist. Tried to delete {name} index "
            f"{max(start, count)} but there are only {count} {name}s."
        )
    if end - start == count:
        raise Invalid(f"You can't delete all the {name}s on the sheet.")
    frozen = sheet.grid.get(f"frozen{name.capitalize()}Count", 0)
    if frozen and start <= frozen and end == count:
        raise Invalid(f"Sorry, it is not possible to delete all non-frozen {name}s.")
    check(edit, _lines(edit, (sheet, of, start, end)))
    operations.delete(edit.book, sheet, of, start, end)


@kind("moveDimension")
def move_dimension(edit: Edit, request: Json) -> None:
    """Rows or columns to an index counted before they are taken out."""
    sheet, of, start, end = stretch(edit, request.get("source"))
    count, to = len(sheet.lines(of)), request.get("destinationIndex", 0)
    if end > count:
        raise Invalid(f"source.endIndex[{end}] must be <= the number of {word(of)}s[{count}].")
    if not 0 <= to <= count:
        raise Invalid(f"destinationIndex[{to}] must be between 0 and {count}.")
    check(edit, _lines(edit, (sheet, of, start, end)))
    operations.move(edit.book, sheet, of, start, end, to)


@kind("updateDimensionProperties")
def update_dimension_properties(edit: Edit, request: Json) -> None:
    """Size in pixels, hidden or not."""
    mask = read_mask(request.get("fields"), "DimensionProperties")
    sheet, of, start, end = stretch(edit, request.get("range"))
    lines, given = sheet.lines(of), request.get("properties", {})
    if end > len(lines):
        raise Invalid(f"range.endIndex[{end}] must be <= the number of {word(of)}s[{len(lines)}].")
    if given.get("pixelSize", 1) < 0:
        raise Invalid("pixelSize must not be negative.")
    for line in lines[start:end]:
        if only(mask, "pixelSize"):
            line.size = given.get("pixelSize", _usual(line))
        if only(mask, "hiddenByUser"):
            line.hidden = bool(given.get("hiddenByUser"))


def _usual(line: Row | Column) -> int:
    return ROW_HEIGHT if isinstance(line, Row) else COLUMN_WIDTH


@kind("autoResizeDimensions")
def auto_resize_dimensions(edit: Edit, request: Json) -> None:
    """Columns as wide as their longest text (guessed at 7 pixels a letter), rows of one line."""
    sheet, of, start, end = stretch(edit, request.get("dimensions"))
    lines = sheet.lines(of)
    for index in range(start, min(end, len(lines))):
        if of == ROWS:
            lines[index].size = ROW_HEIGHT
            continue
        longest = max((_letters(sheet, row, index) for row in range(sheet.row_count)), default=0)
        if longest:
            lines[index].size = max(21, 7 * longest + 8)


def _letters(sheet: Sheet, row: int, column: int) -> int:
    value = sheet.cell(row, column).effective or {}
    return max((len(str(one)) for one in value.values()), default=0)
