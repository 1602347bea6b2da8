"""The copies of tables that a rehearsal wrote into, left as a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheetflow.tables.memory_table import MemoryTable
from sheetflow.tables.source import SheetRow
from sheetflow.tables.text import LONGEST
from sheetflow.values import CellError

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_TAB = 31
"""Characters in the name of a tab, at most (Excel)."""


def leave_workbook(tables: Mapping[str, MemoryTable], path: Path) -> None:
    """A workbook with a tab for each table; what was written is coloured, with what stood there."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]  # a new workbook has one tab
    for name, table in tables.items():
        tab = book.create_sheet(_tab_named(name, book.sheetnames))
        for place, row in enumerate(table.sheet.rows):
            _leave_row(tab, table, place, row)
        tab.freeze_panes = "A2"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    path.chmod(0o600)


def _leave_row(tab: Worksheet, table: MemoryTable, place: int, row: SheetRow) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill

    for column, value in enumerate(row.cells):
        cell = tab.cell(place + 1, column + 1)
        cell.value = _shown(value)
        if isinstance(value, str):
            cell.data_type = "s"  # a text that begins with = is a text
        if place == 0:
            cell.font = Font(bold=True)
        if (row.mark, column) in table.written:
            cell.fill = PatternFill("solid", start_color="FFF2CC")
            cell.comment = Comment(_was(table.written[row.mark, column]), "Sheetflow")
    if row.hidden:
        tab.row_dimensions[place + 1].hidden = True


def _was(value: object) -> str:
    old = _shown(value)
    return "was empty" if old in (None, "") else f"was: {str(old)[:200]}"


def _shown(value: object) -> Any:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    match value:
        case datetime():
            return value.replace(tzinfo=None)
        case None | bool() | int() | float() | date():
            return value
        case CellError():
            return value.text
        case _:
            return ILLEGAL_CHARACTERS_RE.sub("", str(value))[:LONGEST]


def _tab_named(name: str, taken: Sequence[str]) -> str:
    """The table's name as a tab may be called, and told from the others."""
    plain = "".join(" " if c in r"[]:*?/\\" else c for c in name).strip()[:_TAB] or "Table"
    found, number = plain, 1
    while found in taken:
        number += 1
        found = f"{plain[: _TAB - 4]} {number}"
    return found
