"""Requests about groups of rows and columns that can be folded away together."""

from __future__ import annotations

from tests.emulators.google.sheets.batching.dimensions import stretch
from tests.emulators.google.sheets.batching.editing import Edit, Invalid, kind
from tests.emulators.google.sheets.batching.fields import only, read_mask
from tests.emulators.google.sheets.model import ROWS, Dimension, Json, Sheet, dimension_range

DEEPEST = 8
"""Groups within groups (a limit of the service)."""


def _groups(sheet: Sheet, of: Dimension) -> list[Json]:
    return sheet.row_groups if of == ROWS else sheet.column_groups


def _depths(sheet: Sheet, of: Dimension) -> list[int]:
    """How many groups each row or column is in."""
    found = [0] * len(sheet.lines(of))
    for group in _groups(sheet, of):
        for index in range(group["range"]["startIndex"], group["range"]["endIndex"]):
            found[index] = max(found[index], group["depth"])
    return found


def _keep(sheet: Sheet, of: Dimension, depths: list[int]) -> list[Json]:
    """The groups that so many levels at each index make; folded ones stay folded."""
    folded = {
        (one["range"]["startIndex"], one["range"]["endIndex"], one["depth"])
        for one in _groups(sheet, of)
        if one.get("collapsed")
    }
    found = []
    for depth in range(1, max(depths, default=0) + 1):
        start = None
        for index, level in enumerate([*depths, 0]):
            if level >= depth and start is None:
                start = index
            elif level < depth and start is not None:
                group: Json = {
                    "range": dimension_range(sheet.id, of, start, index),
                    "depth": depth,
                }
                if (start, index, depth) in folded:
                    group["collapsed"] = True
                found.append(group)
                start = None
    if of == ROWS:
        sheet.row_groups = found
    else:
        sheet.column_groups = found
    return found


@kind("addDimensionGroup")
def add_dimension_group(edit: Edit, request: Json) -> Json:
    """One more level over some rows or columns; groups that touch become one."""
    sheet, of, start, end = stretch(edit, request.get("range"))
    sheet.grid["rowGroupControlAfter" if of == ROWS else "columnGroupControlAfter"] = True
    depths = _depths(sheet, of)
    for index in range(start, min(end, len(depths))):
        depths[index] += 1
    if max(depths) > DEEPEST:
        raise Invalid(f"Cannot create more than {DEEPEST} levels of groups.")
    return {"dimensionGroups": _keep(sheet, of, depths)}


@kind("deleteDimensionGroup")
def delete_dimension_group(edit: Edit, request: Json) -> Json:
    """One level less over some rows or columns."""
    sheet, of, start, end = stretch(edit, request.get("range"))
    depths = _depths(sheet, of)
    stretched = range(start, min(end, len(depths)))
    if not any(depths[index] for index in stretched):
        raise Invalid("There is no group over the specified range.")
    for index in stretched:
        depths[index] = max(0, depths[index] - 1)
    found = _keep(sheet, of, depths)
    return {"dimensionGroups": found} if found else {}


@kind("updateDimensionGroup")
def update_dimension_group(edit: Edit, request: Json) -> None:
    """Folds a group away or open; its rows or columns are hidden with it."""
    mask = read_mask(request.get("fields"), "DimensionGroup")
    given = request.get("dimensionGroup", {})
    sheet, of, start, end = stretch(edit, given.get("range"))
    for group in _groups(sheet, of):
        place = (group["range"]["startIndex"], group["range"]["endIndex"], group["depth"])
        if place != (start, end, given.get("depth", group["depth"])):
            continue
        if only(mask, "collapsed"):
            group["collapsed"] = bool(given.get("collapsed"))
            for line in sheet.lines(of)[start:end]:
                line.hidden = group["collapsed"]
        return
    raise Invalid("There is no group over the specified range with that depth.")
