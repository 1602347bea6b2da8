"""events.list and events.instances: filters, order, pages, and what changed since a sync token."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.emulators.google.calendar import agenda, paging, times
from tests.emulators.google.calendar.agenda import Event, Window
from tests.emulators.google.calendar.checking import empty_range
from tests.emulators.google.calendar.model import Calendar, calendars, version_of
from tests.emulators.google.calendar.rendering import MOST_SHOWN, rendered
from tests.emulators.google.calls import Call, method
from tests.emulators.google.errors import ApiError

NOT_WITH_SYNC = ("iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty")
NOT_WITH_SYNC += ("timeMin", "timeMax", "updatedMin")
NO_SYNC_AFTER = ("orderBy", "q", "iCalUID", "updatedMin")
NO_SYNC_AFTER += ("privateExtendedProperty", "sharedExtendedProperty")
"""Lists made with these give no nextSyncToken; a window (timeMin, timeMax) is remembered."""
BARE = ("kind", "etag", "id", "status", "recurringEventId", "originalStartTime")
SIZES = (250, 2500)


@method("calendar.events.list")
def list_events(call: Call) -> dict[str, Any]:
    """Events of a calendar."""
    calendar = calendars(call.world).find(call.path["calendarId"], call.user)
    single = bool(call.query.get("singleEvents"))
    if call.query.get("orderBy") == "startTime" and not single:
        text = "The requested ordering is not available for the particular query."
        raise ApiError(400, "badRequest", text)
    since = _since(call, calendar, single)
    window = _window(since or call.query)
    filters = _filters(call.query, call.now)
    found = agenda.agenda(calendar, window, call.now, single=single)
    wanted = [
        event
        for event in found
        if _is_due(event, calendar, call, since, single) and all(fits(event) for fits in filters)
    ]
    _sort(wanted, calendar, call.query.get("orderBy"))
    return _answer(call, calendar, wanted, since=since, single=single)


def _since(call: Call, calendar: Calendar, single: bool) -> dict[str, Any] | None:
    text = call.query.get("syncToken")
    if not text:
        return None
    clash = [name for name in NOT_WITH_SYNC if call.query.get(name)]
    if clash or call.query.get("showDeleted") is False:
        text = "Sync token cannot be used with other query restrictions."
        raise ApiError(400, "badRequest", text, location=(clash or ["showDeleted"])[0])
    oldest = calendar.fields.get("cleared", 0)
    return paging.read_sync(text, now=call.now, of=[calendar.id, single], oldest=oldest)


def _window(query: dict[str, Any]) -> Window:
    names = ("timeMin", "timeMax")
    after, before = (times.moment(query[n]) if query.get(n) else None for n in names)
    if after and before and before <= after:
        raise empty_range()
    return Window(after, before)


def _is_due(
    event: Event, calendar: Calendar, call: Call, since: dict[str, Any] | None, single: bool
) -> bool:
    query = call.query
    if since is not None and version_of(event) <= since["v"]:
        return False
    if event["status"] == "cancelled" and since is None:
        goes_on = not single and agenda.is_cancelled_instance(event, calendar)
        if not (query.get("showDeleted") or query.get("updatedMin") or goes_on):
            return False
    return True


def _filters(query: dict[str, Any], now: datetime) -> list[Callable[[Event], bool]]:
    filters: list[Callable[[Event], bool]] = []
    if query.get("iCalUID"):
        filters.append(lambda event: event["iCalUID"] == query["iCalUID"])
    if query.get("q"):
        words = _words(query["q"])
        filters.append(lambda event: all(word in _text(event) for word in words))
    if query.get("eventTypes"):
        filters.append(lambda event: event.get("eventType", "default") in query["eventTypes"])
    if query.get("updatedMin"):
        oldest = times.stamp(_updated_min(query["updatedMin"], now))
        filters.append(lambda event: event["updated"] >= oldest)
    for side in ("private", "shared"):
        for pair in query.get(f"{side}ExtendedProperty") or []:
            filters.append(_has_property(side, pair))
    return filters


def _updated_min(text: str, now: datetime) -> datetime:
    when = times.moment(text)
    if now - when > paging.KEPT_FOR:
        text = "The requested minimum modification time lies too far in the past."
        where = {"domain": "calendar", "location": "updatedMin"}
        raise ApiError(410, "updatedMinTooLongAgo", text, **where)
    return when


def _has_property(side: str, pair: str) -> Callable[[Event], bool]:
    name, equals, value = pair.partition("=")
    if not equals or not name:
        place = f"{side}ExtendedProperty"
        raise ApiError(400, "invalid", f"Invalid {place} value.", location=place)
    return lambda event: event.get("extendedProperties", {}).get(side, {}).get(name) == value


def _words(text: str) -> list[str]:
    try:
        return [word.casefold() for word in shlex.split(text)]
    except ValueError:  # an apostrophe or a lone quotation mark
        return [word.strip("\"'").casefold() for word in text.split()]


def _text(event: Event) -> str:
    people = [*event.get("attendees", []), event.get("organizer", {})]
    names = [person.get(key, "") for person in people for key in ("displayName", "email")]
    own = [event.get(key, "") for key in ("summary", "description", "location")]
    working = event.get("workingLocationProperties", {})
    office, other = working.get("officeLocation", {}), working.get("customLocation", {})
    labels = [office.get(key, "") for key in ("buildingId", "deskId", "label")]
    return "\n".join([*own, *names, *labels, other.get("label", "")]).casefold()


def _sort(events: list[Event], calendar: Calendar, order: str | None) -> None:
    if order == "startTime":
        events.sort(key=lambda event: times.instant(event["start"], calendar.zone))
    elif order == "updated":
        events.sort(key=lambda event: (event["updated"], version_of(event)))


def _answer(
    call: Call,
    calendar: Calendar,
    found: list[Event],
    *,
    since: dict[str, Any] | None,
    single: bool,
) -> dict[str, Any]:
    state = calendars(call.world)
    keeps = {k: v for k, v in (since or call.query).items() if k in ("timeMin", "timeMax")}
    sync = None if any(call.query.get(name) for name in NO_SYNC_AFTER) else keeps
    of = [calendar.id, single]
    shown, token = paging.page(
        found, call.query, now=call.now, version=state.version, of=of, most=SIZES, sync=sync
    )
    bare = since is not None and not call.query.get("showDeleted")
    items = [_item(call, calendar, event, bare=bare) for event in shown]
    return {**_head(call, calendar, found), "items": items, **token}


def _item(call: Call, calendar: Calendar, event: Event, *, bare: bool) -> dict[str, Any]:
    zone = _zone(call)
    most = call.query.get("maxAttendees", MOST_SHOWN)
    item = rendered(event, calendar, call.user, zone=zone, most_attendees=most)
    if event["status"] == "cancelled" and (bare or "recurringEventId" in event):
        return {k: v for k, v in item.items() if k in BARE}
    return item


def _zone(call: Call) -> Any:
    return times.zone_named(call.query["timeZone"]) if call.query.get("timeZone") else None


def _head(call: Call, calendar: Calendar, found: list[Event]) -> dict[str, Any]:
    entry = calendars(call.world).entries.get(call.user.lower(), {}).get(calendar.id, {})
    newest = max(
        [version_of(event) for event in found], default=version_of({"etag": calendar.etag})
    )
    updated = max([event["updated"] for event in found], default=times.stamp(call.now))
    return {
        "kind": "calendar#events",
        "etag": f'"p{newest}"',
        "summary": calendar.summary,
        "description": calendar.fields.get("description", ""),
        "updated": updated,
        "timeZone": call.query.get("timeZone") or calendar.time_zone,
        "accessRole": calendar.role(call.user),
        "defaultReminders": entry.get("defaultReminders", []),
    }


@method("calendar.events.instances")
def list_instances(call: Call) -> dict[str, Any]:
    """The instances of a series."""
    calendar = calendars(call.world).find(call.path["calendarId"], call.user)
    series = agenda.find(calendar, call.path["eventId"])
    found: list[Event] = []
    if series.get("recurrence"):
        found = list(agenda.instances(calendar, series, _window(call.query), call.now))
    if not call.query.get("showDeleted"):
        found = [event for event in found if event["status"] != "cancelled"]
    if call.query.get("originalStart"):
        found = [e for e in found if _started(e, calendar, call.query["originalStart"])]
    found.sort(key=lambda event: times.instant(event["originalStartTime"], calendar.zone))
    return _answer(call, calendar, found, since=None, single=True)


def _started(event: Event, calendar: Calendar, wanted: str) -> bool:
    original = event["originalStartTime"]
    if "date" in original:
        return original["date"] == wanted[:10]
    return times.instant(original, calendar.zone) == times.moment(wanted)
