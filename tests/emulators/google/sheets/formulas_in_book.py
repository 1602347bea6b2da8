"""The formulas of a spreadsheet as the emulator holds it: worked out anew after each change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from .formatting_dates import serial_of
from .formatting_locales import Locale, locale_of
from .formulas import Area, Place, Unreadable, calculate, format_of, read
from .formulas.reading import Call, Constant, Node
from .formulas.references import Reference
from .model import EMPTY, Cell, Json, Sheet, Spreadsheet


def recalculate(book: Spreadsheet, now: datetime) -> None:
    """Sets the effective value of every formula and of the cells that one spills into.

    `now` (aware) is what NOW() and TODAY() tell, in the spreadsheet's zone.
    """
    if not book.has_formulas:
        return
    source = BookSource(book, now)
    found = calculate(source)
    for place in source.places:
        _cell(source, place).effective = None
    for sheet in book.sheets:
        for _, _, cell in sheet.cells():
            if cell.entered is None and cell.effective is not None:
                cell.effective = None
    for place, value in found.items():
        sheet_id, row, column = place
        source.by_id[sheet_id].at(row, column).effective = value
    for place in source.places:
        cell = _cell(source, place)
        cell.hyperlink = _link(str((cell.entered or {}).get("formulaValue", "")), source.locale)
    book.has_formulas = bool(source.places)


def number_format_at(book: Spreadsheet, sheet: Sheet, row: int, column: int) -> Json | None:
    """The number format a cell shows its value by: its own, or what its formula brings along."""
    return _format_at(book, sheet, sheet.cell(row, column), depth=8)


def _format_at(book: Spreadsheet, sheet: Sheet, cell: Cell, depth: int) -> Json | None:
    own = cell.number_format
    formula = (cell.entered or {}).get("formulaValue")
    if own or not formula or not depth:
        return own

    def at(reference: Reference) -> Json | None:
        title = reference.sheet
        other = sheet if title is None else book.titled(title)
        row, column = reference.first.row or 0, reference.first.column or 0
        if other is None or row >= other.row_count or column >= other.column_count:
            return None
        return _format_at(book, other, other.cell(row, column), depth - 1)

    try:
        return format_of(read(formula, locale_of(book.locale).decimal), at)
    except Unreadable:
        return None


class BookSource:
    """A spreadsheet as calculation asks for it."""

    def __init__(self, book: Spreadsheet, now: datetime) -> None:
        self.book = book
        self.locale: Locale = locale_of(book.locale)
        self.now = serial_of(now.astimezone(zone_of(book)))
        self.by_id = {sheet.id: sheet for sheet in book.sheets}
        self.titles = {sheet.title.casefold(): sheet.id for sheet in book.sheets}
        self.names = {str(one["name"]).casefold(): one["range"] for one in book.named_ranges}
        self.places = [
            (sheet.id, row, column)
            for sheet in book.sheets
            for row, column, cell in sheet.cells()
            if cell.entered and "formulaValue" in cell.entered
        ]

    def sheet(self, title: str) -> int | None:
        return self.titles.get(title.casefold())

    def size(self, sheet: int) -> tuple[int, int]:
        found = self.by_id[sheet]
        return found.row_count, found.column_count

    def entered(self, sheet: int, row: int, column: int) -> Json | None:
        return self.by_id[sheet].cell(row, column).entered

    def named(self, name: str) -> Area | None:
        found = self.names.get(name.casefold())
        if found is None:
            return None
        rows, columns = self.size(found.get("sheetId", 0))
        return Area(
            found.get("sheetId", 0),
            found.get("startRowIndex", 0),
            found.get("startColumnIndex", 0),
            found.get("endRowIndex", rows),
            found.get("endColumnIndex", columns),
        )

    def formulas(self) -> Iterable[Place]:
        return self.places


def _cell(source: BookSource, place: Place) -> Cell:
    sheet, row, column = place
    found = source.by_id[sheet].cell(row, column)
    assert found is not EMPTY, "a formula stands in a cell"
    return found


def zone_of(book: Spreadsheet) -> ZoneInfo:
    """The spreadsheet's time zone; UTC for one that is not known here."""
    try:
        return ZoneInfo(book.time_zone)
    except (ValueError, OSError):
        return ZoneInfo("UTC")


def _link(formula: str, locale: Locale) -> str:
    """Where a HYPERLINK with a written-out address leads; "" for every other formula."""
    try:
        tree: Node = read(formula, locale.decimal)
    except Unreadable:
        return ""
    match tree:
        case Call("HYPERLINK", (Constant(str() as address), *_)):
            return address
    return ""
