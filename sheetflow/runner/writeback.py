"""Outcomes become what the sheet says: one more plan, applied by one write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sheetflow.errors import RowStopped
from sheetflow.language.recipe import Recipe
from sheetflow.ledger.applying import Applying
from sheetflow.ledger.records import STATUS_STEP, Record
from sheetflow.plugin.action import Work
from sheetflow.runner.asking import Asking
from sheetflow.runner.forgotten import remember_telling
from sheetflow.runner.hearing import Heard, Telling, gathered
from sheetflow.runner.identities import Identities
from sheetflow.runner.log_lines import log_lines
from sheetflow.runner.session import Session
from sheetflow.runner.wishes import answer_cell, is_unsure
from sheetflow.sequences import Chosen, Made
from sheetflow.spool import Spool
from sheetflow.tables import statuses
from sheetflow.tables.table import RowWrite, Table, Written
from sheetflow.values import (
    Asked,
    Change,
    Entry,
    Key,
    Outcome,
    Plan,
    Row,
    State,
    Status,
    Word,
)

T = TypeVar("T")

_URGENCY = (Word.NOT_SURE, Word.NEEDS_YOU, Word.WAITING)
_AT_ONCE = 1_000
"""Rows of which the ledger is told in one transaction."""


def plan_writeback(
    recipe: Recipe, plan: Plan, outcomes: Sequence[Outcome], session: Session
) -> Plan:
    """What each row should now say, as a plan with one entry a row; only what differs."""
    teller = _Teller(recipe, session, plan.asks)
    hearing = gathered(recipe, outcomes, session)
    for left in plan.left_out:
        if teller.last_word(left.row.row) is not None:
            hearing.hear(left.row.row, Heard(left.who))
    entries = (teller.entry(row, telling) for row, telling in hearing.tellings())
    return replace(
        plan,
        made_at=teller.now,
        entries=Spool(entry for entry in entries if entry is not None),
        left_out=(),
    )


class _Teller:
    """Finds the words for a row, and whether they are new."""

    def __init__(self, recipe: Recipe, session: Session, asks: Mapping[str, Asked]) -> None:
        self._recipe = recipe
        self._session = session
        self._table = session.tools.table(recipe.table)
        self._said = session.ledger.statuses(session.chapter, recipe.table)
        self._asking = Asking(recipe, session, self._table, asks)
        self._least = statuses.matched_before(recipe.name)
        self._minted = cache(lambda: frozenset(self._table.minted))
        self.now = session.tools.clock.now()

    def last_word(self, row_id: str) -> Status | None:
        """What this recipe last said of a row that it still holds up."""
        said = self._said.get(row_id, {}).get(self._recipe.id)
        return said.status if said is not None and said.status.word.stops else None

    def entry(self, row_id: str, telling: Telling) -> Entry | None:
        """One row's entry, or None when it says all this already, or is gone.

        One without cells is for the ledger alone: another recipe has the row say the same, or
        something more urgent.
        """
        row = self._table.row(row_id)
        if row is None:
            return None
        own = self._own_status(row_id, telling)
        cells = {**telling.cells, **self._status_cells(row_id, own, telling)}
        was = {column: row.cells.get(column) for column in cells}
        tick = self._table.spec.go_ahead_column
        new = {c: value for c, value in cells.items() if c == tick or not _same(was[c], value)}
        waits = own if own is not None and own.word.stops else None
        if not new and waits == self.last_word(row_id):
            return None
        shown = own or Status(Word.DONE)
        return Entry(
            key=self._key(row_id),
            action="tell",
            who=telling.who,
            deed=Change(str(shown), cells=new, done=own),
            was={column: was[column] for column in new},
        )

    def _own_status(self, row_id: str, telling: Telling) -> Status | None:
        """The most urgent thing that happened, or else the recipe's own sentence."""
        said = telling.aloud
        urgent = [status for status in said if status.word.stops]
        if urgent:
            return min(urgent, key=lambda status: _URGENCY.index(status.word))
        if telling.did and self._recipe.status is not None:
            return self._sentence(row_id, telling) or said[-1]
        if telling.through and not said and self.last_word(row_id):
            return self._sentence(row_id, telling) or telling.through
        if not said or (not telling.tried and self._holds(row_id)):
            return None
        return said[-1]

    def _holds(self, row_id: str) -> bool:
        """Whether the row says that this recipe is through: then a Noop takes nothing back."""
        said = self._said.get(row_id, {}).get(self._recipe.id)
        return said is not None and said.status.word in (Word.DONE, Word.SENT)

    def _sentence(self, row_id: str, telling: Telling) -> Status | None:
        row = self._table.row(row_id)
        if row is None or self._recipe.status is None:
            return None
        row = replace(row, cells={**row.cells, **telling.cells})
        work = Work(row, self._table, self._recipe.row, self._key(row_id), self._session.tools)
        work.names.update(telling.names)
        try:
            return Status(Word.DONE, work.render(self._recipe.status))
        except RowStopped:
            return None

    def _status_cells(self, row_id: str, own: Status | None, telling: Telling) -> Mapping[str, Any]:
        """The status cell, and when; another recipe's more urgent word stays in front.

        The moment is told of whatever was done, so that a ledger that forgot it is noticed.
        """
        spec = self._table.spec
        row = self._table.row(row_id)
        if own == self._least and row is not None and self._says_something_else(row):
            return {}
        said = {
            recipe: said.status
            for recipe, said in self._said.get(row_id, {}).items()
            if said.status.word.stops
        }
        before = said.pop(self._recipe.id, None)
        candidates = [*said.values(), *([own] if own else [])]
        if not candidates and before is None:
            return {}
        shown = str(min(candidates, key=_urgency)) if candidates else None
        if row is None:
            return {}
        anew = telling.tried if is_unsure(own) else is_unsure(before)
        answer = answer_cell(self._table, row, shown, anew=anew)
        answer = {**answer, **self._asking.cell(row, shown, own)}
        if _same(row.cells.get(spec.status_column), shown):
            return {spec.when_column: self.now, **answer} if telling.did else answer
        return {spec.status_column: shown, spec.when_column: self.now, **answer}

    def _says_something_else(self, row: Row) -> bool:
        """Whether there are words that are not this recipe's in a row that has its id already.

        That it matched before is the least of all that can be said of a row.
        """
        shown = row.cells.get(self._table.spec.status_column)
        if _same(shown, None) or row.id in self._minted():
            return False
        mine = self._said.get(row.id, {}).get(self._recipe.id)
        return mine is None or not _same(shown, str(mine.status))

    def _key(self, row_id: str) -> Key:
        return Key(self._session.chapter, self._recipe.id, STATUS_STEP, self._recipe.table, row_id)


