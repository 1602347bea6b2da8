"""Spreadsheets as Drive deals with them: made from a table, copied, read for export and search."""

import copy
import csv
import io
from datetime import datetime
from typing import Any

from tests.emulators.google.sheets.entering import enter
from tests.emulators.google.sheets.formatting import shown
from tests.emulators.google.sheets.model import Cell, Sheet, Spreadsheet
from tests.emulators.google.world import SPREADSHEET, DriveFile, World

Table = tuple[str, list[list[str]]]
# What a new spreadsheet says of itself; the rest of its properties are Sheets' own defaults.
_PROPERTIES = {"locale": "en_US", "timeZone": "Etc/GMT", "autoRecalc": "ON_CHANGE"}


def is_spreadsheet(file: DriveFile) -> bool:
    """Whether a file holds a spreadsheet."""
    return isinstance(file.document, Spreadsheet)


def new_spreadsheet(world: World, title: str, owner: str, *, parents: list[str]) -> DriveFile:
    """A spreadsheet with one empty sheet, as a file of its owner."""
    file = world.add_file(title, SPREADSHEET, owner=owner, parents=parents, file_id=world.new_id())
    file.document = Spreadsheet(file, dict(_PROPERTIES))
    file.document.add_sheet("Sheet1")
    return file


def copied(file: DriveFile, twin: DriveFile) -> None:
    """Gives a new file all that a spreadsheet holds, developer metadata with it."""
    book: Spreadsheet = file.document
    twin.document = copy.deepcopy(book, {id(file): twin})


def fill(file: DriveFile, tables: list[Table], now: datetime) -> None:
    """Puts tables in the place of all that a spreadsheet holds, read as if somebody typed them."""
    book: Spreadsheet = file.document
    book.sheets.clear()
    for title, rows in tables or [("Sheet1", [])]:
        sheet = book.add_sheet(title, sheet_id=None)
        sheet.grow(len(rows), max(map(len, rows), default=0))
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                _type(book, sheet.at(number, column), text, now) if text != "" else None


def _type(book: Spreadsheet, cell: Cell, text: Any, now: datetime) -> None:
    value, number_format = enter(text, locale=book.locale, now=now)
    cell.set(value)
    book.has_formulas = book.has_formulas or bool(value and "formulaValue" in value)
    if number_format:
        cell.format = {"numberFormat": number_format}


def csv_table(content: bytes, delimiter: str, title: str) -> Table:
    """The table in a CSV or TSV file of UTF-8."""
    text = content.decode("utf-8-sig", "replace")
    return title, list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def xlsx_tables(content: bytes) -> list[Table]:
    """The tables of a workbook; formulas as formulas, the rest as what a person would type."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    return [
        (sheet.title, [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)])
        for sheet in book.worksheets
    ]


def _text(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.strftime("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M:%S")
    return value if isinstance(value, (bool, int, float, str)) else str(value)


def tables(file: DriveFile) -> list[Table]:
    """Each sheet with its rows as the cells show them, up to the last one that shows something."""
    book: Spreadsheet = file.document
    return [(sheet.title, _rows(book, sheet)) for sheet in book.sheets]


def _rows(book: Spreadsheet, sheet: Sheet) -> list[list[str]]:
    width = sheet.last_column()
    return [
        [_shown(book, sheet.cell(row, column)) for column in range(width)]
        for row in range(sheet.last_row())
    ]


def _shown(book: Spreadsheet, cell: Cell) -> str:
    return shown(cell.effective, cell.number_format, book.locale)
