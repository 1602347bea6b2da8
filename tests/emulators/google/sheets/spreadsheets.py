"""Spreadsheets as a whole: creating, reading, and copying a sheet from one to another."""

from __future__ import annotations

from tests.emulators.google.calls import Call, method
from tests.emulators.google.drive.roots import root_id_of
from tests.emulators.google.errors import bad_request, not_found
from tests.emulators.google.sheets.access import changed, opened
from tests.emulators.google.sheets.defaults import new_properties
from tests.emulators.google.sheets.loading import filled, give_cells, new_sheet
from tests.emulators.google.sheets.model import Json, Sheet, Spreadsheet
from tests.emulators.google.sheets.structure import sheet_properties, spreadsheet_json
from tests.emulators.google.world import SPREADSHEET, DriveFile, World

UNTITLED = "Untitled spreadsheet"


def new_spreadsheet(
    world: World, title: str, owner: str, *, file_id: str = "", parents: list[str] | None = None
) -> DriveFile:
    """A spreadsheet with one empty sheet, as Drive makes it: by default in My Drive."""
    folders = [root_id_of(owner)] if parents is None else parents
    file = world.add_file(title, SPREADSHEET, owner=owner, file_id=file_id, parents=folders)
    if not file_id:
        world.files.pop(file.id)
        file.id = world.new_id()
        world.files[file.id] = file
        world.changes[-1].file_id = file.id
    book = Spreadsheet(file, new_properties())
    book.add_sheet("Sheet1")
    file.document = book
    return file


@method("sheets.spreadsheets.create")
def create(call: Call) -> Json:
    """A new spreadsheet, with the sheets that are given, or an empty one."""
    given = call.body
    properties = dict(given.get("properties", {}))
    file = new_spreadsheet(call.world, properties.pop("title", "") or UNTITLED, call.user)
    book: Spreadsheet = file.document
    book.properties |= {k: v for k, v in properties.items() if v}
    if given.get("sheets"):
        book.sheets = []
        for number, one in enumerate(given["sheets"], 1):
            _add(book, one, number)
        book.sheets.sort(key=lambda sheet: sheet.properties.pop("index", 0))
    book.named_ranges = [_named(book, one) for one in given.get("namedRanges", ())]
    for one in given.get("developerMetadata", ()):
        filled(book, book.metadata, one)
    changed(call, book)
    return spreadsheet_json(call, book)


def _add(book: Spreadsheet, given: Json, number: int) -> None:
    properties = {"title": f"Sheet{number}", "index": number - 1, **given.get("properties", {})}
    if book.titled(properties["title"]):
        raise bad_request(
            f"Invalid sheets[{number - 1}]: A sheet with the name "
            f'"{properties["title"]}" already exists. Please enter another name.'
        )
    sheet = new_sheet(book, properties)
    sheet.properties["index"] = properties["index"]
    for data in given.get("data", ()):
        give_cells(book, sheet, data)
    for name, held in RESOURCES.items():
        setattr(sheet, held, list(given.get(name, ())))
    sheet.basic_filter = given.get("basicFilter")
    for one in given.get("developerMetadata", ()):
        filled(book, sheet.metadata, one)


RESOURCES = {
    "merges": "merges",
    "conditionalFormats": "conditional_formats",
    "filterViews": "filter_views",
    "protectedRanges": "protected_ranges",
    "charts": "charts",
    "bandedRanges": "banded_ranges",
    "rowGroups": "row_groups",
    "columnGroups": "column_groups",
    "slicers": "slicers",
    "tables": "tables",
}


def _named(book: Spreadsheet, one: Json) -> Json:
    taken = {each["namedRangeId"] for each in book.named_ranges}
    return {"namedRangeId": str(book.new_number({int(t) for t in taken if t.isdigit()})), **one}


@method("sheets.spreadsheets.get")
def get(call: Call) -> Json:
    """The spreadsheet, as far as ranges and mask ask for it."""
    book = opened(call)
    return spreadsheet_json(
        call,
        book,
        ranges=call.query.get("ranges", ()),
        grid_data=bool(call.query.get("includeGridData")),
    )


@method("sheets.spreadsheets.sheets.copyTo")
def copy_to(call: Call) -> Json:
    """A copy of a sheet, as the last one of another spreadsheet."""
    from tests.emulators.google.sheets.copying import copied

    source = opened(call)
    text = call.path["sheetId"]
    sheet = source.sheet(int(text)) if text.isdigit() else None
    if sheet is None:
        raise not_found()
    target = opened(call, "writer", file_id=call.body.get("destinationSpreadsheetId", ""))
    twin: Sheet = copied(sheet, target, f"Copy of {sheet.title}")
    target.has_formulas = target.has_formulas or source.has_formulas
    target.sheets = [*target.sheets, twin]
    changed(call, target)
    return sheet_properties(target, twin)
