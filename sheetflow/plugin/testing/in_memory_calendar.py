"""A calendar and a meeting room in memory: for tests of what is handed to them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sheetflow.network.door import Door
from sheetflow.plugin.meetings import Appointment, Calendar, MeetingRoom
from sheetflow.values import Blank, Receipt


class MeetingRoomInMemory(MeetingRoom):
    """Keeps the latest version of each meeting in `entries`, by id, and tells nobody."""

    name = "meetings"
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


class CalendarInMemory(MeetingRoomInMemory, Calendar):
    """The same as a calendar, which invites nobody either."""

    name = "calendar"
