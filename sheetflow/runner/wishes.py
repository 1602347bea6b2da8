"""What a person asks for in the row itself: to try once more.

A status that was cleared asks for another try of what certainly did not happen. A *Not sure* is
answered in a column of its own, so that emptying cells never sends anything twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from sheetflow.ledger.records import Said
from sheetflow.plugin.action import Work
from sheetflow.runner.session import Session
from sheetflow.tables.table import Table
from sheetflow.values import Row, Status, Word

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
        last, table = self._last(work.row.id), work.table
        column = table.spec.again_column
        if last is None or last.word is not Word.NOT_SURE or self._shown(work.row) != str(last):
            return False
        raw = work.row.cells.get(column)
        return raw is not None and table.cell(work.row, column, "yes/no").value is True

    def _last(self, row_id: str) -> Status | None:
        said = self._said.get(row_id, {}).get(self._recipe)
        return said.status if said is not None and said.status.word.stops else None

    def _shown(self, row: Row) -> str:
        raw = row.cells.get(self._session.tools.table(self._name).spec.status_column)
        return "" if raw is None else str(raw).strip()

    @cached_property
    def _said(self) -> Mapping[str, Mapping[str, Said]]:
        return self._session.ledger.statuses(self._session.chapter, self._name)


def answer_cell(table: Table, row: Row, shown: str | None) -> Mapping[str, str | bool | None]:
    """The cell for the answer: there with every *Not sure*, unanswered, and empty otherwise.

    A box to tick that is not ticked is unanswered, and empty.
    """
    column = table.spec.again_column
    unsure = shown is not None and shown.startswith(Word.NOT_SURE)
    wanted, now = (NO if unsure else None), row.cells.get(column)
    if now is False or (now or None) == wanted:
        return {}
    return {column: False if isinstance(now, bool) else wanted}
