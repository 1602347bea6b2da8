"""Guests: their copies of an event on their own calendars, and the mail they would have had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.emulators.google.calendar import agenda, times
from tests.emulators.google.calendar.model import ROBOT, Calendar, Calendars
from tests.emulators.google.errors import ApiError

SHARED = (
    "summary",
    "description",
    "location",
    "start",
    "end",
    "recurrence",
    "recurringEventId",
    "originalStartTime",
    "status",
    "attendees",
    "organizer",
    "creator",
    "iCalUID",
    "sequence",
    "conferenceData",
    "hangoutLink",
    "attachments",
    "source",
    "guestsCanInviteOthers",
    "guestsCanModify",
    "guestsCanSeeOtherGuests",
    "visibility",
    "eventType",
    "created",
    "anyoneCanAddSelf",
)
"""What is the same on every copy; reminders, colour, busy or free are each guest's own."""
MODIFIABLE = ("summary", "description", "location", "start", "end", "recurrence", "attendees")
"""What a guest changes for all where the organizer lets guests modify the event."""
ORGANIZERS_ALONE = ("guestsCanInviteOthers", "guestsCanModify", "guestsCanSeeOtherGuests")


def guests(event: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The attendees by address, in small letters."""
    return {one["email"].lower(): one for one in event.get("attendees", [])}


def refuse_robots(user: str, new: Mapping[str, Any], old: Mapping[str, Any]) -> None:
    """A service account that speaks for itself cannot add guests (403)."""
    added = set(guests(new)) - set(guests(old)) - {user.lower()}
    if added and user.lower().endswith(ROBOT):
        text = "Service accounts cannot invite attendees without Domain-Wide Delegation of "
        reason = "forbiddenForServiceAccounts"
        raise ApiError(403, reason, text + "Authority.", domain="calendar")


def is_organizers(event: Mapping[str, Any], calendar: Calendar) -> bool:
    """Whether this is the organizer's own copy."""
    return event.get("organizer", {}).get("email", "").lower() == calendar.id


def spread(
    calendars: Calendars, event: dict[str, Any], home: Calendar, old: Mapping[str, Any]
) -> None:
    """Bring the organizer's event onto its guests' calendars, and off those of former guests."""
    if event.get("privateCopy"):
        return
    for email in set(guests(event)) | set(guests(old)):
        place = _place(calendars, email)
        if place is None or place is home:
            continue
        if email in guests(event) and event["status"] != "cancelled":
            _copy(calendars, event, place)
        elif event["id"] in place.events:
            gone = place.events[event["id"]]
            gone |= {"status": "cancelled", "etag": calendars.tick(), "updated": event["updated"]}


def _place(calendars: Calendars, email: str) -> Calendar | None:
    if calendars.has_account(email) and email not in calendars.calendars:
        return calendars.primary(email)
    return calendars.calendars.get(email)


def _copy(calendars: Calendars, event: Mapping[str, Any], place: Calendar) -> None:
    old = place.events.get(event["id"])
    if old and old["iCalUID"] != event["iCalUID"]:
        return  # that id is taken there by an event of its own
    own = old or {"id": event["id"], "reminders": {"useDefault": True}}
    kept = {k: v for k, v in own.items() if k not in SHARED}
    if old is None and "transparency" in event:
        kept["transparency"] = event["transparency"]
    copy = kept | {k: event[k] for k in SHARED if k in event}
    shared = event.get("extendedProperties", {}).get("shared")
    private = own.get("extendedProperties", {}).get("private")
    properties = {"private": private, "shared": shared}
    copy["extendedProperties"] = {k: v for k, v in properties.items() if v}
    if not copy["extendedProperties"]:
        del copy["extendedProperties"]
    mine = guests(event).get(place.id, {})
    if old and old["status"] == "cancelled" and mine.get("responseStatus") == "declined":
        copy["status"] = "cancelled"  # the guest took it off the calendar
    place.events[event["id"]] = (
        {"kind": "calendar#event"} | copy | {"etag": calendars.tick(), "updated": event["updated"]}
    )


def answer(calendars: Calendars, copy: Mapping[str, Any], place: Calendar) -> None:
    """Carry what a guest may say from the guest's copy to the organizer's, and on to the others."""
    home = calendars.calendars.get(copy.get("organizer", {}).get("email", "").lower())
    if home is None or home is place or copy.get("privateCopy"):
        return
    event = _found(home, copy["id"])
    if place.id not in guests(event):
        return
    said = _said(event, copy, place)
    if said:
        old = dict(event)
        event |= {"etag": calendars.tick(), "updated": times.stamp(calendars.world.now()), **said}
        home.events[copy["id"]] = event
        spread(calendars, event, home, old)


def _said(event: Mapping[str, Any], copy: Mapping[str, Any], place: Calendar) -> dict[str, Any]:
    """What of a guest's copy counts for all: the answer; more guests, unless the organizer keeps
    that to themselves; everything, when the organizer lets guests modify the event.
    """
    before, now = guests(event), guests(copy)
    mine = now.get(place.id, before[place.id])
    everybody = [dict(mine) if email == place.id else one for email, one in before.items()]
    if event.get("guestsCanInviteOthers", True):
        everybody += [dict(one) for email, one in now.items() if email not in before]
    said: dict[str, Any] = {"attendees": everybody}
    if event.get("guestsCanModify"):
        said = {name: copy[name] for name in MODIFIABLE if name in copy}
    return {name: value for name, value in said.items() if value != event.get(name)}


def _found(home: Calendar, event_id: str) -> agenda.Event:
    """The organizer's event, or {}; an instance as the series gives it is one, too."""
    try:
        return dict(agenda.find(home, event_id))
    except ApiError:
        return {}


def notify(
    calendars: Calendars,
    query: Mapping[str, Any],
    event: Mapping[str, Any],
    *,
    kind: str,
    user: str,
    to: Iterable[str] | None = None,
) -> None:
    """Write down the mail that `sendUpdates` asks for: "request", "update", "cancel", "reply"."""
    choice = query.get("sendUpdates") or ("all" if query.get("sendNotifications") else "none")
    wanted = list(guests(event)) if to is None else list(to)
    wanted = [one for one in wanted if one != user.lower()]
    if choice == "externalOnly":
        wanted = [one for one in wanted if not calendars.has_account(one)]
    if choice == "none" or not wanted:
        return
    _refuse_too_many(calendars, user, len(wanted))
    calendars.invitations.append(
        {
            "kind": kind,
            "from": user,
            "to": wanted,
            "eventId": event["id"],
            "iCalUID": event["iCalUID"],
            "sequence": event.get("sequence", 0),
            "summary": event.get("summary", ""),
            "time": times.stamp(calendars.world.now()),
        }
    )


def _refuse_too_many(calendars: Calendars, user: str, more: int) -> None:
    if calendars.guests_per_day is None:
        return
    today = times.stamp(calendars.world.now())[:10]
    sent = [i for i in calendars.invitations if i["from"] == user and i["time"][:10] == today]
    if sum(len(one["to"]) for one in sent) + more > calendars.guests_per_day:
        text = "Calendar usage limits exceeded."
        raise ApiError(403, "quotaExceeded", text, domain="usageLimits")
