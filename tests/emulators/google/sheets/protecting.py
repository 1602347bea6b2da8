"""Protected ranges: who may write where."""

from __future__ import annotations

from collections.abc import Iterable

from tests.emulators.google.errors import bad_request
from tests.emulators.google.sheets.access import PROTECTED
from tests.emulators.google.sheets.model import Json, Sheet, Spreadsheet


def check_writable(
    book: Spreadsheet, sheet: Sheet, cells: Iterable[tuple[int, int]], user: str
) -> None:
    """Raise ApiError when a protected range that is not open to `user` holds one of the cells."""
    closed = [one for one in sheet.protected_ranges if not may_edit(book, one, user)]
    if closed and any(_holds(one, row, column) for row, column in cells for one in closed):
        raise bad_request(PROTECTED)


def may_edit(book: Spreadsheet, protected: Json, user: str) -> bool:
    """Whether a protected range lets `user` write: owners, named editors, mere warnings."""
    if protected.get("warningOnly") or book.file.owner.lower() == user.lower():
        return True
    editors = protected.get("editors", {})
    named = {one.lower() for one in (*editors.get("users", ()), *editors.get("groups", ()))}
    if user.lower() in named:
        return True
    here = user.rpartition("@")[2].lower() == book.file.owner.rpartition("@")[2].lower()
    return bool(editors.get("domainUsersCanEdit")) and here


def _holds(protected: Json, row: int, column: int) -> bool:
    if not _inside(protected.get("range", {}), row, column):
        return False
    free = protected.get("unprotectedRanges", ())
    return not any(_inside(one, row, column) for one in free)


def _inside(given: Json, row: int, column: int) -> bool:
    return bool(
        given.get("startRowIndex", 0) <= row < given.get("endRowIndex", row + 1)
        and given.get("startColumnIndex", 0) <= column < given.get("endColumnIndex", column + 1)
    )
