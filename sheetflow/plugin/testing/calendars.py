"""What every connector keeps that makes meetings, or keeps them in a calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sheetflow.errors import PlanningWrote
from sheetflow.plugin.meetings import Appointment, Invitee
from sheetflow.plugin.testing.connectors import MeetingPlaceContract
from sheetflow.plugin.testing.watching import watched
from sheetflow.values import Receipt

_EVENING = datetime(2036, 3, 17, 18, tzinfo=ZoneInfo("Europe/Berlin"))

APPOINTMENT = Appointment(
    id="contract-1",
    version=0,
    title="Welcome call with Ana Reyes",
    about="Three things to talk about.",
    starts=_EVENING,
    ends=_EVENING + timedelta(minutes=30),
    place=None,
    guests=(Invitee("Ana Reyes", "ana@example.org"), Invitee("", "lee@example.org")),
)
"""A call of two people, far ahead, whose link the calendar makes."""


class MeetingRoomContract(MeetingPlaceContract):
    """What whoever makes meetings with a link of their own keeps."""

    appointment: Appointment = APPOINTMENT

    def moved(self) -> Appointment:
        """The next version: two hours later."""
        later = timedelta(hours=2)
        starts, ends = self.appointment.starts + later, self.appointment.ends + later
        return replace(self.appointment, version=1, starts=starts, ends=ends)

    def off(self) -> Appointment:
        """The version in which it will not take place."""
        return replace(self.appointment, version=2, is_off=True)

    def test_nothing_is_put_in_while_the_door_is_shut(self, tmp_path: Path) -> None:
        """It says so at the door first: `self.door.writing(...)`."""
        connected = self.connect(tmp_path, may_write=False)
        for deed in (connected.hold, connected.call_off):
            with watched() as done:
                refused = _is_refused(deed, self.appointment)
            assert refused, "it went past the door"
            assert done == [], f"before the door stopped it, it did: {done}"

    def test_a_meeting_that_was_put_in_has_a_receipt_and_its_link(self, tmp_path: Path) -> None:
        """With the calendar's own reference, and the link that it made."""
        connected = self.connect(tmp_path)
        receipt = connected.hold(self.appointment)
        connected.close()
        assert receipt.reference, "the receipt has a reference"
        assert str(receipt.gives["link"]).startswith("https://"), "it gives the link"

    def test_the_same_version_twice_is_once(self, tmp_path: Path) -> None:
        """The second time gives the first receipt."""
        connected = self.connect(tmp_path)
        first = connected.hold(self.appointment)
        assert connected.hold(self.appointment) == first
        connected.close()

    def test_a_later_version_is_the_same_entry(self, tmp_path: Path) -> None:
        """With the link that it had."""
        connected = self.connect(tmp_path)
        first = connected.hold(self.appointment)
        assert connected.hold(self.moved()) == first
        connected.close()

    def test_find_never_says_what_is_not_so(self, tmp_path: Path) -> None:
        """Of a version that was not handed over no receipt; of one that was, never False."""
        connected = self.connect(tmp_path)
        moved, off = self.moved(), self.off()
        assert isinstance(connected.find(self.appointment), bool), "it was not handed over yet"
        for done, next_one, deed in (
            (self.appointment, moved, connected.hold),
            (moved, off, connected.hold),
            (off, None, connected.call_off),
        ):
            deed(done)
            assert connected.find(done) is not False, "it was handed over"
            if next_one is not None:
                assert not isinstance(connected.find(next_one), Receipt), "not handed over yet"
        connected.close()

    def test_it_can_be_called_off_twice_and_put_in_again(self, tmp_path: Path) -> None:
        """What is off is off; and what was off may be on again, as another entry."""
        connected = self.connect(tmp_path)
        connected.hold(self.appointment)
        connected.call_off(self.off())
        connected.call_off(self.off())
        again = connected.hold(replace(self.appointment, id="contract-1 again"))
        assert again.reference, "it is on again"
        connected.close()

    def test_it_takes_at_least_one_at_a_time(self, tmp_path: Path) -> None:
        """And each may come from another thread."""
        assert self.connect(tmp_path).parallel >= 1


class CalendarContract(MeetingRoomContract):
    """What whoever keeps meetings in a calendar keeps: the same. Whom it tells, it alone knows."""


def _is_refused(deed: Any, appointment: Appointment) -> bool:
    try:
        deed(appointment)
    except PlanningWrote:
        return True
    return False
