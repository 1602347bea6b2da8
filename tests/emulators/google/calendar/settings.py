"""settings: what a person has chosen in Calendar's own pages; read-only here as there."""

from __future__ import annotations

from typing import Any

from tests.emulators.google.calendar import paging
from tests.emulators.google.calendar.model import calendars
from tests.emulators.google.calls import Call, method
from tests.emulators.google.errors import ApiError

USUAL = {
    "autoAddHangouts": "false",
    "dateFieldOrder": "MDY",
    "defaultEventLength": "60",
    "format24HourTime": "false",
    "hideInvitations": "false",
    "hideWeekends": "false",
    "locale": "en",
    "remindOnRespondedEventsOnly": "false",
    "showDeclinedEvents": "true",
    "useKeyboardShortcuts": "true",
    "weekStart": "0",
}


def _values(call: Call) -> dict[str, str]:
    state = calendars(call.world)
    zone = state.primary(call.user).time_zone
    return {**USUAL, "timezone": zone, **state.settings.get(call.user.lower(), {})}


def _resource(name: str, value: str) -> dict[str, str]:
    tag = f'"{sum(map(ord, name + value))}"'
    return {"kind": "calendar#setting", "etag": tag, "id": name, "value": value}


@method("calendar.settings.list")
def list_settings(call: Call) -> dict[str, Any]:
    """All settings; none of them has changed since any sync token."""
    items = [_resource(*pair) for pair in sorted(_values(call).items())]
    if call.query.get("syncToken"):
        paging.read_sync(call.query["syncToken"], now=call.now, of="settings")
        items = []
    version = calendars(call.world).version
    of = "settings"
    shown, token = paging.page(items, call.query, now=call.now, version=version, of=of, sync={})
    return {"kind": "calendar#settings", "etag": '"p1"', "items": shown, **token}


@method("calendar.settings.get")
def get(call: Call) -> dict[str, Any]:
    """One setting."""
    values = _values(call)
    name = call.path["setting"]
    if name not in values:
        raise ApiError(404, "notFound", "Not Found")
    return _resource(name, values[name])
