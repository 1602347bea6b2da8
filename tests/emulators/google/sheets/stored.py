"""Spreadsheets in the data file and in /_state.

    {"id":, "title":, "owner":, "locale":, "timeZone":, "permissions": [...], "namedRanges": [...],
     "sheets": [{"title":, "id":, "rows": [[...]], "formats": {"B2:B": NumberFormat or CellFormat},
                 "notes": {"A1": "..."}, "validation": {"C2:C": DataValidationRule},
                 "rowCount":, "columnCount":, "frozenRowCount":, "hidden":, "hiddenRows": [from 1],
                 "metadata": [{"row": from 1 | "column":, "key":, "value":, "id":}],
                 "merges": [...], "protectedRanges": [...], ... as the API has them}]}

A cell of `rows` is typed as a person would type it when it starts with "=", else taken as it is.
A sheet may also be given as the API's Sheet ("properties", "data"): that is what /_state prints.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.emulators.google.calls import dumps, loads
from tests.emulators.google.masks import parse
from tests.emulators.google.sheets.addresses import Area, find, quoted
from tests.emulators.google.sheets.defaults import new_properties
from tests.emulators.google.sheets.formulas_in_book import recalculate
from tests.emulators.google.sheets.griddata import GridReader
from tests.emulators.google.sheets.loading import filled, give_cells, new_sheet
from tests.emulators.google.sheets.metadata import described
from tests.emulators.google.sheets.model import Json, Sheet, Spreadsheet
from tests.emulators.google.sheets.spreadsheets import RESOURCES
from tests.emulators.google.sheets.structure import sheet_properties
from tests.emulators.google.state import dump_file, load_file
from tests.emulators.google.world import SPREADSHEET, World

OF_PROPERTIES = ("locale", "timeZone", "autoRecalc", "defaultFormat", "spreadsheetTheme")
OF_GRID = ("frozenRowCount", "frozenColumnCount", "hideGridlines")
OF_SHEET = ("hidden", "rightToLeft", "tabColor", "tabColorStyle")
DUMPED = parse(
    "rowData/values(userEnteredValue,userEnteredFormat,note,dataValidation,textFormatRuns,"
    "chipRuns,pivotTable,dataSourceTable,dataSourceFormula),rowMetadata,columnMetadata"
)


@loads("spreadsheets")
def load(world: World, entries: list[Json]) -> None:
    """Read the data file's spreadsheets."""
    for entry in entries:
        file = load_file(world, {**entry, "id": entry.get("id") or world.new_id()}, SPREADSHEET)
        book = file.document = Spreadsheet(file, new_properties())
        book.properties |= {name: entry[name] for name in OF_PROPERTIES if name in entry}
        for number, one in enumerate(entry.get("sheets", [{}]), 1):
            _load_sheet(book, one, number)
        book.named_ranges = [_named(book, one) for one in entry.get("namedRanges", ())]
        for one in entry.get("metadata", ()):
            _metadata(book, book.metadata, one)
        recalculate(book, world.now())


def _named(book: Spreadsheet, one: Json) -> Json:
    """A named range, whose range may be given in A1 notation."""
    given = one["range"]
    area = find(book, given).grid_range() if isinstance(given, str) else given
    return {"namedRangeId": str(book.new_number()), **one, "range": area}


def _metadata(book: Spreadsheet, held: list[Any], one: Json) -> None:
    short = {"id": "metadataId", "key": "metadataKey", "value": "metadataValue"}
    filled(book, held, {short.get(name, name): value for name, value in one.items()})


def _load_sheet(book: Spreadsheet, one: Json, number: int) -> None:
    rows: list[list[Any]] = one.get("rows", [])
    grid = {name: one[name] for name in OF_GRID if name in one}
    grid["rowCount"] = one.get("rowCount", max(1000, len(rows)))
    widest = max((len(row) for row in rows), default=0)
    grid["columnCount"] = one.get("columnCount", max(26, widest))
    properties = {"title": one.get("title", f"Sheet{number}"), "gridProperties": grid}
    properties |= {name: one[name] for name in OF_SHEET if name in one}
    if "id" in one:
        properties["sheetId"] = one["id"]
    sheet = new_sheet(book, one.get("properties", properties))
    for data in one.get("data", ()):
        give_cells(book, sheet, data)
    _load_rows(book, sheet, rows)
    _load_short_forms(book, sheet, one)
    for name, held in RESOURCES.items():
        if name in one:
            setattr(sheet, held, [_on_sheet(sheet, each) for each in one[name]])
    sheet.basic_filter = _on_sheet(sheet, one["basicFilter"]) if "basicFilter" in one else None


