"""Sheets out of what the API, the data file and /_state give: properties, cells, metadata."""

from __future__ import annotations

from typing import Any

from tests.emulators.google.sheets.model import (
    NEW_COLUMNS,
    NEW_ROWS,
    Cell,
    Json,
    Metadata,
    Sheet,
    Spreadsheet,
)

SIZES = frozenset({"rowCount", "columnCount"})
OWN = frozenset({"sheetId", "title", "index", "sheetType", "gridProperties"})
PLAIN_CELL = {
    "userEnteredFormat": "format",
    "note": "note",
    "dataValidation": "validation",
    "hyperlink": "hyperlink",
}
READ_ONLY = frozenset({"effectiveValue", "formattedValue", "effectiveFormat", "userEnteredValue"})


def new_sheet(book: Spreadsheet, properties: Json) -> Sheet:
    """The last sheet of a spreadsheet, with these SheetProperties."""
    grid = properties.get("gridProperties", {})
    sheet = book.add_sheet(
        properties.get("title", "Sheet1"),
        sheet_id=properties.get("sheetId"),
        rows=grid.get("rowCount", NEW_ROWS),
        columns=grid.get("columnCount", NEW_COLUMNS),
    )
    sheet.kind = properties.get("sheetType", "GRID")
    sheet.grid = {name: value for name, value in grid.items() if name not in SIZES}
    sheet.properties = {name: value for name, value in properties.items() if name not in OWN}
    return sheet


def filled(book: Spreadsheet, held: list[Metadata], given: Json) -> None:
    """Put a piece of metadata where `held` is, under its own id or a free one."""
    taken = {one.id for one, _, _ in book.all_metadata()}
    number = given.get("metadataId") or book.new_number(taken)
    visibility = given.get("visibility", "DOCUMENT")
    key, value = given.get("metadataKey", ""), given.get("metadataValue", "")
    held.append(Metadata(number, key, value, visibility))


def give_cells(book: Spreadsheet, sheet: Sheet, data: Json) -> None:
    """Fill a sheet from GridData: cells, and sizes and metadata of rows and columns."""
    top, left = data.get("startRow", 0), data.get("startColumn", 0)
    rows = data.get("rowData", [])
    width = max((len(row.get("values", ())) for row in rows), default=0)
    lines = max(len(rows), len(data.get("rowMetadata", ())))
    sheet.grow(top + lines, left + max(width, len(data.get("columnMetadata", ()))))
    for number, row in enumerate(rows, top):
        for column, given in enumerate(row.get("values", ()), left):
            if given:
                give_cell(book, sheet.at(number, column), given)
    for number, line in enumerate(data.get("rowMetadata", ()), top):
        _give_line(book, sheet.rows[number], line)
    for number, line in enumerate(data.get("columnMetadata", ()), left):
        _give_line(book, sheet.columns[number], line)


def give_cell(book: Spreadsheet, cell: Cell, given: Json) -> None:
    """Fill a cell from CellData."""
    entered = given.get("userEnteredValue")
    cell.set(entered)
    if entered and "formulaValue" in entered:
        book.has_formulas = True
    for name, held in PLAIN_CELL.items():
        if name in given:
            setattr(cell, held, given[name])
    extra = {k: v for k, v in given.items() if k not in PLAIN_CELL and k not in READ_ONLY}
    cell.extra = extra or None


def _give_line(book: Spreadsheet, line: Any, given: Json) -> None:
    line.size = given.get("pixelSize", line.size)
    line.hidden = given.get("hiddenByUser", False)
    line.filtered = given.get("hiddenByFilter", False)
    for one in given.get("developerMetadata", ()):
        filled(book, line.metadata, one)
