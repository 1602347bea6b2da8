"""calendarList: which calendars a person sees, in which colour, with which reminders."""

from __future__ import annotations

from typing import Any

from tests.emulators.google.calendar import calendars as metadata, paging
from tests.emulators.google.calendar.checking import merged
from tests.emulators.google.calendar.model import ROLES, Calendars, calendars, version_of
from tests.emulators.google.calendar.palette import CALENDAR_COLORS
from tests.emulators.google.calls import Call, method
from tests.emulators.google.errors import ApiError

OWN = ("colorId", "hidden", "selected", "summaryOverride", "defaultReminders")
OWN += ("notificationSettings", "backgroundColor", "foregroundColor")
NOT_WITH_SYNC = ("minAccessRole", "showOwnOrganizationOnly")
SHOWN_BY_ALL = ("summary", "description", "location", "timeZone", "dataOwner")
SHOWN_BY_ALL += ("conferenceProperties", "autoAcceptInvitations")


def resource(state: Calendars, calendar_id: str, user: str) -> dict[str, Any]:
    """The CalendarListEntry of a person for a calendar."""
    own = state.entries[user.lower()][calendar_id]
    head = {"kind": "calendar#calendarListEntry", "etag": own["etag"], "id": calendar_id}
    if own.get("deleted"):
        return {**head, "deleted": True}
    calendar = state.calendars[calendar_id]
    shared = {k: v for k, v in metadata.resource(calendar).items() if k in SHOWN_BY_ALL}
    colors = CALENDAR_COLORS.get(own.get("colorId", ""), {})
    painted = {f"{side}Color": color for side, color in colors.items()}
    kept = {k: v for k, v in own.items() if k in OWN and v not in (None, False, "")}
    primary = calendar.primary and calendar.id == user.lower()
    return {
        **head,
        **shared,
        **painted,
        **kept,
        "defaultReminders": own.get("defaultReminders", []),
        "accessRole": calendar.role(user),
        **({"primary": True} if primary else {}),
    }


def _mine(call: Call) -> Calendars:
    """The state, with the person's own primary calendar on the list."""
    state = calendars(call.world)
    state.primary(call.user)
    return state


def _entry(call: Call) -> tuple[Calendars, str]:
    state = _mine(call)
    name = call.path["calendarId"].lower()
    name = call.user.lower() if name == "primary" else name
    entry = state.entries[call.user.lower()].get(name)
    visible = name in state.calendars and state.calendars[name].may(call.user, "freeBusyReader")
    if entry is None or entry.get("deleted") or not visible:
        raise ApiError(404, "notFound", "Not Found")
    return state, name


@method("calendar.calendarList.get")
def get(call: Call) -> dict[str, Any]:
    """One entry of the list."""
    state, name = _entry(call)
    return resource(state, name, call.user)


@method("calendar.calendarList.list")
def list_entries(call: Call) -> dict[str, Any]:
    """The person's list, or what changed on it since a sync token."""
    state = _mine(call)
    since = _since(call)
    mine = state.entries[call.user.lower()]
    names = [name for name in mine if _is_shown(call, state, name, since)]
    items, token = paging.page(
        [resource(state, name, call.user) for name in names],
        call.query,
        now=call.now,
        version=state.version,
        of="calendarList",
        sync={},
    )
    newest = max(version_of(entry) for entry in mine.values())
    return {"kind": "calendar#calendarList", "etag": f'"p{newest}"', "items": items, **token}


def _since(call: Call) -> int | None:
    text = call.query.get("syncToken")
    if not text:
        return None
    off = [name for name in ("showDeleted", "showHidden") if call.query.get(name) is False]
    clash = off + [name for name in NOT_WITH_SYNC if call.query.get(name)]
    if clash:
        text = "Sync token cannot be used with other query restrictions."
        raise ApiError(400, "badRequest", text, location=clash[0])
    return int(paging.read_sync(text, now=call.now, of="calendarList")["v"])


def _is_shown(call: Call, state: Calendars, name: str, since: int | None) -> bool:
    entry = state.entries[call.user.lower()][name]
    if since is not None:
        return version_of(entry) > since
    if entry.get("deleted"):
        return bool(call.query.get("showDeleted"))
    role = state.calendars[name].role(call.user) if name in state.calendars else "none"
    least = call.query.get("minAccessRole", "freeBusyReader")
    if ROLES.index(role) < ROLES.index(least):
        return False
    return bool(call.query.get("showHidden")) or not entry.get("hidden")


@method("calendar.calendarList.insert")
def insert(call: Call) -> dict[str, Any]:
    """Put a calendar that one may see on one's list."""
    state = _mine(call)
    if not call.body.get("id"):
        raise ApiError(400, "required", "Missing calendar id.")
    calendar = state.find(call.body["id"], call.user)
    state.list_for(call.user, calendar.id)
    return _write(call, state, calendar.id, call.body, keep=True)


@method("calendar.calendarList.update")
def update(call: Call) -> dict[str, Any]:
    """The person's own part of an entry anew."""
    state, name = _entry(call)
    return _write(call, state, name, call.body, keep=False)


@method("calendar.calendarList.patch")
def patch(call: Call) -> dict[str, Any]:
    """Some of the person's own part of an entry anew."""
    state, name = _entry(call)
    own = state.entries[call.user.lower()][name]
    body = {k: v for k, v in call.body.items() if k in OWN}
    return _write(call, state, name, merged(own, body), keep=False, given=body)


def _write(
    call: Call,
    state: Calendars,
    name: str,
    body: dict[str, Any],
    *,
    keep: bool,
    given: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Store the person's part; colours by value count only with colorRgbFormat."""
    own = state.entries[call.user.lower()][name]
    changes = {k: v for k, v in body.items() if k in OWN}
    by_value = {"backgroundColor", "foregroundColor"}
    if not call.query.get("colorRgbFormat"):
        changes = {k: v for k, v in changes.items() if k not in by_value or (given and k in own)}
        if "colorId" in (body if given is None else given):
            own = {k: v for k, v in own.items() if k not in by_value}
            changes = {k: v for k, v in changes.items() if k not in by_value}
    if changes.get("colorId", "1") not in CALENDAR_COLORS:
        raise ApiError(400, "invalid", "Invalid calendar color id.")
    base = own if keep else {"colorId": own.get("colorId", "14")}
    state.entries[call.user.lower()][name] = {**base, **changes, "etag": state.tick()}
    return resource(state, name, call.user)


@method("calendar.calendarList.delete")
def delete(call: Call) -> None:
    """Take a calendar off one's list; one's own primary calendar stays."""
    state, name = _entry(call)
    if name == call.user.lower():
        text = "The primary calendar cannot be removed from the list."
        raise ApiError(403, "cannotUnsubscribePrimaryCalendar", text, domain="calendar")
    state.entries[call.user.lower()][name] = {"deleted": True, "etag": state.tick()}
