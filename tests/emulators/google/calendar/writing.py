"""Changing events: what is kept, what counts up, and who else's calendar is touched."""

from __future__ import annotations

from typing import Any

from tests.emulators.google.calendar import agenda, conferences, sharing, times
from tests.emulators.google.calendar.agenda import Event
from tests.emulators.google.calendar.checking import checked_attendees, checked_event
from tests.emulators.google.calendar.model import Calendar, Calendars, calendars, match_etag
from tests.emulators.google.calendar.recurrence import Series
from tests.emulators.google.calendar.rendering import MOST_SHOWN, rendered
from tests.emulators.google.calls import Call
from tests.emulators.google.errors import ApiError

IDENTITY = (
    "id",
    "iCalUID",
    "created",
    "creator",
    "organizer",
    "recurringEventId",
    "originalStartTime",
    "sequence",
    "privateCopy",
)
"""What an update cannot change."""
COUNTED = ("start", "end", "recurrence", "location", "status")
"""Changes of these count `sequence` up [the service documents none; RFC 5546 names these]."""


def writable(call: Call, name: str = "calendarId") -> Calendar:
    """The calendar in the path, for somebody who may change its events."""
    return calendars(call.world).find(call.path[name], call.user, role="writer")


def shown(call: Call, calendar: Calendar, event: Event) -> dict[str, Any]:
    """The event as the answer to a write."""
    most = call.query.get("maxAttendees", MOST_SHOWN)
    return rendered(event, calendar, call.user, most_attendees=most)


def created(call: Call, calendar: Calendar, body: dict[str, Any], identity: Event) -> Event:
    """Keep a new event, give it to its guests, and mail them when asked to."""
    state, version = calendars(call.world), call.query.get("conferenceDataVersion", 0)
    event = {**checked_event(body, calendar), **identity}
    event["created"] = times.stamp(call.now.replace(microsecond=0))
    event["sequence"] = int(body.get("sequence") or 0)
    conferences.settle(state, event, {}, version=version, user=call.user)
    if not event.get("privateCopy"):
        sharing.refuse_robots(call.user, event, {})
        sharing.notify(state, call.query, event, kind="request", user=call.user)
    return keep(state, calendar, event, {})


def people(call: Call, calendar: Calendar) -> Event:
    """Creator and organizer of an event that `call` makes on this calendar."""
    organizer = {"email": calendar.id}
    if not calendar.primary:
        organizer["displayName"] = calendar.summary
    return {"creator": {"email": call.user}, "organizer": organizer}


def keep(state: Calendars, calendar: Calendar, event: Event, old: Event) -> Event:
    """Store an event under a new etag and bring it to the other people it concerns."""
    event |= {"etag": state.tick(), "updated": times.stamp(state.world.now())}
    event["kind"] = "calendar#event"
    calendar.events[event["id"]] = event
    if sharing.is_organizers(event, calendar):
        sharing.spread(state, event, calendar, old)
    else:
        sharing.answer(state, event, calendar)
    return event


def rewrite(call: Call, calendar: Calendar, old: Event, body: dict[str, Any]) -> Event:
    """Put the whole new content of an event in the place of the old."""
    match_etag(call.headers, old)
    state, version = calendars(call.world), call.query.get("conferenceDataVersion", 0)
    body = _with_all_guests(body, old, calendar)
    event = checked_event(body, calendar)
    event |= {name: old[name] for name in IDENTITY if name in old}
    if "recurringEventId" in event:
        event.pop("recurrence", None)
    conferences.settle(state, event, old, version=version, user=call.user)
    if not call.query.get("supportsAttachments"):
        event.pop("attachments", None)
        event |= {"attachments": old["attachments"]} if "attachments" in old else {}
    event["sequence"] = _sequence(event, old, body.get("sequence"))
    _check_guest_may(event, old, calendar)
    if not old.get("privateCopy"):
        sharing.refuse_robots(call.user, event, old)
        _tell(call, calendar, event, old)
    kept = keep(state, calendar, event, old)
    if kept.get("recurrence") or old.get("recurrence"):
        _carry_to_exceptions(state, calendar, kept, old)
    return kept


