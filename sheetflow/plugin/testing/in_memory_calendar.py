"""A calendar in memory: for tests of what is handed to one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sheetflow.network.door import Door
from sheetflow.plugin.connector import Appointment, Calendar
from sheetflow.values import Blank, Receipt


class CalendarInMemory(Calendar):
    """Keeps the latest version of each entry in `entries`, by id, and invites nobody."""

    name = "calendar"
    idempotent = True

    def __init__(self, door: Door) -> None:
        super().__init__(self.Settings(), door=door, folder=Path())
        self.entries: dict[str, Appointment] = {}

    def link(self, title: str, starts: datetime, ends: datetime) -> Blank:  # noqa: ARG002 - one name
        """‹Call link›."""
        return Blank("Call link")

    def hold(self, appointment: Appointment) -> Receipt:
        """Keep it."""
        self.door.writing(f"a meeting: {appointment.title}")
        self.entries[appointment.id] = appointment
        return self._receipt(appointment)

    def call_off(self, appointment: Appointment) -> Receipt:
        """Keep it as one that is off."""
        return self.hold(appointment)

    def find(self, appointment: Appointment) -> Receipt | bool:
        """Whether it came to this version."""
        there = self.entries.get(appointment.id)
        if there is None or there.version < appointment.version:
            return False
        return self._receipt(appointment)

    def _receipt(self, appointment: Appointment) -> Receipt:
        link = f"https://calls.example/{appointment.id}"
        return Receipt(appointment.id, {} if appointment.place is not None else {"link": link})
