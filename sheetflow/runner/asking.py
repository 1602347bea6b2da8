"""Asking for a tick in a row: what is asked, and the cell in which it is answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sheetflow.language.recipe import Recipe
from sheetflow.ledger.asks import Ask, Asks
from sheetflow.packed import Lookup
from sheetflow.runner.session import Session
from sheetflow.runner.ticking import GO_AHEAD, are_one, meant, shown_status, told
from sheetflow.runner.wishes import NO
from sheetflow.spool import Spool
from sheetflow.tables.table import Table, Written
from sheetflow.values import Asked, Change, Entry, Letter, Noop, Row, Status, Word

LONGEST = 600
"""Characters in which it is told what exactly is meant."""


def asked_in(
    before: Sequence[Entry], after: Sequence[Entry], recipe: Recipe
) -> tuple[Mapping[str, Asked], Sequence[Entry]]:
    """What waits for ticks, by row, of a plan as it was `before` the gate and `after` it.

    And the changes themselves that those ticks would let go out.
    """
    sentences: dict[str, str] = {}
    for entry in after:
        if isinstance(entry.deed, Noop) and entry.deed.guard == GO_AHEAD:
            sentences.setdefault(entry.key.row, entry.deed.reason)
    changes: Spool[Entry] = Spool()
    places = Lookup()
    for entry in before if sentences else ():
        if entry.key.row in sentences and entry.change is not None:
            places.put(entry.key.row, len(changes))
            changes.append(entry)
    asks = {
        row: _asked(sentence, [changes[place] for place in places.of(row)], recipe)
        for row, sentence in sentences.items()
    }
    return asks, changes


def _asked(sentence: str, changes: Sequence[Entry], recipe: Recipe) -> Asked:
    says = " ".join("; ".join(part for each in changes for part in _in_words(each.change)).split())
    short = says if len(says) <= LONGEST else f"{says[: LONGEST - 1].rstrip()}…"
    digests = {each.key.digest: meant(each, recipe) for each in changes}
    return Asked(changes[0].who if changes else "", sentence, digests, short)


def _in_words(change: Change | None) -> Iterator[str]:
    """What one change would do, as somebody who is to agree wants to know it."""
    if change is None:
        return
    letter: Letter | None = change.data.get("letter")
    if letter is not None:
        yield f'to {letter["to"]}: "{letter["subject"]}" {letter["text"]}'
    elif change.summary:
        yield change.summary
    for column, value in change.cells.items():
        yield f'"{column}" becomes {value}'


@dataclass(frozen=True)
class Asking:
    """What rows of one recipe ask, as the ledger has it and as the plan has it now."""

    recipe: Recipe
    session: Session
    table: Table
    asks: Mapping[str, Asked]

    @cached_property
    def _before(self) -> Asks:
        return self.session.ledger.asks(self.session.chapter, self.recipe.table)

    def is_new(self, row_id: str, own: Status | None) -> bool:
        """Whether the row asks for something that it does not ask already."""
        asked = self.asks.get(row_id)
        if asked is None or own != Status(Word.WAITING, asked.sentence):
            return False
        ask = self._before.get(row_id, {}).get(self.recipe.id)
        return (
            ask is None
            or ask.given_at is not None
            or ask.sentence != asked.sentence
            or not all(are_one(ask.changes.get(key, ""), is_) for key, is_ in asked.changes.items())
        )

    def cell(self, row: Row, shown: str | None, own: Status | None) -> dict[str, Any]:
        """The cell for the tick: unticked with each new ask, as it is until then, and later empty.

        What it says is written whatever it said: a tick that was set a moment before is none.
        """
        column, now = self.table.spec.go_ahead_column, row.cells.get(self._column)
        others = self._before.get(row.id, {})
        new = self.is_new(row.id, own)
        if not others and not new:
            return {}
        asking = {told(ask.sentence) for ask in others.values()}
        if new and own is not None:
            asking.add(str(own))
        if shown in asking:
            changes = new or shown != shown_status(self.table, row) or now in (None, "")
            return {column: _unticked(now)} if changes else {}
        if self._still_given(row.id, own) or now in (None, "", False):
            return {}
        return {column: None}

    def _still_given(self, row_id: str, own: Status | None) -> bool:
        """Whether a tick is still needed for what was not done yet."""
        return any(
            ask.given_at is not None
            and (recipe != self.recipe.id or (own is not None and own.word.stops))
            for recipe, ask in self._before.get(row_id, {}).items()
        )

    def remembered(
        self, told: Mapping[str, Status | None], written: Mapping[str, Written], at: datetime
    ) -> dict[str, Ask | None]:
        """What the ledger is to know: what rows ask now that say so, and which ask no more."""
        found: dict[str, Ask | None] = {}
        for row_id, own in told.items():
            if self.is_new(row_id, own) and own is not None:
                if self._column in written.get(row_id, Written(row_id)).cells:
                    found[row_id] = Ask(
                        self.recipe.id, row_id, own.text, self.asks[row_id].changes, at
                    )
            elif (own is None or not own.word.stops) and self._asks(row_id):
                found[row_id] = None
        return found

    def _asks(self, row_id: str) -> bool:
        return self.recipe.id in self._before.get(row_id, {})

    @property
    def _column(self) -> str:
        return self.table.spec.go_ahead_column


def _unticked(now: object) -> object:
    return False if isinstance(now, bool) else NO
