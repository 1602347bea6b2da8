"""Formulas follow what they refer to when rows, columns and sheets come, go or move."""

from __future__ import annotations

from collections.abc import Mapping

from tests.emulators.google.sheets.formulas.moving import (
    Deleted,
    Inserted,
    Moved,
    Operation,
    Renamed,
    copied,
    moved,
)
from tests.emulators.google.sheets.model import Cell, Sheet, Spreadsheet
from tests.emulators.google.sheets.shifting import Shift


def follow_shift(book: Spreadsheet, sheet: Sheet, shift: Shift) -> None:
    """Every formula of the workbook, after lines of one sheet came, went or moved."""
    follow(book, _operation(sheet.title, shift))


def _operation(title: str, shift: Shift) -> Operation:
    if shift.kind == "insert":
        return Inserted(title, shift.dimension, shift.start, shift.count)
    if shift.kind == "delete":
        return Deleted(title, shift.dimension, shift.start, shift.count)
    return Moved(title, shift.dimension, shift.start, shift.end, shift.to)


def follow_rename(book: Spreadsheet, old: str, new: str | None) -> None:
    """Every formula of the workbook, after a sheet was renamed, or deleted (`new` is None)."""
    if book.has_formulas:
        follow(book, Renamed(old, new))


def follow(book: Spreadsheet, operation: Operation) -> None:
    """Every formula of the workbook, after an operation on its cells."""
    for sheet in book.sheets:
        for _, _, cell in sheet.cells():
            formula = (cell.entered or {}).get("formulaValue")
            if formula:
                _rewrite(cell, moved(formula, operation, sheet.title))


def follow_sort(sheet: Sheet, came_from: Mapping[int, int], left: int, right: int) -> None:
    """Formulas within a sorted range: they refer relatively, as if copied to their new row."""
    for row, before in came_from.items():
        for column in range(left, right):
            cell = sheet.cell(row, column)
            formula = (cell.entered or {}).get("formulaValue")
            if formula:
                _rewrite(cell, copied(formula, row - before, 0))


def _rewrite(cell: Cell, formula: str) -> None:
    if cell.entered and cell.entered["formulaValue"] != formula:
        cell.entered = {"formulaValue": formula}
