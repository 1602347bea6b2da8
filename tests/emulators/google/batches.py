"""The batch endpoint: many calls in one multipart/mixed request.

Source: developers.google.com/workspace/drive/api/guides/performance#batch-requests.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from email.message import Message
from email.parser import BytesParser
from http import HTTPStatus

from tests.emulators.exchanging import Answer, Request
from tests.emulators.google.errors import ApiError

MOST = 1000  # calls in one batch; the services themselves allow 50 or 100
MOST_OF = {"drive": 100, "gmail": 100, "calendar": 50}


def answer(request: Request, ask: Callable[[Request], Answer]) -> Answer:
    """Do the calls one after the other, and give their answers in the same order."""
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/mixed"):
        raise ApiError(
            400, "badRequest", "Failed to parse batch request, error: no multipart/mixed"
        )
    parts = list(_parts(kind, request.content))
    most = MOST_OF.get((request.raw_path.split("/") + [""] * 3)[2], MOST)
    if not parts or len(parts) > most:
        raise ApiError(400, "badRequest", f"The batch request must have 1 to {most} calls.")
    boundary = "batch_" + secrets.token_urlsafe(16)
    done = [_done(part, request, ask) for part in parts]
    content = b"".join(b"--" + boundary.encode() + b"\r\n" + one for one in done)
    content += b"--" + boundary.encode() + b"--\r\n"
    headers = {"Content-Type": f"multipart/mixed; boundary={boundary}"}
    return Answer(200, content, headers)


def _parts(kind: str, content: bytes) -> Iterator[Message]:
    whole = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + content)
    for part in whole.get_payload() if whole.is_multipart() else ():
        if isinstance(part, Message):
            yield part


def _done(part: Message, outer: Request, ask: Callable[[Request], Answer]) -> bytes:
    answered = ask(_inner(part, outer))
    about = part.get("Content-ID", "")
    shown = f"<response-{about.strip('<>')}>" if about.startswith("<") else f"response-{about}"
    head = "Content-Type: application/http\r\n" + (f"Content-ID: {shown}\r\n" if about else "")
    status = f"HTTP/1.1 {answered.status} {_phrase(answered.status)}\r\n"
    headers = answered.headers | {"Content-Length": str(len(answered.content))}
    lines = "".join(f"{name}: {text}\r\n" for name, text in headers.items())
    return f"{head}\r\n{status}{lines}\r\n".encode() + answered.content + b"\r\n"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _inner(part: Message, outer: Request) -> Request:
    """The call in one part; who asks is taken from the outer request unless it says so itself."""
    payload = part.get_payload(decode=True)
    text = payload if isinstance(payload, bytes) else b""
    start, _, rest = text.lstrip(b"\r\n").replace(b"\r\n", b"\n").partition(b"\n")
    words = start.decode("utf-8", "replace").split()
    if len(words) < 2:
        raise ApiError(400, "badRequest", "Failed to parse batch request: no request line")
    inner = BytesParser().parsebytes(rest)
    headers = {name.lower(): str(value) for name, value in inner.items()}
    outer_auth = outer.headers.get("authorization")
    if outer_auth and "authorization" not in headers:
        headers["authorization"] = outer_auth
    path, _, query = words[1].partition("?")
    if "://" in path:
        path = "/" + path.split("://", 1)[1].partition("/")[2]
    body = inner.get_payload()
    content = body.encode("utf-8", "surrogateescape") if isinstance(body, str) else b""
    verb = headers.get("x-http-method-override", words[0]).upper()
    return Request(verb, path, query, headers, content.strip(), outer.address)
