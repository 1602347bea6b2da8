"""Outcomes become what the sheet says: one more plan, applied by one write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sheetflow.errors import RowStopped
from sheetflow.language.recipe import Recipe
from sheetflow.ledger.applying import Applying
from sheetflow.ledger.records import Record
from sheetflow.plugin.action import Work
from sheetflow.runner.applying import STATUS_STEP
from sheetflow.runner.asking import Asking
from sheetflow.runner.log_lines import log_lines
from sheetflow.runner.forgotten import remember_telling
from sheetflow.runner.session import Session
from sheetflow.runner.wishes import answer_cell
from sheetflow.tables.table import RowWrite, Table, Written
from sheetflow.values import (
    Asked,
    Change,
    Entry,
    Key,
    Noop,
    Outcome,
    Plan,
    State,
    Status,
    Word,
)

_URGENCY = (Word.NOT_SURE, Word.NEEDS_YOU, Word.WAITING)


@dataclass
class _Telling:
    """What one row is to be told: the cells that steps decided, and what happened.

    `tried` means that a change was meant for it, `did` that one was made, and `through` is what a
    step says that an earlier run did.
    """

    who: str = ""
    cells: dict[str, Any] = field(default_factory=dict)
    heard: list[Status] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)
    tried: bool = False
    did: bool = False
    through: Status | None = None


def plan_writeback(
    recipe: Recipe, plan: Plan, outcomes: Sequence[Outcome], session: Session
) -> Plan:
    """What each row should now say, as a plan with one entry a row; only what differs."""
    teller = _Teller(recipe, session, plan.asks)
    tellings = _gathered(recipe, outcomes, session)
    for left in plan.left_out:
        if teller.last_word(left.row.row) is not None:
            tellings.setdefault(left.row.row, _Telling(left.who))
    entries = (teller.entry(row, telling) for row, telling in tellings.items())
    return replace(
        plan,
        made_at=session.tools.clock.now(),
        entries=tuple(entry for entry in entries if entry is not None),
        left_out=(),
    )


def _gathered(recipe: Recipe, outcomes: Sequence[Outcome], session: Session) -> dict[str, _Telling]:
    """By row, what this run did and what an earlier one could not tell any more."""
    tellings: dict[str, _Telling] = {}
    for record in session.ledger.untold(session.chapter, recipe.id):
        _hear_record(tellings.setdefault(record.key.row, _Telling(record.who)), record)
    for outcome in outcomes:
        row = outcome.entry.key.row
        _hear(tellings.setdefault(row, _Telling(outcome.entry.who)), outcome)
    return tellings


def _hear_record(telling: _Telling, record: Record) -> None:
    telling.names.update(record.gives)
    telling.tried = True
    if record.state is State.DONE:
        telling.cells.update(record.cells)
        telling.did = True
    if record.status is not None:
        telling.heard.append(record.status)


def _hear(telling: _Telling, outcome: Outcome) -> None:
    deed = outcome.entry.deed
    telling.names.update(outcome.receipt.gives if outcome.receipt else deed.gives)
    if isinstance(deed, Noop):
        if not deed.quiet:
            telling.heard.append(outcome.status)
        elif outcome.status.word in (Word.DONE, Word.SENT):
            telling.through = outcome.status
        return
    telling.heard.append(outcome.status)
    telling.tried = True
    if outcome.state is State.DONE:
        telling.cells.update(deed.cells)
        telling.did = True


class _Teller:
    """Finds the words for a row, and whether they are new."""

    def __init__(self, recipe: Recipe, session: Session, asks: Mapping[str, Asked]) -> None:
        self._recipe = recipe
        self._session = session
        self._table = session.tools.table(recipe.table)
        self._said = session.ledger.statuses(session.chapter, recipe.table)
        self._asking = Asking(recipe, session, self._table, asks)

    def last_word(self, row_id: str) -> Status | None:
        """What this recipe last said of a row that it still holds up."""
        said = self._said.get(row_id, {}).get(self._recipe.id)
        return said.status if said is not None and said.status.word.stops else None

    def entry(self, row_id: str, telling: _Telling) -> Entry | None:
        """One row's entry, or None when it says all this already, or is gone."""
        row = self._table.row(row_id)
        if row is None:
            return None
        own = self._own_status(row_id, telling)
        cells = {**telling.cells, **self._status_cells(row_id, own)}
        was = {column: row.cells.get(column) for column in cells}
        tick = self._table.spec.go_ahead_column
        new = {c: value for c, value in cells.items() if c == tick or not _same(was[c], value)}
        if not new:
            return None
        shown = own or Status(Word.DONE)
        return Entry(
            key=self._key(row_id),
            action="tell",
            who=telling.who,
            deed=Change(str(shown), cells=new, done=own),
            was={column: was[column] for column in new},
        )

    def _own_status(self, row_id: str, telling: _Telling) -> Status | None:
        """The most urgent thing that happened, or else the recipe's own sentence."""
        urgent = [status for status in telling.heard if status.word.stops]
        if urgent:
            return min(urgent, key=lambda status: _URGENCY.index(status.word))
        if telling.did and self._recipe.status is not None:
            return self._sentence(row_id, telling) or telling.heard[-1]
        if telling.through and not telling.heard and self.last_word(row_id):
            return self._sentence(row_id, telling) or telling.through
        if not telling.heard or (not telling.tried and self._holds(row_id)):
            return None
        return telling.heard[-1]

    def _holds(self, row_id: str) -> bool:
        """Whether the row says that this recipe is through: then a Noop takes nothing back."""
        said = self._said.get(row_id, {}).get(self._recipe.id)
        return said is not None and said.status.word in (Word.DONE, Word.SENT)

    def _sentence(self, row_id: str, telling: _Telling) -> Status | None:
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

    def _status_cells(self, row_id: str, own: Status | None) -> Mapping[str, Any]:
        """The status cell, and when; another recipe's more urgent word stays in front."""
        spec = self._table.spec
        row = self._table.row(row_id)
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
        answer = answer_cell(self._table, row, shown)
        answer = {**answer, **self._asking.cell(row, shown, own)}
        if _same(row.cells.get(spec.status_column), shown):
            return answer
        now = self._session.tools.clock.now()
        return {spec.status_column: shown, spec.when_column: now, **answer}

    def _key(self, row_id: str) -> Key:
        return Key(self._session.chapter, self._recipe.id, STATUS_STEP, self._recipe.table, row_id)


