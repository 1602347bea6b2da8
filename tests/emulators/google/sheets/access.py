"""Opening a spreadsheet for somebody, and what is due after it was changed."""

from __future__ import annotations

from tests.emulators.google.calls import Call
from tests.emulators.google.errors import ApiError, forbidden, not_found
from tests.emulators.google.sheets.formulas_in_book import recalculate
from tests.emulators.google.sheets.model import Spreadsheet

PROTECTED = (
    "You are trying to edit a protected cell or object. Please contact the spreadsheet owner "
    "to remove protection if you need to edit."
)


def opened(call: Call, role: str = "reader", *, file_id: str = "") -> Spreadsheet:
    """The spreadsheet of the call; raises ApiError 404, 403, or 400 for another kind of file."""
    file = call.world.files.get(file_id or call.path["spreadsheetId"])
    if file is None:
        raise not_found()
    if not call.world.may(call.user, file, role):
        raise forbidden()
    if not isinstance(file.document, Spreadsheet):
        raise ApiError(
            400, "FAILED_PRECONDITION", "This operation is not supported for this document"
        )
    return file.document


def changed(call: Call, book: Spreadsheet) -> None:
    """Calculate anew, and let Drive know that the file was changed."""
    recalculate(book, call.now)
    call.world.touched(book.file, call.user)
