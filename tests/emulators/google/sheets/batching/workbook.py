"""Requests about the workbook and its sheets: properties, new, deleted and duplicated sheets."""

from __future__ import annotations

from typing import Any

from tests.emulators.google.sheets import operations
from tests.emulators.google.sheets.batching.colours import both_forms, completed
from tests.emulators.google.sheets.batching.editing import Edit, Invalid, kind
from tests.emulators.google.sheets.batching.fields import applied, names, only, read_mask
from tests.emulators.google.sheets.batching.protecting import check_sheet
from tests.emulators.google.sheets.copying import copied
from tests.emulators.google.sheets.following import follow_rename
from tests.emulators.google.sheets.model import (
    MOST_CELLS,
    MOST_COLUMNS,
    NEW_COLUMNS,
    NEW_ROWS,
    Json,
    Sheet,
)
from tests.emulators.google.sheets.structure import sheet_properties

_FREE = ("hidden", "tabColor", "tabColorStyle", "rightToLeft")
_SIZES = ("rowCount", "columnCount")
LONGEST_TITLE = 100
"""Characters of a sheet's title (a limit of the service)."""


@kind("updateSpreadsheetProperties")
def update_spreadsheet_properties(edit: Edit, request: Json) -> None:
    """Title, locale, time zone and the like."""
    mask = read_mask(request.get("fields"), "SpreadsheetProperties")
    new = completed(request.get("properties", {}))
    held = {**edit.book.properties, "title": edit.book.title}
    after = applied(held, new, mask) if mask else {**held, **new}
    title = after.pop("title", "")
    if only(mask, "title") and not title:
        raise Invalid("The spreadsheet title must not be empty.")
    for name in ("locale", "timeZone"):
        if only(mask, name) and not after.get(name):
            after[name] = held.get(name, "")
    edit.book.title, edit.book.properties = title, after


@kind("addSheet")
def add_sheet(edit: Edit, request: Json) -> Json:
    """A new sheet, the last one unless an index is given."""
    given = completed(request.get("properties", {}))
    title = given.get("title") or _free_title(edit)
    _check_title(edit, title, None)
    sheet_id = given.get("sheetId")
    if sheet_id is not None and edit.book.sheet(sheet_id) is not None:
        raise Invalid(f"A sheet with id {sheet_id} already exists.")
    if sheet_id is not None and sheet_id < 0:
        raise Invalid(f"Sheet id {sheet_id} must not be negative.")
    grid = given.get("gridProperties", {})
    rows, columns = grid.get("rowCount", NEW_ROWS), grid.get("columnCount", NEW_COLUMNS)
    check_size(edit, None, rows, columns)
    index = min(given.get("index", len(edit.book.sheets)), len(edit.book.sheets))
    sheet = edit.book.add_sheet(title, sheet_id=sheet_id, rows=rows, columns=columns, index=index)
    sheet.kind = given.get("sheetType", "GRID")
    sheet.grid = {name: value for name, value in grid.items() if name not in _SIZES}
    sheet.properties = {name: given[name] for name in _FREE if name in given}
    return {"properties": sheet_properties(edit.book, sheet)}


def _free_title(edit: Edit) -> str:
    number = len(edit.book.sheets) + 1
    while edit.book.titled(f"Sheet{number}"):
        number += 1
    return f"Sheet{number}"


def _check_title(edit: Edit, title: str, sheet: Sheet | None) -> None:
    other = edit.book.titled(title)
    if other is not None and other is not sheet:
        raise Invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')
    if len(title) > LONGEST_TITLE:
        raise Invalid(f"The sheet name is longer than {LONGEST_TITLE} characters.")


def check_size(edit: Edit, sheet: Sheet | None, rows: int, columns: int) -> None:
    """Raises Invalid where a sheet of this size would break the limits of the workbook."""
    if rows < 1 or columns < 1:
        raise Invalid("A sheet must have at least one row and one column.")
    others = sum(one.row_count * one.column_count for one in edit.book.sheets if one is not sheet)
    if columns > MOST_COLUMNS:
        raise Invalid(
            "This action would increase the number of columns in the sheet above the limit of "
            f"{MOST_COLUMNS} columns."
        )
    if others + rows * columns > MOST_CELLS:
        raise Invalid(
            "This action would increase the number of cells in the workbook above the limit of "
            f"{MOST_CELLS} cells."
        )


@kind("deleteSheet")
def delete_sheet(edit: Edit, request: Json) -> None:
    """A sheet and what refers to it alone; formulas that do say #REF!."""
    sheet = edit.sheet(request.get("sheetId"), "sheet")
    check_sheet(edit, sheet)
    left = [one for one in edit.book.sheets if one is not sheet]
    if not left:
        raise Invalid("You can't remove all the sheets in a document.")
    if all(one.properties.get("hidden") for one in left):
        raise Invalid("You can't remove all the visible sheets in a document.")
    edit.book.sheets = left
    edit.book.named_ranges = [
        one for one in edit.book.named_ranges if one["range"].get("sheetId", 0) != sheet.id
    ]
    follow_rename(edit.book, sheet.title, None)


