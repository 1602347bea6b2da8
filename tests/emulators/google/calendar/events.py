"""events.get, insert, import, update, patch, delete, move and quickAdd."""

from __future__ import annotations

import base64
from typing import Any

from tests.emulators.google.calendar import agenda, times
from tests.emulators.google.calendar.agenda import Event
from tests.emulators.google.calendar.checking import (
    NOT_WRITABLE,
    checked_attendees,
    checked_id,
    merged,
)
from tests.emulators.google.calendar.model import Calendar, calendars, match_etag
from tests.emulators.google.calendar.quick import understood
from tests.emulators.google.calendar.rendering import MOST_SHOWN, rendered
from tests.emulators.google.calendar.sharing import guests, is_organizers, notify
from tests.emulators.google.calendar.writing import (
    cancel,
    created,
    keep,
    people,
    rewrite,
    shown,
    writable,
)
from tests.emulators.google.calls import Call, Raw, method
from tests.emulators.google.errors import ApiError

MAKES_ITSELF = "fromGmail"


@method("calendar.events.get")
def get(call: Call) -> dict[str, Any] | Raw:
    """One event, a cancelled one, too; 304 for a client that has it as it is."""
    calendar = calendars(call.world).find(call.path["calendarId"], call.user)
    event = agenda.find(calendar, call.path["eventId"])
    zone = times.zone_named(call.query["timeZone"]) if call.query.get("timeZone") else None
    most = call.query.get("maxAttendees", MOST_SHOWN)
    call.answer_headers["ETag"] = event["etag"]
    if call.headers.get("if-none-match") == event["etag"]:
        return Raw(b"", status=304)
    return rendered(event, calendar, call.user, zone=zone, most_attendees=most)


@method("calendar.events.insert")
def insert(call: Call) -> dict[str, Any]:
    """A new event, under the client's id or one made here."""
    calendar = writable(call)
    event_id = checked_id(call.body["id"]) if "id" in call.body else ""
    uid = call.body.get("iCalUID") or ""
    if event_id in calendar.events or (uid and _by_uid(calendar, uid)):
        raise taken()
    event_id = event_id or calendars(call.world).new_id()
    identity = {"id": event_id, "iCalUID": uid or f"{event_id}@google.com"}
    event = created(call, calendar, call.body, {**identity, **people(call, calendar)})
    return shown(call, calendar, event)


def taken() -> ApiError:
    """409 for an id or iCalUID that an event has or had."""
    return ApiError(409, "duplicate", "The requested identifier already exists.")


def _by_uid(calendar: Calendar, uid: str) -> list[Event]:
    return [event for event in calendar.events.values() if event["iCalUID"] == uid]


@method("calendar.events.import")
def import_event(call: Call) -> dict[str, Any]:
    """A private copy of an event from elsewhere: guests are kept and never told.

    A second import of the same iCalUID is refused as a duplicate whatever its sequence; that is
    what users of the real service report.
    """
    calendar = writable(call)
    uid = call.body.get("iCalUID")
    if not uid:
        raise ApiError(400, "required", "Missing iCalUID.")
    if _by_uid(calendar, uid):
        raise taken()
    organizer = call.body.get("organizer") or people(call, calendar)["organizer"]
    attendees = checked_attendees(call.body.get("attendees") or [])
    known = {organizer.get("email", "").lower(), *guests({"attendees": attendees})}
    if calendar.primary and calendar.id not in known:
        text = "The owner of the calendar must either be the organizer or an attendee of an "
        reason = "participantIsNeitherOrganizerNorAttendee"
        raise ApiError(400, reason, text + "event that is imported.", domain="calendar")
    name = "_" + base64.b32hexencode(uid.encode()).decode().rstrip("=").lower()
    identity = {"id": name, "iCalUID": uid, "privateCopy": True}
    identity |= {**people(call, calendar), "organizer": organizer}
    event = created(call, calendar, {**call.body, "eventType": "default"}, identity)
    return shown(call, calendar, event)


@method("calendar.events.update")
def update(call: Call) -> dict[str, Any]:
    """The whole event anew. One that was deleted cannot be updated (403)."""
    calendar = writable(call)
    old = agenda.find(calendar, call.path["eventId"])
    if old["status"] == "cancelled":
        raise ApiError(403, "forbidden", "Forbidden")
    return shown(call, calendar, rewrite(call, calendar, old, call.body))


@method("calendar.events.patch")
def patch(call: Call) -> dict[str, Any]:
    """Some fields anew: nested objects merge, arrays are replaced, null removes.

    Reported of the real service: a deleted event keeps its id, insert answers 409, get gives
    it as cancelled and update answers 403. That a patch with the status "confirmed" brings it
    back, and that any other patch of it is refused as an update is, is assumed here.
    """
    calendar = writable(call)
    old = agenda.find(calendar, call.path["eventId"])
    if old["status"] == "cancelled" and call.body.get("status") not in ("confirmed", "tentative"):
        raise ApiError(403, "forbidden", "Forbidden")
    given = {k: v for k, v in call.body.items() if k not in NOT_WRITABLE or k == "attendeesOmitted"}
    body = merged({k: v for k, v in old.items() if k != "sequence"}, given)
    return shown(call, calendar, rewrite(call, calendar, old, body))


@method("calendar.events.delete")
def delete(call: Call) -> None:
    """Cancel an event or one instance; a second time is 410."""
    calendar = writable(call)
    event = agenda.find(calendar, call.path["eventId"])
    if event["status"] == "cancelled":
        raise ApiError(410, "deleted", "Resource has been deleted")
    match_etag(call.headers, event)
    cancel(call, calendar, event)


@method("calendar.events.move")
def move(call: Call) -> dict[str, Any]:
    """Give an event to another calendar, which becomes its organizer."""
    calendar = writable(call)
    state = calendars(call.world)
    goal = state.find(call.query["destination"], call.user, role="writer")
    event = agenda.find(calendar, call.path["eventId"])
    _check_movable(event, calendar, goal)
    moving = [event, *agenda.exceptions(calendar, event["id"])]
    organizer = people(call, goal)["organizer"]
    for one in moving:
        left = {"kind": "calendar#event", "id": one["id"], "status": "cancelled"}
        left |= {k: one[k] for k in ("iCalUID", "start", "end", "updated", "created") if k in one}
        calendar.events[one["id"]] = {**left, "etag": state.tick()}
        keep(state, goal, {**one, "organizer": organizer}, one)
    notify(state, call.query, event, kind="update", user=call.user)
    return shown(call, goal, goal.events[event["id"]])


def _check_movable(event: Event, calendar: Calendar, goal: Calendar) -> None:
    if "recurringEventId" in event:
        text = "Cannot change the organizer of an instance."
        raise ApiError(403, "cannotChangeOrganizerOfInstance", text, domain="calendar")
    if event["status"] == "cancelled":
        raise ApiError(404, "notFound", "Not Found")
    if not is_organizers(event, calendar) or event.get("eventType", "default") != "default":
        text = "Cannot change the organizer of the event."
        raise ApiError(403, "cannotChangeOrganizer", text, domain="calendar")
    if event["id"] in goal.events:
        raise taken()


@method("calendar.events.quickAdd")
def quick_add(call: Call) -> dict[str, Any]:
    """An event from a sentence."""
    calendar = writable(call)
    event_id = calendars(call.world).new_id()
    body = understood(call.query["text"], call.now.astimezone(calendar.zone))
    identity = {"id": event_id, "iCalUID": f"{event_id}@google.com"}
    event = created(call, calendar, body, {**identity, **people(call, calendar)})
    return shown(call, calendar, event)
