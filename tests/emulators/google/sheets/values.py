"""spreadsheets.values: reading, writing, appending and clearing by A1 range."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.emulators.google.calls import Call, method
from tests.emulators.google.errors import ApiError, bad_request
from tests.emulators.google.sheets import operations
from tests.emulators.google.sheets.access import changed, opened
from tests.emulators.google.sheets.addresses import Area, find
from tests.emulators.google.sheets.appending import table_met
from tests.emulators.google.sheets.model import ROWS, Json, Spreadsheet
from tests.emulators.google.sheets.protecting import check_writable
from tests.emulators.google.sheets.rendering import Rendering
from tests.emulators.google.sheets.writing import Plan, carry_out, check_option, counted, plan


@contextmanager
def within(place: str) -> Iterator[None]:
    """Errors raised in here say which part of the request they are about."""
    try:
        yield
    except ApiError as error:
        error.message = f"Invalid {place}: {error.message}"
        raise


def rendering(book: Spreadsheet, asked: Json, *, prefix: str = "", major: str = "") -> Rendering:
    """How the values of an answer are wanted; `prefix` is "response" for those of a write."""
    names = [f"{prefix}ValueRenderOption", f"{prefix}DateTimeRenderOption"]
    values, dates = (asked.get(name[0].lower() + name[1:]) for name in names)
    return Rendering(
        book,
        values=values or "FORMATTED_VALUE",
        dates=dates or "SERIAL_NUMBER",
        major=major or asked.get("majorDimension", "ROWS"),
    )


@method("sheets.spreadsheets.values.get")
def get(call: Call) -> Json:
    """The values of one range."""
    book = opened(call)
    return rendering(book, call.query).value_range(find(book, call.path["range"]))


@method("sheets.spreadsheets.values.batchGet")
def batch_get(call: Call) -> Json:
    """The values of many ranges."""
    book = opened(call)
    shown = rendering(book, call.query)
    areas = [find(book, text) for text in call.query.get("ranges", ())]
    answer: Json = {"spreadsheetId": book.id}
    return answer | ({"valueRanges": [shown.value_range(one) for one in areas]} if areas else {})


@method("sheets.spreadsheets.values.update")
def update(call: Call) -> Json:
    """Write one range."""
    book = opened(call, "writer")
    area = find(book, call.path["range"])
    given = call.body.get("range")
    if given and find(book, given) != area:
        raise bad_request(
            f"Requested writing within range [{call.path['range']}], but tried writing to "
            f"range [{given}]"
        )
    planned = plan(call, book, area, call.body, call.query.get("valueInputOption", ""))
    carry_out(call, book, planned)
    changed(call, book)
    return {"spreadsheetId": book.id} | updated(book, planned, call.query)


def updated(book: Spreadsheet, planned: Plan, asked: Json) -> Json:
    """What an answer tells of one range that was written, with its values when they are wanted."""
    told = counted(planned)
    if asked.get("includeValuesInResponse"):
        shown = rendering(book, asked, prefix="Response", major=planned.major)
        told["updatedData"] = shown.value_range(planned.area)
    return told


@method("sheets.spreadsheets.values.batchUpdate")
def batch_update(call: Call) -> Json:
    """Write many ranges, or none of them."""
    book = opened(call, "writer")
    option = call.body.get("valueInputOption", "")
    check_option(option)
    planned = []
    for number, one in enumerate(call.body.get("data", ())):
        with within(f"data[{number}]"):
            area = find(book, one.get("range", ""))
            planned.append(plan(call, book, area, one, option))
    for one in planned:
        carry_out(call, book, one)
    changed(call, book)
    told = [{"spreadsheetId": book.id} | updated(book, one, call.body) for one in planned]
    return {"spreadsheetId": book.id, **totals(planned)} | ({"responses": told} if told else {})


def totals(planned: list[Plan]) -> Json:
    """The counts over all ranges that were written; counts of nothing are left out."""
    cells = [(one.sheet.id, row, column) for one in planned for row, column, _ in one.cells]
    counts = {
        "totalUpdatedRows": len({(sheet, row) for sheet, row, _ in cells}),
        "totalUpdatedColumns": len({(sheet, column) for sheet, _, column in cells}),
        "totalUpdatedCells": len(set(cells)),
        "totalUpdatedSheets": len({sheet for sheet, _, _ in cells}),
    }
    return {name: count for name, count in counts.items() if count}


@method("sheets.spreadsheets.values.append")
def append(call: Call) -> Json:
    """Write after the table that the range meets."""
    book = opened(call, "writer")
    area = find(book, call.path["range"])
    table = table_met(area)
    start = _after(area, table)
    option = call.query.get("valueInputOption", "")
    planned = plan(call, book, start, call.body, option, bounded=False)
    if call.query.get("insertDataOption") == "INSERT_ROWS" and planned.height:
        _make_room(book, planned)
    carry_out(call, book, planned)
    changed(call, book)
    told: Json = {"spreadsheetId": book.id}
    if table is not None:
        told["tableRange"] = str(table)
    told["updates"] = {"spreadsheetId": book.id} | updated(book, planned, call.query)
    return told


def _after(area: Area, table: Area | None) -> Area:
    row = area.first_row if table is None else table.end_row
    column = area.first_column if table is None else table.first_column
    return Area(area.sheet, row, column, row + 1, column + 1)


def _make_room(book: Spreadsheet, planned: Plan) -> None:
    """New rows for all that is appended, as they would come in below the table."""
    sheet, top = planned.sheet, planned.top
    if top < sheet.row_count:
        operations.insert(book, sheet, ROWS, top, top + planned.height, inherit_from_before=top > 0)


@method("sheets.spreadsheets.values.clear")
def clear(call: Call) -> Json:
    """Empty one range; formats, notes and validation stay."""
    book = opened(call, "writer")
    area = find(book, call.path["range"])
    check_clear(call, book, area)
    empty(area)
    changed(call, book)
    return {"spreadsheetId": book.id, "clearedRange": str(area)}


@method("sheets.spreadsheets.values.batchClear")
def batch_clear(call: Call) -> Json:
    """Empty many ranges, or none of them."""
    book = opened(call, "writer")
    areas = []
    for number, text in enumerate(call.body.get("ranges", ())):
        with within(f"range[{number}]"):
            areas.append(find(book, text))
            check_clear(call, book, areas[-1])
    for area in areas:
        empty(area)
    changed(call, book)
    return {"spreadsheetId": book.id, "clearedRanges": [str(one) for one in areas]}


def check_clear(call: Call, book: Spreadsheet, area: Area) -> None:
    """Raise ApiError when part of the area is protected against the caller."""
    if area.sheet.protected_ranges:
        cells = (
            (row, column)
            for row in range(area.first_row, area.end_row)
            for column in range(area.first_column, area.end_column)
        )
        check_writable(book, area.sheet, cells, call.user)


def empty(area: Area) -> None:
    """Take the values out of the cells of an area."""
    for row in area.sheet.rows[area.first_row : area.end_row]:
        for cell in row.cells[area.first_column : area.end_column]:
            if cell is not None and not cell.blank:
                cell.set(None)
