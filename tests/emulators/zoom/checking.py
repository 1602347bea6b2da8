"""What Zoom checks of a meeting that is sent to it; it passes over any field it does not know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from tests.emulators.zoom.errors import invalid
from tests.emulators.zoom.world import FIXED_TIME, INSTANT, NO_FIXED_TIME, SCHEDULED, read_time


def checked(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as it came. Raises ZoomError 300 with each field that does not pass."""
    wrong: list[tuple[str, str]] = []
    for name, longest in (("topic", 200), ("agenda", 2_000), ("password", 10)):
        text = body.get(name)
        if text is not None and (not isinstance(text, str) or len(text) > longest):
            wrong.append((name, f"The length of {name} must be at most {longest} characters."))
    if body.get("type", SCHEDULED) not in (INSTANT, SCHEDULED, NO_FIXED_TIME, FIXED_TIME):
        wrong.append(("type", "The value of type must be one of 1, 2, 3, 8."))
    if not isinstance(body.get("duration", 1), int) or body.get("duration", 1) < 0:
        wrong.append(("duration", "Invalid field."))
    if body.get("timezone") and body["timezone"] not in available_timezones():
        wrong.append(("timezone", "Invalid field."))
    if not isinstance(body.get("settings", {}), Mapping):
        wrong.append(("settings", "Invalid field."))
    if body.get("start_time"):
        try:
            read_time(str(body["start_time"]), "UTC")
        except ValueError:
            wrong.append(("start_time", "Invalid field."))
    if wrong:
        raise invalid(*wrong)
    return dict(body)
