"""An event's body as it may be kept: what the service refuses, and what it fills in.

Texts and reasons: developers.google.com/workspace/calendar/api/guides/errors and answers of the
service shown in public issues.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from tests.emulators.google.calendar import recurrence, times
from tests.emulators.google.calendar.model import Calendar
from tests.emulators.google.errors import ApiError

EVENT_ID = re.compile(r"[a-v0-9]{5,1024}")
ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
RESPONSES = ("needsAction", "declined", "tentative", "accepted")
MOST_REMINDERS = 5
LONGEST_REMINDER = 40320  # minutes, four weeks
LONGEST_NAME, LONGEST_VALUE = 44, 1024
"""Of an extended property: a longer name is dropped, a longer value cut, both in silence
[developers.google.com: calendar/api/guides/extended-properties]."""
NOT_WRITABLE = frozenset(
    [
        "kind",
        "etag",
        "htmlLink",
        "created",
        "updated",
        "creator",
        "organizer",
        "hangoutLink",
        "locked",
        "id",
        "iCalUID",
        "recurringEventId",
        "originalStartTime",
        "attendeesOmitted",
        "endTimeUnspecified",
    ]
)
"""What a client cannot set by insert, update or patch; sent back unchanged, it is ignored."""
CHOICES = {
    "status": ("confirmed", "tentative", "cancelled"),
    "transparency": ("opaque", "transparent"),
    "visibility": ("default", "public", "private", "confidential"),
    "eventType": ("default", "birthday", "focusTime", "outOfOffice", "workingLocation"),
}
USUAL = {"transparency": "opaque", "visibility": "default", "guestsCanInviteOthers": True}
USUAL |= {"guestsCanModify": False, "guestsCanSeeOtherGuests": True, "anyoneCanAddSelf": False}
"""Values that the service leaves out of its answers."""


def checked_id(event_id: Any) -> str:
    """An event id of the client's choice: 5 to 1024 of a-v and 0-9; 400 otherwise."""
    if not isinstance(event_id, str) or not EVENT_ID.fullmatch(event_id):
        raise ApiError(400, "invalid", "Invalid resource id value.")
    return event_id


def checked_event(body: Mapping[str, Any], calendar: Calendar) -> dict[str, Any]:
    """The writable fields of a whole event, checked and with what the service adds."""
    for name, allowed in CHOICES.items():
        if body.get(name, allowed[0]) not in allowed:
            raise ApiError(400, "invalid", f"Invalid value for: {name}")
    fields = {k: v for k, v in body.items() if k not in NOT_WRITABLE and v is not None}
    event = {k: v for k, v in fields.items() if v != USUAL.get(k, ()) and v not in ("", [])}
    event |= _checked_times(body, calendar)
    event["status"] = body.get("status") or "confirmed"
    event["eventType"] = body.get("eventType") or "default"
    event["reminders"] = _checked_reminders(body.get("reminders"))
    if body.get("attendees"):
        event["attendees"] = checked_attendees(body["attendees"])
    if body.get("extendedProperties"):
        event["extendedProperties"] = _checked_properties(body["extendedProperties"])
    return event


def _checked_times(body: Mapping[str, Any], calendar: Calendar) -> dict[str, Any]:
    lines = body.get("recurrence") or []
    if not body.get("end"):
        raise ApiError(400, "required", "Missing end time.")
    if not body.get("start"):
        raise ApiError(400, "required", "Missing start time.")
    if ("date" in _kinds(body["start"])) != ("date" in _kinds(body["end"])):
        text = "Start and end times must either both be date or both be dateTime."
        raise ApiError(400, "invalid", text)
    start = times.checked(body["start"], name="start", recurring=bool(lines))
    end = times.checked(body["end"], name="end", recurring=bool(lines))
    event: dict[str, Any] = {"start": start, "end": end}
    if times.instant(end, UTC) < times.instant(start, UTC):
        raise empty_range()
    if lines:
        event["recurrence"] = recurrence.checked(lines, event, calendar.zone)
    return event


def _kinds(value: Mapping[str, Any]) -> list[str]:
    return [kind for kind in ("date", "dateTime") if value.get(kind)]


def empty_range() -> ApiError:
    """400 for an end before its start, as the service words it whatever field it was."""
    text = "The specified time range is empty."
    return ApiError(400, "timeRangeEmpty", text, domain="calendar", location="timeMax")


def _checked_reminders(reminders: Any) -> dict[str, Any]:
    if not reminders:
        return {"useDefault": True}
    overrides = reminders.get("overrides") or []
    use_default = bool(reminders.get("useDefault", False))
    if use_default and overrides:
        text = "Cannot specify both default reminders and overrides at the same time."
        reason = "cannotUseDefaultRemindersAndSpecifyOverride"
        raise ApiError(400, reason, text, domain="calendar")
    if len(overrides) > MOST_REMINDERS:
        raise ApiError(400, "invalid", "The maximum number of override reminders is 5.")
    for one in overrides:
        if one.get("method") not in ("email", "popup"):
            raise ApiError(400, "invalid", "Invalid value for: reminder method")
        if not 0 <= int(one.get("minutes", -1)) <= LONGEST_REMINDER:
            raise ApiError(400, "invalid", "Invalid value for: reminder minutes")
    kept: dict[str, Any] = {"useDefault": use_default}
    return {**kept, "overrides": overrides} if overrides else kept


def checked_attendees(attendees: Any) -> list[dict[str, Any]]:
    """Attendees with their addresses checked, each once, who have not answered unless said."""
    kept: dict[str, dict[str, Any]] = {}
    for one in attendees:
        email = str(one.get("email") or "")
        if not email:
            raise ApiError(400, "required", "Missing attendee email.")
        if not ADDRESS.fullmatch(email):
            raise ApiError(400, "invalid", "Invalid attendee email.")
        if one.get("responseStatus", "needsAction") not in RESPONSES:
            raise ApiError(400, "invalid", "Invalid attendee response status.")
        own = {k: v for k, v in one.items() if k not in ("self", "organizer") and v is not None}
        kept.setdefault(email.lower(), {"responseStatus": "needsAction", **own})
    return list(kept.values())


def _checked_properties(properties: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    kept = {}
    for side in ("private", "shared"):
        given = (properties.get(side) or {}).items()
        pairs = {k: str(v)[:LONGEST_VALUE] for k, v in given if v is not None}
        pairs = {k: v for k, v in pairs.items() if len(k) <= LONGEST_NAME}
        if pairs:
            kept[side] = pairs
    return kept


def merged(old: Any, patch: Any) -> Any:
    """A patch laid over the old value: objects merge, lists and scalars replace, null removes."""
    if not (isinstance(old, dict) and isinstance(patch, dict)):
        return patch
    result = dict(old)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name, {}), value)
    return result
