"""Who a recipe is about: each row is selected, or left out for a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sheetflow.language.conditions import Reason, first_reason
from sheetflow.language.recipe import Recipe
from sheetflow.ledger.records import Record
from sheetflow.plugin.action import Work
from sheetflow.runner.session import Session
from sheetflow.runner.underway import Underway, work_on
from sheetflow.spool import Spool
from sheetflow.tables import statuses
from sheetflow.values import Entry, LeftOut, Noop, Row, RowRef, State, Status

Records = Mapping[tuple[str, str], tuple[Record, ...]]
"""What the ledger has of a recipe, by step and row."""

Known = Callable[[str], Sequence[Record]]
"""The same, of all steps, for the id of a row."""


@dataclass
class Selection:
    """The rows on their way, what those say that stop before the first step, and those left out.

    `here_before` are those that matched already when the recipe was switched on: it passes them by.
    """

    going: Underway
    here_before: frozenset[RowRef] = frozenset()
    stopped: Spool[Entry] = field(default_factory=Spool)
    left_out: Spool[LeftOut] = field(default_factory=Spool)


def select(recipe: Recipe, session: Session, records: Records) -> Selection:
    """Ask of every row whether the recipe is about it."""
    now = session.tools.clock.now()
    here_before = session.ledger.decided(session.chapter, recipe.id).here_before
    selection = Selection(Underway(recipe, session), here_before)
    steps = dict.fromkeys(step for step, _ in records)

    def known(row_id: str) -> Sequence[Record]:
        return [record for step in steps for record in records.get((step, row_id), ())]

    for place, row in enumerate(session.tools.table(recipe.table).rows):
        if _judge(recipe, work_on(recipe, session, row), known, selection, now):
            selection.going.append(place)
    return selection


def _judge(recipe: Recipe, work: Work, known: Known, selection: Selection, now: datetime) -> bool:
    """Whether the row is on its way; else it is noted what it says, or why it is left out."""
    row, table = work.row, work.table
    if recipe.rows == "visible" and row.hidden:
        selection.left_out.append(_left_out(work, "the row is hidden"))
        return False
    reason = _reason(recipe, work, known, now)
    if reason is not None and reason.status is None:
        selection.left_out.append(_left_out(work, reason.text))
    elif work.ref in selection.here_before:
        selection.stopped.append(_stopped(work, statuses.matched_before(recipe.name)))
    elif row.id in table.stopped:
        selection.stopped.append(_stopped(work, table.stopped[row.id]))
    elif reason is not None and reason.status is not None:
        selection.stopped.append(_stopped(work, reason.status))
    else:
        return True
    return False


def _stopped(work: Work, status: Status) -> Entry:
    deed = Noop(status.text, status.word)
    return Entry(work.key, "", work.table.label(work.row), deed)


def _reason(recipe: Recipe, work: Work, known: Known, now: datetime) -> Reason | None:
    """Why the recipe is not about this row."""
    reason = first_reason(recipe.where, work.cell, work.context, now)
    if reason is None:
        return None
    before = before_us(work, known(work.row.id))
    if before is work:
        return reason
    return first_reason(recipe.where, before.cell, before.context, now)


def before_us(work: Work, records: Sequence[Record]) -> Work:
    """The row that `where` judges, where it does not fit as it is now: mostly itself.

    For a row that is under way, the question is put as if we had not written into it yet: what an
    earlier step wrote must not keep a later one from being finished. What people wrote counts.
    """
    if not any(map(_unfinished, records)):
        return work
    return replace(work, row=_without_ours(work.row, records))


def _without_ours(row: Row, records: Sequence[Record]) -> Row:
    cells = dict(row.cells)
    for record in sorted(records, key=lambda record: record.at, reverse=True):
        for column, was in record.data.get("was", {}).items():
            if _same(cells.get(column), record.cells.get(column)):
                cells[column] = was
    return replace(row, cells=cells)


def _same(now: object, written: object) -> bool:
    return str(now).strip() == str(written).strip()


def _left_out(work: Work, reason: str) -> LeftOut:
    ref = RowRef(work.table.spec.name, work.row.id)
    return LeftOut(ref, work.table.label(work.row), reason, work.row.number)


def _unfinished(record: Record) -> bool:
    """Whether anything about it is still open, be it only that the row does not say so yet."""
    return not record.told or record.state is not State.DONE
