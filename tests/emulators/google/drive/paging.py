"""Pages of a list: a token says how far the reader has come."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any, TypeVar

from tests.emulators.google.drive.access import invalid

Item = TypeVar("Item")
_PREFIX = "~!!~"


def page(
    items: Sequence[Item], query: dict[str, Any], usual: int, *, about: str = ""
) -> tuple[Sequence[Item], str]:
    """The items of the page that `pageToken` and `pageSize` ask for, and the next token or ''.

    A token holds only for the question it was given for. Raises ApiError for any other.
    """
    start = opened(query.get("pageToken", ""), about)
    end = start + query.get("pageSize", usual)
    return items[start:end], sealed(end, about) if end < len(items) else ""


def sealed(at: int, about: str) -> str:
    """A token for a place in the answer to a question."""
    return _PREFIX + base64.urlsafe_b64encode(json.dumps([at, about]).encode()).decode().rstrip("=")


def opened(token: str, about: str) -> int:
    """The place that a token names; 0 without one. Raises ApiError."""
    if not token:
        return 0
    try:
        text = token.removeprefix(_PREFIX)
        at, asked = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError, binascii.Error) as error:
        raise invalid("pageToken") from error
    if not token.startswith(_PREFIX) or asked != about or not isinstance(at, int):
        raise invalid("pageToken")
    return at
