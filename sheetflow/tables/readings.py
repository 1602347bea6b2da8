"""What was read of tables that are elsewhere, handed on for a moment instead of read twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sheetflow.tables.source import Sheet

LONGEST = timedelta(minutes=1)
"""How old a reading may be when it is handed on."""


@dataclass
class Readings:
    """Sheets by the names of their tables, each with the moment at which it was read."""

    _kept: dict[str, tuple[Sheet, datetime]] = field(default_factory=dict)

    def keep(self, table: str, sheet: Sheet, at: datetime) -> None:
        """Keep what was read just now."""
        self._kept[table] = sheet, at

    def lately(self, table: str, now: datetime) -> Sheet | None:
        """What was read of the table, unless that is too long ago. It is handed on once."""
        sheet, at = self._kept.pop(table, (None, now))
        return sheet if timedelta() <= now - at <= LONGEST else None
