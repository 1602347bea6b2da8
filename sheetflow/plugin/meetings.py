"""What a connector is that has meetings: a place for them, rooms of their own, or a calendar."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime

from sheetflow.plugin.connector import Connector
from sheetflow.values import Blank, Receipt


class MeetingPlace(Connector):
    """A connector that gives a meeting its link."""

    @abstractmethod
    def link(self, title: str, starts: datetime, ends: datetime) -> str | Blank:
        """Where the meeting is: a link known now, or a blank filled when it is made."""


@dataclass(frozen=True)
class Invitee:
    """Somebody who is invited: their name, and one checked address."""

    name: str
    email: str


@dataclass(frozen=True)
class Appointment:
    """A meeting as a calendar is to keep it. Times carry the zone in which it was arranged.

    `id` is the same for all versions of one entry, and each later version has a higher number.
    `place` is an address or a link, None where the calendar makes the link. `is_off` says that it
    will not take place. `anew` says that it is put in once more if somebody took it out: it is the
    first version, or its time has changed since. `reference` is that of the receipt of an earlier
    version, where there is one; `tried_at` is when at the latest it may have been handed over, for
    one in doubt.
    """

    id: str
    version: int
    title: str
    about: str
    starts: datetime
    ends: datetime
    place: str | None
    guests: tuple[Invitee, ...]
    is_off: bool = False
    anew: bool = True
    reference: str = ""
    tried_at: datetime | None = None


class MeetingRoom(MeetingPlace):
    """A connector that makes each meeting one of its own, with its link, and tells nobody.

    Whoever invites does that by mail, after `hold` has given the link. `link` is a blank, and the
    receipt of `hold` gives "link".
    """

    @property
    def parallel(self) -> int:
        """How many meetings it can be handed at the same time."""
        return 1

    @abstractmethod
    def hold(self, appointment: Appointment) -> Receipt:
        """Make the meeting, or bring it to this version.

        The same version twice is once. Where that cannot be, Refused is raised.
        """

    @abstractmethod
    def call_off(self, appointment: Appointment) -> Receipt:
        """Take the meeting away. One that is gone already is off."""

    @abstractmethod
    def find(self, appointment: Appointment) -> Receipt | bool:
        """Whether it has reached this version: a receipt, False for no, True for unknown."""


class Calendar(MeetingRoom):
    """A connector that keeps meetings in a calendar, which itself tells the guests.

    One deed makes the entry, its link and the invitations, so that they cannot disagree. What a
    person changed in the entry since the last version stays as it is, and the receipt's `remark`
    says so.
    """
