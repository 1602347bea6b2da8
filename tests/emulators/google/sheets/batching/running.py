"""The method itself: each request in its order, all of them or none, and their replies."""

from __future__ import annotations

from tests.emulators.google.calls import Call, method
from tests.emulators.google.errors import bad_request
from tests.emulators.google.sheets.access import changed, opened
from tests.emulators.google.sheets.batching.editing import KINDS, Edit, Invalid
from tests.emulators.google.sheets.batching.snapshots import taken
from tests.emulators.google.sheets.model import Json
from tests.emulators.google.sheets.structure import spreadsheet_json, without_zero_ids


@method("sheets.spreadsheets.batchUpdate")
def batch_update(call: Call) -> Json:
    """Applies the requests; a refused one undoes those before it."""
    book = opened(call, "writer")
    requests = (call.body or {}).get("requests") or []
    if not requests:
        raise bad_request("Must specify at least one request.")
    edit = Edit(book, call.user, call.now, book.file.owner)
    before = taken(book)
    try:
        replies = [_applied(edit, number, request) for number, request in enumerate(requests)]
    except BaseException:
        before.restore()
        raise
    changed(call, book)
    answer: Json = {"spreadsheetId": book.id, "replies": replies}
    if call.body.get("includeSpreadsheetInResponse"):
        answer["updatedSpreadsheet"] = spreadsheet_json(
            call,
            book,
            ranges=call.body.get("responseRanges", ()),
            grid_data=bool(call.body.get("responseIncludeGridData")),
        )
    return answer


def _applied(edit: Edit, number: int, request: Json) -> Json:
    """The reply to one request. Raises ApiError in Google's words."""
    given = {name: body for name, body in request.items() if body is not None}
    if len(given) != 1:
        raise bad_request(
            f"Invalid requests[{number}]: No request set."
            if not given
            else f"Invalid requests[{number}]: More than one request set: {', '.join(given)}."
        )
    ((name, body),) = given.items()
    handler = KINDS.get(name)
    if handler is None:
        raise bad_request(f"Invalid requests[{number}].{name}: This emulator has no such request.")
    if "DeveloperMetadata" not in name:
        edit.kept.clear()
    try:
        reply = handler(edit, without_nulls(body))
    except Invalid as invalid:
        raise bad_request(f"Invalid requests[{number}].{name}: {invalid}") from None
    return {} if reply is None else {name: without_zero_ids(reply)}


def without_nulls(value: object) -> Json:
    """A request body without what is null or an empty list: both are as if they were not there."""
    return _without(value)


def _without(value: object) -> object:
    if isinstance(value, list):
        return [_without(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: _without(inner) for name, inner in value.items() if inner not in (None, [])}
