"""Letters for tests of Gmail, as the API wants them."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from typing import Any


def letter(text: str = "Hello there\n", *, file: str = "", **fields: str) -> bytes:
    """A message: `To="..."`, `Message_ID="..."`; with an attachment of that name when asked."""
    message = EmailMessage()
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if file:
        message.add_attachment(b"\x00data", maintype="application", subtype="pdf", filename=file)
    return message.as_bytes()


def raw(content: bytes) -> dict[str, str]:
    """The body of a request that holds this message."""
    return {"raw": base64.urlsafe_b64encode(content).decode()}


def header(message: dict[str, Any], name: str) -> str | None:
    """A header field of a message in full or metadata form."""
    fields = message["payload"]["headers"]
    return next((one["value"] for one in fields if one["name"].lower() == name.lower()), None)
