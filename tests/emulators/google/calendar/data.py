"""Calendars in the data file and in /_state: `calendars`, `calendar`, `invitations`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.emulators.google.calendar.checking import checked_event
from tests.emulators.google.calendar.model import Calendar, calendars, version_of
from tests.emulators.google.calls import dumps, loads
from tests.emulators.google.world import World

OF_ALL = ("entries", "settings", "channels")


@loads("calendars")
def load(world: World, given: list[Mapping[str, Any]]) -> None:
    """Each with `id` (an address: that person's primary calendar), `summary`, `timeZone`, `owner`,
    `acl` ([{"role", "scope"}]) and `events` (Event resources; times as an insert takes them).
    """
    state = calendars(world)
    for one in given:
        owner = (one.get("owner") or one["id"]).lower()
        primary = one.get("primary", owner == one["id"].lower() or "owner" not in one)
        calendar = Calendar(
            one["id"].lower(),
            owner,
            one.get("summary", one["id"]),
            one.get("timeZone", "UTC"),
            primary=primary,
            fields=dict(one.get("fields", {})) | _plain(one),
        )
        world.user(owner)
        state.add(calendar)
        for rule in one.get("acl", ()):
            state.allow(calendar, dict(rule["scope"]), rule["role"])
        for event in one.get("events", ()):
            _load_event(world, calendar, event)


def _plain(one: Mapping[str, Any]) -> dict[str, Any]:
    return {k: one[k] for k in ("description", "location", "autoAcceptInvitations") if k in one}


def _load_event(world: World, calendar: Calendar, given: Mapping[str, Any]) -> None:
    state = calendars(world)
    if "created" in given and "organizer" in given:  # as /_state printed it
        calendar.events[given["id"]] = dict(given)
        state.version = max(state.version, version_of(dict(given)))
        return
    from tests.emulators.google.calendar.times import stamp

    name = given.get("id") or state.new_id()
    now = stamp(world.now())
    event = {
        **checked_event(given, calendar),
        "kind": "calendar#event",
        "etag": state.tick(),
        "id": name,
        "iCalUID": given.get("iCalUID", f"{name}@google.com"),
        "created": now,
        "updated": now,
        "creator": {"email": calendar.owner},
        "organizer": given.get("organizer", {"email": calendar.id}),
        "sequence": given.get("sequence", 0),
    }
    calendar.events[name] = event


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
