"""freebusy.query: when calendars are busy, nothing more."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from tests.emulators.google.calendar import agenda, times
from tests.emulators.google.calendar.agenda import Event, Window
from tests.emulators.google.calendar.checking import empty_range
from tests.emulators.google.calendar.model import Calendar, calendars
from tests.emulators.google.calendar.sharing import guests
from tests.emulators.google.calls import Call, method
from tests.emulators.google.errors import ApiError

MOST_CALENDARS = 50

Span = tuple[datetime, datetime]


@method("calendar.freebusy.query")
def query(call: Call) -> dict[str, Any]:
    """The busy times of each calendar asked for, one after another and merged."""
    for name in ("timeMin", "timeMax"):
        if not call.body.get(name):
            raise ApiError(400, "required", f"Missing {name} parameter.", location=name)
    after, before = (times.moment(call.body[n]) for n in ("timeMin", "timeMax"))
    if before <= after:
        raise empty_range()
    zone = times.zone_named(call.body.get("timeZone") or "UTC")
    names = [one.get("id", "") for one in call.body.get("items") or []]
    most = min(call.body.get("calendarExpansionMax") or MOST_CALENDARS, MOST_CALENDARS)
    found = {
        name: _answer(call, name, (after, before), zone)
        if place < most
        else _error("tooManyCalendarsRequested")
        for place, name in enumerate(names)
    }
    return {
        "kind": "calendar#freeBusy",
        "timeMin": times.stamp(after),
        "timeMax": times.stamp(before),
        "calendars": found,
    }


def _error(reason: str) -> dict[str, Any]:
    return {"errors": [{"domain": "global", "reason": reason}], "busy": []}


def _answer(call: Call, name: str, span: Span, zone: tzinfo) -> dict[str, Any]:
    try:
        calendar = calendars(call.world).find(name, call.user)
    except ApiError:
        return _error("notFound")
    spans = merged(sorted(busy(calendar, *span, call.now)))
    return {
        "busy": [{"start": times.in_zone(a, zone), "end": times.in_zone(b, zone)} for a, b in spans]
    }


def busy(calendar: Calendar, after: datetime, before: datetime, now: datetime) -> list[Span]:
    """The times of all events that block time, cut to the window."""
    spans = []
    window = Window(after, before)
    for event in agenda.agenda(calendar, window, now, single=True):
        if _blocks(event, calendar):
            begins = max(times.instant(event["start"], calendar.zone), after)
            ends = min(times.instant(event["end"], calendar.zone), before)
            if begins < ends:
                spans.append((begins, ends))
    return spans


def _blocks(event: Event, calendar: Calendar) -> bool:
    mine = guests(event).get(calendar.id, {})
    if event["status"] == "cancelled" or mine.get("responseStatus") == "declined":
        return False
    return event.get("transparency") != "transparent" and event["eventType"] != "workingLocation"


def merged(spans: list[Span]) -> list[Span]:
    """Sorted spans with those that touch or overlap made one."""
    found: list[Span] = []
    for begins, ends in spans:
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found
