"""Requests about banded ranges: rows or columns in alternating colours."""

from __future__ import annotations

from tests.emulators.google.sheets.batching.colours import both_forms, completed
from tests.emulators.google.sheets.batching.editing import Edit, Invalid, kind
from tests.emulators.google.sheets.batching.fields import applied, read_mask
from tests.emulators.google.sheets.batching.protecting import block_of
from tests.emulators.google.sheets.model import Json, Sheet


def _held(edit: Edit, given: Json, old: Json | None) -> tuple[Sheet, Json]:
    block = edit.block(given.get("range"))
    if not (given.get("rowProperties") or given.get("columnProperties")):
        raise Invalid("A banded range must have rowProperties or columnProperties.")
    for one in block.sheet.banded_ranges:
        if one is not old and block.overlaps(block_of(block.sheet, one["range"])):
            raise Invalid(
                "You cannot add alternating background colors to a range that already has "
                "alternating background colors."
            )
    return block.sheet, {**completed(given), "range": block.grid_range()}


def _find(edit: Edit, number: int | None) -> tuple[Sheet, Json]:
    for sheet in edit.book.sheets:
        for one in sheet.banded_ranges:
            if one["bandedRangeId"] == number:
                return sheet, one
    raise Invalid(f"No banded range with id: {number or 0}")


@kind("addBanding")
def add_banding(edit: Edit, request: Json) -> Json:
    """Alternating colours over a range that has none yet."""
    given = request.get("bandedRange", {})
    taken = [one["bandedRangeId"] for sheet in edit.book.sheets for one in sheet.banded_ranges]
    number = given.get("bandedRangeId", edit.new_id(taken))
    if number in taken:
        raise Invalid(f"A banded range with id {number} already exists.")
    sheet, found = _held(edit, given, None)
    held = {"bandedRangeId": number, **found}
    sheet.banded_ranges = [*sheet.banded_ranges, held]
    return {"bandedRange": held}


@kind("updateBanding")
def update_banding(edit: Edit, request: Json) -> None:
    """Its colours or its range, as the mask says."""
    mask = both_forms(read_mask(request.get("fields"), "BandedRange"))
    given = completed(request.get("bandedRange", {}))
    sheet, old = _find(edit, given.get("bandedRangeId"))
    new = applied(old, given, mask) if mask else {**old, **given}
    _, found = _held(edit, new, old)
    held = {**found, "bandedRangeId": old["bandedRangeId"]}
    sheet.banded_ranges = [held if one is old else one for one in sheet.banded_ranges]


@kind("deleteBanding")
def delete_banding(edit: Edit, request: Json) -> None:
    """The colours are gone."""
    sheet, old = _find(edit, request.get("bandedRangeId"))
    sheet.banded_ranges = [one for one in sheet.banded_ranges if one is not old]
