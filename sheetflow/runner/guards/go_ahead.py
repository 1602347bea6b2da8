"""Nothing is done for a row before somebody ticked it, where the recipe asks for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sheetflow.ledger.asks import Ask
from sheetflow.plugin.guard import Guard, Held
from sheetflow.runner.ticking import GO_AHEAD, covers, is_ticked, ticked_ask
from sheetflow.tables import statuses
from sheetflow.values import Entry, Status, Word


class GoAhead(Guard):
    """Holds all of a row back until it was ticked, after it asked, and for exactly what it asked.

    A tick that was seen counts as long as it stands there.
    """

    name = GO_AHEAD

    def prepare(self, entries: Sequence[Entry]) -> None:
        """Find out of each row, all of its changes together, whether it has its tick."""
        self._answers: dict[str, Status | None] = {}
        self._given: set[str] = set()
        self._to: dict[str, tuple[str, ...]] = {}
        if not self.recipe.approve_rows:
            return
        rows: dict[str, list[Entry]] = {}
        for entry in entries:
            if entry.change is not None:
                rows.setdefault(entry.key.row, []).append(entry)
                self._to[entry.key.digest] = entry.change.to
        asks = self.memory.asks(self.recipe.table)
        for row, changes in rows.items():
            self._answers[row] = self._answer(row, changes, asks.get(row, {}))

    @property
    def lets_all_through(self) -> bool:
        """Where the recipe asks for no ticks."""
        return not self.recipe.approve_rows

    def ask(self, entry: Entry) -> Held | None:
        """The same answer for all that is to be done for a row.

        What a person asked to have sent once more, or what was certainly not taken, had its tick.
        """
        if not self.recipe.approve_rows:
            return None
        row, change = entry.key.row, entry.change
        if change is None or self._to.get(entry.key.digest) != change.to:
            return Held(self._once_more)
        held = self._answers[row]
        if held is None or ((entry.asked_again or entry.doubtful) and row in self._given):
            return None
        return Held(held)

    @property
    def _once_more(self) -> Status:
        column = self.tools.table(self.recipe.table).spec.go_ahead_column
        return statuses.tick_once_more(column, self.recipe.name)

    def _answer(
        self, row_id: str, changes: Sequence[Entry], asks: Mapping[str, Ask]
    ) -> Status | None:
        """What the row has to say, or None where it was ticked for all of these changes."""
        table, ask = self.tools.table(self.recipe.table), asks.get(self.recipe.id)
        row = table.row(row_id)
        if ask is None or row is None:
            return statuses.tick_to_send(table.spec.go_ahead_column, self.recipe.name)
        ticked = is_ticked(table, row)
        if not covers(ask, changes, self.recipe):
            return self._once_more if ticked or ask.given_at else _said(ask)
        if ask.given_at is not None:
            self._given.add(row_id)
        if ticked and (ask.given_at is not None or ticked_ask(table, row, asks) is ask):
            return None
        return _said(ask)


def _said(ask: Ask) -> Status:
    return Status(Word.WAITING, ask.sentence)
