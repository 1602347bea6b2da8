"""Colours for the status column: rules that go by its words, and leave all other rules alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheetflow import Word

_PALE: Mapping[Word, tuple[float, float, float]] = {
    Word.SENT: (0.85, 0.94, 0.85),
    Word.DONE: (0.85, 0.94, 0.85),
    Word.WAITING: (1.0, 0.95, 0.8),
    Word.NOT_SURE: (0.99, 0.89, 0.8),
    Word.NEEDS_YOU: (0.98, 0.84, 0.82),
}
"""Pale enough for black letters on them (a contrast of 14 to 1 and more)."""


def is_ours(rule: Mapping[str, Any]) -> bool:
    """Whether a rule is one of those that `rules` makes."""
    condition = rule.get("booleanRule", {}).get("condition", {})
    values = [value.get("userEnteredValue") for value in condition.get("values", ())]
    return condition.get("type") == "TEXT_STARTS_WITH" and values == [str(Word.NEEDS_YOU)]


def rules(tab: int, column: int, below: int) -> list[dict[str, Any]]:
    """The requests that add them to a column, below the row of that index."""
    place = {
        "sheetId": tab,
        "startRowIndex": below + 1,
        "startColumnIndex": column,
        "endColumnIndex": column + 1,
    }
    return [_rule(place, str(word), colour) for word, colour in _PALE.items()]


def _rule(place: Mapping[str, int], word: str, rgb: tuple[float, float, float]) -> dict[str, Any]:
    colour = dict(zip(("red", "green", "blue"), rgb, strict=True))
    condition = {"type": "TEXT_STARTS_WITH", "values": [{"userEnteredValue": word}]}
    look = {"backgroundColorStyle": {"rgbColor": colour}}
    rule = {"ranges": [place], "booleanRule": {"condition": condition, "format": look}}
    return {"addConditionalFormatRule": {"rule": rule, "index": 0}}
