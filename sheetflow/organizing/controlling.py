"""The control table: ticks in it switch recipes on and off, and each line says how its recipe goes.

It is looked at often: a file when it was saved, a table elsewhere once a minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sheetflow.clock import Clock
from sheetflow.errors import ColumnMissing, LedgerBusy, SheetflowError, TableBusy, TableError
from sheetflow.hosting.journal import Journal
from sheetflow.hosting.roster import Roll, Roster, Stamp, stamp_of
from sheetflow.ledger.controls import Controls
from sheetflow.network.door import Door
from sheetflow.organizing.lines import Line, calm, lines
from sheetflow.organizing.obeying import Obeying
from sheetflow.organizing.telling import Teller, first_rows
from sheetflow.tables.table import Table
from sheetflow.values import digest
from sheetflow.workspace import CHAPTER, Workspace
from sheetflow.workspace.organizer_keys import COLUMNS, ON

if TYPE_CHECKING:
    from sheetflow.ledger.store import Ledger
    from sheetflow.workspace.opened import Opened

ELSEWHERE = timedelta(minutes=1)
"""How often a table that is elsewhere is looked at."""

AFTER_TROUBLE = timedelta(minutes=1)
"""How long to wait before a table is tried again that could not be read or written."""


@dataclass
class Controlling:
    """Looks after the control table of one workspace. Only one thread may use it.

    `trouble` is why it cannot be read or written, or "".
    """

    roster: Roster
    clock: Clock
    journal: Journal
    trouble: str = ""
    _ledger: Ledger | None = None
    _told: list[Line] = field(default_factory=list)
    _read: tuple[Stamp | None, datetime] | None = None
    _again_at: datetime | None = None

    def close(self) -> None:
        """Let go of the ledger."""
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None

    def look(self) -> None:
        """Do what ticks ask for, and tell what is new. What goes wrong is kept as `trouble`."""
        try:
            roll = self.roster.look()
            if roll.workspace.settings.organizing.control:
                self._look(roll)
        except LedgerBusy:
            self._read = None  # somebody applies just now: the next look does it
        except (TableError, SheetflowError) as error:
            self._read, self._again_at = None, self.clock.now() + AFTER_TROUBLE
            if str(error) != self.trouble:
                self.journal.say("control table", says=str(error))
            self.trouble = str(error)
            if not isinstance(error, TableError):
                self.close()

    def _look(self, roll: Roll) -> None:
        now = self.clock.now()
        if self._again_at is not None and now < self._again_at:
            return
        if self._ledger is None:
            self._ledger = roll.workspace.ledger(read_only=False)
        wanted = self._lines(roll, self._ledger)
        stamp = _stamp(roll.workspace)
        if wanted == self._told and not self._may_have_changed(stamp, now):
            return
        self._read = stamp, now
        with closing(roll.workspace.opened(None, self._door(roll.workspace))) as opened:
            again = self._looked(roll, opened, self._ledger, wanted)
        self._again_at = now + AFTER_TROUBLE if again else None
        self._read = None if again else self._read
        self.trouble = ""

    def _looked(self, roll: Roll, opened: Opened, ledger: Ledger, wanted: list[Line]) -> bool:
        """Read it, obey and tell; whether something must be tried again."""
        table = self._table(roll.workspace, opened, wanted)
        controls = _controls(roll.workspace, ledger)
        before = controls.all()
        _must_have_ticks(table, before)
        obeyed = Obeying(roll, ledger, self.clock, self.journal).obey(table, before, wanted)
        if obeyed.changed:
            wanted = self._lines(roll, ledger)
        Teller(table, ledger, controls, before).tell(wanted, obeyed)
        self._told = wanted
        return obeyed.again

    def _lines(self, roll: Roll, ledger: Ledger) -> list[Line]:
        found = lines(roll, ledger, CHAPTER, self.clock.now())
        return calm(found, _controls(roll.workspace, ledger).all(), roll)

    def _table(self, workspace: Workspace, opened: Opened, wanted: list[Line]) -> Table:
        """The table as it is now; it is made first, where it is not there and its system can."""
        name = workspace.settings.organizing.control
        try:
            return opened.table(name)
        except TableBusy:
            raise
        except TableError:
            if not opened.make(name, first_rows(wanted), COLUMNS):
                raise
        return opened.table(name)

    def _may_have_changed(self, stamp: Stamp | None, now: datetime) -> bool:
        if self._read is None:
            return True
        before, at = self._read
        return stamp != before or (stamp is None and not timedelta() <= now - at < ELSEWHERE)

    def _door(self, workspace: Workspace) -> Door:
        return Door(
            may_write=True, pacer=workspace.pacer, bill=workspace.bill, clock=workspace.clock
        )


def _stamp(workspace: Workspace) -> Stamp | None:
    """What is different once the table was saved, for a file; None for a table elsewhere."""
    spec = workspace.settings.tables[workspace.settings.organizing.control]
    if "file" in spec.place and spec.connector not in workspace.settings.connections:
        return stamp_of(workspace.folder / spec.place["file"])
    return None


def _controls(workspace: Workspace, ledger: Ledger) -> Controls:
    spec = workspace.settings.tables[workspace.settings.organizing.control]
    return Controls(ledger.database, CHAPTER, digest(spec.connector, dict(spec.place)))


def _must_have_ticks(table: Table, before: Mapping[str, object]) -> None:
    """Raise ColumnMissing where the column with the ticks was there, and is no more.

    It is not made anew: whoever renamed it would have switched everything off.
    """
    if before and table.rows and ON not in table.rows[0].cells:
        raise ColumnMissing(
            f'I can\'t find the "{ON}" column in "{table.spec.name}", so no tick counts.',
            hint=f'Has it been renamed? Call it "{ON}" again.',
        )
