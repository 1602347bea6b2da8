"""Messages as bytes: header fields that can be changed without touching the rest, and parts."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator
from email import policy
from email.header import decode_header, make_header
from email.message import Message as Mime
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

SNIPPET = 200  # characters
TAGS = re.compile(r"<(style|script|head)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.S | re.I)
REPLY = re.compile(r"\s*(?:(?:re|fwd?|aw|wg|sv|vs)(?:\[\d+\])?\s*:\s*)+", re.I)


def decoded(text: str) -> bytes:
    """The bytes of base64url or base64, padded or not; ValueError for anything else."""
    plain = re.sub(r"\s", "", text).rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None


def encoded(content: bytes) -> str:
    """Bytes as base64url, padded, the way answers have them."""
    return base64.urlsafe_b64encode(content).decode()


class Fields:
    """A message's header fields in order, and its body, both as bytes."""

    def __init__(self, raw: bytes) -> None:
        raw = re.sub(rb"\r?\n", b"\r\n", raw)
        head, blank, self.body = raw.partition(b"\r\n\r\n")
        if not blank and not re.match(rb"[!-9;-~]+:", head):  # no header fields at all
            head, self.body = b"", raw
        self.lines = re.split(rb"\r\n(?![ \t])", head.strip(b"\r\n")) if head.strip() else []

    def get(self, name: str) -> str:
        """The first field of this name, unfolded but not decoded; "" when there is none."""
        wanted = name.lower().encode()
        for line in self.lines:
            key, _, value = line.partition(b":")
            if key.strip().lower() == wanted:
                return re.sub(rb"\r\n[ \t]+", b" ", value).strip().decode("utf-8", "replace")
        return ""

    def without(self, *names: str) -> Fields:
        """The same message without these fields."""
        gone = {name.lower().encode() for name in names}
        other = Fields(b"")
        other.body = self.body
        kept = [line for line in self.lines if line.partition(b":")[0].strip().lower() not in gone]
        other.lines = kept
        return other

    def put(self, name: str, value: str) -> None:
        """Add a field at the end of the header."""
        self.lines.append(_line(name, value))

    def put_first(self, name: str, value: str) -> None:
        """Add a field at the top, as servers on the way do."""
        self.lines.insert(0, _line(name, value))

    def replace(self, name: str, value: str) -> None:
        """Give the field of this name another value, in its place."""
        wanted = name.lower().encode()
        for number, line in enumerate(self.lines):
            if line.partition(b":")[0].strip().lower() == wanted:
                self.lines[number] = _line(name, value)
                return
        self.put(name, value)

    def __bytes__(self) -> bytes:
        return b"\r\n".join(self.lines) + b"\r\n\r\n" + self.body


def _line(name: str, value: str) -> bytes:
    """A header field in one line, whatever the value holds."""
    return f"{name}: {' '.join(value.splitlines())}".encode()


def date(raw: bytes) -> int | None:
    """The Date field in milliseconds since 1970; None for a message without a readable one."""
    try:
        return int(parsedate_to_datetime(Fields(raw).get("Date")).timestamp() * 1000)
    except (ValueError, TypeError, OverflowError):
        return None


def parsed(raw: bytes) -> Mime:
    """The message as a tree of parts."""
    return BytesParser(policy=policy.compat32).parsebytes(raw)


def readable(value: Any) -> str:
    """A header field's text: unfolded, encoded words decoded."""
    text = re.sub(r"\r?\n[ \t]+", " ", str(value)).strip()
    try:
        return str(make_header(decode_header(text)))
    except (ValueError, LookupError, UnicodeError):
        return text


def header(message: Mime, name: str) -> str:
    """A field of a message, readable; "" when there is none."""
    return readable(message.get(name, ""))


def addresses(text: str) -> list[tuple[str, str]]:
    """(name, address) pairs of an address field."""
    return [pair for pair in getaddresses([text]) if any(pair)]


def content(part: Mime) -> bytes:
    """A leaf part's bytes; text comes as UTF-8 whatever its charset."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return b"" if part.is_multipart() else str(data or "").encode()
    if part.get_content_maintype() != "text" or filename(part):
        return data
    try:
        return data.decode(part.get_content_charset() or "utf-8").encode()
    except (LookupError, UnicodeError):
        return data.decode("utf-8", "replace").encode()


def filename(part: Mime) -> str:
    """The name of an attachment; "" for a part that has none."""
    return readable(part.get_filename() or "")


def leaves(message: Mime) -> Iterator[Mime]:
    """All parts that hold content."""
    for part in message.walk():
        if not part.is_multipart():
            yield part


def text(message: Mime) -> str:
    """What a reader sees: the plain text, or else the HTML without its tags."""
    kinds: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    for part in leaves(message):
        if not filename(part) and part.get_content_type() in kinds:
            kinds[part.get_content_type()].append(content(part).decode("utf-8", "replace"))
    if kinds["text/plain"]:
        return "\n".join(kinds["text/plain"])
    return html.unescape(TAGS.sub(" ", "\n".join(kinds["text/html"])))


def snippet(message: Mime) -> str:
    """The beginning of the text in one line, escaped for HTML as the service escapes it."""
    plain = re.sub(r"\s+", " ", text(message)).strip()[:SNIPPET]
    return html.escape(plain).replace("&#x27;", "&#39;")


def plain_subject(subject: str) -> str:
    """A subject without its Re: and Fwd:, as threads are told apart."""
    return re.sub(r"\s+", " ", REPLY.sub("", subject, count=1)).strip().casefold()
