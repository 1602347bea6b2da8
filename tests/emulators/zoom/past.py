"""Meetings that took place: who came, by the past-meeting methods and by the heavy reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from tests.emulators.zoom.calls import Call, method, page_of
from tests.emulators.zoom.errors import ZoomError, invalid
from tests.emulators.zoom.meetings import link
from tests.emulators.zoom.world import Meeting, World, read_time, stamp

_YEAR = timedelta(days=365)
_MONTH = timedelta(days=31)


@method("pastMeetingDetails", "GET /past_meetings/{meeting}", "light",
        "meeting:read:past_meeting", "meeting:read")  # fmt: skip
def details(call: Call) -> tuple[int, Any]:
    """One instance by UUID, or the latest by number."""
    meeting, uuid, starts = _instance(call)
    return 200, {**_facts(call.world, meeting, uuid, starts), "source": "Zoom", "dept": ""}


@method("pastMeetings", "GET /past_meetings/{meeting}/instances", "medium",
        "meeting:read:list_past_instances", "meeting:read")  # fmt: skip
def instances(call: Call) -> tuple[int, Any]:
    """The UUID and start of each time that it took place."""
    meeting = call.world.meeting(call.path["meeting"])
    found = [
        {"uuid": uuid, "start_time": stamp(starts)}
        for uuid, starts in call.world.instances(meeting)
    ]
    return 200, {"meetings": found}


@method("pastMeetingParticipants", "GET /past_meetings/{meeting}/participants", "medium",
        "meeting:read:list_past_participants", "meeting:read")  # fmt: skip
def participants(call: Call) -> tuple[int, Any]:
    """Who came to one instance, a line for each time that somebody joined; nobody of only one."""
    meeting, uuid, starts = _instance(call)
    rows = _came(meeting, uuid, starts)
    several = len({row["user_id"] for row in rows}) > 1
    found = page_of(call, rows if several else [], "participants")
    del found["page_number"]
    return 200, found


@method("reportMeetingDetails", "GET /report/meetings/{meeting}", "heavy",
        "report:read:meeting", "report:read")  # fmt: skip
def report(call: Call) -> tuple[int, Any]:
    """As `details`, for those who may see reports."""
    meeting, uuid, starts = _instance(call)
    return 200, {**_facts(call.world, meeting, uuid, starts), "dept": "", "custom_keys": []}


@method("reportMeetingParticipants", "GET /report/meetings/{meeting}/participants", "heavy",
        "report:read:list_meeting_participants", "report:read")  # fmt: skip
def report_participants(call: Call) -> tuple[int, Any]:
    """As `participants`; the registrant's id only where `include_fields` asks for it."""
    meeting, uuid, starts = _instance(call)
    rows = _came(meeting, uuid, starts)
    for row in rows:
        if call.query.get("include_fields") != "registrant_id":
            row.pop("registrant_id", None)
    found = page_of(call, rows, "participants")
    del found["page_number"]
    return 200, found


@method("reportMeetings", "GET /report/users/{user}/meetings", "heavy",
        "report:read:user_meetings", "report:read")  # fmt: skip
def report_of_host(call: Call) -> tuple[int, Any]:
    """What a host held within at most a month, where at least two people came."""
    world, host = call.world, call.world.user(call.path["user"])
    try:
        first = read_time(call.query["from"], "UTC")
        last = read_time(call.query["to"], "UTC") + timedelta(days=1)
    except (KeyError, ValueError):
        raise invalid(("from", "from and to are required, as dates.")) from None
    if last - first > _MONTH + timedelta(days=1):
        raise invalid(("from", "The time range is limited to a month."))
    found = [
        _facts(world, meeting, uuid, starts)
        for meeting in world.meetings.values()
        if meeting.host == host.email and len(meeting.came) > 1
        for uuid, starts in world.instances(meeting)
        if first <= starts < last
    ]
    dates = {"from": call.query["from"][:10], "to": call.query["to"][:10]}
    return 200, {**dates, **page_of(call, found, "meetings")}


@method("recordingGet", "GET /meetings/{meeting}/recordings", "light",
        "cloud_recording:read:list_recording_files", "recording:read")  # fmt: skip
def recordings(call: Call) -> tuple[int, Any]:
    """The files of one meeting."""
    meeting = _found(call.world, call.path["meeting"])[0]
    if not meeting.recordings:
        raise ZoomError(404, 3301, "There is no recording for this meeting.")
    return 200, _recorded(call.world, meeting)


