"""Content as it is downloaded: whole, or the part that a Range header asks for."""

import re
from email.utils import format_datetime
from urllib.parse import quote

from tests.emulators.google.calls import Call, Raw
from tests.emulators.google.errors import ApiError

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def content_of(call: Call, content: bytes, media_type: str, *, name: str = "") -> Raw:
    """The content, or its part with 206. Raises ApiError 416 for a part behind the end."""
    headers = {"Date": format_datetime(call.now, usegmt=True), "Accept-Ranges": "bytes"}
    if name:
        headers["Content-Disposition"] = f"attachment;filename*=UTF-8''{quote(name)}"
    found = _RANGE.fullmatch(call.headers.get("range", "").strip())
    if found is None or found.groups() == ("", ""):
        return Raw(content, media_type, headers=headers)
    first, last = _span(found[1], found[2], len(content))
    if first >= len(content) or last < first:
        raise ApiError(
            416,
            "requestedRangeNotSatisfiable",
            "Request range not satisfiable",
            location="Range",
            location_type="header",
            headers={"Content-Range": f"bytes */{len(content)}"},
        )
    headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return Raw(content[first : last + 1], media_type, 206, headers)


def _span(first: str, last: str, size: int) -> tuple[int, int]:
    """First and last byte; without a first one, the last so many bytes."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
