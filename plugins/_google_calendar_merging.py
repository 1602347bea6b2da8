"""A new version of an event, without a word over what a person changed in it meanwhile.

For each part there are three: what we wrote last (the note in the event), what stands there now,
and what it is to be. Where the first two differ, a person was there, and theirs stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sheetflow import Appointment, Refused, statuses

from ._google_calendar_event import (
    ABOUT,
    ENTRY,
    GUESTS,
    PLACE,
    TITLE,
    VERSION,
    WHEN,
    Event,
    attendee,
    link_in,
    mark,
    mark_of_guest,
    note_in,
    note_of,
    span_in,
    text_of,
    times_of,
    wanted_conference,
)

_TEXTS = (("summary", TITLE, "title"), ("description", ABOUT, "text"), ("location", PLACE, "place"))


@dataclass(frozen=True)
class Merged:
    """What to send so that the event reaches the version, and what of it a person changed."""

    patch: Mapping[str, Any]
    theirs: tuple[str, ...]

    @property
    def is_news(self) -> bool:
        """Whether guests are to be told: more is written than our note."""
        return set(self.patch) != {"extendedProperties"}

    @property
    def remark(self) -> str:
        """What the row says of it: "title changed in the calendar stays"."""
        if not self.theirs:
            return ""
        *first, last = self.theirs
        what = f"{', '.join(first)} and {last}" if first else last
        return f"{what} changed in the calendar: left so"


def merged(event: Event, appointment: Appointment) -> Merged:
    """The event as it stands, on its way to the appointment.

    Raises Refused when a person moved it to another time than the one that is wanted now: there
    must not be two.
    """
    note, wanted_note = dict(note_in(event)), note_of(appointment)
    patch, theirs = _texts(event, appointment, note)
    note |= {part: wanted_note[part] for _, part, words in _TEXTS if words not in theirs}
    if span_in(event) != wanted_note[WHEN]:
        if note.get(WHEN) == wanted_note[WHEN]:
            theirs.append("time")
        else:
            _must_be_where_we_put_it(event, note, appointment.starts.tzinfo)
            patch |= times_of(appointment)
    note[WHEN] = wanted_note[WHEN]
    guests, changed = _guests(event, appointment, set(note.get(GUESTS, "").split()))
    if guests is not None:
        patch["attendees"] = guests
    if changed:
        theirs.append("guests")
    note |= {name: wanted_note[name] for name in (ENTRY, VERSION, GUESTS)}
    if note != note_in(event):
        patch["extendedProperties"] = {"private": note}
    if appointment.place is None and not (link_in(event) or event.get("conferenceData")):
        patch["conferenceData"] = wanted_conference(f"{event['id']}v{appointment.version}")
    return Merged(patch, tuple(theirs))


def _texts(
    event: Event, appointment: Appointment, note: Mapping[str, str]
) -> tuple[dict[str, Any], list[str]]:
    """The texts that are to be written, and what those are called that a person changed."""
    patch: dict[str, Any] = {}
    theirs = []
    for name, part, words in _TEXTS:
        there, wanted = str(event.get(name) or ""), text_of(appointment, name)
        if mark(there) == mark(wanted):
            continue
        if mark(there) == note.get(part, mark(there)):
            patch[name] = wanted
        else:
            theirs.append(words)
    return patch, theirs


def _must_be_where_we_put_it(event: Event, note: Mapping[str, str], zone: tzinfo | None) -> None:
    found = span_in(event)
    if found != note.get(WHEN, found):
        at = (event.get("start") or {}).get("dateTime")
        moved = statuses.moment(datetime.fromisoformat(at).astimezone(zone)) if at else found
        raise Refused(
            f"the calendar has it on {moved}, moved there by hand: write that time here too",
            hint="Or move it in the calendar to the time of the sheet.",
        )


def _guests(
    event: Event, appointment: Appointment, ours: set[str]
) -> tuple[Sequence[Mapping[str, Any]] | None, bool]:
    """The guests as they are to be, None if they are so; and whether a person changed them.

    `ours` are the marks of those whom the last version invited. Whoever else is there was added by
    hand and stays; whoever of ours is not, was taken out by hand and stays out.
    """
    there = list(event.get("attendees") or ())
    marks_there = {mark_of_guest(str(one.get("email", ""))) for one in there}
    wanted = {mark_of_guest(guest.email): guest for guest in appointment.guests}
    kept = [
        one
        for one in there
        if (name := mark_of_guest(str(one.get("email", "")))) in wanted or name not in ours
    ]
    new = [
        attendee(guest)
        for name, guest in wanted.items()
        if name not in marks_there and name not in ours
    ]
    strangers = [one for one in there if not one.get("organizer") and not one.get("resource")]
    names = {mark_of_guest(str(one.get("email", ""))) for one in strangers}
    added = any(name not in ours and name not in wanted for name in names)
    removed = any(name in wanted and name not in marks_there for name in ours)
    if not new and len(kept) == len(there):
        return None, added or removed
    return [*kept, *new], added or removed
