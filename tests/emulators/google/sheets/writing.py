"""Values into cells: first a plan, with everything checked; then all of it at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.google.calls import Call
from tests.emulators.google.errors import bad_request
from tests.emulators.google.sheets.addresses import Area, a1, quoted
from tests.emulators.google.sheets.entering import enter
from tests.emulators.google.sheets.formulas.references import letters
from tests.emulators.google.sheets.formulas_in_book import zone_of
from tests.emulators.google.sheets.model import (
    MOST_CELLS,
    MOST_CHARACTERS,
    Cell,
    Json,
    Sheet,
    Spreadsheet,
)
from tests.emulators.google.sheets.protecting import check_writable

TOO_LONG = (
    f"Your input contains more than the maximum of {MOST_CHARACTERS} characters in a single cell."
)
NOT_AN_OPTION = "'valueInputOption' is required but not specified"


@dataclass
class Plan:
    """What is to be written where; `rows` as rows, whatever the request's major dimension."""

    sheet: Sheet
    top: int
    left: int
    rows: list[list[Any]]
    option: str
    major: str = "ROWS"
    cells: list[tuple[int, int, Any]] = field(default_factory=list)
    """Row, column, value: without those that are null."""

    @property
    def height(self) -> int:
        """How many rows it reaches over."""
        return len(self.rows)

    @property
    def width(self) -> int:
        """How many columns it reaches over."""
        return max((len(row) for row in self.rows), default=0)

    @property
    def area(self) -> Area:
        """The range that is written; of nothing, the cell where it would start."""
        bottom, right = self.top + max(1, self.height), self.left + max(1, self.width)
        return Area(self.sheet, self.top, self.left, bottom, right)


def plan(
    call: Call, book: Spreadsheet, area: Area, given: Json, option: str, *, bounded: bool = True
) -> Plan:
    """What a ValueRange's values become within `area`; raises ApiError."""
    check_option(option)
    major = given.get("majorDimension", "ROWS")
    rows = _rows(given.get("values", []), major)
    found = Plan(area.sheet, area.first_row, area.first_column, rows, option, major)
    found.cells = list(_cells(found))
    if bounded and not area.single:
        _check_within(area, found)
    check_size(book, found)
    check_writable(book, area.sheet, ((row, column) for row, column, _ in found.cells), call.user)
    return found


def check_option(option: str) -> None:
    """Raise ApiError for a valueInputOption that says nothing."""
    if option in {"", "INPUT_VALUE_OPTION_UNSPECIFIED"}:
        raise bad_request(NOT_AN_OPTION)


def _rows(values: list[list[Any]], major: str) -> list[list[Any]]:
    for number, line in enumerate(values):
        for place, value in enumerate(line):
            if isinstance(value, dict | list):
                raise bad_request(f"Invalid values[{number}][{place}]: {_kind(value)}")
            if isinstance(value, str) and len(value) > MOST_CHARACTERS:
                raise bad_request(TOO_LONG)
    if major != "COLUMNS":
        return values
    height = max((len(line) for line in values), default=0)
    return [[line[n] if n < len(line) else None for line in values] for n in range(height)]


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return "list_value {\n}\n" if not value else f"list_value {json.dumps(value)}\n"
    return "struct_value {\n}\n" if not value else f"struct_value {json.dumps(value)}\n"


def _cells(found: Plan) -> Iterator[tuple[int, int, Any]]:
    for down, line in enumerate(found.rows, found.top):
        for right, value in enumerate(line, found.left):
            if value is not None:
                yield down, right, value


def _check_within(area: Area, found: Plan) -> None:
    """A range that is more than a cell bounds what is written; an open side does not.

    One that ends past the grid bounds where it says, not where the grid ends: the grid grows.
    """
    shown = str(area) if area.bottom is None or area.right is None else area.as_given
    told = f"Requested writing within range [{shown}], but tried writing to"
    if area.bottom is not None and found.top + found.height > area.bottom:
        raise bad_request(f"{told} row [{area.bottom + 1}]")
    if area.right is not None and found.left + found.width > area.right:
        raise bad_request(f"{told} column [{letters(area.right)}]")


def check_size(book: Spreadsheet, found: Plan) -> None:
    """Raise ApiError when the workbook would hold too many cells."""
    sheet = found.sheet
    others = sum(one.row_count * one.column_count for one in book.sheets if one is not sheet)
    rows = max(sheet.row_count, found.top + found.height)
    columns = max(sheet.column_count, found.left + found.width)
    if others + rows * columns > max(MOST_CELLS, others + sheet.row_count * sheet.column_count):
        raise bad_request(
            "This action would increase the number of cells in the workbook above the limit of "
            f"{MOST_CELLS} cells."
        )


def carry_out(call: Call, book: Spreadsheet, found: Plan) -> None:
    """Write what was planned; the grid grows where it must."""
    sheet = found.sheet
    if found.cells:
        sheet.grow(found.top + found.height, found.left + found.width)
    hidden = _covered(sheet)
    put = _typed(call, book) if found.option == "USER_ENTERED" else _raw
    for row, column, value in found.cells:
        if (row, column) not in hidden:
            put(sheet.at(row, column), value)


def _covered(sheet: Sheet) -> set[tuple[int, int]]:
    """The cells of merged ranges that do not show: what is written to them is lost."""
    return {
        (row, column)
        for one in sheet.merges
        for row in range(one["startRowIndex"], one["endRowIndex"])
        for column in range(one["startColumnIndex"], one["endColumnIndex"])
        if (row, column) != (one["startRowIndex"], one["startColumnIndex"])
    }


def _raw(cell: Cell, value: Any) -> None:
    cell.set(raw_value(value))


def raw_value(value: Any) -> Json | None:
    """A JSON value as it is, as ExtendedValue; "" leaves nothing."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int | float):
        return {"numberValue": int(value) if value == int(value) else value}
    return {"stringValue": value} if value else None


def _typed(call: Call, book: Spreadsheet) -> Any:
    locale, zone = book.locale, zone_of(book)

    def put(cell: Cell, value: Any) -> None:
        entered, number_format = enter(
            value, locale=locale, now=call.now, zone=zone, format_before=cell.number_format
        )
        number = (entered or {}).get("numberValue")
        if isinstance(number, float) and number == int(number):
            entered = {"numberValue": int(number)}
        cell.set(entered)
        if entered and "formulaValue" in entered:
            book.has_formulas = True
        if number_format:
            cell.format = {**(cell.format or {}), "numberFormat": number_format}

    return put


def counted(found: Plan) -> Json:
    """updatedRange and the counts of an answer; counts of nothing are left out."""
    area = found.area
    cells = a1(area.first_row, area.first_column, area.bottom or 0, area.right or 0)
    counts = {
        "updatedRows": len({row for row, _, _ in found.cells}),
        "updatedColumns": len({column for _, column, _ in found.cells}),
        "updatedCells": len(found.cells),
    }
    shown = {name: count for name, count in counts.items() if count}
    return {"updatedRange": f"{quoted(found.sheet.title)}!{cells}", **shown}