def _with_all_guests(body: dict[str, Any], old: Event, calendar: Calendar) -> dict[str, Any]:
    """`attendeesOmitted` says that the list holds the asking guest alone, with the answer."""
    if not body.get("attendeesOmitted") or not body.get("attendees"):
        return body
    given = {a["email"].lower(): a for a in checked_attendees(body["attendees"])}
    mine = given.get(calendar.id)
    everybody = [
        {**a, **mine} if mine and a["email"].lower() == calendar.id else a
        for a in old.get("attendees", [])
    ]
    return {**body, "attendees": everybody}


def _sequence(event: Event, old: Event, given: Any) -> int:
    now = int(old.get("sequence", 0))
    if given is not None and int(given) < now:
        text = (
            "Invalid sequence value. The specified sequence number is below the current sequence "
            "number of the resource. Re-fetch the resource and use its sequence number on the "
            "following request."
        )
        raise ApiError(400, "invalid", text)
    changed = any(event.get(name) != old.get(name) for name in COUNTED)
    return max(int(given or 0), now + 1 if changed else now)


def _check_guest_may(event: Event, old: Event, calendar: Calendar) -> None:
    if sharing.is_organizers(old, calendar):
        return
    if any(event.get(name) != old.get(name) for name in sharing.ORGANIZERS_ALONE):
        text = "Shared properties can only be changed by the organizer of the event."
        raise ApiError(403, "forbiddenForNonOrganizer", text, domain="calendar")


def _tell(call: Call, calendar: Calendar, event: Event, old: Event) -> None:
    state = calendars(call.world)
    if not sharing.is_organizers(old, calendar):
        to = [old.get("organizer", {}).get("email", "").lower()]
        if sharing.guests(event).get(calendar.id) != sharing.guests(old).get(calendar.id):
            sharing.notify(state, call.query, event, kind="reply", user=call.user, to=to)
        return
    now, before = sharing.guests(event), sharing.guests(old)
    kinds = {
        "request": [one for one in now if one not in before],
        "update": [one for one in now if one in before],
        "cancel": [one for one in before if one not in now],
    }
    for kind, to in kinds.items():
        sharing.notify(state, call.query, event, kind=kind, user=call.user, to=to)


def _carry_to_exceptions(state: Calendars, calendar: Calendar, event: Event, old: Event) -> None:
    """What changed in a series changes in its exceptions, too, where they had not their own.

    Exceptions that the series no longer reaches go with the occurrences they stood for.
    """
    if event.get("recurrence") != old.get("recurrence") or event["start"] != old["start"]:
        for one in agenda.exceptions(calendar, event["id"]):
            parts = one["id"].removeprefix(event["id"] + "_")
            gone = not event.get("recurrence")
            if gone or Series(event, calendar.zone).occurrence(parts) is None:
                del calendar.events[one["id"]]
    apart = ("start", "end", "recurrence", "etag", "updated", "sequence", *IDENTITY)
    names = [n for n in {*event, *old} if event.get(n) != old.get(n) and n not in apart]
    for one in agenda.exceptions(calendar, event["id"]):
        taken = {n: event.get(n) for n in names if one.get(n) == old.get(n)}
        if taken and one["status"] != "cancelled":
            new = {k: v for k, v in {**one, **taken}.items() if v is not None}
            keep(state, calendar, new, one)


def cancel(call: Call, calendar: Calendar, event: Event) -> None:
    """Take an event off: for everybody when it is the organizer's, else for this guest."""
    state = calendars(call.world)
    gone = {**event, "status": "cancelled"}
    if sharing.is_organizers(event, calendar):
        gone["sequence"] = int(event.get("sequence", 0)) + 1
        sharing.notify(state, call.query, gone, kind="cancel", user=call.user)
    elif calendar.id in sharing.guests(event):
        gone["attendees"] = [
            {**a, "responseStatus": "declined"} if a["email"].lower() == calendar.id else a
            for a in event["attendees"]
        ]
        to = [event.get("organizer", {}).get("email", "").lower()]
        sharing.notify(state, call.query, gone, kind="reply", user=call.user, to=to)
    keep(state, calendar, gone, event)
    for one in agenda.exceptions(calendar, event["id"]):
        if one["status"] != "cancelled":
            keep(state, calendar, {**one, "status": "cancelled"}, one)
