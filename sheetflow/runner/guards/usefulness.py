"""What would come too late is not sent any more."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sheetflow.clock import zone_named
from sheetflow.plugin.guard import Guard, Held
from sheetflow.tables import statuses
from sheetflow.tables.spec import CellKind
from sheetflow.tables.table import Table
from sheetflow.values import Entry


class StillUseful(Guard):
    """Lets a message go as long as it is of use: until a moment in the row, or for so long."""

    name = "useful"

    @property
    def lets_all_through(self) -> bool:
        """Where the recipe does not say how long its messages are of use."""
        return not self.recipe.useful_until and self.recipe.useful_for is None

    def ask(self, entry: Entry) -> Held | None:
        """Whether it is too late for this message."""
        if not entry.kind:
            return None
        return self._after_its_moment(entry) or self._held_too_long(entry)

    def _after_its_moment(self, entry: Entry) -> Held | None:
        column = self.recipe.useful_until
        if not column:
            return None
        table = self.tools.table(entry.key.table)
        row = table.row(entry.key.row)
        if row is None:
            return None
        cell = table.cell(row, column, _kind_of(table, column))
        if cell.problem is not None:
            return Held(cell.problem)
        if cell.value is None or self.tools.clock.now() <= _end(cell.value, table):
            return None
        return Held(statuses.too_late())

    def _held_too_long(self, entry: Entry) -> Held | None:
        length = self.recipe.useful_for
        since = self.memory.first_held(entry.key) if length is not None else None
        if length is None or since is None or self.tools.clock.now() <= since + length:
            return None
        return Held(statuses.too_late())


def _kind_of(table: Table, column: str) -> CellKind | None:
    declared = table.spec.columns.get(column)
    return None if declared and declared.kind in ("date", "date and time") else "date and time"


def _end(value: object, table: Table) -> datetime:
    """The moment itself, or the end of the day, on the table's clock."""
    zone = zone_named(table.spec.zone)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    assert isinstance(value, date)
    tomorrow = datetime.combine(value + timedelta(days=1), time(), zone)
    return tomorrow.astimezone(UTC) - timedelta(microseconds=1)
