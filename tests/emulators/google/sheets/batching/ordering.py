"""Requests about the order of rows: sortRange, randomizeRange, deleteDuplicates."""

from __future__ import annotations

import random

from tests.emulators.google.sheets import operations
from tests.emulators.google.sheets.batching.editing import Block, Edit, Invalid, kind
from tests.emulators.google.sheets.batching.protecting import block_of, check
from tests.emulators.google.sheets.formatting import shown
from tests.emulators.google.sheets.formulas import copied
from tests.emulators.google.sheets.formulas_in_book import number_format_at
from tests.emulators.google.sheets.model import Cell, Json


@kind("sortRange")
def sort_range(edit: Edit, request: Json) -> None:
    """Sorts rows by columns of the sheet; metadata of rows goes with them."""
    block = edit.block(request.get("range"))
    check(edit, block)
    specs = request.get("sortSpecs", [])
    if not specs:
        raise Invalid("At least one sortSpec must be specified.")
    for spec in specs:
        column = spec.get("dimensionIndex", 0)
        if not block.left <= column < block.right:
            raise Invalid(
                f"sortSpecs.dimensionIndex[{column}] must be within the range's columns "
                f"[{block.left}, {block.right})."
            )
    if any(block.overlaps(block_of(block.sheet, one)) for one in block.sheet.merges):
        raise Invalid("You can't sort a range that contains merged cells.")
    operations.sort(edit.book, block.sheet, block.grid_range(), specs)


@kind("randomizeRange")
def randomize_range(edit: Edit, request: Json) -> None:
    """Rows of a range in any order."""
    block = edit.block(request.get("range"))
    check(edit, block)
    order = list(range(block.top, block.bottom))
    random.SystemRandom().shuffle(order)
    rows = [_row(block, row) for row in order]
    for target, (source, cells) in enumerate(zip(order, rows, strict=True), block.top):
        _put(edit, block, target, cells, target - source)


def _row(block: Block, row: int) -> list[Cell]:
    return [block.sheet.cell(row, column).copy() for column in range(block.left, block.right)]


def _put(edit: Edit, block: Block, row: int, cells: list[Cell], down: int) -> None:
    """Puts cells into a row; their formulas refer as if copied so far down."""
    for column, cell in enumerate(cells, block.left):
        formula = (cell.entered or {}).get("formulaValue")
        if formula:
            cell.entered = {"formulaValue": copied(formula, down, 0)}
        block.sheet.put(row, column, cell)


@kind("deleteDuplicates")
def delete_duplicates(edit: Edit, request: Json) -> Json:
    """Takes out rows of a range that show the same as one above, and closes the gaps."""
    block = edit.block(request.get("range"))
    check(edit, block)
    columns = _compared(block, request.get("comparisonColumns", ()))
    seen: set[tuple[str, ...]] = set()
    kept = []
    for row in range(block.top, block.bottom):
        key = tuple(_text(edit, block, row, column) for column in columns)
        if key not in seen:
            seen.add(key)
            kept.append((row, _row(block, row)))
    for target, (source, cells) in enumerate(kept, block.top):
        _put(edit, block, target, cells, target - source)
    blank = [Cell() for _ in range(block.width)]
    for row in range(block.top + len(kept), block.bottom):
        _put(edit, block, row, [cell.copy() for cell in blank], 0)
    removed = block.height - len(kept)
    return {"duplicatesRemovedCount": removed} if removed else {}


def _compared(block: Block, given: list[Json]) -> list[int]:
    if not given:
        return list(range(block.left, block.right))
    found = []
    for one in given:
        start, end = one.get("startIndex", block.left), one.get("endIndex", block.right)
        if one.get("dimension") == "ROWS" or start < block.left or end > block.right:
            raise Invalid("comparisonColumns must be columns within the range.")
        found += list(range(start, end))
    return found


def _text(edit: Edit, block: Block, row: int, column: int) -> str:
    """What a cell shows, without regard to case."""
    cell = block.sheet.cell(row, column)
    number_format = number_format_at(edit.book, block.sheet, row, column)
    return shown(cell.effective, number_format, edit.book.locale).casefold()
