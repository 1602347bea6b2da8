"""Uploads: simple (uploadType=media), multipart, and resumable in chunks.

Source: developers.google.com/workspace/drive/api/guides/manage-uploads.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from typing import Any

from tests.emulators.exchanging import Answer, Request
from tests.emulators.google.calls import Media
from tests.emulators.google.discovery import Method
from tests.emulators.google.errors import ApiError

CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")
DEFAULT_TYPE = "application/octet-stream"


@dataclass
class Session:
    """A resumable upload under way."""

    metadata: Any
    type: str
    content: bytearray = field(default_factory=bytearray)


@dataclass
class Sessions:
    """All resumable uploads under way."""

    open: dict[str, Session] = field(default_factory=dict)

    def receive(
        self, request: Request, method: Method, common: Mapping[str, str]
    ) -> Answer | tuple[Any, Media | None]:
        """Metadata and media once the upload is complete, until then what to tell the client."""
        session = common.get("upload_id")
        kind = common.get("uploadType", common.get("upload_protocol", ""))
        if session:
            return self._continue(request, method, session)
        if kind == "resumable":
            return self._begin(request)
        if kind == "multipart":
            return _multipart(request, method)
        return _simple(request, method)

    def _begin(self, request: Request) -> Answer:
        name = secrets.token_urlsafe(40)
        kind = request.headers.get("x-upload-content-type", DEFAULT_TYPE)
        self.open[name] = Session(_json(request.content), kind)
        query = f"{request.query_text}&" if request.query_text else ""
        location = f"{request.address}{request.raw_path}?{query}upload_id={name}"
        return Answer(200, b"", {"Location": location, "X-GUploader-UploadID": name})

    def _continue(
        self, request: Request, method: Method, name: str
    ) -> Answer | tuple[Any, Media | None]:
        session = self.open.get(name)
        if session is None:
            raise ApiError(404, "notFound", "Upload session not found.")
        whole = _add(session, request)
        _check_size(session.content, method)
        if not whole:
            got = len(session.content)
            return Answer(308, b"", {"Range": f"bytes=0-{got - 1}"} if got else {})
        del self.open[name]
        return session.metadata, Media(bytes(session.content), session.type)


def _add(session: Session, request: Request) -> bool:
    """Take a chunk in; say whether the upload is complete."""
    given = request.headers.get("content-range", "")
    if not given:
        session.content[:] = request.content
        return True
    match = CONTENT_RANGE.fullmatch(given)
    if match is None:
        raise ApiError(400, "badRequest", f"Invalid Content-Range: {given}")
    first, _, total = match.groups()
    if first is not None:
        if int(first) > len(session.content):
            raise ApiError(400, "badRequest", "Invalid request. There is a gap before this chunk.")
        session.content[int(first) :] = request.content
    return bool(total != "*" and len(session.content) >= int(total))


def _simple(request: Request, method: Method) -> tuple[Any, Media | None]:
    _check_size(request.content, method)
    kind = request.headers.get("content-type", DEFAULT_TYPE)
    return {}, Media(request.content, kind)


def _multipart(request: Request, method: Method) -> tuple[Any, Media | None]:
    kind = request.headers.get("content-type", "")
    whole = BytesParser().parsebytes(
        b"Content-Type: " + kind.encode() + b"\r\n\r\n" + request.content
    )
    parts: Any = whole.get_payload()
    if not isinstance(parts, list) or len(parts) != 2:
        raise ApiError(400, "badContent", "Unsupported content with type: " + kind)
    media = _part_content(request.content, kind, parts[1])
    _check_size(media, method)
    metadata = parts[0].get_payload(decode=True)
    return _json(metadata if isinstance(metadata, bytes) else b""), Media(
        media, parts[1].get_content_type()
    )


def _part_content(content: bytes, kind: str, part: Any) -> bytes:
    """The bytes of the second part: as they came, unless they were sent as base64."""
    if part.get("Content-Transfer-Encoding", "").lower() in {"base64", "quoted-printable"}:
        decoded = part.get_payload(decode=True)
        return decoded if isinstance(decoded, bytes) else b""
    match = re.search(r'boundary="?([^";]+)"?', kind)
    boundary = b"--" + (match[1] if match else "").encode()
    raw = content.split(boundary)[2]
    _, _, body = raw.partition(b"\r\n\r\n") if b"\r\n\r\n" in raw else raw.partition(b"\n\n")
    return body[:-2] if body.endswith(b"\r\n") else body.removesuffix(b"\n")


def _json(content: bytes) -> Any:
    if not content.strip():
        return {}
    try:
        return json.loads(content)
    except ValueError:
        raise ApiError(400, "parseError", "Parse Error") from None


def _check_size(content: bytes | bytearray, method: Method) -> None:
    if method.max_upload and len(content) > method.max_upload:
        raise ApiError(413, "uploadTooLarge", "Request is too large.")
