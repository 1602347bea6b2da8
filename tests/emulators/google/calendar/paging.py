"""Page tokens and sync tokens: opaque to clients, readable here."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.emulators.google.errors import ApiError

KEPT_FOR = timedelta(days=28)
"""How long a sync token and an updatedMin are good for (the service names no number)."""


def token(**parts: Any) -> str:
    """A token that holds these values."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def _read(text: str, name: str) -> dict[str, Any]:
    try:
        found = json.loads(base64.urlsafe_b64decode(text.encode()))
    except (binascii.Error, ValueError):
        found = None
    if not isinstance(found, dict):
        raise ApiError(400, "invalid", f"Invalid {name} value.", location=name)
    return found


def read_sync(text: str, *, now: datetime, of: Any, oldest: int = 0) -> dict[str, Any]:
    """What a sync token holds; 410 when it is too old or was given for something else.

    `of` must equal the token's; versions before `oldest` are forgotten.
    """
    found = _read(text, "syncToken")
    given = datetime.fromtimestamp(found.get("at", 0), UTC)
    if found.get("of") != of or now - given > KEPT_FOR or found.get("v", 0) < oldest:
        text = "Sync token is no longer valid, a full sync is required."
        where = {"domain": "calendar", "location": "syncToken"}
        raise ApiError(410, "fullSyncRequired", text, **where)
    return found


def page(
    items: Sequence[Any],
    query: dict[str, Any],
    *,
    now: datetime,
    version: int,
    of: Any,
    most: tuple[int, int] = (100, 250),
    sync: dict[str, Any] | None = None,
) -> tuple[list[Any], dict[str, str]]:
    """One page of `items`, and the token that goes with it.

    `most` is the usual page size and the greatest; `sync` are values to keep in the sync token of
    the last page, None gives none; `version` is the state that the first page showed.
    """
    size = min(query.get("maxResults") or most[0], most[1])
    at, start = version, 0
    if query.get("pageToken"):
        found = _read(query["pageToken"], "pageToken")
        at, start = found.get("v", version), found.get("start", 0)
    shown = list(items[start : start + size])
    if start + size < len(items):
        return shown, {"nextPageToken": token(start=start + size, v=at)}
    if sync is None:
        return shown, {}
    kept = {"v": at, "at": int(now.timestamp()), "of": of, **sync}
    return shown, {"nextSyncToken": token(**kept)}
