"""Messages as answers give them: minimal, metadata, full, raw; parts and attachments."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import Message as Mime
from typing import Any

from tests.emulators.google.gmail import mime
from tests.emulators.google.gmail.model import Message


def stub(message: Message) -> dict[str, Any]:
    """What most writes answer with: id, thread and labels."""
    return {"id": message.id, "threadId": message.thread_id, "labelIds": list(message.labels)}


def rendered(message: Message, form: str, headers: Sequence[str] = ()) -> dict[str, Any]:
    """A message in one of the four forms; `headers` narrows the metadata form."""
    found: dict[str, Any] = stub(message)
    if not found["labelIds"]:
        del found["labelIds"]
    found |= {
        "snippet": mime.snippet(message.mime),
        "sizeEstimate": len(message.raw),
        "historyId": str(message.history_id),
        "internalDate": str(message.date),
    }
    if form == "raw":
        found["raw"] = mime.encoded(message.raw)
    elif form == "metadata":
        found["payload"] = {
            "mimeType": message.mime.get_content_type(),
            "headers": _headers(message.mime, headers),
        }
    elif form == "full":
        found["payload"] = _part(message, message.mime, "")
    return found


def _headers(part: Mime, only: Sequence[str] = ()) -> list[dict[str, str]]:
    wanted = {name.lower() for name in only}
    pairs = [(name, mime.readable(value)) for name, value in part.items()]
    return [{"name": n, "value": v} for n, v in pairs if not wanted or n.lower() in wanted]


def _part(message: Message, part: Mime, number: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "partId": number,
        "mimeType": part.get_content_type(),
        "filename": mime.filename(part),
        "headers": _headers(part),
        "body": {"size": 0},
    }
    inner = part.get_payload()
    if part.is_multipart() and isinstance(inner, list):
        prefix = f"{number}." if number else ""
        found["parts"] = [_part(message, one, f"{prefix}{n}") for n, one in enumerate(inner)]
        return found
    data = mime.content(part)
    found["body"] = {"size": len(data)}
    if found["filename"] or part.get("Content-ID"):
        found["body"] = {"attachmentId": attachment_id(message, number), "size": len(data)}
    elif data:
        found["body"]["data"] = mime.encoded(data)
    return found


def attachment_id(message: Message, number: str) -> str:
    """The id of the attachment that is this part of a message."""
    return "ANGjdJ_" + mime.encoded(f"{message.id}/{number}".encode()).rstrip("=")


def attachment(message: Message, wanted: str) -> bytes | None:
    """The bytes of the attachment of this id, or None."""
    return next(
        (d for n, d in _leaves(message.mime, "") if attachment_id(message, n) == wanted), None
    )


def _leaves(part: Mime, number: str) -> list[tuple[str, bytes]]:
    inner = part.get_payload()
    if part.is_multipart() and isinstance(inner, list):
        prefix = f"{number}." if number else ""
        return [pair for n, one in enumerate(inner) for pair in _leaves(one, f"{prefix}{n}")]
    return [(number, mime.content(part))]