@kind("duplicateSheet")
def duplicate_sheet(edit: Edit, request: Json) -> Json:
    """A copy of a sheet with all on it but developer metadata's ids."""
    source = edit.sheet(request.get("sourceSheetId"), "sheet")
    new_id, title = request.get("newSheetId"), request.get("newSheetName")
    if new_id is not None and edit.book.sheet(new_id) is not None:
        raise Invalid(f"A sheet with id {new_id} already exists.")
    if title:
        _check_title(edit, title, None)
    check_size(edit, None, source.row_count, source.column_count)
    index = min(request.get("insertSheetIndex", 0), len(edit.book.sheets))
    twin = copied(source, edit.book, title or f"Copy of {source.title}")
    twin.id = readdressed(twin, new_id) if new_id is not None else twin.id
    edit.book.sheets = [*edit.book.sheets[:index], twin, *edit.book.sheets[index:]]
    return {"properties": sheet_properties(edit.book, twin)}


def readdressed(sheet: Sheet, new_id: int) -> int:
    """Lets all that lies on a sheet say that it is on `new_id`, which is given back."""
    for name, value in vars(sheet).items():
        if name not in ("rows", "columns", "id", "title", "metadata"):
            setattr(sheet, name, _readdressed(value, sheet.id, new_id))
    return new_id


def _readdressed(value: Any, old: int, new: int) -> Any:
    """A JSON value in which every range lies on the new sheet."""
    if isinstance(value, list):
        return [_readdressed(one, old, new) for one in value]
    if not isinstance(value, dict):
        return value
    found = {name: _readdressed(inner, old, new) for name, inner in value.items()}
    return {**found, "sheetId": new} if found.get("sheetId") == old else found


@kind("updateSheetProperties")
def update_sheet_properties(edit: Edit, request: Json) -> None:
    """Title, index, size, frozen rows, colour of the tab, hidden or not, as the mask says."""
    mask = both_forms(read_mask(request.get("fields"), "SheetProperties"))
    given = completed(request.get("properties", {}))
    sheet = edit.sheet(given.get("sheetId"), "sheet")
    check_sheet(edit, sheet)
    if only(mask, "title") and (mask or "title" in given):
        _rename(edit, sheet, given.get("title", ""))
    free = {name: names(mask, name) or {} for name in _FREE if only(mask, name)}
    sheet.properties = applied(sheet.properties, given, free) if free else sheet.properties
    if all(one.properties.get("hidden") for one in edit.book.sheets):
        raise Invalid("You can't hide all the sheets in a document.")
    if only(mask, "gridProperties") and (mask or "gridProperties" in given):
        _update_grid(edit, sheet, given.get("gridProperties", {}), names(mask, "gridProperties"))
    if only(mask, "index") and "index" in given:
        _reorder(edit, sheet, given["index"])


def _rename(edit: Edit, sheet: Sheet, title: str) -> None:
    if not title:
        raise Invalid("The sheet name must not be empty.")
    _check_title(edit, title, sheet)
    old, sheet.title = sheet.title, title
    if old != title:
        follow_rename(edit.book, old, title)


def _reorder(edit: Edit, sheet: Sheet, index: int) -> None:
    """To an index counted before the sheet is taken out, as the service counts it."""
    sheets = edit.book.sheets
    if not 0 <= index <= len(sheets):
        raise Invalid(f"The index {index} must be between 0 and {len(sheets)}.")
    old = sheets.index(sheet)
    left = [one for one in sheets if one is not sheet]
    at = index if index <= old else index - 1
    edit.book.sheets = [*left[:at], sheet, *left[at:]]


def _update_grid(edit: Edit, sheet: Sheet, given: Json, mask: Json | None) -> None:
    held = {"rowCount": sheet.row_count, "columnCount": sheet.column_count, **sheet.grid}
    after = applied(held, given, mask or {}) if mask else {**held, **given}
    rows = after.pop("rowCount", None) or sheet.row_count
    columns = after.pop("columnCount", None) or sheet.column_count
    for name in ("rowCount", "columnCount"):
        if name in given and only(mask or {}, name) and given[name] < 1:
            raise Invalid(f"gridProperties.{name} must be at least 1.")
    check_size(edit, sheet, rows, columns)
    if after.get("frozenRowCount", 0) >= rows > 0 and after.get("frozenRowCount"):
        raise Invalid("You can't freeze all visible rows on the sheet.")
    if after.get("frozenColumnCount", 0) >= columns > 0 and after.get("frozenColumnCount"):
        raise Invalid("You can't freeze all visible columns on the sheet.")
    operations.resize(edit.book, sheet, rows, columns)
    sheet.grid = after
