"""What a person asks for in the row itself: to try once more, or to leave it, because it came.

A status that was cleared asks for another try of what certainly did not happen. A *Not sure* is
answered in a column of its own, so that emptying cells never sends anything twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from sheetflow.ledger.records import Record, Said
from sheetflow.plugin.action import Work
from sheetflow.runner.session import Session
from sheetflow.tables import statuses
from sheetflow.tables.arrivals import Arrival, read_arrival
from sheetflow.tables.table import Table
from sheetflow.tables.text import shown
from sheetflow.values import Change, Noop, Row, Status, Word

NO = "no"
"""What stands in the column for the answer until a person writes something else."""


class Wishes:
    """The wishes of the rows of one table, towards one recipe."""

    def __init__(self, session: Session, recipe: str, table: str) -> None:
        self._session = session
        self._recipe = recipe
        self._name = table

    def was_cleared(self, work: Work) -> bool:
        """Whether the row no longer says what this recipe had it say."""
        return self._last(work.row.id) is not None and not self._shown(work.row)

    def wants_again(self, work: Work) -> bool:
        """Whether a person has answered this recipe's *Not sure* with yes."""
        return self._answer(work) == "again"

    def says_it_came(self, work: Work) -> bool:
        """Whether a person has answered that it arrived."""
        return self._answer(work) == "came"

    def doubt(self, work: Work, said: Status | None) -> str:
        """What the row says while nobody is sure: `said`, or that the answer cannot be read."""
        if self._answer(work) == "unclear":
            column = work.table.spec.again_column
            return statuses.unclear_answer(shown(work.row.cells.get(column)), column).text
        return said.text if said else ""

    def _answer(self, work: Work) -> Arrival:
        """What a person has answered to this recipe's *Not sure*, while it stands there."""
        last, table = self._last(work.row.id), work.table
        raw = work.row.cells.get(table.spec.again_column)
        if raw is None or last is None or not is_unsure(last) or self._shown(work.row) != str(last):
            return "not again"
        return read_arrival(raw, table.cell(work.row, table.spec.again_column, "yes/no").value)

    def _last(self, row_id: str) -> Status | None:
        said = self._said.get(row_id, {}).get(self._recipe)
        return said.status if said is not None and said.status.word.stops else None

    def _shown(self, row: Row) -> str:
        raw = row.cells.get(self._session.tools.table(self._name).spec.status_column)
        return "" if raw is None else str(raw).strip()

    @cached_property
    def _said(self) -> Mapping[str, Mapping[str, Said]]:
        return self._session.ledger.statuses(self._session.chapter, self._name)


def is_unsure(status: Status | None) -> bool:
    """Whether nobody can know what became of it."""
    return status is not None and status.word is Word.NOT_SURE


def as_confirmed(deed: Change, record: Record, work: Work) -> Noop:
    """A change in doubt of which a person says that it arrived."""
    said = statuses.confirmed(work.tools.clock.now(), reached=bool(deed.to))
    return Noop(said.text, said.word, gives=record.gives, part=deed.part)


def answer_cell(
    table: Table, row: Row, says: str | None, *, anew: bool
) -> Mapping[str, str | bool | None]:
    """The cell for the answer: unanswered with every new *Not sure*, and empty without one.

    `says` is what the row is to say, and `anew` that something has happened since the question was
    asked; else an answer to a *Not sure* that stands there is left for the run that it is for. A
    box to tick that is not ticked is unanswered, and empty.
    """
    column = table.spec.again_column
    unsure = says is not None and says.startswith(Word.NOT_SURE)
    wanted, now = (NO if unsure else None), row.cells.get(column)
    if now is False or (now or None) == wanted:
        return {}
    before = shown(row.cells.get(table.spec.status_column))
    if unsure and not anew and now and before.startswith(Word.NOT_SURE):
        return {}
    return {column: False if isinstance(now, bool) else wanted}
