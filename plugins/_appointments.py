"""Meetings that a calendar keeps: one entry for all guests, in versions, as the ledger knows them.

An entry keeps its id as long as the meeting is ahead. A meeting that was called off and is on
again, or that follows one that has taken place, is another entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sheetflow import Appointment, Invitee, Meeting, Past, RowRef, digest

from ._invitations import TOLD, Guest, Version


@dataclass(frozen=True)
class Entry:
    """A meeting as a calendar was told of it. `born` is the number of the entry's first version.

    One `in_room` is of a meeting room, which tells nobody: its guests are mailed.
    """

    version: Version
    about: str
    guests: tuple[Guest, ...]
    number: int = 0
    born: int = 0
    gone: tuple[Guest, ...] = ()
    occasion: str = ""
    in_room: bool = False

    @property
    def is_off(self) -> bool:
        """Whether it is called off."""
        return self.version.method == "CANCEL"

    @property
    def addresses(self) -> frozenset[str]:
        """Who is invited, by address: a row may change its id, and its person stay."""
        return frozenset(guest.email.casefold() for guest in self.guests)

    def says_the_same(self, other: Entry) -> bool:
        """Whether guests would see no difference."""
        return _facts(self) == _facts(other)

    def after(self, last: Entry | None, now: datetime) -> Entry:
        """This meeting as the next version after `last`, or as a new entry."""
        if last is None:
            return self
        if last.says_the_same(self):
            return replace(self, number=last.number, born=last.born, gone=last.gone)
        number = last.number + 1
        if last.is_off or last.version.ends <= now:
            return replace(self, number=number, born=number)
        gone = tuple(each for each in last.guests if each.email.casefold() not in self.addresses)
        return replace(self, number=number, born=last.born, gone=gone)


def appointment_for(
    entry: Entry, lasting: str, *, link: bool, last: Entry | None, reference: str = ""
) -> Appointment:
    """The entry as a calendar is handed it; with `link`, the calendar makes the link."""
    version = entry.version
    same_time = last is not None and (last.version.starts, last.version.ends) == (
        version.starts,
        version.ends,
    )
    return Appointment(
        id=digest(lasting, entry.born),
        version=entry.number - entry.born,
        title=version.title,
        about=entry.about,
        starts=version.starts,
        ends=version.ends,
        place=None if link else version.place,
        guests=tuple(Invitee(guest.name, guest.email) for guest in entry.guests),
        is_off=entry.is_off,
        anew=entry.number == entry.born or not same_time,
        reference=reference,
    )


def meeting_with(entry: Entry, appointment: Appointment) -> dict[str, Any]:
    """The meeting as a plan shows it, and all that applying and the next plan must know of it."""
    version = entry.version
    shown = Meeting(
        title=version.title,
        starts=version.starts.isoformat(),
        ends=version.ends.isoformat(),
        zone=version.zone.key,
        place=version.place,
        people=[{"name": each.name, "email": each.email} for each in entry.guests],
        method=version.method,
    )
    in_room = {"in_room": True, "reference": appointment.reference} if entry.in_room else {}
    return {
        **shown,
        **in_room,
        "about": entry.about,
        "guests": [_as_data(guest) for guest in entry.guests],
        "gone": [_as_data(guest) for guest in entry.gone],
        "sequence": entry.number,
        "born": entry.born,
        "uid": appointment.id,
        "makes_link": appointment.place is None,
        "anew": appointment.anew,
    }


def appointment_in(meeting: Mapping[str, Any]) -> Appointment:
    """What `meeting_with` wrote down, to be handed over."""
    zone = ZoneInfo(meeting["zone"])
    return Appointment(
        id=meeting["uid"],
        version=meeting["sequence"] - meeting["born"],
        title=meeting["title"],
        about=meeting["about"],
        starts=datetime.fromisoformat(meeting["starts"]).astimezone(zone),
        ends=datetime.fromisoformat(meeting["ends"]).astimezone(zone),
        place=None if meeting["makes_link"] else meeting["place"],
        guests=tuple(Invitee(each["name"], each["email"]) for each in meeting["people"]),
        is_off=meeting["method"] == "CANCEL",
        anew=meeting["anew"],
        reference=meeting.get("reference", ""),
    )


def last_entry(before: Sequence[Past], *, in_room: bool = False) -> Entry | None:
    """The latest version that the calendar, or the room, has or may have; None before the first."""
    entries = (entry_in(past) for past in before)
    known = [found for found in entries if found is not None and found.in_room is in_room]
    return max(known, key=lambda each: each.number, default=None)


def entry_in(past: Past) -> Entry | None:
    """The version that a change was about, if it reached a calendar or a room, or may have."""
    meeting: Mapping[str, Any] = past.data.get("meeting") or {}
    if "born" not in meeting or past.state not in TOLD:
        return None
    appointment = appointment_in(meeting)
    version = Version(
        appointment.title,
        appointment.starts,
        appointment.ends,
        meeting["place"],
        meeting["method"],
    )
    return Entry(
        version,
        appointment.about,
        tuple(map(_guest_in, meeting["guests"])),
        number=meeting["sequence"],
        born=meeting["born"],
        gone=tuple(map(_guest_in, meeting["gone"])),
        occasion=past.occasion.partition("/")[0],
        in_room=meeting.get("in_room", False),
    )


def _as_data(guest: Guest) -> dict[str, Any]:
    return {**asdict(guest), "ref": [guest.ref.table, guest.ref.row]}


def _guest_in(data: Mapping[str, Any]) -> Guest:
    return Guest(**{**data, "ref": RowRef(*data["ref"])})


def _facts(entry: Entry) -> tuple[Any, ...]:
    version = entry.version
    times = version.starts.timestamp(), version.ends.timestamp()
    return version.title, times, version.place, version.method, entry.about, entry.addresses
