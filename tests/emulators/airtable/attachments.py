"""Attachments: content that is sent here, and got back again."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from tests.emulators.airtable.calls import Call, route
from tests.emulators.airtable.errors import ApiError, bad_request, forbidden, not_found
from tests.emulators.airtable.parameters import named
from tests.emulators.airtable.reading import Reader
from tests.emulators.airtable.rendering import Rendering, rendered
from tests.emulators.exchanging import Answer

LARGEST = 5 * 1024 * 1024
"""Bytes of a file that is sent to this route, as airtable.com/developers says."""


@route(
    "attachments.upload",
    "POST",
    "/v0/{base}/{record}/{field}/uploadAttachment",
    "data.records:write",
    level="edit",
)
def upload(call: Call) -> Any:
    """One more attachment in a cell; content.airtable.com has this route."""
    content, kind, filename = _content(call.object())
    for table in call.its_base.tables:
        record = table.records.get(call.path["record"])
        if record is None:
            continue
        column = named(table, call.path["field"])
        if column.type != "multipleAttachments":
            raise forbidden()
        made = call.world.new_id("att")
        call.world.files[made] = (content, kind)
        attachment = {
            "id": made,
            "url": f"/v3/u/{made}",
            "filename": filename,
            "size": len(content),
            "type": kind,
        }
        held = [*(record.cells.get(column.id) or []), attachment]
        call.its_change.set_cell(table, record, column, held)
        reader = Reader(call.world, call.its_base, call.address)
        return rendered(reader, table, record, Rendering((column,), by_id=True))
    raise forbidden()


def _content(body: dict[str, Any]) -> tuple[bytes, str, str]:
    told = [body.get(name) for name in ("file", "contentType", "filename")]
    if {*body} - {"file", "contentType", "filename"} or not all(
        isinstance(one, str) and one for one in told
    ):
        raise bad_request()
    try:
        content = base64.b64decode("".join(str(told[0]).split()), validate=True)
    except binascii.Error:
        raise bad_request() from None
    if len(content) > LARGEST:
        raise ApiError(413, "REQUEST_TOO_LARGE", "Request body too large")
    return content, str(told[1]), str(told[2])


@route("attachments.download", "GET", "/v3/u/{attachment}")
def download(call: Call) -> Answer:
    """The content; whoever knows the address gets it."""
    found = call.world.files.get(call.path["attachment"])
    if found is None:
        raise not_found()
    content, kind = found
    return Answer(200, content, {"Content-Type": kind}, method=call.method)
