"""updateBorders: lines around a range and between its cells."""

from __future__ import annotations

from tests.emulators.google.sheets.batching.colours import completed
from tests.emulators.google.sheets.batching.editing import Block, Edit, kind
from tests.emulators.google.sheets.batching.protecting import check
from tests.emulators.google.sheets.model import Json

_SIDES = ("top", "bottom", "left", "right")
_WIDTHS = {"SOLID_MEDIUM": 2, "SOLID_THICK": 3, "DOUBLE": 3}


@kind("updateBorders")
def update_borders(edit: Edit, request: Json) -> None:
    """Sets the sides that are named and leaves the others; style NONE takes a line away."""
    block = edit.block(request.get("range"))
    check(edit, block)
    for row, column in block.places():
        lines = _lines(block, row, column, request)
        if not lines:
            continue
        cell = edit.fresh(block.sheet, row, column)
        held = dict(cell.format or {})
        borders = {**held.get("borders", {}), **lines}
        kept = {side: line for side, line in borders.items() if line}
        held.pop("borders", None)
        cell.format = ({**held, "borders": kept} if kept else held) or None


def _lines(block: Block, row: int, column: int, request: Json) -> Json:
    """The sides of one cell that change, each with its Border or, for none, {}."""
    edges = {
        "top": "top" if row == block.top else "innerHorizontal",
        "bottom": "bottom" if row == block.bottom - 1 else "innerHorizontal",
        "left": "left" if column == block.left else "innerVertical",
        "right": "right" if column == block.right - 1 else "innerVertical",
    }
    return {side: border(request[edges[side]]) for side in _SIDES if edges[side] in request}


def border(given: Json) -> Json:
    """A Border as it is held: with width and both forms of its colour; {} for none."""
    style = given.get("style", "NONE")
    if style in ("NONE", "STYLE_UNSPECIFIED"):
        return {}
    line = {"style": style, "width": _WIDTHS.get(style, 1), "color": {}, **given}
    found: Json = completed({**line, "width": _WIDTHS.get(style, 1)})
    return found
