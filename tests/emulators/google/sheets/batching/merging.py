"""Requests that make one cell of several, and several of one."""

from __future__ import annotations

from tests.emulators.google.sheets.batching.editing import Block, Edit, Invalid, kind
from tests.emulators.google.sheets.batching.protecting import block_of, check
from tests.emulators.google.sheets.model import Json


@kind("mergeCells")
def merge_cells(edit: Edit, request: Json) -> None:
    """MERGE_ALL, MERGE_ROWS (each row) or MERGE_COLUMNS; the first value of each is kept."""
    block = edit.block(request.get("range"))
    check(edit, block)
    _refuse_frozen_edge(block)
    for one in block.sheet.merges:
        merged = block_of(block.sheet, one)
        if block.overlaps(merged) and not block.holds(merged):
            raise Invalid("You must select all cells in a merged range to merge or unmerge them.")
    left = [one for one in block.sheet.merges if not block.overlaps(block_of(block.sheet, one))]
    parts = _parts(block, request.get("mergeType", "MERGE_ALL"))
    block.sheet.merges = left + [part.grid_range() for part in parts]
    for part in parts:
        _keep_first(edit, part)


def _parts(block: Block, how: str) -> list[Block]:
    sheet = block.sheet
    if how == "MERGE_ROWS":
        rows = range(block.top, block.bottom)
        parts = [Block(sheet, row, block.left, row + 1, block.right) for row in rows]
    elif how == "MERGE_COLUMNS":
        columns = range(block.left, block.right)
        parts = [Block(sheet, block.top, at, block.bottom, at + 1) for at in columns]
    else:
        parts = [block]
    return [part for part in parts if part.height * part.width > 1]


def _keep_first(edit: Edit, part: Block) -> None:
    """The first value goes into the upper left cell; the others are cleared."""
    filled = [at for at in part.places() if part.sheet.cell(*at).entered]
    first = part.sheet.cell(*filled[0]).entered if filled else None
    for row, column in filled:
        if (row, column) != (part.top, part.left):
            edit.enter(edit.fresh(part.sheet, row, column), None)
    if filled and filled[0] != (part.top, part.left):
        edit.enter(edit.fresh(part.sheet, part.top, part.left), first)


def _refuse_frozen_edge(block: Block) -> None:
    rows = block.sheet.grid.get("frozenRowCount", 0)
    columns = block.sheet.grid.get("frozenColumnCount", 0)
    if block.top < rows < block.bottom:
        raise Invalid("You can't merge frozen and non-frozen rows.")
    if block.left < columns < block.right:
        raise Invalid("You can't merge frozen and non-frozen columns.")


@kind("unmergeCells")
def unmerge_cells(edit: Edit, request: Json) -> None:
    """Takes apart all merged cells within a range."""
    block = edit.block(request.get("range"))
    check(edit, block)
    left = []
    for one in block.sheet.merges:
        merged = block_of(block.sheet, one)
        if not block.overlaps(merged):
            left.append(one)
        elif not block.holds(merged):
            raise Invalid("You must select all cells in a merged range to merge or unmerge them.")
    block.sheet.merges = left
