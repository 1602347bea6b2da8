"""Switching a recipe on: those who match already are marked, and stay as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sheetflow.errors import SheetflowError, TableError
from sheetflow.language.recipe import Recipe
from sheetflow.ledger.applying import Applying
from sheetflow.ledger.records import STATUS_STEP, Record, Switch
from sheetflow.runner.planning import propose
from sheetflow.runner.session import Opens, Session
from sheetflow.runner.writeback import apply_writeback, plan_writeback
from sheetflow.tables import statuses
from sheetflow.tables.table import Table
from sheetflow.values import Entry, Noop, Outcome, Plan, RowRef, State, Word, digest

NAMED = 5
"""How many of those are named who are not as they were."""


@dataclass(frozen=True)
class Shown:
    """A list of people as somebody saw it: each row with a digest of what people wrote there.

    `marked` are the rows among them that an earlier switching-on passed by, and `recipe` is the
    fingerprint of the recipe.
    """

    recipe: str
    rows: Mapping[RowRef, str]
    names: Mapping[RowRef, str]
    marked: frozenset[RowRef] = frozenset()

    @property
    def mark(self) -> str:
        """What it is known again by."""
        rows = sorted((str(ref), version) for ref, version in self.rows.items())
        return digest(self.recipe, rows, sorted(map(str, self.marked)))


class ListChanged(SheetflowError):
    """Somebody on the list that was shown is not as they were, or the recipe is not."""

    exit_code = 1


@dataclass(frozen=True)
class Present:
    """Who a recipe is about before it is switched on, but for those it has begun with.

    `marked` are the rows that an earlier switching-on passed by; `shown` is all of this as somebody
    sees it who looks at it now. `going_on` are called those who wait in a run that came before:
    they are under way, and stay so.
    """

    plan: Plan
    entries: tuple[Entry, ...]
    marked: frozenset[RowRef]
    shown: Shown
    going_on: tuple[str, ...] = ()

    @property
    def rows(self) -> tuple[RowRef, ...]:
        """Their rows."""
        return tuple(entry.key.ref for entry in self.entries)

    @property
    def marked_names(self) -> Sequence[str]:
        """What those are called who were marked before, as far as they are still in the table."""
        return [name for ref, name in self.shown.names.items() if ref in self.marked]

    def came_after(self, shown: Shown) -> Sequence[Entry]:
        """Those who were not on the list that was shown."""
        return [entry for entry in self.entries if entry.key.ref not in shown.rows]


def present(recipe: Recipe, session: Session) -> Present:
    """Who matches now, one entry for each row. Raises TableError when the table cannot be used."""
    plan = propose(recipe, session)
    if plan.halted:
        raise TableError(plan.halted)
    begun = {
        place[1]
        for place, records in session.ledger.records(session.chapter, recipe.id).items()
        if place[0] != STATUS_STEP and any(map(_has_begun, records))
    }
    before = session.ledger.decided(session.chapter, recipe.id).here_before
    first = {entry.key.row: entry for entry in reversed(plan.entries)}
    waiting = _waiting(recipe, session)
    known = begun | waiting | {ref.row for ref in before}
    table = session.tools.table(recipe.table)
    rows = (row.id for row in table.rows if row.id not in known)
    entries = tuple(first[row] for row in rows if row in first)
    going_on = (row.id for row in table.rows if row.id in waiting and row.id in first)
    marked = {ref: row for row in table.rows if (ref := RowRef(recipe.table, row.id)) in before}
    shown = Shown(
        recipe.fingerprint,
        {entry.key.ref: _version(entry.key.row, table) for entry in entries}
        | {ref: table.version(row) for ref, row in marked.items()},
        {entry.key.ref: entry.who for entry in entries}
        | {ref: table.label(row) for ref, row in marked.items()},
        before,
    )
    names = tuple(first[row].who for row in going_on)
    return Present(plan, entries, before, shown, names)


def switch_on(
    recipe: Recipe, workspace: Opens, *, who: str, why: str = "", too: Shown | None = None
) -> Present:
    """Switch a recipe on, and mark whoever matches now; or, with a list `too`, nobody.

    Then those on that list are acted on as if they had come later, and so is whoever did come after
    it was shown. The rows are told first, which gives them their ids, and the ledger last: what
    dies in between has switched nothing on. Raises TableError or LedgerError, and ListChanged where
    somebody on the list is not as they were; then nothing is switched on.
    """
    with workspace.open_session(may_write=True) as session:
        session.tools.table(recipe.table).ready()
        with session.ledger.applying(f"switch on {recipe.id}") as applying:
            found = present(recipe, session)
            if too is None:
                _tell(found, recipe, session, applying)
            else:
                _must_be_as_shown(too, recipe, session)
            session.ledger.decisions.switch(
                session.chapter,
                recipe.id,
                Switch(True, why, who, session.tools.clock.now()),
                here_before=found.rows if too is None else (),
                here_no_more=() if too is None else {*too.rows, *too.marked},
            )
    return found


def _must_be_as_shown(shown: Shown, recipe: Recipe, session: Session) -> None:
    """Raise ListChanged unless everybody on the list, and the recipe, is as it was."""
    if shown.recipe != recipe.fingerprint:
        raise ListChanged("The recipe has changed since the list was shown.", hint=_LOOK_AGAIN)
    table = session.tools.table(recipe.table)
    changed = [
        shown.names.get(ref, ref.row)
        for ref, version in shown.rows.items()
        if _version(ref.row, table) != version
    ]
    if changed:
        names = ", ".join(changed[:NAMED])
        more = f" and {len(changed) - NAMED:,} more" if changed[NAMED:] else ""
        raise ListChanged(
            f"Since the list was shown, {names}{more} changed, or left it.", hint=_LOOK_AGAIN
        )


_LOOK_AGAIN = "Nothing was switched on. Look at the list once more."


def _version(row_id: str, table: Table) -> str:
    """A digest of what people wrote in the row; "" where there is no such row any more."""
    row = table.row(row_id)
    return table.version(row) if row is not None else ""


def _tell(found: Present, recipe: Recipe, session: Session, applying: Applying) -> None:
    plan = found.plan
    run = applying.begin(plan.recipe, plan.chapter, plan.fingerprint, plan.made_at)
    outcomes = [_outcome(entry, recipe, session) for entry in found.entries]
    telling = plan_writeback(recipe, plan, outcomes, session)
    apply_writeback(telling, recipe, session, applying, run)
    applying.end(run, {str(Word.SKIPPED): len(outcomes)})


def _outcome(entry: Entry, recipe: Recipe, session: Session) -> Outcome:
    status = statuses.matched_before(recipe.name)
    still = Entry(entry.key, entry.action, entry.who, Noop(status.text, status.word))
    return Outcome(still, status, session.tools.clock.now())


def _waiting(recipe: Recipe, session: Session) -> frozenset[str]:
    """The rows of which an earlier run of the recipe says that they wait, for whatever.

    Not those that wait for nothing but its being switched on: with them it has never begun. Nor
    those that it passed by before.
    """
    for_the_switch = (statuses.switched_off(), statuses.not_switched_on(recipe.id))
    before = session.ledger.decided(session.chapter, recipe.id).here_before
    return frozenset(
        row
        for row, said in session.ledger.statuses(session.chapter, recipe.table).items()
        if (mine := said.get(recipe.id)) is not None
        and mine.status.word.stops
        and mine.status not in for_the_switch
        and RowRef(recipe.table, row) not in before
    )


def _has_begun(record: Record) -> bool:
    """Whether anything was ever done; what a guard held, or what waited, was not."""
    return record.attempt > 0 or record.state is not State.WAITING
