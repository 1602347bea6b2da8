"""Where `values.append` writes: after the last table that its range meets.

Source: developers.google.com/workspace/sheets/api/guides/values#append_values.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.emulators.google.sheets.addresses import Area
from tests.emulators.google.sheets.model import Cell, Sheet


@dataclass
class Box:
    """A rectangle that grows; ends are left out."""

    top: int
    left: int
    bottom: int
    right: int


def table_met(area: Area) -> Area | None:
    """The last table within or around `area`; None when all its cells are empty.

    Of two side by side, with an empty column between them, the right one is the last.
    """
    seed = _lowest(area)
    if seed is None:
        return None
    box = Box(seed[0], seed[1], seed[0] + 1, seed[1] + 1)
    while _grown(area.sheet, box):
        pass
    return Area(area.sheet, box.top, box.left, box.bottom, box.right)


def _lowest(area: Area) -> tuple[int, int] | None:
    for row in range(area.end_row - 1, area.first_row - 1, -1):
        cells = area.sheet.rows[row].cells
        for column in reversed(range(area.first_column, min(area.end_column, len(cells)))):
            if _filled(cells[column]):
                return row, column
    return None


def _filled(cell: Cell | None) -> bool:
    return cell is not None and not cell.blank


def _grown(sheet: Sheet, box: Box) -> bool:
    """Take in each neighbouring row and column that holds something; corners count."""
    before = (box.top, box.left, box.bottom, box.right)
    while box.bottom < sheet.row_count and _in_row(sheet, box, box.bottom):
        box.bottom += 1
    while box.top > 0 and _in_row(sheet, box, box.top - 1):
        box.top -= 1
    while box.right < sheet.column_count and _in_column(sheet, box, box.right):
        box.right += 1
    while box.left > 0 and _in_column(sheet, box, box.left - 1):
        box.left -= 1
    return before != (box.top, box.left, box.bottom, box.right)


def _in_row(sheet: Sheet, box: Box, row: int) -> bool:
    left, right = max(0, box.left - 1), box.right + 1
    return any(_filled(cell) for cell in sheet.rows[row].cells[left:right])


def _in_column(sheet: Sheet, box: Box, column: int) -> bool:
    rows = sheet.rows[max(0, box.top - 1) : box.bottom + 1]
    return any(len(row.cells) > column and _filled(row.cells[column]) for row in rows)
