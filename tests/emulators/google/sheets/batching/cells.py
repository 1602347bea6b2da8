"""Requests that write cells: updateCells, repeatCell, appendCells, all by a field mask."""

from __future__ import annotations

from tests.emulators.google.masks import Mask
from tests.emulators.google.sheets import operations
from tests.emulators.google.sheets.batching.colours import both_forms, completed
from tests.emulators.google.sheets.batching.editing import Block, Edit, Invalid, kind
from tests.emulators.google.sheets.batching.fields import applied, names, only, read_mask
from tests.emulators.google.sheets.batching.protecting import block_of, check
from tests.emulators.google.sheets.formulas import copied
from tests.emulators.google.sheets.model import EMPTY, MOST_CHARACTERS, Cell, Json, Sheet

_KEPT = ("textFormatRuns", "chipRuns", "pivotTable", "dataSourceFormula", "dataSourceTable")
_TOO_LONG = (
    f"Your input contains more than the maximum of {MOST_CHARACTERS} characters in a single cell."
)


def cell_mask(text: str | None) -> Mask:
    """The mask of a request on CellData, with both forms of each colour."""
    return both_forms(read_mask(text, "CellData"))


def write(edit: Edit, cell: Cell, data: Json, mask: Mask) -> None:
    """Sets the parts of a cell that the mask names to what `data` (a CellData) has."""
    if only(mask, "userEnteredValue"):
        edit.enter(cell, _value(data.get("userEnteredValue")))
    inner = names(mask, "userEnteredFormat")
    if inner is not None:
        new = completed(data.get("userEnteredFormat"))
        linked = _link(cell.format)
        cell.format = applied(cell.format, new, inner) or None
        if linked or _link(cell.format):
            cell.hyperlink = _link(cell.format)
    if only(mask, "note"):
        cell.note = data.get("note", "")
    if only(mask, "dataValidation"):
        cell.validation = data.get("dataValidation")
    extra = dict(cell.extra or {})
    for name in _KEPT:
        if only(mask, name):
            extra.pop(name, None)
            if data.get(name):
                extra[name] = completed(data[name])
    cell.extra = extra or None


def _link(of: Json | None) -> str:
    """Where the text of a cell leads by its format."""
    return str((of or {}).get("textFormat", {}).get("link", {}).get("uri", ""))


def _value(given: Json | None) -> Json | None:
    """An ExtendedValue as it is held. Raises Invalid for a text that is too long."""
    if not given:
        return None
    text = given.get("stringValue", given.get("formulaValue", ""))
    if len(text) > MOST_CHARACTERS:
        raise Invalid(_TOO_LONG)
    if "formulaValue" in given and not text.startswith("="):
        return {"formulaValue": "=" + text} if text else None
    if given.get("stringValue") == "":
        return None
    if "errorValue" in given:
        raise Invalid("Cannot set userEnteredValue.errorValue; it is read-only.")
    return dict(given)


@kind("updateCells")
def update_cells(edit: Edit, request: Json) -> None:
    """Rows of cells into a range, or from a cell on; what a range has besides is cleared."""
    mask = cell_mask(request.get("fields"))
    rows = request.get("rows", [])
    block = _target(edit, request, rows)
    check(edit, block)
    height, width = len(rows), max((len(row.get("values", ())) for row in rows), default=0)
    if "start" not in request and (height > block.height or width > block.width):
        _too_much(block, height, width)
    for row, column in block.places():
        values = rows[row - block.top].get("values", []) if row - block.top < height else []
        given = values[column - block.left] if column - block.left < len(values) else None
        if given is None and ("start" in request or block.sheet.cell(row, column) is EMPTY):
            continue
        write(edit, edit.fresh(block.sheet, row, column), given or {}, mask)


def _target(edit: Edit, request: Json, rows: list[Json]) -> Block:
    if "start" not in request:
        return edit.block(request.get("range"))
    sheet, top, left = edit.coordinate(request["start"])
    width = max((len(row.get("values", ())) for row in rows), default=0)
    if top + len(rows) > sheet.row_count or left + width > sheet.column_count:
        _too_much(Block(sheet, top, left, sheet.row_count, sheet.column_count), len(rows), width)
    return Block(sheet, top, left, top + len(rows), left + width)


