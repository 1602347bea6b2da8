"""The data file and /_state: the account as JSON, read and written.

    {"account": {"id": "account", "plan": "pro"},
     "apps": [{"client_id": "id", "client_secret": "secret", "scopes": ["meeting:write:admin"]}],
     "users": ["host@example.org", {"email": "basic@example.org", "type": 1}],
     "meetings": [{"host": "host@example.org", "topic": "Call", "duration": 30,
                   "start_time": "2026-03-17T18:00:00Z",
                   "registrants": [{"email": "ana@example.org", "first_name": "Ana"}],
                   "participants": [{"name": "Ana", "join": 2, "leave": 28}]}]}

Without apps, any token is good. Who is among `participants` comes once the clock is past the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tests.emulators.zoom.calls import Call
from tests.emulators.zoom.meetings import create
from tests.emulators.zoom.tokens import app_in
from tests.emulators.zoom.world import Meeting, Registrant, User, World, read_time, stamp

_KEYS = {"account", "apps", "users", "meetings", "written"}
_OF_A_MEETING = ("id", "uuid", "ended", "created_at", "registrants", "participants", "recordings")


class BadData(ValueError):
    """The data file is not one; the text says where and why."""


def load_data(world: World, data: Mapping[str, Any]) -> None:
    """Fill a world; raises BadData for a key that nothing reads."""
    unknown = {*data} - _KEYS
    if unknown:
        raise BadData(f"unknown in the data: {', '.join(sorted(unknown))}")
    account = data.get("account", {})
    world.account = account.get("id", world.account)
    world.plan = account.get("plan", world.plan)
    world.apps = {one["client_id"]: app_in(one) for one in data.get("apps", ())}
    for number, one in enumerate(data.get("users", ("host@example.org",)), 1):
        _add_user(world, {"email": one} if isinstance(one, str) else dict(one), number)
    for one in data.get("meetings", ()):
        add_meeting(world, dict(one))
    for key, count in data.get("written", {}).items():
        host, _, day = key.rpartition(" ")
        world.written[host, day] = count


def dump_data(world: World) -> dict[str, Any]:
    """The world in the form that `load_data` reads."""
    found: dict[str, Any] = {
        "account": {"id": world.account, "plan": world.plan},
        "users": [_user(one) for one in world.users.values()],
        "meetings": [_meeting(one) for one in world.meetings.values()],
    }
    if world.apps:
        found["apps"] = [{**asdict(one), "scopes": [*one.scopes]} for one in world.apps.values()]
    if world.written:
        found["written"] = {f"{host} {day}": n for (host, day), n in world.written.items()}
    return found


def _add_user(world: World, one: dict[str, Any], number: int) -> None:
    email = one.pop("email")
    known = {
        name: one.pop(name)
        for name in ("first_name", "last_name", "type", "status", "timezone")
        if name in one
    }
    name = one.pop("id", f"user{number:02d}-{email.partition('@')[0]}")
    world.users[email] = User(email, name, **known, extra=one)


def add_meeting(world: World, one: dict[str, Any]) -> Meeting:
    """A meeting as the data file has it."""
    own = {name: one.pop(name) for name in _OF_A_MEETING if name in one}
    host = one.pop("host", next(iter(world.users)))
    _, made = create(Call(world, {"user": host}, {}, one))
    meeting = world.meetings.pop(made["id"])
    meeting.id = int(own.get("id", meeting.id))
    meeting.uuid = own.get("uuid", meeting.uuid)
    if "created_at" in own:
        meeting.created = read_time(own["created_at"], "UTC")
    if own.get("ended"):
        meeting.ended = read_time(own["ended"], "UTC")
    meeting.came = [dict(each) for each in own.get("participants", ())]
    meeting.recordings = [dict(each) for each in own.get("recordings", ())]
    meeting.registrants = [_registrant(world, each) for each in own.get("registrants", ())]
    world.meetings[meeting.id] = meeting
    return meeting


def _registrant(world: World, one: Mapping[str, Any]) -> Registrant:
    known = ("id", "email", "first_name", "last_name", "status", "create_time")
    created = read_time(one["create_time"], "UTC") if "create_time" in one else world.now()
    return Registrant(
        one.get("id", f"reg{world.number():019d}"),
        one["email"],
        one.get("first_name", one["email"]),
        one.get("last_name", ""),
        one.get("status", "approved"),
        created,
        {name: value for name, value in one.items() if name not in known},
    )


def _user(user: User) -> dict[str, Any]:
    found = asdict(user)
    return {**found.pop("extra"), **found}


def _meeting(meeting: Meeting) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: getattr(meeting, name)
        for name in ("id", "uuid", "host", "topic", "type", "duration", "timezone", "agenda")
    }
    found |= {"password": meeting.password, "settings": meeting.settings, **meeting.extra}
    found |= {"created_at": stamp(meeting.created)}
    optional = {
        "start_time": stamp(meeting.starts),
        "ended": stamp(meeting.ended),
        "recurrence": meeting.recurrence,
        "participants": meeting.came,
        "recordings": meeting.recordings,
        "registrants": [_registrant_data(one) for one in meeting.registrants],
    }
    return found | {name: value for name, value in optional.items() if value}


def _registrant_data(one: Registrant) -> dict[str, Any]:
    found = asdict(one)
    created = stamp(found.pop("created"))
    return {**found.pop("extra"), **found, "create_time": created}
