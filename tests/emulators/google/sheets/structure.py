"""The Spreadsheet resource: properties, sheets and what lies on them, as far as it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tests.emulators.google.calls import Call
from tests.emulators.google.masks import Mask, below
from tests.emulators.google.sheets.addresses import Area, find
from tests.emulators.google.sheets.griddata import GridReader
from tests.emulators.google.sheets.metadata import described
from tests.emulators.google.sheets.model import Json, Sheet, Spreadsheet
from tests.emulators.google.sheets.protecting import may_edit
from tests.emulators.google.sheets.shifting import COORDINATE, DIMENSION_RANGE, GRID_RANGE

URL = "https://docs.google.com/spreadsheets/d/{}/edit"


def spreadsheet_json(
    call: Call, book: Spreadsheet, *, ranges: Sequence[str] = (), grid_data: bool = False
) -> Json:
    """The Spreadsheet that a call is answered with; `ranges` choose sheets and their cells."""
    mask = _mask_of_spreadsheet(call)
    areas = [find(book, text) for text in ranges]
    return of_areas(call, book, mask, areas if ranges else None, grid_data=grid_data)


def _mask_of_spreadsheet(call: Call) -> Mask:
    """batchUpdate answers with a spreadsheet inside."""
    if call.method == "sheets.spreadsheets.batchUpdate":
        return below(call.fields, "updatedSpreadsheet") or {}
    return call.fields


def of_areas(
    call: Call,
    book: Spreadsheet,
    mask: Mask,
    areas: Sequence[Area] | None,
    *,
    grid_data: bool,
) -> Json:
    """The Spreadsheet with these areas of it; None: all of it. A mask decides on grid data."""
    sheet_mask = below(mask, "sheets")
    data_mask = None if sheet_mask is None else below(sheet_mask, "data")
    if not mask and not grid_data:
        data_mask = None
    found: Json = {"spreadsheetId": book.id, "properties": _properties(book)}
    if sheet_mask is not None:
        found["sheets"] = [
            _sheet(call, book, sheet, sheet_mask, data_mask, _on(sheet, areas))
            for sheet in book.sheets
            if areas is None or _on(sheet, areas)
        ]
    if book.named_ranges:
        found["namedRanges"] = without_zero_ids(book.named_ranges)
    found["spreadsheetUrl"] = URL.format(book.id)
    if book.metadata:
        location = {"locationType": "SPREADSHEET", "spreadsheet": True}
        found["developerMetadata"] = [described(one, location) for one in book.metadata]
    if book.data_sources:
        found["dataSources"] = book.data_sources
    return found


def _properties(book: Spreadsheet) -> Json:
    return {"title": book.title} | {k: v for k, v in book.properties.items() if v not in ("", None)}


def _on(sheet: Sheet, areas: Iterable[Area] | None) -> list[Area]:
    return [Area(sheet)] if areas is None else [one for one in areas if one.sheet is sheet]


def sheet_properties(book: Spreadsheet, sheet: Sheet) -> Json:
    """The API's SheetProperties."""
    found: Json = {
        "sheetId": sheet.id,
        "title": sheet.title,
        "index": book.sheets.index(sheet),
        "sheetType": sheet.kind,
    }
    if sheet.kind == "GRID":
        size = {"rowCount": sheet.row_count, "columnCount": sheet.column_count}
        found["gridProperties"] = size | {k: v for k, v in sheet.grid.items() if v}
    return found | {name: value for name, value in sheet.properties.items() if value}


def _sheet(
    call: Call,
    book: Spreadsheet,
    sheet: Sheet,
    mask: Mask,
    data_mask: Mask | None,
    areas: list[Area],
) -> Json:
    found: Json = {"properties": sheet_properties(book, sheet)}
    if data_mask is not None and sheet.kind == "GRID":
        reader = GridReader(book, data_mask, call.now)
        found["data"] = [reader.read(area) for area in areas]
    resources = {
        "merges": sheet.merges,
        "conditionalFormats": sheet.conditional_formats,
        "filterViews": sheet.filter_views,
        "protectedRanges": [_protected(call, book, one) for one in sheet.protected_ranges],
        "basicFilter": sheet.basic_filter,
        "charts": sheet.charts,
        "bandedRanges": sheet.banded_ranges,
        "developerMetadata": [
            described(one, {"locationType": "SHEET", "sheetId": sheet.id}) for one in sheet.metadata
        ],
        "rowGroups": sheet.row_groups,
        "columnGroups": sheet.column_groups,
        "slicers": sheet.slicers,
        "tables": sheet.tables,
    }
    for name, resource in resources.items():
        if resource and below(mask, name) is not None:
            found[name] = without_zero_ids(resource)
    return found


def _protected(call: Call, book: Spreadsheet, one: Json) -> Json:
    """A protected range as the caller sees it: editors are shown to those who may edit."""
    found = {key: value for key, value in one.items() if key != "requestingUserCanEdit"}
    if may_edit(book, one, call.user):
        return {**found, "requestingUserCanEdit": True}
    found.pop("editors", None)
    return found


def without_zero_ids(value: Any) -> Any:
    """JSON as the service writes it: ranges on the sheet whose id is 0 do not name it."""
    if isinstance(value, list):
        return [without_zero_ids(one) for one in value]
    if not isinstance(value, dict):
        return value
    keys = value.keys()
    ranged = len(keys) > 1 and (keys <= GRID_RANGE or keys == DIMENSION_RANGE or keys <= COORDINATE)
    return {
        name: without_zero_ids(inner)
        for name, inner in value.items()
        if not (ranged and name == "sheetId" and inner == 0)
    }
