"""Why rows wait for a person or for time, grouped by cause: who, how many, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sheetflow.ledger import browsing
from sheetflow.ledger.lookups import Cause, causes_of
from sheetflow.reporting.groups import one_line
from sheetflow.tables import statuses
from sheetflow.values import RowRef, Word, digest

if TYPE_CHECKING:
    from sqlalchemy import Connection

_WHOM = re.compile(r"(?<=Ask ).*(?=, then write yes)")
_COMMAND = re.compile(r": sheetflow (approve|on) \S+$")
"""What a sentence in the sheet tells a host to type."""
_TICK = re.compile(r'^(?:it changed since\. Look, then )?tick "')
_ANSWER = re.compile(r'(?:\bIn|\bin|\?) "(.+?)"(?:$|: yes)')
"""Which column a row that nobody is sure of wants to be answered in."""
_PRESSING = (Word.NOT_SURE.value, Word.NEEDS_YOU.value)


@dataclass(frozen=True)
class Group:
    """One cause for one or many; `causes` are its sentences, which may name whom they are about."""

    word: str
    text: str
    recipe: str
    table: str
    causes: tuple[Cause, ...]

    @property
    def count(self) -> int:
        """How many rows say so."""
        return sum(cause.count for cause in self.causes)

    @property
    def name(self) -> str:
        """What it is called in addresses."""
        return digest(self.word, self.text, self.recipe, self.table)

    @property
    def needs_somebody(self) -> bool:
        """Whether it waits for a person, and not for time."""
        return self.word in _PRESSING or bool(self.asks_for) or self.waits_for_ticks

    @property
    def waits_for_ticks(self) -> bool:
        """Whether each of its rows waits for a tick of its own."""
        return bool(_TICK.match(self.text))

    @property
    def asks_for(self) -> str:
        """Whether a host is to give a Go ("approve") or to switch the recipe on ("on"); or ""."""
        found = _COMMAND.search(self.text)
        return found[1] if found else ""

    @property
    def says(self) -> str:
        """The sentence without what a host would type."""
        return one_line(_COMMAND.sub("", self.text))

    @property
    def answer(self) -> str:
        """What somebody does in a row that nobody is sure of."""
        column = _ANSWER.search(self.text)
        where = f'in "{one_line(column[1])}"' if column else "below Send again?"
        return f"write {where} in their row: it came, or yes to send it again"

    @property
    def what_to_do(self) -> str:
        """What somebody can do about it, in a sentence; "" where it goes on by itself."""
        if self.word == Word.NOT_SURE.value:
            return f"Ask them whether it came, then {self.answer}."
        if self.word == Word.NEEDS_YOU.value:
            return f'Mend it in the row in "{one_line(self.table)}"; the next run sees it.'
        if self.waits_for_ticks:
            return "Look at the row, and tick it there if it is right."
        if self.asks_for == "approve":
            return "Ask whoever looks after Sheetflow to look at the plan and to give their Go."
        if self.asks_for == "on":
            return "It goes on when somebody switches the recipe on."
        if self.text == statuses.switched_off().text:
            return "It goes on when the recipe is switched on."
        return ""

    def rows(self, connection: Connection, chapter: str, *, limit: int) -> list[RowRef]:
        """The first rows that say so."""
        found: list[RowRef] = []
        for cause in self.causes[:limit]:
            left = limit - len(found)
            if left <= 0:
                break
            found += browsing.stopped(connection, chapter, cause, limit=left)
        return found


def groups_of(connection: Connection, chapter: str, recipes: Iterable[str]) -> Sequence[Group]:
    """Every cause of these recipes: what nobody is sure of first, then the most frequent."""
    known = set(recipes)
    found: dict[tuple[str, str, str, str], list[Cause]] = {}
    for cause in causes_of(connection, chapter):
        if cause.recipe in known and cause.count > 0:
            unsure = cause.word == Word.NOT_SURE.value  # no other sentence names anybody
            text = _WHOM.sub("them", cause.text) if unsure else cause.text
            found.setdefault((cause.word, text, cause.recipe, cause.table), []).append(cause)
    return sorted((Group(*name, tuple(some)) for name, some in found.items()), key=_in_order)


def _in_order(group: Group) -> tuple[bool, bool, int, str, str]:
    sure = group.word != Word.NOT_SURE.value
    return (not group.needs_somebody, sure, -group.count, group.text, group.recipe)
