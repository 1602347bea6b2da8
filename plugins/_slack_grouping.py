"""Which changes go out in which message: each in its own, or those of one channel together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sheetflow import Change, ChatMessage

from ._slack_text import COMFORTABLE, as_message


def message_of(change: Change) -> ChatMessage:
    """The message of one change alone."""
    data = change.data
    return ChatMessage(
        data["to"],
        data["is_person"],
        data["text"],
        (data["key"],),
        data["thread"],
        tried_at=change.tried_at,
    )


def messages_for(changes: Sequence[Change]) -> Iterator[tuple[ChatMessage, Sequence[int]]]:
    """Each message, with the places of the changes that it is for."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    for place, change in enumerate(changes):
        data = change.data
        own = () if data["together"] else (place,)
        group = (data["to"], data["thread"], data["heading"], *own)
        groups.setdefault(group, []).append(place)
    for places in groups.values():
        if not changes[places[0]].data["together"]:
            yield message_of(changes[places[0]]), places
        else:
            yield from _shared(changes, places)


def _shared(
    changes: Sequence[Change], places: Sequence[int]
) -> Iterator[tuple[ChatMessage, Sequence[int]]]:
    """Messages with a line for each change, none longer than is comfortable to read."""
    first = changes[places[0]].data
    lines: list[str] = []
    mine: list[int] = []
    for place in places:
        line = f"• {' '.join(changes[place].data['text'].split())}"
        if lines and sum(map(len, lines)) + len(line) + len(first["heading"]) > COMFORTABLE:
            yield _with_lines(changes, first, lines, mine), mine
            lines, mine = [], []
        lines.append(line)
        mine.append(place)
    yield _with_lines(changes, first, lines, mine), mine


def _with_lines(
    changes: Sequence[Change], first: Mapping[str, Any], lines: Sequence[str], mine: Sequence[int]
) -> ChatMessage:
    head = [as_message(first["heading"])] if first["heading"] else []
    keys = tuple(changes[place].data["key"] for place in mine)
    text = "\n".join([*head, *lines])
    return ChatMessage(first["to"], first["is_person"], text, keys, first["thread"])