def _on_sheet(sheet: Sheet, resource: Json) -> Json:
    """A resource whose range, if it does not name a sheet, is on this one."""
    if "startRowIndex" in resource or "startColumnIndex" in resource:
        return {"sheetId": sheet.id, **resource}
    if "range" in resource:
        return {**resource, "range": {"sheetId": sheet.id, **resource["range"]}}
    return resource


def _load_rows(book: Spreadsheet, sheet: Sheet, rows: list[list[Any]]) -> None:
    from tests.emulators.google.sheets.writing import raw_value

    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str) and value.startswith("=") and len(value) > 1:
                sheet.at(number, column).set({"formulaValue": value})
                book.has_formulas = True
            elif value is not None and value != "":
                sheet.at(number, column).set(raw_value(value))


def _load_short_forms(book: Spreadsheet, sheet: Sheet, one: Json) -> None:
    for text, given in one.get("formats", {}).items():
        form = {"numberFormat": given} if "type" in given else given
        _each(book, sheet, text, "format", form)
    for name, held in (("notes", "note"), ("validation", "validation")):
        for text, given in one.get(name, {}).items():
            _each(book, sheet, text, held, given)
    for number in one.get("hiddenRows", ()):
        sheet.rows[number - 1].hidden = True
    for given in one.get("metadata", ()):
        rest = {name: value for name, value in given.items() if name not in {"row", "column"}}
        place = sheet.metadata
        if "row" in given:
            place = sheet.rows[given["row"] - 1].metadata
        elif "column" in given:
            place = sheet.columns[given["column"] - 1].metadata
        _metadata(book, place, rest)


def _each(book: Spreadsheet, sheet: Sheet, text: str, held: str, value: Any) -> None:
    area = find(book, f"{quoted(sheet.title)}!{text}")
    for row in range(area.first_row, area.end_row):
        for column in range(area.first_column, area.end_column):
            setattr(sheet.at(row, column), held, value)


@dumps("spreadsheets")
def dump(world: World) -> list[Json]:
    """Every spreadsheet in the form that `load` reads."""
    files = (one for one in world.files.values() if isinstance(one.document, Spreadsheet))
    return [{**dump_file(one), **_dump(one.document, world.now())} for one in files]


def _dump(book: Spreadsheet, now: datetime) -> Json:
    changed = {
        name: value
        for name, value in book.properties.items()
        if new_properties().get(name) != value
    }
    found: Json = {**changed, "sheets": [_dump_sheet(book, one, now) for one in book.sheets]}
    if book.named_ranges:
        found["namedRanges"] = book.named_ranges
    if book.metadata:
        found["metadata"] = [_dump_metadata(one) for one in book.metadata]
    return found


def _dump_metadata(one: Any) -> Json:
    shown = described(one, {})
    return {name: value for name, value in shown.items() if name != "location"}


def _dump_sheet(book: Spreadsheet, sheet: Sheet, now: datetime) -> Json:
    data = GridReader(book, DUMPED, now).read(Area(sheet))
    for name, usual in (("rowMetadata", 21), ("columnMetadata", 100)):
        lines = data[name]
        while lines and lines[-1] == {"pixelSize": usual}:
            lines.pop()
    found: Json = {
        "properties": sheet_properties(book, sheet),
        "data": [{name: value for name, value in data.items() if value}],
    }
    if sheet.metadata:
        found["metadata"] = [_dump_metadata(one) for one in sheet.metadata]
    for name, held in RESOURCES.items():
        if getattr(sheet, held):
            found[name] = getattr(sheet, held)
    if sheet.basic_filter:
        found["basicFilter"] = sheet.basic_filter
    return found
