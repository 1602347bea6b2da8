"""Cells as `values` gives them: shown, bare, or as formulas; rows or columns."""

from __future__ import annotations

from typing import Any

from tests.emulators.google.sheets.addresses import Area
from tests.emulators.google.sheets.formatting import ERRORS, shown
from tests.emulators.google.sheets.formatting_locales import Locale, locale_of
from tests.emulators.google.sheets.formulas_in_book import number_format_at
from tests.emulators.google.sheets.model import Cell, Json, Sheet, Spreadsheet

DATES = frozenset({"DATE", "TIME", "DATE_TIME"})


class Rendering:
    """How one request wants its values."""

    def __init__(
        self,
        book: Spreadsheet,
        *,
        values: str = "FORMATTED_VALUE",
        dates: str = "SERIAL_NUMBER",
        major: str = "ROWS",
    ) -> None:
        self.book = book
        self.locale: Locale = locale_of(book.locale)
        self.values = values
        self.dates = dates
        self.major = "COLUMNS" if major == "COLUMNS" else "ROWS"
        self._known: dict[Any, str] = {}

    def value_range(self, area: Area) -> Json:
        """The API's ValueRange for an area."""
        rows = [self._row(area, number) for number in range(area.first_row, area.end_row)]
        if self.major == "COLUMNS":
            rows = _turned(rows, area.width)
        while rows and not rows[-1]:
            rows.pop()
        found: Json = {"range": str(area), "majorDimension": self.major}
        return {**found, "values": rows} if rows else found

    def _row(self, area: Area, number: int) -> list[Any]:
        sheet = area.sheet
        cells = sheet.rows[number].cells[area.first_column : area.end_column]
        found = [
            "" if cell is None else self.value(sheet, cell, number, column)
            for column, cell in enumerate(cells, area.first_column)
        ]
        while found and found[-1] == "" and _blank(cells[len(found) - 1]):
            found.pop()
        return found

    def value(self, sheet: Sheet, cell: Cell, row: int, column: int) -> Any:
        """What this cell is for the request; "" for an empty one."""
        if self.values == "FORMATTED_VALUE":
            if cell.effective is None:
                return ""
            if "stringValue" in cell.effective and not cell.format:
                return cell.effective["stringValue"]
            return self.text(cell.effective, self.number_format(sheet, cell, row, column))
        found = cell.entered if self.values == "FORMULA" else cell.effective
        if found is None:
            return ""
        if self.dates == "FORMATTED_STRING" and "numberValue" in found:
            form = self.number_format(sheet, cell, row, column)
            if form and form.get("type") in DATES:
                return self.text(found, form)
        return _bare(found)

    def number_format(self, sheet: Sheet, cell: Cell, row: int, column: int) -> Json | None:
        """The number format that the value is shown by."""
        own = cell.number_format
        if own or cell.entered is None or "formulaValue" not in cell.entered:
            return own
        return number_format_at(self.book, sheet, row, column)

    def text(self, effective: Json, number_format: Json | None) -> str:
        """The value as it is shown."""
        number = effective.get("numberValue")
        if number is None:
            if not number_format and "stringValue" in effective:
                return str(effective["stringValue"])
            return shown(effective, number_format, self.locale)
        form = number_format or {}
        key = (number, form.get("type"), form.get("pattern"))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = shown(effective, number_format, self.locale)
        return known


def _bare(value: Json) -> Any:
    if "errorValue" in value:
        return ERRORS.get(value["errorValue"].get("type", "ERROR"), "#ERROR!")
    return next(iter(value.values()))


def _blank(cell: Cell | None) -> bool:
    return cell is None or cell.blank


def _turned(rows: list[list[Any]], width: int) -> list[list[Any]]:
    """Columns of ragged rows, without empty ends."""
    columns: list[list[Any]] = [[] for _ in range(width)]
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value != "":
                found = columns[column]
                found.extend([""] * (number - len(found)))
                found.append(value)
    return columns
