"""Calendars in the data file and in /_state: `calendars`, `calendar`, `invitations`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.emulators.google.calendar import sharing
from tests.emulators.google.calendar.checking import checked_event
from tests.emulators.google.calendar.model import Calendar, calendars, version_of
from tests.emulators.google.calendar.times import stamp
from tests.emulators.google.calls import dumps, loads
from tests.emulators.google.errors import ApiError
from tests.emulators.google.state import BadData
from tests.emulators.google.world import World

OF_ALL = ("entries", "settings", "channels")
KEYS = frozenset({"id", "owner", "primary", "summary", "timeZone", "fields", "acl", "events"})
KEYS |= {"description", "location", "autoAcceptInvitations"}


@loads("calendars")
def load(world: World, given: list[Mapping[str, Any]]) -> None:
    """Each with `id` (an address: that person's primary calendar), `summary`, `timeZone`, `owner`,
    `acl` ([{"role", "scope"}]) and `events` (Event resources; times as an insert takes them).
    """
    new = []
    for one in given:
        calendar = _load_calendar(world, one)
        for event in one.get("events", ()):
            kept = _load_event(world, calendar, event)
            new += [(calendar, kept)] if "etag" not in event else []
    for calendar, event in new:
        sharing.spread(calendars(world), event, calendar, event)


def _load_calendar(world: World, one: Mapping[str, Any]) -> Calendar:
    if "id" not in one:
        raise BadData("a calendar in the data has no id: give it the address of its owner")
    unknown = sorted({*one} - KEYS)
    if unknown:
        raise BadData(f"unknown in calendar {one['id']} in the data: {', '.join(unknown)}")
    name, state = one["id"].lower(), calendars(world)
    personal = "@" in name and not name.endswith("@group.calendar.google.com")
    owner = (one.get("owner") or (name if personal else world.default_user)).lower()
    calendar = Calendar(
        name,
        owner,
        one.get("summary", one["id"]),
        one.get("timeZone", "UTC"),
        primary=one.get("primary", owner == name),
        fields=dict(one.get("fields", {})) | _plain(one),
    )
    if not any(email.lower() == owner for email in world.users):
        world.user(owner)
    state.add(calendar)
    for rule in one.get("acl", ()):
        state.allow(calendar, dict(rule["scope"]), rule["role"])
    return calendar


def _plain(one: Mapping[str, Any]) -> dict[str, Any]:
    return {k: one[k] for k in ("description", "location", "autoAcceptInvitations") if k in one}


def _load_event(world: World, calendar: Calendar, given: Mapping[str, Any]) -> dict[str, Any]:
    """Keep an event; one with an etag, as /_state prints it, stays as it is."""
    state = calendars(world)
    name = given.get("id") or state.new_id()
    now = stamp(world.now().replace(microsecond=0))
    event = {
        "kind": "calendar#event",
        "etag": "",
        "id": name,
        "iCalUID": f"{name}@google.com",
        "created": now,
        "updated": now,
        "creator": {"email": calendar.owner},
        "organizer": {"email": calendar.id},
        "sequence": 0,
    }
    event = {k: given.get(k, v) for k, v in event.items()}
    event = {**(given if "etag" in given else _checked(given, calendar)), **event}
    event["etag"] = event["etag"] or state.tick()
    state.version = max(state.version, version_of(event))
    calendar.events[name] = event
    return event


def _checked(given: Mapping[str, Any], calendar: Calendar) -> dict[str, Any]:
    try:
        return checked_event(given, calendar)
    except ApiError as error:
        name = given.get("summary") or given.get("id", "")
        raise BadData(f'calendar {calendar.id}, event "{name}": {error.message}') from None


@dumps("calendars")
def dump(world: World) -> list[dict[str, Any]]:
    """All calendars in the form that the data file has."""
    return [_dumped(one) for one in calendars(world).calendars.values()]


def _dumped(calendar: Calendar) -> dict[str, Any]:
    return {
        "id": calendar.id,
        "owner": calendar.owner,
        "primary": calendar.primary,
        "summary": calendar.summary,
        "timeZone": calendar.time_zone,
        "fields": calendar.fields,
        "acl": [{"role": r["role"], "scope": r["scope"]} for r in calendar.rules.values()],
        "events": list(calendar.events.values()),
    }


@loads("calendar")
def load_options(world: World, given: Mapping[str, Any]) -> None:
    """`guests_per_day`, and what belongs to people: `entries`, `settings`, `channels`."""
    state = calendars(world)
    state.guests_per_day = given.get("guests_per_day")
    for name in OF_ALL:
        getattr(state, name).update(given.get(name, {}))


@dumps("calendar")
def dump_options(world: World) -> dict[str, Any]:
    """Lists, settings and channels of people."""
    state = calendars(world)
    found = {name: getattr(state, name) for name in OF_ALL if getattr(state, name)}
    cap = state.guests_per_day
    return found if cap is None else {**found, "guests_per_day": cap}


@loads("invitations")
def load_invitations(world: World, given: list[dict[str, Any]]) -> None:
    """The mail to guests that was sent before."""
    calendars(world).invitations.extend(given)


@dumps("invitations")
def dump_invitations(world: World) -> list[dict[str, Any]]:
    """The mail that the service would have sent to guests."""
    return calendars(world).invitations
