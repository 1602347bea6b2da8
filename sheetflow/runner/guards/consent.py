"""Who has not said yes is not written to, where their table has a column for that."""

from __future__ import annotations

from sheetflow.plugin.guard import Guard, Held
from sheetflow.runner.guards.addressed import addressed
from sheetflow.tables import statuses
from sheetflow.values import Entry, RowRef

NEEDS_CONSENT = ("relationship", "outreach")


class Consent(Guard):
    """Lets mail go to people whose consent column is a plain yes: empty is no yes, nor is maybe."""

    name = "consent"

    def ask(self, entry: Entry) -> Held | None:
        """The first of the addressed who has not said yes."""
        if entry.kind not in NEEDS_CONSENT:
            return None
        for ref in addressed(entry):
            if held := self._missing(ref):
                return held
        return None

    def _missing(self, ref: RowRef) -> Held | None:
        table = self.tools.table(ref.table)
        column = table.spec.person.consent
        row = table.row(ref.row) if column else None  # most tables have none: no row is read
        if row is None:
            return None
        cell = table.cell(row, column, "yes/no")
        if cell.value is True:
            return None
        return Held(cell.problem or statuses.no_consent(column))
