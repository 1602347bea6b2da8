"""Meetings and who was mailed about them: the same for a call with a link and for a gathering.

Each guest gets a mail of their own, in their own time zone. A meeting keeps its calendar id however
often it moves; each new version has a higher number, which is how calendars know the latest.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sheetflow import Meeting, Past, RowRef, State, Work

Method = Literal["REQUEST", "CANCEL"]

TOLD = (State.DONE, State.NOT_KNOWN, State.HANDING_OVER)
"""States in which a guest has the mail, or may have it."""


@dataclass(frozen=True)
class Version:
    """A meeting as it was planned at one time. `zone` is the one in which it was arranged."""

    title: str
    starts: datetime
    ends: datetime
    place: str
    method: Method = "REQUEST"

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which it was arranged."""
        zone = self.starts.tzinfo
        return zone if isinstance(zone, ZoneInfo) else ZoneInfo("UTC")


@dataclass(frozen=True)
class Guest:
    """Somebody to be invited, or who was. `email` is checked, or empty where it needs a person."""

    ref: RowRef
    name: str
    email: str
    zone: str
    language: str


@dataclass(frozen=True)
class Told:
    """What one guest was mailed, or was about to be."""

    guest: Guest
    version: Version
    sequence: int
    uid: str
    alone: bool
    state: State
    occasion: str = ""

    def is_of(self, occasion: str) -> bool:
        """Whether it was told on this occasion; one without a name is the only one there is."""
        return not occasion or self.occasion.partition("/")[0] == occasion

    @property
    def reached(self) -> bool:
        """Whether the guest has it, or may have it."""
        return self.state in TOLD

    @property
    def is_off(self) -> bool:
        """Whether this certainly told the guest not to come."""
        return self.version.method == "CANCEL" and self.state is State.DONE


def meeting_for(
    guest: Guest,
    version: Version,
    people: Sequence[Guest],
    *,
    sequence: int,
    uid: str,
    alone: bool = False,
) -> dict[str, Any]:
    """The meeting as a plan shows it, and all that the next plan must know of it.

    `alone` says that only this guest is called off, and that the others still meet.
    """
    zone = ZoneInfo(guest.zone)
    shown = Meeting(
        title=version.title,
        starts=version.starts.astimezone(zone).isoformat(),
        ends=version.ends.astimezone(zone).isoformat(),
        zone=guest.zone,
        place=version.place,
        people=[{"name": each.name, "email": each.email} for each in people],
        method=version.method,
    )
    return {
        **shown,
        "guest": {**asdict(guest), "ref": [guest.ref.table, guest.ref.row]},
        "arranged_in": version.zone.key,
        "sequence": sequence,
        "uid": uid,
        "alone": alone,
    }


def version_in(meeting: Mapping[str, Any]) -> Version:
    """The version that `meeting_for` wrote down, in the zone in which it was arranged."""
    zone = ZoneInfo(meeting["arranged_in"])
    return Version(
        title=meeting["title"],
        starts=datetime.fromisoformat(meeting["starts"]).astimezone(zone),
        ends=datetime.fromisoformat(meeting["ends"]).astimezone(zone),
        place=meeting["place"],
        method=meeting["method"],
    )


def told(past: Past) -> Told | None:
    """What `meeting_for` wrote down, as the ledger gives it back."""
    meeting: Mapping[str, Any] = past.data.get("meeting") or {}
    if "guest" not in meeting:  # none, or one that a calendar keeps for all guests
        return None
    return Told(
        guest=Guest(**{**meeting["guest"], "ref": RowRef(*meeting["guest"]["ref"])}),
        version=version_in(meeting),
        sequence=meeting["sequence"],
        uid=meeting["uid"],
        alone=meeting["alone"],
        state=past.state,
        occasion=past.occasion,
    )


class History:
    """What the guests of one meeting were told so far; the oldest comes first."""

    def __init__(self, before: Sequence[Past]) -> None:
        self._all = [found for past in before if (found := told(past))]

    def uid(self, otherwise: str) -> str:
        """The meeting's calendar id: the one it always had, or a new one."""
        return self._all[0].uid if self._all else otherwise

    def sequence(self, version: Version, ref: RowRef) -> int:
        """How many different versions came before this one.

        It is more for a guest who was called off alone, and comes back.
        """
        shared = [found for found in self._all if not found.alone]
        return max(_after(_latest(shared), version), _after(self._last(ref), version))

    def previous(self, version: Version, ref: RowRef) -> Told | None:
        """The last other version that reached this guest, or may have."""
        return _latest([found for found in self._of(ref) if not _same(found.version, version)])

    def invited(self) -> list[Told]:
        """Everybody who still counts on the meeting, or may, by the last that they were told."""
        refs = dict.fromkeys(found.guest.ref for found in self._all)
        found = [last for ref in refs if (last := self._last(ref))]
        return [last for last in found if not last.is_off]

    def known_as(self, guest: Guest, people: Container[RowRef]) -> Guest:
        """The guest under the row they were invited by, where only the id of their row changed.

        `people` are the rows that are meant now; what another of them was told is not this guest's.
        """
        if not guest.email or self._of(guest.ref):
            return guest
        for last in self.invited():
            same = last.guest.email.casefold() == guest.email.casefold()
            if same and last.guest.ref not in people:
                return replace(guest, ref=last.guest.ref)
        return guest

    def _of(self, ref: RowRef) -> list[Told]:
        return [found for found in self._all if found.reached and found.guest.ref == ref]

    def _last(self, ref: RowRef) -> Told | None:
        return _latest(self._of(ref))


@dataclass(frozen=True)
class Round:
    """What all mails of one plan for one meeting have in common."""

    work: Work
    history: History
    guests: Sequence[Guest] = ()


def _latest(found: Sequence[Told]) -> Told | None:
    return max(found, key=lambda each: each.sequence, default=None)


def _after(latest: Told | None, version: Version) -> int:
    return latest.sequence + (not _same(latest.version, version)) if latest else 0


def _same(one: Version, other: Version) -> bool:
    return _facts(one) == _facts(other)


def _facts(version: Version) -> tuple[Any, ...]:
    starts, ends = version.starts.timestamp(), version.ends.timestamp()
    return version.title, starts, ends, version.place, version.method
