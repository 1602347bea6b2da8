"""An appointment as Google Calendar holds it, with a note in it of what we last wrote.

The note is private to the calendar that the event is on: guests do not see it. It is how a later
version knows what a person has changed in between.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sheetflow import Appointment, Invitee, digest

Event = Mapping[str, Any]

VERSION, ENTRY, TITLE, ABOUT, PLACE, WHEN, GUESTS = (
    f"sheetflow_{name}"
    for name in ("version", "entry", "title", "about", "place", "when", "guests")
)
"""The names of the note's parts, among the event's private extended properties."""

GENERATIONS = 50
"""How often one entry may be put in once more; each time costs one request to find it."""

_SIGNS = str.maketrans("<>", "‹›")
"""Calendar shows a description as HTML; without these two signs, it is text whatever it holds."""


def event_ids(entry: str) -> Iterator[str]:
    """The ids that an entry may have, as Google takes them: base32hex (RFC 4648), small letters.

    A deleted event keeps its id, so that an entry that is put in once more has the next one. For
    the same entry they are always the same.

    >>> next(event_ids("a call"))
    'sfc4on2jntbhnrtemovp34r7la5c'
    """
    for generation in range(GENERATIONS):
        content = bytes.fromhex(digest("event", entry, generation))
        yield "sf" + base64.b32hexencode(content).decode("ascii").rstrip("=").lower()


def new_event(appointment: Appointment, number: str) -> dict[str, Any]:
    """The whole event, as it is first put in, under the id `number`."""
    event = {
        "id": number,
        **_texts(appointment),
        **times_of(appointment),
        "attendees": [attendee(guest) for guest in appointment.guests],
        "extendedProperties": {"private": note_of(appointment)},
        "reminders": {"useDefault": True},
    }
    if appointment.place is None:
        event["conferenceData"] = wanted_conference(number)
    return event


def wanted_conference(number: str) -> dict[str, Any]:
    """A request for a Meet link. The same request twice is one link."""
    key = {"type": "hangoutsMeet"}
    return {"createRequest": {"requestId": number, "conferenceSolutionKey": key}}


def times_of(appointment: Appointment) -> dict[str, Any]:
    """Start and end, with the zone in which it was arranged."""
    return {"start": _moment(appointment.starts), "end": _moment(appointment.ends)}


def text_of(appointment: Appointment, name: str) -> str:
    """What the event is to hold under "summary", "description" or "location"."""
    return _texts(appointment)[name]


def attendee(guest: Invitee) -> dict[str, str]:
    """A guest as an event names them."""
    named = {"displayName": guest.name} if guest.name else {}
    return {"email": guest.email, **named}


def note_of(appointment: Appointment) -> dict[str, str]:
    """What we write, in short, to know it again."""
    texts = _texts(appointment)
    return {
        ENTRY: appointment.id,
        VERSION: str(appointment.version),
        TITLE: mark(texts["summary"]),
        ABOUT: mark(texts["description"]),
        PLACE: mark(texts["location"]),
        WHEN: span(appointment.starts, appointment.ends),
        GUESTS: marks(guest.email for guest in appointment.guests),
    }


def mark(text: object) -> str:
    """A text in 12 signs. Space does not count: Google tidies it."""
    return digest(" ".join(str(text or "").split()))[:12]


def marks(addresses: Iterable[str]) -> str:
    """Addresses as 8 signs each; 113 of them fit into the 1,024 of a property."""
    return " ".join(sorted(mark_of_guest(address) for address in addresses))


def mark_of_guest(address: str) -> str:
    """One address in 8 signs."""
    return digest(address.casefold())[:8]


def span(starts: datetime, ends: datetime) -> str:
    """From when to when, in UTC."""
    return "/".join(f"{each.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for each in (starts, ends))


def span_in(event: Event) -> str:
    """The same of an event as Google gives it; an event of whole days is told by its days."""
    ends = [event.get(name) or {} for name in ("start", "end")]
    if all("dateTime" in each for each in ends):
        starts, last = (datetime.fromisoformat(each["dateTime"]) for each in ends)
        return span(starts, last)
    return "/".join(str(each.get("date", "")) for each in ends)


def note_in(event: Event) -> Mapping[str, str]:
    """What we last wrote, as the event says it; {} for one that is not ours."""
    found: Mapping[str, str] = (event.get("extendedProperties") or {}).get("private") or {}
    return found if ENTRY in found else {}


def version_in(event: Event) -> int:
    """The version that the event has reached; -1 for one that is not ours."""
    written = note_in(event).get(VERSION, "")
    return int(written) if written.isdecimal() else -1


def has_reached(event: Event, appointment: Appointment) -> bool:
    """Whether the event is, or was, at this version of the appointment or at a later one."""
    note, wanted = note_in(event), note_of(appointment)
    if is_gone(event) and not note:
        return appointment.version == 0  # it was there, and a person took it out
    same = all(note.get(name) == wanted[name] for name in (VERSION, WHEN, GUESTS))
    return same or version_in(event) > appointment.version


def is_gone(event: Event) -> bool:
    """Whether it was deleted: it is kept as cancelled, and its id with it."""
    return event.get("status") == "cancelled"


def is_over(event: Event, now: datetime) -> bool:
    """Whether it has taken place."""
    ended = (event.get("end") or {}).get("dateTime")
    return ended is not None and datetime.fromisoformat(ended) <= now


def stands(event: Event, now: datetime) -> bool:
    """Whether it is in the calendar, and still ahead."""
    return not is_gone(event) and not is_over(event, now)


def link_in(event: Event) -> str:
    """The address at which the call takes place, "" if there is none (yet)."""
    points: Sequence[Mapping[str, Any]] = (event.get("conferenceData") or {}).get("entryPoints", ())
    video = [str(one["uri"]) for one in points if one.get("entryPointType") == "video"]
    return video[0] if video else str(event.get("hangoutLink") or "")


def conference_failed(event: Event) -> bool:
    """Whether Google says that it will make no link."""
    asked = (event.get("conferenceData") or {}).get("createRequest") or {}
    return (asked.get("status") or {}).get("statusCode") == "failure"


def _texts(appointment: Appointment) -> dict[str, str]:
    return {
        "summary": appointment.title,
        "description": appointment.about.translate(_SIGNS),
        "location": appointment.place or "",
    }


def _moment(moment: datetime) -> dict[str, str]:
    zone = moment.tzinfo.key if isinstance(moment.tzinfo, ZoneInfo) else "UTC"
    return {"dateTime": moment.isoformat(timespec="seconds"), "timeZone": zone}