def _too_much(block: Block, height: int, width: int) -> None:
    if height > block.height:
        raise Invalid(
            f"Attempting to write row: {block.bottom}, beyond the last requested row of: "
            f"{block.bottom - 1}"
        )
    if width > block.width:
        raise Invalid(
            f"Attempting to write column: {block.right}, beyond the last requested column of: "
            f"{block.right - 1}"
        )


@kind("repeatCell")
def repeat_cell(edit: Edit, request: Json) -> None:
    """One cell's data into each cell of a range; a formula is copied relatively."""
    mask = cell_mask(request.get("fields"))
    block = edit.block(request.get("range"))
    check(edit, block)
    data = request.get("cell", {})
    formula = data.get("userEnteredValue", {}).get("formulaValue")
    for row, column in block.places():
        if not data and block.sheet.cell(row, column) is EMPTY:
            continue
        cell = edit.fresh(block.sheet, row, column)
        if formula:
            text = copied(formula, row - block.top, column - block.left)
            write(edit, cell, {**data, "userEnteredValue": {"formulaValue": text}}, mask)
        else:
            write(edit, cell, data, mask)


@kind("appendCells")
def append_cells(edit: Edit, request: Json) -> None:
    """Rows of cells after the last row with data, or after a table's last row; the grid grows."""
    mask = cell_mask(request.get("fields"))
    rows = request.get("rows", [])
    sheet, top, left = _end_of_data(edit, request)
    _make_room(edit, sheet, request.get("tableId"), top, len(rows))
    width = left + max((len(row.get("values", ())) for row in rows), default=0)
    if width > sheet.column_count:
        operations.append_lines(sheet, "COLUMNS", width - sheet.column_count)
    if top + len(rows) > sheet.row_count:
        operations.append_lines(sheet, "ROWS", top + len(rows) - sheet.row_count)
    check(edit, Block(sheet, top, left, top + len(rows), max(width, left + 1)))
    for down, row in enumerate(rows):
        for beside, data in enumerate(row.get("values", ())):
            write(edit, edit.fresh(sheet, top + down, left + beside), data, mask)


def _end_of_table(edit: Edit, sheet: Sheet, table: Json) -> int:
    """Below the last row of a table's body that holds something."""
    block = block_of(sheet, table["range"])
    for row in range(block.bottom, block.top + 1, -1):
        if any(not sheet.cell(row - 1, c).blank for c in range(block.left, block.right)):
            return row
    return block.top + 1


def _make_room(edit: Edit, sheet: Sheet, table_id: str | None, top: int, rows: int) -> None:
    """A table reaches as far as what is appended to it; what stood below it goes further down."""
    for table in sheet.tables:
        missing = top + rows - table["range"]["endRowIndex"]
        if table["tableId"] != table_id or missing <= 0:
            continue
        end = table["range"]["endRowIndex"]
        below = range(end, min(end + missing, sheet.row_count))
        if any(not cell.blank for row in below for cell in sheet.rows[row].cells if cell):
            operations.insert(
                edit.book, sheet, "ROWS", end, end + missing, inherit_from_before=True
            )
        held = next(one for one in sheet.tables if one["tableId"] == table_id)
        wider = {**held, "range": {**held["range"], "endRowIndex": end + missing}}
        sheet.tables = [wider if one is held else one for one in sheet.tables]


def _end_of_data(edit: Edit, request: Json) -> tuple[Sheet, int, int]:
    table_id = request.get("tableId")
    for sheet in edit.book.sheets if table_id else ():
        for table in sheet.tables:
            if table["tableId"] == table_id:
                return sheet, _end_of_table(edit, sheet, table), table["range"]["startColumnIndex"]
    if table_id:
        raise Invalid(f"No table with id: {table_id}")
    sheet = edit.sheet(request.get("sheetId"))
    return sheet, sheet.last_row(), 0
