"""watch and channels.stop: push channels are kept and checked; nothing is pushed from here."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from tests.emulators.google.calendar.model import calendars
from tests.emulators.google.calls import Call, method
from tests.emulators.google.errors import ApiError

LASTS = timedelta(days=7)


def _watch(call: Call, path: str) -> dict[str, Any]:
    state, body = calendars(call.world), call.body
    _check(body, state.channels)
    longest = int((call.now + LASTS).timestamp() * 1000)
    asked = int(body.get("expiration") or longest)
    channel = {
        "kind": "api#channel",
        "id": body["id"],
        "resourceId": hashlib.sha256(path.encode()).hexdigest()[:27],
        "resourceUri": f"https://www.googleapis.com/calendar/v3/{path}?alt=json",
        "expiration": str(min(asked, longest)),
        **({"token": body["token"]} if body.get("token") else {}),
    }
    state.channels[body["id"]] = {**channel, "address": body["address"], "user": call.user}
    return channel


def _check(body: dict[str, Any], known: dict[str, Any]) -> None:
    for name in ("id", "type", "address"):
        if not body.get(name):
            raise ApiError(400, "required", "Required", location=f"resource.{name}")
    if body["type"] not in ("web_hook", "webhook"):
        text = f"Unknown channel type: {body['type']}"
        raise ApiError(400, "channelTypeUnknown", text)
    if not body["address"].startswith("https://"):
        text = f"WebHook callback must be HTTPS: {body['address']}"
        raise ApiError(400, "push.webhookUrlNotHttps", text)
    if body["id"] in known:
        raise ApiError(400, "channelIdNotUnique", f"Channel id {body['id']} not unique")


@method("calendar.events.watch")
def watch_events(call: Call) -> dict[str, Any]:
    """Watch a calendar's events."""
    calendar = calendars(call.world).find(call.path["calendarId"], call.user, role="reader")
    return _watch(call, f"calendars/{calendar.id}/events")


@method("calendar.acl.watch")
def watch_acl(call: Call) -> dict[str, Any]:
    """Watch a calendar's rules."""
    calendar = calendars(call.world).find(call.path["calendarId"], call.user, role="owner")
    return _watch(call, f"calendars/{calendar.id}/acl")


@method("calendar.calendarList.watch")
def watch_list(call: Call) -> dict[str, Any]:
    """Watch one's list of calendars."""
    return _watch(call, "users/me/calendarList")


@method("calendar.settings.watch")
def watch_settings(call: Call) -> dict[str, Any]:
    """Watch one's settings."""
    return _watch(call, "users/me/settings")


@method("calendar.channels.stop")
def stop(call: Call) -> None:
    """Close a channel; both its id and resource id must be given."""
    channels = calendars(call.world).channels
    channel = channels.get(call.body.get("id", ""))
    if channel is None or channel["resourceId"] != call.body.get("resourceId"):
        raise ApiError(
            404, "notFound", f"Channel '{call.body.get('id', '')}' not found for project"
        )
    del channels[channel["id"]]
