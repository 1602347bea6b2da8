"""colors.get: the palettes that colorId refers to (the service's classic ones)."""

from __future__ import annotations

from typing import Any

from tests.emulators.google.calls import Call, method

BLACK = "#1d1d1d"
_CALENDAR = [
    "#ac725e",
    "#d06b64",
    "#f83a22",
    "#fa573c",
    "#ff7537",
    "#ffad46",
    "#42d692",
    "#16a765",
    "#7bd148",
    "#b3dc6c",
    "#fbe983",
    "#fad165",
    "#92e1c0",
    "#9fe1e7",
    "#9fc6e7",
    "#4986e7",
    "#9a9cff",
    "#b99aff",
    "#c2c2c2",
    "#cabdbf",
    "#cca6ac",
    "#f691b2",
    "#cd74e6",
    "#a47ae2",
]
_EVENT = [
    "#a4bdfc",
    "#7ae7bf",
    "#dbadff",
    "#ff887c",
    "#fbd75b",
    "#ffb878",
    "#46d6db",
    "#e1e1e1",
    "#5484ed",
    "#51b749",
    "#dc2127",
]


def _numbered(colors: list[str]) -> dict[str, dict[str, str]]:
    pairs = enumerate(colors, start=1)
    return {str(n): {"background": color, "foreground": BLACK} for n, color in pairs}


CALENDAR_COLORS = _numbered(_CALENDAR)
EVENT_COLORS = _numbered(_EVENT)


@method("calendar.colors.get")
def get(call: Call) -> dict[str, Any]:
    """Both palettes."""
    return {
        "kind": "calendar#colors",
        "updated": "2012-02-14T00:00:00.000Z",
        "calendar": CALENDAR_COLORS,
        "event": EVENT_COLORS,
    }
