"""Whether the rows of a plan are still what they were when it was made."""

from __future__ import annotations

from sheetflow.runner.session import Session
from sheetflow.tables import statuses
from sheetflow.values import Entry, Outcome, RowRef, Status


def changed_since(entry: Entry, session: Session) -> Outcome | None:
    """Why this entry is not applied: a row it was made from has changed, or is gone."""
    for ref, version in entry.reads.items():
        status = _changed(ref, version, session)
        if status is not None:
            return Outcome(entry, status, session.tools.clock.now())
    return None


def _changed(ref: RowRef, version: str, session: Session) -> Status | None:
    table = session.tools.table(ref.table)
    row = table.row(ref.row)
    if row is not None and ref.row in table.stopped:
        return table.stopped[ref.row]
    if row is not None and table.version(row) == version:
        return None
    return statuses.changed_since_plan()
