"""Meetings: created, shown, changed, deleted, ended, listed, and their invitation as text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.emulators.zoom.calls import Call, method, page_of
from tests.emulators.zoom.checking import checked
from tests.emulators.zoom.errors import ZoomError, invalid
from tests.emulators.zoom.world import (
    FIXED_TIME,
    INSTANT,
    NO_FIXED_TIME,
    SCHEDULED,
    Meeting,
    User,
    World,
    read_time,
    stamp,
    uuid_of,
)

LISTED_AGENDA = 250
"""Characters of the agenda that a list shows."""
_SETTINGS: Mapping[str, Any] = {
    "host_video": False,
    "participant_video": False,
    "join_before_host": False,
    "jbh_time": 0,
    "mute_upon_entry": False,
    "watermark": False,
    "use_pmi": False,
    "approval_type": 2,
    "audio": "both",
    "auto_recording": "none",
    "alternative_hosts": "",
    "waiting_room": False,
    "meeting_authentication": False,
    "registrants_email_notification": True,
    "registrants_confirmation_email": True,
    "cn_meeting": False,
    "in_meeting": False,
    "enforce_login": False,
    "enforce_login_domains": "",
    "close_registration": False,
    "show_share_button": True,
    "allow_multiple_devices": True,
}
"""What a meeting is set to unless it says otherwise."""


@method("meetingCreate", "POST /users/{user}/meetings", "medium", "meeting:write:meeting",
        "meeting:write")  # fmt: skip
def create(call: Call) -> tuple[int, Any]:
    """A new meeting of this host."""
    world, host = call.world, call.world.user(call.path["user"])
    if call.body.get("schedule_for"):
        host = world.user(str(call.body["schedule_for"]))
    if host.status != "active":
        raise ZoomError(
            400, 3161, "Meeting hosting and scheduling capabilities are not allowed for your user account."  # noqa: E501 - Zoom's words
        )  # fmt: skip
    number = 81_000_000_000 + world.number() * 7_919
    meeting = Meeting(
        id=number,
        uuid=uuid_of(number),
        host=host.email,
        topic="Zoom Meeting",
        type=SCHEDULED,
        starts=None,
        duration=60,
        timezone=host.timezone,
        agenda="",
        created=world.now(),
        password=str(number % 1_000_003).zfill(6),
        settings=dict(_SETTINGS),
    )
    _apply(meeting, checked(call.body), world, new=True)
    world.meetings[number] = meeting
    return 201, shown(world, meeting)


@method("meeting", "GET /meetings/{meeting}", "light", "meeting:read:meeting", "meeting:read")
def get(call: Call) -> tuple[int, Any]:
    """One meeting, whole."""
    return 200, shown(call.world, call.world.meeting(call.path["meeting"]))


@method("meetingUpdate", "PATCH /meetings/{meeting}", "light", "meeting:update:meeting",
        "meeting:write")  # fmt: skip
def update(call: Call) -> tuple[int, Any]:
    """What is sent is changed, all else stays; nothing comes back."""
    meeting = call.world.meeting(call.path["meeting"])
    _apply(meeting, checked(call.body), call.world, new=False)
    return 204, None


@method("meetingDelete", "DELETE /meetings/{meeting}", "light", "meeting:delete:meeting",
        "meeting:write")  # fmt: skip
def delete(call: Call) -> tuple[int, Any]:
    """Gone, unless it is going on or over."""
    world, meeting = call.world, call.world.meeting(call.path["meeting"])
    if is_live(world, meeting):
        raise ZoomError(400, 3002, "Sorry, you cannot delete this meeting since it is in progress.")
    del world.meetings[meeting.id]
    return 204, None


@method("meetingStatus", "PUT /meetings/{meeting}/status", "light", "meeting:update:status",
        "meeting:write")  # fmt: skip
def status(call: Call) -> tuple[int, Any]:
    """End a meeting that is going on."""
    meeting = call.world.meeting(call.path["meeting"])
    if call.body.get("action") not in ("end", "recover"):
        raise invalid(("action", "The value of action must be one of end, recover."))
    if call.body["action"] == "end" and is_live(call.world, meeting):
        meeting.ended = call.world.now()
    return 204, None


@method("meetings", "GET /users/{user}/meetings", "medium", "meeting:read:list_meetings",
        "meeting:read")  # fmt: skip
def listed(call: Call) -> tuple[int, Any]:
    """Scheduled meetings of a host by `type`, between `from` and `to`; the agendas cut short."""
    world, host = call.world, call.world.user(call.path["user"])
    kinds = ("scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings")
    kind = call.among("type", kinds)
    own = [one for one in world.meetings.values() if one.host == host.email]
    found = [
        _in_list(world, one, starts)
        for one in own
        if one.type != INSTANT
        for starts in _listed_times(world, one, kind)
        if _between(starts, call.query)
    ]
    found.sort(key=lambda one: one.get("start_time") or "")
    return 200, page_of(call, found, "meetings")


@method("meetingInvitation", "GET /meetings/{meeting}/invitation", "light",
        "meeting:read:invitation", "meeting:read")  # fmt: skip
def invitation(call: Call) -> tuple[int, Any]:
    """The note that a host would paste into a mail."""
    meeting = call.world.meeting(call.path["meeting"])
    host = call.world.user(meeting.host)
    when = ""
    if meeting.starts:
        local = meeting.starts.astimezone(ZoneInfo(meeting.timezone))
        when = f"Time: {local:%b %d, %Y %I:%M %p} {meeting.timezone}\r\n"
    text = (
        f"{host.first_name or host.email} is inviting you to a scheduled Zoom meeting.\r\n\r\n"
        f"Topic: {meeting.topic}\r\n{when}\r\nJoin Zoom Meeting\r\n{link(meeting)}\r\n\r\n"
        f"Meeting ID: {meeting.id}\r\nPasscode: {meeting.password}\r\n"
    )
    return 200, {"invitation": text, "sip_links": []}


def is_live(world: World, meeting: Meeting) -> bool:
    """Whether it is going on: only those that people came to ever begin."""
    now = world.now()
    if not meeting.came:
        return False
    return any(starts <= now < meeting.over_at(starts) for starts in meeting.times())


def link(meeting: Meeting) -> str:
    """Where one joins."""
    return f"https://zoom.example/j/{meeting.id}?pwd={meeting.uuid[:8].replace('/', '_')}"


def shown(world: World, meeting: Meeting) -> dict[str, Any]:
    """A meeting as Zoom shows it."""
    host = world.user(meeting.host)
    found: dict[str, Any] = {
        "uuid": meeting.uuid,
        "id": meeting.id,
        "host_id": host.id,
        "host_email": host.email,
        "assistant_id": "",
        "topic": meeting.topic,
        "type": meeting.type,
        "status": "started" if is_live(world, meeting) else "waiting",
        "duration": meeting.duration,
        "timezone": meeting.timezone,
        "agenda": meeting.agenda,
        "created_at": stamp(meeting.created),
        "start_url": f"https://zoom.example/s/{meeting.id}?zak=host",
        "join_url": link(meeting),
        "password": meeting.password,
        "h323_password": meeting.password,
        "pstn_password": meeting.password,
        "encrypted_password": meeting.uuid[:12],
        "pre_schedule": False,
        "settings": dict(meeting.settings),
        **meeting.extra,
    }
    if meeting.starts is not None:
        found["start_time"] = stamp(meeting.starts)
    if meeting.settings.get("approval_type", 2) != 2:
        found["registration_url"] = f"https://zoom.example/meeting/register/{meeting.id}"
    if meeting.type == FIXED_TIME:
        found |= _series(meeting)
    return found


def _series(meeting: Meeting) -> dict[str, Any]:
    occurrences = [
        {
            "occurrence_id": str(int(starts.timestamp() * 1000)),
            "start_time": stamp(starts),
            "duration": meeting.duration,
            "status": "available",
        }
        for starts in meeting.times()
    ]
    return {"recurrence": meeting.recurrence or {}, "occurrences": occurrences}


def _apply(meeting: Meeting, body: dict[str, Any], world: World, *, new: bool) -> None:
    meeting.type = body.get("type", meeting.type)
    if meeting.type == FIXED_TIME and not (body.get("recurrence") or meeting.recurrence):
        raise invalid(("recurrence", "The recurrence is required."))
    for name in ("topic", "agenda", "duration", "timezone", "password", "recurrence"):
        if body.get(name) is not None:
            setattr(meeting, name, body[name])
    meeting.settings.update(body.get("settings") or {})
    for name in ("tracking_fields", "template_id"):
        if name in body:
            meeting.extra[name] = body[name]
    if meeting.type in (INSTANT, NO_FIXED_TIME):
        meeting.starts = None
    elif body.get("start_time"):
        starts = read_time(str(body["start_time"]), meeting.timezone)
        if new or starts > world.now():  # a time that is past is passed over
            meeting.starts = starts
    elif new:
        meeting.starts = world.now()
    if meeting.type == INSTANT:
        meeting.duration = 0


def _listed_times(world: World, meeting: Meeting, kind: str) -> list[datetime | None]:
    times: list[datetime | None] = list(meeting.times()) or [None]
    over = [one is not None and world.is_past(one, meeting) for one in times]
    match kind:
        case "previous_meetings":
            return [one for one, past in zip(times, over, strict=True) if past and meeting.came]
        case "live":
            return times[:1] if is_live(world, meeting) else []
        case "scheduled":
            return times[:1]
    return [one for one, past in zip(times, over, strict=True) if not past]


def _between(starts: datetime | None, query: Mapping[str, str]) -> bool:
    if starts is None:
        return True
    try:
        first = query.get("from") and read_time(query["from"], "UTC")
        last = query.get("to") and read_time(query["to"], "UTC") + timedelta(days=1)
    except ValueError:
        raise invalid(("from", "Invalid field.")) from None
    return not (first and starts < first) and not (last and starts >= last)


def _in_list(world: World, meeting: Meeting, starts: datetime | None) -> dict[str, Any]:
    host: User = world.user(meeting.host)
    found: dict[str, Any] = {
        "uuid": meeting.uuid,
        "id": meeting.id,
        "host_id": host.id,
        "topic": meeting.topic,
        "type": meeting.type,
        "duration": meeting.duration,
        "timezone": meeting.timezone,
        "created_at": stamp(meeting.created),
        "join_url": link(meeting),
    }
    if starts is not None:
        found["start_time"] = stamp(starts)
    if meeting.agenda:
        found["agenda"] = meeting.agenda[:LISTED_AGENDA]
    return found