def apply_writeback(
    telling: Plan,
    recipe: Recipe,
    session: Session,
    applying: Applying,
    run: str,
    *,
    identities: Identities | None = None,
) -> Sequence[Outcome]:
    """Write it, in one go, and note in the ledger what the sheet now says, and who the rows are.

    `identities` knows of which of them it was told before.
    Raises TableError when the table cannot be written: the ledger keeps what is still to be told.
    """
    table = session.tools.table(telling.table)
    asking = Asking(recipe, session, table, telling.asks)
    ticks = frozenset((table.spec.go_ahead_column,))
    changed = Chosen(telling.entries, _cells_of)
    writes = Made(
        changed,
        lambda entry: RowWrite(entry.key.row, _cells_of(entry), dict(entry.was), always=ticks),
    )
    table.log(log_lines(telling, session, run))
    if writes:
        remember_telling(telling.made_at, table, session, applying)
    written = table.write(writes) if writes else ()
    _correct(table, written)
    before = session.ledger.records(session.chapter, telling.recipe, step=STATUS_STEP)
    told = Spool(
        _told(entry, run, found, session) for entry, found in _as_written(telling.entries, written)
    )
    for some in _parts(told):
        with applying.lane() as lane:
            for outcome in some:
                lane.finish(outcome, run=run, data={"was": _original(outcome.entry, before)})
    applying.told_all(session.chapter, telling.recipe)
    _remember(telling, written, asking, session, applying)
    identities = identities or Identities(table, session.chapter, applying)
    identities.remember(entry.key.row for entry in telling.entries if entry.change)
    return told


def _remember(
    telling: Plan, written: Sequence[Written], asking: Asking, session: Session, applying: Applying
) -> None:
    """Have the ledger know what rows say, and what they ask."""
    place, now = (session.chapter, telling.table), session.tools.clock.now()
    for some in _parts(_as_written(telling.entries, written)):
        words = {entry.key.row: entry.change.done for entry, _ in some if entry.change}
        applying.remember_statuses(*place, telling.recipe, words, at=now)
        asks = asking.remembered(words, {found.row_id: found for _, found in some}, now)
        if asks:
            applying.remember_asks(*place, telling.recipe, asks)


def _as_written(
    entries: Iterable[Entry], written: Iterable[Written]
) -> Iterator[tuple[Entry, Written]]:
    """Each entry with what became of its cells, if it has any."""
    cells = iter(written)
    for entry in entries:
        yield entry, next(cells) if _cells_of(entry) else Written(entry.key.row)


def _parts(items: Iterable[T]) -> Iterator[Sequence[T]]:
    """The items in parts of which the ledger is told in one transaction."""
    left = iter(items)
    while some := list(islice(left, _AT_ONCE)):
        yield some


def _cells_of(entry: Entry) -> Mapping[str, Any]:
    return entry.change.cells if entry.change else {}


def _correct(table: Table, written: Iterable[Written]) -> None:
    """Rows where something of ours was left alone say so, instead of what was to be said."""
    column = table.spec.status_column
    table.write(
        [
            RowWrite(found.row_id, {column: str(found.status)})
            for found in written
            if found.left and found.status and column in found.cells
        ]
    )


def _told(entry: Entry, run: str, found: Written, session: Session) -> Outcome:
    """What the row says now; each telling is kept in the ledger under its run."""
    shown = found.status or (entry.change.done if entry.change else None) or Status(Word.DONE)
    key = entry.key
    key = Key(key.chapter, key.recipe, key.step, key.table, key.row, run)
    entry = Entry(key, entry.action, entry.who, entry.deed, was=entry.was)
    return Outcome(entry, shown, session.tools.clock.now(), State.DONE)


def _original(
    entry: Entry, before: Mapping[tuple[str, str], Sequence[Record]]
) -> Mapping[str, Any]:
    """The cells as they were before this recipe first told the row anything."""
    records = [each for each in before.get((STATUS_STEP, entry.key.row), ()) if each.cells]
    if not records:
        return dict(entry.was)
    cells, was = records[-1].cells, records[-1].data.get("was", {})
    return {
        column: was[column] if column in was and _same(now, cells.get(column)) else now
        for column, now in entry.was.items()
    }


def _urgency(status: Status) -> int:
    return _URGENCY.index(status.word) if status.word in _URGENCY else len(_URGENCY)


def _same(now: object, written: object) -> bool:
    return ("" if now is None else str(now).strip()) == ("" if written is None else str(written))
