"""Requests that make or close room among cells: insertRange, deleteRange."""

from __future__ import annotations

from collections.abc import Callable

from tests.emulators.google.sheets import operations
from tests.emulators.google.sheets.batching.editing import Block, Edit, Invalid, dimension, kind
from tests.emulators.google.sheets.batching.protecting import check
from tests.emulators.google.sheets.following import follow
from tests.emulators.google.sheets.formulas import Cut
from tests.emulators.google.sheets.model import ROWS, Cell, Json


@kind("insertRange")
def insert_range(edit: Edit, request: Json) -> None:
    """Empty cells; those that stood there go down (ROWS) or to the right (COLUMNS)."""
    of, block = dimension(request.get("shiftDimension")), edit.block(request.get("range"))
    sheet = block.sheet
    check(edit, block)
    _refuse_torn_merges(block, down=of == ROWS)
    if of == ROWS:
        need = _used_below(block) - sheet.row_count
        if need > 0:
            operations.append_lines(sheet, "ROWS", need)
        _move(edit, block, lambda row, column: (row + block.height, column))
    else:
        need = _used_right(block) - sheet.column_count
        if need > 0:
            operations.append_lines(sheet, "COLUMNS", need)
        _move(edit, block, lambda row, column: (row, column + block.width))


def _used_below(block: Block) -> int:
    """How many rows are needed for what is pushed down."""
    used = [
        row
        for row in range(block.top, block.sheet.row_count)
        if any(not block.sheet.cell(row, at).bare for at in range(block.left, block.right))
    ]
    return used[-1] + 1 + block.height if used else 0


def _used_right(block: Block) -> int:
    rows = block.sheet.rows[block.top : block.bottom]
    used = max((len(row.cells) for row in rows), default=0)
    return used + block.width if used > block.left else 0


@kind("deleteRange")
def delete_range(edit: Edit, request: Json) -> None:
    """Takes cells out; those below (ROWS) or to the right (COLUMNS) close the gap."""
    of, block = dimension(request.get("shiftDimension")), edit.block(request.get("range"))
    check(edit, block)
    _refuse_torn_merges(block, down=of == ROWS)
    for row, column in block.places():
        if not block.sheet.cell(row, column).bare:
            block.sheet.put(row, column, None)
    if of == ROWS:
        start = Block(block.sheet, block.bottom, block.left, block.bottom, block.right)
        _move(edit, start, lambda row, column: (row - block.height, column))
    else:
        start = Block(block.sheet, block.top, block.right, block.bottom, block.right)
        _move(edit, start, lambda row, column: (row, column - block.width))


def _move(edit: Edit, start: Block, place: Callable[[int, int], tuple[int, int]]) -> None:
    """All cells from a block on, down or to the right, to a new place; formulas follow them."""
    sheet = start.sheet
    down = place(0, 0)[0] != 0
    bottom = sheet.row_count if down else start.bottom
    right = start.right if down else sheet.column_count
    moving: dict[tuple[int, int], Cell] = {}
    for row in range(start.top, bottom):
        for column in range(start.left, right):
            cell = sheet.cell(row, column)
            if not cell.bare:
                moving[row, column] = cell
                sheet.put(row, column, None)
    for (row, column), cell in moving.items():
        to_row, to_column = place(row, column)
        if to_row < sheet.row_count and to_column < sheet.column_count:
            sheet.put(to_row, to_column, cell)
    to_top, to_left = place(start.top, start.left)
    if edit.book.has_formulas:
        follow(
            edit.book,
            Cut(sheet.title, start.top, start.left, bottom, right, sheet.title, to_top, to_left),
        )
    _move_merges(start, bottom, right, to_top - start.top, to_left - start.left)


def _move_merges(start: Block, bottom: int, right: int, down: int, beside: int) -> None:
    whole = Block(start.sheet, start.top, start.left, bottom, right)
    start.sheet.merges = [
        {
            **one,
            "startRowIndex": one["startRowIndex"] + down,
            "endRowIndex": one["endRowIndex"] + down,
            "startColumnIndex": one["startColumnIndex"] + beside,
            "endColumnIndex": one["endColumnIndex"] + beside,
        }
        if whole.holds(_merge(start, one))
        else one
        for one in start.sheet.merges
    ]


def _merge(block: Block, one: Json) -> Block:
    return Block(
        block.sheet,
        one["startRowIndex"],
        one["startColumnIndex"],
        one["endRowIndex"],
        one["endColumnIndex"],
    )


def _refuse_torn_merges(block: Block, *, down: bool) -> None:
    """Raises Invalid where only a part of merged cells would move."""
    sheet = block.sheet
    if down:
        moving = Block(sheet, block.top, block.left, sheet.row_count, block.right)
    else:
        moving = Block(sheet, block.top, block.left, block.bottom, sheet.column_count)
    for one in sheet.merges:
        merged = _merge(block, one)
        if moving.overlaps(merged) and not moving.holds(merged):
            raise Invalid("You must select all cells in a merged range to insert or delete cells.")
