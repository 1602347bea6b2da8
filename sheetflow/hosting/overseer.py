"""Sees to it that somebody hears when what was due is not done, while other threads do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sheetflow.clock import Clock
from sheetflow.errors import SheetflowError
from sheetflow.hosting import alerts
from sheetflow.hosting.health import Health, Patience
from sheetflow.hosting.journal import Journal
from sheetflow.hosting.metrics import Stopped, stopped_rows
from sheetflow.ledger.incidents import Incidents
from sheetflow.ledger.ticks import Tick, Ticks
from sheetflow.workspace import CHAPTER

if TYPE_CHECKING:
    from sheetflow.hosting.roster import Roll
    from sheetflow.ledger.store import Ledger


@dataclass
class Overseer:
    """Looks at the ledger now and then, and keeps what it saw for whoever asks.

    It has a connection of its own: a run that hangs keeps it from nothing.
    """

    clock: Clock
    journal: Journal
    health: Health
    ticks: Mapping[str, Tick] = field(default_factory=dict)
    _patience: Patience = field(default_factory=Patience)
    _ledger: Ledger | None = None

    def close(self) -> None:
        """Let go of the ledger."""
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None

    def check(self, roll: Roll | None, trouble: str) -> None:
        """See what is owed, and alert. `trouble` is what keeps everything from running."""
        troubles = (trouble,) if trouble else ()
        before = self.health
        try:
            self.health = self._looked(roll, troubles)
        except SheetflowError as error:
            self.close()
            self.health = Health(self.clock.now(), troubles=(*troubles, str(error)))
        if self.health.reasons and self.health.reasons != before.reasons:
            self.journal.say("not well", reasons=" ".join(self.health.reasons))
        if before.reasons and self.health.ok:
            self.journal.say("well")

    def stopped(self) -> Stopped:
        """How many rows of each recipe wait for a person or for time. Raises LedgerError."""
        return stopped_rows(self._ledger.database, CHAPTER) if self._ledger else {}

    def _looked(self, roll: Roll | None, troubles: tuple[str, ...]) -> Health:
        now = self.clock.now()
        if roll is None:
            return Health(now, troubles=troubles)
        workspace = roll.workspace
        if self._ledger is None:
            self._ledger = workspace.ledger(read_only=False)
        database, now = self._ledger.database, now.astimezone(workspace.clock.zone)
        self.ticks = Ticks(database, CHAPTER).all()
        owed = self._patience.late(self.ticks.values(), now, workspace.settings.hosting.grace)
        found = Health(now, owed, troubles)
        incidents = Incidents(database, CHAPTER)
        alerts.tell(found, workspace, incidents, self.journal, owners=roll.owners)
        return found