@method("recordingsList", "GET /users/{user}/recordings", "medium",
        "cloud_recording:read:list_user_recordings", "recording:read")  # fmt: skip
def recordings_of_host(call: Call) -> tuple[int, Any]:
    """A host's meetings that were recorded."""
    host = call.world.user(call.path["user"])
    found = [
        _recorded(call.world, one)
        for one in call.world.meetings.values()
        if one.host == host.email and one.recordings
    ]
    today = f"{call.world.now():%Y-%m-%d}"
    dates = {"from": call.query.get("from", today), "to": call.query.get("to", today)}
    whole = page_of(call, found, "meetings")
    del whole["page_number"]
    return 200, {**dates, **whole}


def _instance(call: Call) -> tuple[Meeting, str, datetime]:
    meeting, uuid, starts = _found(call.world, call.path["meeting"])
    if starts is None:
        raise ZoomError(404, 3001, "The meeting ID is invalid or the meeting has not ended.")
    if call.world.now() - starts > _YEAR:
        raise ZoomError(400, 12702, "Can not access a meeting a year ago.")
    return meeting, uuid, starts


def _found(world: World, name: str) -> tuple[Meeting, str, datetime | None]:
    """By number the latest; by UUID that one, encoded twice where it holds slashes."""
    if name.isdigit():
        meeting = world.meeting(name)
        uuid, starts = max(world.instances(meeting), key=lambda one: one[1], default=("", None))
        return meeting, uuid, starts
    odd = "%" in name
    wanted = unquote(name)
    if not odd and (wanted.startswith("/") or "//" in wanted):
        raise ZoomError(404, 3001, f"Meeting does not exist: {wanted}.")
    for meeting in world.meetings.values():
        for uuid, starts in world.instances(meeting):
            if uuid == wanted:
                return meeting, uuid, starts
    raise ZoomError(404, 3001, f"Meeting does not exist: {wanted}.")


def _facts(world: World, meeting: Meeting, uuid: str, starts: datetime) -> dict[str, Any]:
    host = world.user(meeting.host)
    rows = _came(meeting, uuid, starts)
    ends = meeting.over_at(starts)
    return {
        "uuid": uuid,
        "id": meeting.id,
        "type": meeting.type,
        "topic": meeting.topic,
        "user_name": f"{host.first_name} {host.last_name}".strip(),
        "user_email": host.email,
        "start_time": stamp(starts),
        "end_time": stamp(ends),
        "duration": int((ends - starts).total_seconds() // 60),
        "total_minutes": sum(row["duration"] for row in rows) // 60,
        "participants_count": len({row["user_id"] for row in rows}),
    }


def _came(meeting: Meeting, uuid: str, starts: datetime) -> list[dict[str, Any]]:
    found = []
    length = (meeting.over_at(starts) - starts).total_seconds() / 60
    for place, one in enumerate(meeting.came):
        if one.get("uuid", uuid) != uuid:
            continue
        joined = starts + timedelta(minutes=one.get("join", 0))
        left = starts + timedelta(minutes=min(one.get("leave", length), length))
        found.append(
            {
                "id": one.get("id", ""),
                "user_id": one.get("user_id", str(16_778_240 + place * 1_024)),
                "name": one["name"],
                "user_email": one.get("user_email", ""),
                "registrant_id": one.get("registrant_id", ""),
                "join_time": stamp(joined),
                "leave_time": stamp(left),
                "duration": int((left - joined).total_seconds()),
                "failover": False,
                "status": one.get("status", "in_meeting"),
            }
        )
    return found


def _recorded(world: World, meeting: Meeting) -> dict[str, Any]:
    host = world.user(meeting.host)
    return {
        "uuid": meeting.uuid,
        "id": meeting.id,
        "account_id": world.account,
        "host_id": host.id,
        "topic": meeting.topic,
        "start_time": stamp(meeting.starts),
        "duration": meeting.duration,
        "total_size": sum(one.get("file_size", 0) for one in meeting.recordings),
        "type": str(meeting.type),
        "recording_count": len(meeting.recordings),
        "share_url": link(meeting).replace("/j/", "/rec/"),
        "recording_files": meeting.recordings,
    }
