"""What lists of messages, threads and drafts have in common: search, labels, pages."""

from __future__ import annotations

import binascii
from collections.abc import Sequence
from typing import TypeVar

from tests.emulators.google.calls import Call
from tests.emulators.google.gmail import matching, query
from tests.emulators.google.gmail.model import Mailbox, Message, invalid

Item = TypeVar("Item")
MOST = 500


def found(call: Call, box: Mailbox) -> list[Message]:
    """The messages that the call's q and labelIds ask for, the newest first."""
    labels = call.query.get("labelIds", [])
    box.check_labels(labels, fixed=False)
    try:
        search = query.parse(call.query.get("q", ""))
    except query.NotASearch as error:
        raise invalid(f"Invalid query: {error}") from None
    everything = call.query.get("includeSpamTrash") or {"SPAM", "TRASH"} & {*labels}
    everything = everything or matching.reaches_trash(search)
    hidden = set() if everything else {"SPAM", "TRASH"}
    return [
        message
        for message in box.newest_first()
        if {*labels} <= {*message.labels}
        and not hidden & {*message.labels}
        and matching.matches(search, message, box)
    ]


def page(call: Call, items: Sequence[Item]) -> tuple[list[Item], dict[str, str]]:
    """One page, and the token of the next when there is one."""
    asked = call.query.get("maxResults", 100)
    size = min(asked, MOST) or 100
    start = _start(call.query.get("pageToken", ""))
    shown = list(items[start : start + size])
    if start + size >= len(items):
        return shown, {}
    return shown, {"nextPageToken": _token(start + size)}


def _token(start: int) -> str:
    """A number of twenty digits, as Gmail's page tokens look."""
    return f"{start:08d}{binascii.crc32(str(start).encode()):012d}"


def _start(token: str) -> int:
    if not token:
        return 0
    start = int(token[:8]) if token.isdigit() and len(token) == 20 else -1
    if start < 0 or _token(start) != token:
        raise invalid("Invalid pageToken")
    return start
