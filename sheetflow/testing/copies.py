"""Tables as they were read, in memory: written into like the real ones, and left as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheetflow.tables.source import Edit, LeftAlone, NewColumn, NewRow, Sheet, SheetRow
from sheetflow.tables.text import LONGEST
from sheetflow.values import CellError

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_TAB = 31
"""Characters in the name of a tab, at most (Excel)."""


@dataclass
class CopiedTable:
    """One table: what was read, and what has been written into the copy since, by place."""

    name: str
    before: Sheet
    written: dict[tuple[int, int], object] = field(default_factory=dict)
    _rows: list[SheetRow] = field(default_factory=list)
    _version: int = 0

    def __post_init__(self) -> None:
        self._rows = [replace(row, mark=place) for place, row in enumerate(self.before.rows)]

    def read(self) -> Sheet:
        """Everything that stands in the copy now."""
        version = f"{self.before.version} copied {self._version}"
        return replace(self.before, rows=tuple(self._rows), version=version)

    def ready(self) -> None:
        """It can always be written."""

    def write(
        self,
        sheet: Sheet,  # noqa: ARG002 - nobody else writes into a copy
        edits: Sequence[Edit],
        *,
        new_columns: Sequence[NewColumn] = (),
        new_rows: Sequence[NewRow] = (),
    ) -> Sequence[LeftAlone]:
        """Write all cells but those that are worked out."""
        left = [LeftAlone(edit, "formula") for edit in edits if self._is_formula(edit)]
        kept = {(one.edit.mark, one.edit.column) for one in left}
        for column in new_columns:
            self._put(_place(column.mark), column.column, column.header)
        for edit in edits:
            if (edit.mark, edit.column) not in kept:
                self._put(_place(edit.mark), edit.column, edit.value)
        for new in new_rows:
            self._rows.append(SheetRow((), self._rows[-1].number + 1, len(self._rows)))
            for place, value in new.cells.items():
                self._put(len(self._rows) - 1, place, value)
        self._version += 1
        return left

    def _is_formula(self, edit: Edit) -> bool:
        return edit.column in self._rows[_place(edit.mark)].formulas

    def _put(self, place: int, column: int, value: object) -> None:
        row = self._rows[place]
        cells = list(row.cells) + [None] * (column + 1 - len(row.cells))
        cells[column] = value
        self._rows[place] = replace(row, cells=tuple(cells))
        self.written[place, column] = value

    def rows(self) -> Iterator[tuple[int, SheetRow]]:
        """Each row with its place."""
        return enumerate(self._rows)


def _place(mark: object) -> int:
    return int(str(mark))


def leave_workbook(tables: Mapping[str, CopiedTable], path: Path) -> None:
    """A workbook with a tab for each table; what was written is coloured, with what stood there."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]  # a new workbook has one tab
    for name, table in tables.items():
        tab = book.create_sheet(_tab_named(name, book.sheetnames))
        for place, row in table.rows():
            _leave_row(tab, table, place, row)
        tab.freeze_panes = "A2"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    path.chmod(0o600)


def _leave_row(tab: Worksheet, table: CopiedTable, place: int, row: SheetRow) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill

    for column, value in enumerate(row.cells):
        cell = tab.cell(place + 1, column + 1)
        cell.value = _shown(value)
        if isinstance(value, str):
            cell.data_type = "s"  # a text that begins with = is a text
        if place == 0:
            cell.font = Font(bold=True)
        if (place, column) in table.written:
            cell.fill = PatternFill("solid", start_color="FFF2CC")
            cell.comment = Comment(_was(table, place, column), "Sheetflow")
    if row.hidden:
        tab.row_dimensions[place + 1].hidden = True


def _was(table: CopiedTable, place: int, column: int) -> str:
    rows = table.before.rows
    before = rows[place].cells if place < len(rows) else ()
    old = _shown(before[column]) if column < len(before) else None
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
