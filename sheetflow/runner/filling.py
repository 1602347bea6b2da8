"""Blanks of a plan, filled from the receipts of the steps before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sheetflow.errors import RowStopped
from sheetflow.language.recipe import Step
from sheetflow.plugin.action import Work
from sheetflow.runner.planning import StepPlanner
from sheetflow.runner.session import Session
from sheetflow.tables import statuses
from sheetflow.values import Change, Entry, Outcome


def filled(
    entry: Entry, step: Step, row_name: str, session: Session, outcomes: Sequence[Outcome]
) -> Entry:
    """The entry as it is handed over: itself, or planned once more with what is known now.

    Raises RowStopped when a blank is still blank.
    """
    if not entry.awaits:
        return entry
    work = _work(entry, row_name, session)
    for outcome in outcomes:
        if outcome.entry.key.ref == entry.key.ref and outcome.receipt is not None:
            work.names.update(outcome.receipt.gives)
    work.key = replace(entry.key, occasion="")
    for deed in StepPlanner(step, session, {}).deeds(work):
        if isinstance(deed, Change) and deed.part == entry.deed.part and not work.awaits:
            return replace(entry, deed=deed, awaits=())
    raise RowStopped(statuses.still_blank(", ".join(entry.awaits)))


def _work(entry: Entry, row_name: str, session: Session) -> Work:
    table = session.tools.table(entry.key.table)
    row = table.row(entry.key.row)
    if row is None:
        raise RowStopped(statuses.changed_since_plan())
    return Work(row, table, row_name, entry.key, session.tools)
