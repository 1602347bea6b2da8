"""How a status words what it quotes: days, moments, and what people wrote, kept short."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, datetime

from sheetflow.values import STATUS_LENGTH, Status, Word

_SHORT_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def day(of: date) -> str:
    """A day as a status says it: 4 Mar. Never in the machine's language."""
    return f"{of.day} {_SHORT_MONTHS[of.month - 1]}"


def moment(at: datetime) -> str:
    """A moment as a status says it, in its own zone: 14 Mar 19:02."""
    return f"{day(at)} {at:%H:%M}"


def short(text: object, room: int) -> str:
    """What somebody wrote as it can be quoted: one line, no hidden signs, at most `room` long.

    Text that runs from right to left is wrapped, so that it cannot turn the sentence around it.
    """
    shown, wrapped = str(text)[: 4 * STATUS_LENGTH], False
    if not shown.isprintable():
        shown = "".join(
            " " if char.isspace() else char
            for char in shown
            if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")
        )
    if max(shown, default="") >= "\u0590":  # where writing from right to left begins
        wrapped = any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in shown)
    shown = " ".join(shown.split())
    room -= 2 if wrapped else 0
    if len(shown) > room:
        shown = shown[: max(room - 1, 0)].rstrip() + "…"
    return f"\u2068{shown}\u2069" if wrapped else shown


def asking(text: str, sentence: Callable[[str], str]) -> Status:
    """A question about `text`, which the sentence gets in quotation marks."""
    return fitted(Word.NEEDS_YOU, lambda plain: sentence(f'"{plain}"'), text)


def fitted(word: Word, sentence: Callable[[str], str], quoted: object) -> Status:
    """The sentence with as much of `quoted` as leaves the rest whole."""
    room = STATUS_LENGTH - len(sentence(""))
    return Status(word, sentence(short(quoted, room)))


def long_day(of: date) -> str:
    """The same, spelled out: 4 March."""
    return f"{of.day} {_MONTHS[of.month - 1]}"
