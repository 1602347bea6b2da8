"""Blanks of a plan, filled from the receipts of what was done before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sheetflow.errors import RowStopped
from sheetflow.language.recipe import Step
from sheetflow.plugin.action import Work
from sheetflow.runner.occasions import without_part
from sheetflow.runner.planning import StepPlanner, past
from sheetflow.runner.selecting import Records
from sheetflow.runner.session import Session
from sheetflow.tables import statuses
from sheetflow.values import Change, Entry


def filled(
    entry: Entry,
    step: Step,
    session: Session,
    *,
    row_name: str,
    given: Mapping[str, Any],
    records: Records,
) -> Entry:
    """The entry as it is handed over: itself, or planned once more with what is known now.

    `given` is what the steps so far gave for this row. Raises RowStopped when a blank is still
    blank.
    """
    if not entry.awaits:
        return entry
    work = _work(entry, row_name, session)
    work.names.update(given)
    work.before = [past(found) for found in records.get((step.id, entry.key.row), ())]
    for deed in StepPlanner(step, session, {}).deeds(work):
        awaits = work.awaits or (isinstance(deed, Change) and deed.awaits)
        if isinstance(deed, Change) and deed.part == entry.deed.part and not awaits:
            return replace(entry, deed=deed, awaits=())
    raise RowStopped(statuses.still_blank(", ".join(entry.awaits)))


def _work(entry: Entry, row_name: str, session: Session) -> Work:
    table = session.tools.table(entry.key.table)
    row = table.row(entry.key.row)
    if row is None:
        raise RowStopped(statuses.changed_since_plan())
    key = replace(entry.key, occasion=without_part(entry.key.occasion, entry.deed.part))
    return Work(row, table, row_name, key, session.tools)