def apply_writeback(
    telling: Plan, recipe: Recipe, session: Session, applying: Applying, run: str
) -> Sequence[Outcome]:
    """Write it, in one go, and note in the ledger what the sheet now says.

    Raises TableError when the table cannot be written: the ledger keeps what is still to be told.
    """
    table = session.tools.table(telling.table)
    asking = Asking(recipe, session, table, telling.asks)
    ticks = frozenset((table.spec.go_ahead_column,))
    writes = [
        RowWrite(entry.key.row, dict(entry.change.cells), dict(entry.was), always=ticks)
        for entry in telling.entries
        if entry.change
    ]
    table.log(log_lines(telling, session, run))
    remember_telling((write.cells for write in writes), table, session, applying)
    written = {found.row_id: found for found in table.write(writes)} if writes else {}
    _correct(table, written)
    told = [_told(entry, run, written, session) for entry in telling.entries]
    now = session.tools.clock.now()
    before = session.ledger.records(session.chapter, telling.recipe, step=STATUS_STEP)
    with applying.lane() as lane:
        for outcome in told:
            lane.finish(outcome, run=run, data={"was": _original(outcome.entry, before)})
    applying.told_all(session.chapter, telling.recipe)
    applying.remember_statuses(
        session.chapter, telling.table, telling.recipe, _words(telling), at=now
    )
    asks = asking.remembered(_words(telling), written, now)
    if asks:
        applying.remember_asks(session.chapter, telling.table, telling.recipe, asks)
    applying.remember_identities(session.chapter, telling.table, _identities(telling, session))
    return told


def _correct(table: Table, written: Mapping[str, Written]) -> None:
    """Rows where something of ours was left alone say so, instead of what was to be said."""
    column = table.spec.status_column
    table.write(
        [
            RowWrite(row_id, {column: str(found.status)})
            for row_id, found in written.items()
            if found.left and found.status and column in found.cells
        ]
    )


def _told(entry: Entry, run: str, written: Mapping[str, Written], session: Session) -> Outcome:
    """What the row says now; each telling is kept in the ledger under its run."""
    found = written.get(entry.key.row)
    status = found.status if found is not None and found.status else None
    shown = status or (entry.change.done if entry.change else None) or Status(Word.DONE)
    entry = replace(entry, key=replace(entry.key, occasion=run))
    return Outcome(entry, shown, session.tools.clock.now(), State.DONE)


def _original(
    entry: Entry, before: Mapping[tuple[str, str], Sequence[Record]]
) -> Mapping[str, Any]:
    """The cells as they were before this recipe first told the row anything."""
    records = before.get((STATUS_STEP, entry.key.row), ())
    if not records:
        return dict(entry.was)
    cells, was = records[-1].cells, records[-1].data.get("was", {})
    return {
        column: was[column] if column in was and _same(now, cells.get(column)) else now
        for column, now in entry.was.items()
    }


def _words(telling: Plan) -> dict[str, Status | None]:
    return {
        entry.key.row: entry.change.done for entry in telling.entries if entry.change is not None
    }


def _identities(telling: Plan, session: Session) -> Mapping[str, Mapping[str, str]]:
    table = session.tools.table(telling.table)
    touched = {entry.key.row for entry in telling.entries}
    return {row: found for row, found in table.identities().items() if row in touched}


def _urgency(status: Status) -> int:
    return _URGENCY.index(status.word) if status.word in _URGENCY else len(_URGENCY)


def _same(now: object, written: object) -> bool:
    return ("" if now is None else str(now).strip()) == ("" if written is None else str(written))
