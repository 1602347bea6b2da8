"""Protected ranges and sheets, enforced: who may not edit them is refused."""

from __future__ import annotations

from tests.emulators.google.sheets.access import PROTECTED
from tests.emulators.google.sheets.batching.editing import Block, Edit, Invalid
from tests.emulators.google.sheets.model import Json, Sheet, Spreadsheet
from tests.emulators.google.sheets.protecting import may_edit


def refusing(book: Spreadsheet, sheet: Sheet, user: str) -> list[Json]:
    """The protections of a sheet that refuse this person."""
    return [_resolved(book, one) for one in sheet.protected_ranges if not may_edit(book, one, user)]


def _resolved(book: Spreadsheet, protection: Json) -> Json:
    """A protection with the range of its named range."""
    name = protection.get("namedRangeId")
    for one in book.named_ranges:
        if name and one["namedRangeId"] == name:
            return {**protection, "range": one["range"]}
    return protection


def allows(
    protections: list[Json], sheet: Sheet, top: int, left: int, bottom: int, right: int
) -> bool:
    """Whether all cells of a rectangle lie outside these protections, or in their exceptions."""
    target = Block(sheet, top, left, bottom, right)
    for one in protections:
        area = block_of(sheet, one.get("range", {}))
        if not area.overlaps(target):
            continue
        free = [block_of(sheet, other) for other in one.get("unprotectedRanges", ())]
        if not any(each.holds(target) for each in free):
            return False
    return True


def block_of(sheet: Sheet, given: Json) -> Block:
    """The cells of a GridRange of this sheet, whatever its open sides."""
    return Block(
        sheet,
        given.get("startRowIndex", 0),
        given.get("startColumnIndex", 0),
        given.get("endRowIndex", sheet.row_count),
        given.get("endColumnIndex", sheet.column_count),
    )


def check(edit: Edit, block: Block) -> None:
    """Raises Invalid where somebody may not edit one of these cells."""
    protections = refusing(edit.book, block.sheet, edit.user)
    if protections and not allows(
        protections, block.sheet, block.top, block.left, block.bottom, block.right
    ):
        raise Invalid(PROTECTED)


def check_sheet(edit: Edit, sheet: Sheet) -> None:
    """Raises Invalid where a protection of the sheet forbids to change it as a whole."""
    for one in refusing(edit.book, sheet, edit.user):
        whole = block_of(sheet, one.get("range", {}))
        if (whole.height, whole.width) == (sheet.row_count, sheet.column_count):
            raise Invalid(PROTECTED)
