"""A kept event as somebody sees it on one calendar, in one time zone."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from tests.emulators.google.calendar import times
from tests.emulators.google.calendar.model import ROLES, Calendar

HIDDEN_KEEPS = ("kind", "etag", "id", "status", "htmlLink", "created", "updated", "iCalUID")
HIDDEN_KEEPS += ("start", "end", "recurringEventId", "originalStartTime", "recurrence")
HIDDEN_KEEPS += ("eventType", "sequence", "transparency")
"""What stays of a private event for those who may only read the calendar."""
MOST_SHOWN = 10_000
ORDER = [
    "kind",
    "etag",
    "id",
    "status",
    "htmlLink",
    "created",
    "updated",
    "summary",
    "description",
    "location",
    "colorId",
    "creator",
    "organizer",
    "start",
    "end",
    "recurrence",
    "recurringEventId",
    "originalStartTime",
    "transparency",
    "visibility",
    "iCalUID",
    "sequence",
    "attendees",
    "attendeesOmitted",
    "extendedProperties",
    "hangoutLink",
    "conferenceData",
]
"""How the service orders what it shows; the rest follows."""


def rendered(
    event: Mapping[str, Any],
    calendar: Calendar,
    user: str,
    *,
    zone: tzinfo | None = None,
    most_attendees: int = MOST_SHOWN,
) -> dict[str, Any]:
    """The Event resource for `user`, with times in `zone` (the calendar's own by default)."""
    seen = {"kind": "calendar#event", **event, "htmlLink": _link(event["id"], calendar.id)}
    for name in ("start", "end", "originalStartTime"):
        if name in seen:
            zoned = zone or calendar.zone
            seen[name] = times.shown(seen[name], zoned, usual_zone=calendar.time_zone)
    if _is_hidden(event, calendar, user):
        kept = {k: v for k, v in seen.items() if k in HIDDEN_KEEPS}
        return {**kept, "visibility": "private"}
    for name in ("creator", "organizer"):
        if name in seen:
            seen[name] = _person(seen[name], calendar)
    if "attendees" in seen:
        _show_attendees(seen, calendar, most_attendees)
    return {k: seen[k] for k in ORDER if k in seen} | seen


def _is_hidden(event: Mapping[str, Any], calendar: Calendar, user: str) -> bool:
    rank = ROLES.index(calendar.role(user))
    if rank < ROLES.index("reader"):
        return True
    private = event.get("visibility") in ("private", "confidential")
    guest = any(a["email"].lower() == user.lower() for a in event.get("attendees", []))
    return private and not guest and rank < ROLES.index("writer")


def _person(person: Mapping[str, Any], calendar: Calendar) -> dict[str, Any]:
    own = person.get("email", "").lower() == calendar.id
    return {**person, "self": True} if own else dict(person)


def _show_attendees(seen: dict[str, Any], calendar: Calendar, most: int) -> None:
    organizer = seen.get("organizer", {}).get("email", "").lower()
    shown = []
    for one in seen["attendees"]:
        marks = {"organizer": True} if one["email"].lower() == organizer else {}
        shown.append({**_person(one, calendar), **marks})
    sees_others = seen.get("guestsCanSeeOtherGuests", True) or organizer == calendar.id
    if len(shown) > most or not sees_others:
        shown = [one for one in shown if one.get("self")]
        seen["attendeesOmitted"] = True
    seen["attendees"] = shown


def _link(event_id: str, calendar_id: str) -> str:
    where = calendar_id.replace("@gmail.com", "@m").replace("@group.calendar.google.com", "@g")
    code = base64.urlsafe_b64encode(f"{event_id} {where}".encode()).decode().rstrip("=")
    return f"https://www.google.com/calendar/event?eid={code}"
