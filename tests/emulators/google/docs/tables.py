"""Tables in a document: where their rows and cells stand on the tape, and edits of rows and
columns.
"""

from dataclasses import dataclass, replace
from typing import Any

from tests.emulators.google.docs.document import EditError, Tab
from tests.emulators.google.docs.editing import cut, splice
from tests.emulators.google.docs.tape import (
    CELL,
    ROW,
    TABLE,
    TABLE_END,
    Atom,
    Tape,
    new_row,
    newline,
)

Json = dict[str, Any]


@dataclass(frozen=True)
class Layout:
    """Where a table stands: its start and end, for each row its start, for each cell its start and
    end (exclusive).
    """

    start: int
    end: int
    rows: list[int]
    cells: list[list[tuple[int, int]]]


def layout(tape: Tape, start: int) -> Layout:
    """The table that begins at an index. Raises EditError when none does."""
    if not 0 <= start < len(tape) or tape[start].kind != TABLE:
        raise EditError("Invalid table start location. Must specify the start index of the table.")
    depth, rows, cells, at = 0, [], [], start
    while True:
        kind = tape[at].kind
        if (
            depth == 1
            and kind in (ROW, CELL, TABLE_END)
            and cells
            and cells[-1]
            and not cells[-1][-1][1]
        ):
            cells[-1][-1] = (cells[-1][-1][0], at)
        if depth == 1 and kind == ROW:
            rows.append(at)
            cells.append([])
        if depth == 1 and kind == CELL:
            cells[-1].append((at, 0))
        depth += (kind == TABLE) - (kind == TABLE_END)
        at += 1
        if not depth:
            return Layout(start, at, rows, cells)


def located(tab: Tab, location: Json) -> tuple[str, Layout, int, int]:
    """What a `tableCellLocation` points at: segment, table, row, column. Raises EditError."""
    start = location.get("tableStartLocation", {})
    segment = start.get("segmentId", "")
    table = layout(tab.segment(segment), start.get("index", 0))
    row, column = location.get("rowIndex", 0), location.get("columnIndex", 0)
    if not 0 <= row < len(table.rows):
        raise EditError(f"Row index {row} must be less than the number of rows, {len(table.rows)}.")
    if not 0 <= column < len(table.cells[row]):
        raise EditError(f"Column index {column} must be less than the number of columns.")
    return segment, table, row, column


def insert_row(tab: Tab, request: Json) -> None:
    """An empty row above or below the cell."""
    segment, table, row, _ = located(tab, request["tableCellLocation"])
    row += bool(request.get("insertBelow"))
    at = table.rows[row] if row < len(table.rows) else table.end - 1
    splice(tab, segment, at, new_row(len(table.cells[0])))


def insert_column(tab: Tab, request: Json) -> None:
    """An empty column left or right of the cell."""
    segment, table, _, column = located(tab, request["tableCellLocation"])
    right = bool(request.get("insertRight"))
    for cells in reversed(table.cells):
        splice(tab, segment, cells[column][right], [Atom(CELL), newline()])
    _count(tab.segment(segment), table.start, len(table.cells[0]) + 1)


def delete_row(tab: Tab, request: Json) -> None:
    """The row of the cell goes; with the last row the table goes."""
    segment, table, row, _ = located(tab, request["tableCellLocation"])
    if len(table.rows) == 1:
        cut(tab, segment, table.start, table.end)
        return
    end = table.rows[row + 1] if row + 1 < len(table.rows) else table.end - 1
    cut(tab, segment, table.rows[row], end)


def delete_column(tab: Tab, request: Json) -> None:
    """The column of the cell goes; with the last column the table goes."""
    segment, table, _, column = located(tab, request["tableCellLocation"])
    if len(table.cells[0]) == 1:
        cut(tab, segment, table.start, table.end)
        return
    for cells in reversed(table.cells):
        cut(tab, segment, *cells[column])
    _count(tab.segment(segment), table.start, len(table.cells[0]) - 1)


def _count(tape: Tape, start: int, columns: int) -> None:
    tape[start] = replace(tape[start], facts={"columns": columns})


def cells_of(tab: Tab, request: Json) -> tuple[Tape, list[int]]:
    """The cells that a `tableRange`, or a `tableStartLocation`, speaks of: their tape and where
    they start.
    """
    if "tableRange" not in request:
        start = request["tableStartLocation"]
        tape = tab.segment(start.get("segmentId", ""))
        table = layout(tape, start.get("index", 0))
        return tape, [first for cells in table.cells for first, _ in cells]
    span = request["tableRange"]
    segment, table, row, column = located(tab, span["tableCellLocation"])
    rows = table.cells[row : row + span.get("rowSpan", 1)]
    width = span.get("columnSpan", 1)
    return tab.segment(segment), [
        first for cells in rows for first, _ in cells[column : column + width]
    ]


def restyle(tape: Tape, places: list[int], style: Json) -> None:
    """Adds to the style of cells or rows."""
    for at in places:
        tape[at] = replace(tape[at], facts={**tape[at].facts, **style})
