"""Switching a recipe on: those who match already are marked, and stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sheetflow.errors import TableError
from sheetflow.language.recipe import Recipe
from sheetflow.ledger.applying import Applying
from sheetflow.ledger.records import Record, Switch
from sheetflow.runner.applying import STATUS_STEP
from sheetflow.runner.planning import propose
from sheetflow.runner.session import Opens, Session
from sheetflow.runner.writeback import apply_writeback, plan_writeback
from sheetflow.tables import statuses
from sheetflow.values import Entry, Noop, Outcome, Plan, RowRef, State


@dataclass(frozen=True)
class Present:
    """Who a recipe is about before it is switched on, but for those it has begun with.

    `marked` are the rows that an earlier switching-on passed by.
    """

    plan: Plan
    entries: tuple[Entry, ...]
    marked: frozenset[RowRef] = frozenset()

    @property
    def rows(self) -> tuple[RowRef, ...]:
        """Their rows."""
        return tuple(entry.key.ref for entry in self.entries)


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
    known = begun | {ref.row for ref in before}
    rows = (row.id for row in session.tools.table(recipe.table).rows if row.id not in known)
    return Present(plan, tuple(first[row] for row in rows if row in first), before)


def switch_on(
    recipe: Recipe, workspace: Opens, *, who: str, why: str = "", include_present: bool = False
) -> Present:
    """Switch a recipe on, and mark whoever matches now; or, to `include_present`, nobody.

    The rows are told first, which gives them their ids, and the ledger last: what dies in between
    has switched nothing on. Raises TableError or LedgerError; then nothing is switched on.
    """
    with workspace.open_session(may_write=True) as session:
        session.tools.table(recipe.table).ready()
        with session.ledger.applying(f"switch on {recipe.id}") as applying:
            found = present(recipe, session)
            if not include_present:
                _tell(found, recipe, session, applying)
            session.ledger.decisions.switch(
                session.chapter,
                recipe.id,
                Switch(True, why, who, session.tools.clock.now()),
                here_before=() if include_present else found.rows,
                forget_before=include_present,
            )
    return found


def _tell(found: Present, recipe: Recipe, session: Session, applying: Applying) -> None:
    plan = found.plan
    run = applying.begin(plan.recipe, plan.chapter, plan.fingerprint, plan.made_at)
    outcomes = [_outcome(entry, session) for entry in found.entries]
    telling = plan_writeback(recipe, plan, outcomes, session)
    told: Sequence[Outcome] = apply_writeback(telling, recipe, session, applying, run)
    applying.end(run, {str(statuses.before_sheetflow().word): len(told)})


def _outcome(entry: Entry, session: Session) -> Outcome:
    status = statuses.before_sheetflow()
    still = Entry(entry.key, entry.action, entry.who, Noop(status.text, status.word))
    return Outcome(still, status, session.tools.clock.now())


def _has_begun(record: Record) -> bool:
    """Whether anything was ever done; what a guard held, or what waited, was not."""
    return record.attempt > 0 or record.state is not State.WAITING
