"""Pages by cursor: at most so many, and where to go on."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, TypeVar

from tests.emulators.slack.calls import Call
from tests.emulators.slack.errors import SlackError

T = TypeVar("T")


def page(call: Call, items: Sequence[T], key: str, *, usual: int, most: int = 1000) -> Any:
    """The page that `call` asks for, and the cursor of the next, "" at the end.

    `key` goes into the cursor, so that one of another method is not accepted.
    """
    limit = call.number("limit", usual)
    if limit < 1 or limit > most:
        limit = min(max(limit, 1), most) if limit else usual
    start = _start(call.text("cursor"), key)
    after = start + limit
    cursor = _cursor(key, after) if after < len(items) else ""
    return list(items[start:after]), cursor


def _cursor(key: str, place: int) -> str:
    return base64.b64encode(f"{key}:{place}".encode()).decode()


def _start(cursor: str, key: str) -> int:
    if not cursor:
        return 0
    try:
        found, _, place = base64.b64decode(cursor, validate=True).decode().rpartition(":")
    except ValueError:
        raise SlackError("invalid_cursor") from None
    if found != key or not place.isdigit():
        raise SlackError("invalid_cursor")
    return int(place)
