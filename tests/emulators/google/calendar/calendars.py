"""calendars: get, insert, update, patch, delete, clear, transferOwnership."""

from __future__ import annotations

from typing import Any

from tests.emulators.google.calendar import times
from tests.emulators.google.calendar.checking import merged
from tests.emulators.google.calendar.model import Calendar, calendars, match_etag
from tests.emulators.google.calls import Call, method
from tests.emulators.google.errors import ApiError

WRITABLE = ("description", "location", "labelProperties", "workingHours", "autoAcceptInvitations")


def resource(calendar: Calendar) -> dict[str, Any]:
    """The Calendar resource."""
    kept = {k: v for k, v in calendar.fields.items() if k in WRITABLE and v not in (None, "")}
    owner = {} if calendar.primary else {"dataOwner": calendar.owner}
    return {
        "kind": "calendar#calendar",
        "etag": calendar.etag,
        "id": calendar.id,
        "summary": calendar.summary,
        "timeZone": calendar.time_zone,
        "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
        **owner,
        **kept,
    }


@method("calendar.calendars.get")
def get(call: Call) -> dict[str, Any]:
    """A calendar's metadata."""
    return resource(calendars(call.world).find(call.path["calendarId"], call.user))


@method("calendar.calendars.insert")
def insert(call: Call) -> dict[str, Any]:
    """A new secondary calendar of the one who asks."""
    state = calendars(call.world)
    if not call.body.get("summary"):
        raise ApiError(400, "required", "Missing title.")
    zone = call.body.get("timeZone") or "UTC"
    times.zone_named(zone)
    name = "".join(call.world.chance.choices("0123456789abcdef", k=64))
    calendar = Calendar(
        f"c_{name}@group.calendar.google.com",
        owner=call.user.lower(),
        summary=call.body["summary"],
        time_zone=zone,
        fields={k: v for k, v in call.body.items() if k in WRITABLE},
    )
    return resource(state.add(calendar))


@method("calendar.calendars.update")
def update(call: Call) -> dict[str, Any]:
    """All metadata anew."""
    return _write(call, call.body)


@method("calendar.calendars.patch")
def patch(call: Call) -> dict[str, Any]:
    """Some metadata anew."""
    calendar = calendars(call.world).find(call.path["calendarId"], call.user, role="owner")
    return _write(call, merged(resource(calendar), call.body))


def _write(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    state = calendars(call.world)
    calendar = state.find(call.path["calendarId"], call.user, role="owner")
    match_etag(call.headers, resource(calendar))
    if not body.get("summary"):
        raise ApiError(400, "required", "Missing title.")
    zone = body.get("timeZone") or calendar.time_zone
    times.zone_named(zone)
    calendar.summary, calendar.time_zone = body["summary"], zone
    other = {k: v for k, v in calendar.fields.items() if k not in WRITABLE}
    calendar.fields = other | {k: v for k, v in body.items() if k in WRITABLE}
    calendar.etag = state.tick()
    return resource(calendar)


@method("calendar.calendars.delete")
def delete(call: Call) -> None:
    """A secondary calendar goes, for everybody."""
    state = calendars(call.world)
    calendar = state.find(call.path["calendarId"], call.user, role="owner")
    if calendar.primary:
        text = "Cannot delete the primary calendar."
        raise ApiError(403, "cannotDeletePrimaryCalendar", text, domain="calendar")
    del state.calendars[calendar.id]
    for mine in state.entries.values():
        if calendar.id in mine:
            mine[calendar.id] = {"deleted": True, "etag": state.tick()}


@method("calendar.calendars.clear")
def clear(call: Call) -> None:
    """All events of a primary calendar go; sync tokens from before are void."""
    state = calendars(call.world)
    calendar = state.find(call.path["calendarId"], call.user, role="owner")
    if not calendar.primary:
        raise ApiError(400, "invalid", "Invalid Value", location="calendarId")
    calendar.events.clear()
    calendar.etag = state.tick()
    calendar.fields["cleared"] = state.version


@method("calendar.calendars.transferOwnership")
def transfer(call: Call) -> None:
    """A secondary calendar gets another data owner."""
    state = calendars(call.world)
    calendar = state.find(call.path["calendarId"], call.user, role="owner")
    owner = call.query["newDataOwner"].lower()
    if calendar.primary or "@" not in owner or not call.query["useAdminAccess"]:
        raise ApiError(400, "invalid", "Invalid Value")
    calendar.owner, calendar.etag = owner, state.tick()
    state.allow(calendar, {"type": "user", "value": owner}, "owner")
    state.list_for(owner, calendar.id)
