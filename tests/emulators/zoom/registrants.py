"""Registrants: added one by one or thirty at once, listed, approved or denied, deleted."""

from __future__ import annotations

import re
from typing import Any

from tests.emulators.zoom.calls import Call, method, page_of
from tests.emulators.zoom.errors import ZoomError, invalid
from tests.emulators.zoom.world import SCHEDULED, Meeting, Registrant, stamp

MOST = 4_999
"""Registrants of one meeting."""
_OWN = ("email", "first_name", "last_name", "auto_approve", "language")
_ADD = "meeting:write:registrant"


@method("meetingRegistrantCreate", "POST /meetings/{meeting}/registrants", "light", _ADD,
        "meeting:write")  # fmt: skip
def add(call: Call) -> tuple[int, Any]:
    """One more; the same address again is the same registrant."""
    meeting = _with_registration(call)
    found = _added(call, meeting, call.body)
    answer = {"id": meeting.id, "topic": meeting.topic, **_place(meeting, found)}
    return 201, {**answer, "start_time": stamp(meeting.starts)}


@method("addBatchRegistrants", "POST /meetings/{meeting}/batch_registrants", "heavy",
        "meeting:write:batch_registrants", "meeting:write")  # fmt: skip
def add_batch(call: Call) -> tuple[int, Any]:
    """At most 30, of a scheduled meeting."""
    meeting = _with_registration(call)
    if meeting.type != SCHEDULED:
        raise ZoomError(
            400, 303, "This API can only be used for scheduled meeting(meeting type: 2)."
        )
    wanted = call.body.get("registrants")
    if not isinstance(wanted, list) or not 0 < len(wanted) <= 30:
        raise invalid(("registrants", "The number of registrants must be from 1 to 30."))
    approve = {"auto_approve": call.body.get("auto_approve", False)}
    found = [_added(call, meeting, {**approve, **one}) for one in wanted]
    rows = [{"email": one.email, **_place(meeting, one)} for one in found]
    return 201, {"registrants": rows}


@method("meetingRegistrants", "GET /meetings/{meeting}/registrants", "medium",
        "meeting:read:list_registrants", "meeting:read")  # fmt: skip
def listed(call: Call) -> tuple[int, Any]:
    """Those with one status; approved ones unless it says otherwise."""
    meeting = call.world.meeting(call.path["meeting"])
    status = call.among("status", ("approved", "pending", "denied"))
    found = [_shown(meeting, one) for one in meeting.registrants if one.status == status]
    return 200, page_of(call, found, "registrants")


@method("meetingRegistrantGet", "GET /meetings/{meeting}/registrants/{registrant}", "light",
        "meeting:read:registrant", "meeting:read")  # fmt: skip
def one(call: Call) -> tuple[int, Any]:
    """One of them."""
    meeting = call.world.meeting(call.path["meeting"])
    return 200, _shown(meeting, _named(call, meeting))


@method("meetingregistrantdelete", "DELETE /meetings/{meeting}/registrants/{registrant}", "light",
        "meeting:delete:registrant", "meeting:write")  # fmt: skip
def deleted(call: Call) -> tuple[int, Any]:
    """One less."""
    meeting = _with_registration(call)
    meeting.registrants.remove(_named(call, meeting))
    return 204, None


@method("meetingRegistrantStatus", "PUT /meetings/{meeting}/registrants/status", "medium",
        "meeting:update:registrant_status", "meeting:write")  # fmt: skip
def decided(call: Call) -> tuple[int, Any]:
    """Approve, deny or cancel those that are named, or all."""
    meeting = call.world.meeting(call.path["meeting"])
    action = call.body.get("action")
    new = {"approve": "approved", "deny": "denied", "cancel": "denied"}.get(str(action))
    if new is None:
        raise invalid(("action", "The value of action must be one of approve, cancel, deny."))
    wanted = call.body.get("registrants")
    ids = {one.get("id") or one.get("email") for one in wanted} if wanted else None
    for registrant in meeting.registrants:
        if ids is None or ids & {registrant.id, registrant.email}:
            registrant.status = new
    return 204, None


def _with_registration(call: Call) -> Meeting:
    meeting = call.world.meeting(call.path["meeting"])
    if meeting.settings.get("approval_type", 2) == 2:
        raise ZoomError(
            404, 404, f"Registration has not been enabled for this meeting: {meeting.id}."
        )
    return meeting


def _added(call: Call, meeting: Meeting, wanted: Any) -> Registrant:
    email, first = str(wanted.get("email") or ""), str(wanted.get("first_name") or "")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email) or len(email) > 128:
        raise invalid(("email", "Invalid email."))
    if not 0 < len(first) <= 64:
        raise invalid(("first_name", "The first name must have 1 to 64 characters."))
    for known in meeting.registrants:
        if known.email.casefold() == email.casefold():
            return known
    if len(meeting.registrants) >= MOST:
        raise ZoomError(400, 3043, "Meeting has reached maximum attendee capacity.")
    manual = meeting.settings.get("approval_type") == 1 and not wanted.get("auto_approve")
    found = Registrant(
        id=f"reg{call.world.number():019d}",
        email=email,
        first_name=first,
        last_name=str(wanted.get("last_name") or ""),
        status="pending" if manual else "approved",
        created=call.world.now(),
        extra={name: value for name, value in wanted.items() if name not in _OWN},
    )
    meeting.registrants.append(found)
    return found


def _named(call: Call, meeting: Meeting) -> Registrant:
    for registrant in meeting.registrants:
        if registrant.id == call.path["registrant"]:
            return registrant
    raise ZoomError(400, 300, "The value that you entered for the Registrant ID field is invalid.")


def _link(meeting: Meeting, registrant: Registrant) -> str:
    return f"https://zoom.example/w/{meeting.id}?tk={registrant.id}"


def _place(meeting: Meeting, registrant: Registrant) -> dict[str, Any]:
    link = _link(meeting, registrant) if registrant.status == "approved" else ""
    return {"registrant_id": registrant.id, "join_url": link}


def _shown(meeting: Meeting, registrant: Registrant) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": registrant.id,
        "email": registrant.email,
        "first_name": registrant.first_name,
        "last_name": registrant.last_name,
        "status": registrant.status,
        "create_time": stamp(registrant.created),
        **registrant.extra,
    }
    if registrant.status == "approved":
        found["join_url"] = _link(meeting, registrant)
    return found
