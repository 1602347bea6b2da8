"""Who has not said yes is not written to, where their table has a column for that."""

from __future__ import annotations

from sheetflow.plugin.guard import Guard, Held
from sheetflow.runner.guards.addressed import rows_addressed
from sheetflow.tables import statuses
from sheetflow.tables.table import Table
from sheetflow.values import Entry, Row

NEEDS_CONSENT = ("relationship", "outreach")


class Consent(Guard):
    """Lets mail go to people whose consent column is a plain yes: empty is no yes, nor is maybe."""

    name = "consent"

    def ask(self, entry: Entry) -> Held | None:
        """The first of the addressed who has not said yes."""
        if entry.kind not in NEEDS_CONSENT:
            return None
        answers = (_missing(table, row) for table, row in rows_addressed(entry, self.tools))
        return next((held for held in answers if held), None)


def _missing(table: Table, row: Row) -> Held | None:
    column = table.spec.person.consent
    if not column:
        return None
    cell = table.cell(row, column, "yes/no")
    if cell.value is True:
        return None
    return Held(cell.problem or statuses.no_consent(column))
