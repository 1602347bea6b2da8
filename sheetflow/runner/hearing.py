"""What rows are to be told: all that was heard of each, of this run and of earlier ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sheetflow.language.recipe import Recipe
from sheetflow.ledger.records import NOTHING
from sheetflow.packed import Chains
from sheetflow.runner.session import Session
from sheetflow.spool import Spool
from sheetflow.tables.table import Table
from sheetflow.values import Change, Outcome, State, Status, Word


class Heard(NamedTuple):
    """One thing that a row is told of: something that a step did, or did not.

    `tried` means that a change was meant for the row, `did` that it was made. What is not said
    `aloud` counts only for a row that still says otherwise.
    """

    who: str
    status: Status | None = None
    names: Mapping[str, Any] = NOTHING
    cells: Mapping[str, Any] = NOTHING
    tried: bool = False
    did: bool = False
    aloud: bool = True


@dataclass
class Telling:
    """What one row is to be told: the cells that steps decided, and what happened."""

    heard: Sequence[Heard]

    @property
    def who(self) -> str:
        """What the row was called when it was first heard of."""
        return self.heard[0].who

    @property
    def cells(self) -> dict[str, Any]:
        """What steps have decided that stands there."""
        return {name: value for each in self.heard for name, value in each.cells.items()}

    @property
    def names(self) -> dict[str, Any]:
        """What steps gave."""
        return {name: value for each in self.heard for name, value in each.names.items()}

    @property
    def aloud(self) -> list[Status]:
        """What is to be said."""
        return [each.status for each in self.heard if each.status and each.aloud]

    @property
    def through(self) -> Status | None:
        """What a step says that an earlier run did."""
        said = [each.status for each in self.heard if each.status and not each.aloud]
        return said[-1] if said else None

    @property
    def tried(self) -> bool:
        """Whether anything was meant for the row."""
        return any(each.tried for each in self.heard)

    @property
    def did(self) -> bool:
        """Whether anything was done."""
        return any(each.did for each in self.heard)


class Hearing:
    """All that the rows of a table are to be told, as it comes; and then row by row."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._heard: Spool[Heard] = Spool()
        self._of_rows = Chains()

    def hear(self, row: str, heard: Heard) -> None:
        """One more thing about a row; nothing, if it is gone."""
        place = self._table.place_of(row)
        if place is not None:
            self._of_rows.put(place, len(self._heard))
            self._heard.append(heard)

    def tellings(self) -> Iterator[tuple[str, Telling]]:
        """Each row that was heard of, in the order of the table."""
        for place in range(len(self._of_rows)):
            if said := [self._heard[number] for number in self._of_rows.at(place)]:
                yield self._table.rows[place].id, Telling(said)


def gathered(recipe: Recipe, outcomes: Sequence[Outcome], session: Session) -> Hearing:
    """By row, what this run did and what an earlier one could not tell any more."""
    found = Hearing(session.tools.table(recipe.table))
    for record in session.ledger.untold(session.chapter, recipe.id):
        did = record.state is State.DONE
        cells = record.cells if did else NOTHING
        found.hear(
            record.key.row,
            Heard(record.who, record.status, record.gives, cells, tried=True, did=did),
        )
    for outcome in outcomes:
        found.hear(outcome.entry.key.row, _heard_of(outcome))
    return found


def _heard_of(outcome: Outcome) -> Heard:
    deed, status, who = outcome.entry.deed, outcome.status, outcome.entry.who
    names = outcome.receipt.gives if outcome.receipt else deed.gives
    if isinstance(deed, Change):
        did = outcome.state is State.DONE
        return Heard(who, status, names, deed.cells if did else NOTHING, tried=True, did=did)
    if not deed.quiet:
        return Heard(who, status, names)
    over = status.word in (Word.DONE, Word.SENT)
    return Heard(who, status if over else None, names, aloud=False)
