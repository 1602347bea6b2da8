"""A spreadsheet put back as it was: what makes a batch all or nothing."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from tests.emulators.google.sheets.model import Cell, Column, Row, Sheet, Spreadsheet


@dataclass(frozen=True)
class Snapshot:
    """What a spreadsheet was like; taking one copies lists, not cells."""

    book: Spreadsheet
    fields: dict[str, Any]
    title: str
    sheets: list[tuple[Sheet, dict[str, Any]]]
    formulas: list[tuple[Cell, Any, Any]]

    def restore(self) -> None:
        """Puts everything back."""
        for name, value in self.fields.items():
            setattr(self.book, name, value)
        self.book.title = self.title
        self.book.sheets = [sheet for sheet, _ in self.sheets]
        for sheet, held in self.sheets:
            for name, value in held.items():
                setattr(sheet, name, value)
        for cell, entered, effective in self.formulas:
            cell.entered, cell.effective = entered, effective


def taken(book: Spreadsheet) -> Snapshot:
    """The spreadsheet as it is now.

    Cells are not copied: handlers put new ones in place of those they change. Only formulas are
    rewritten where they stand (by rows that move), so those are noted.
    """
    fields = {
        "properties": dict(book.properties),
        "named_ranges": list(book.named_ranges),
        "metadata": list(book.metadata),
        "data_sources": list(book.data_sources),
        "has_formulas": book.has_formulas,
    }
    formulas = []
    if book.has_formulas:
        formulas = [
            (cell, cell.entered, cell.effective) for sheet in book.sheets
            for _, _, cell in sheet.cells() if cell.entered and "formulaValue" in cell.entered
        ]  # fmt: skip
    sheets = [(sheet, _held(sheet)) for sheet in book.sheets]
    return Snapshot(book, fields, book.title, sheets, formulas)


def _held(sheet: Sheet) -> dict[str, Any]:
    held = {one.name: _copied(getattr(sheet, one.name)) for one in dataclasses.fields(sheet)}
    held["rows"] = [
        Row(one.size, one.hidden, one.filtered, list(one.metadata), list(one.cells))
        for one in sheet.rows
    ]
    held["columns"] = [
        Column(one.size, one.hidden, one.filtered, list(one.metadata)) for one in sheet.columns
    ]
    return held


def _copied(value: Any) -> Any:
    if isinstance(value, list):
        return [dict(one) if isinstance(one, dict) else one for one in value]
    return dict(value) if isinstance(value, dict) else value
