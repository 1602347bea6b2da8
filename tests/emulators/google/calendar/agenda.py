"""What stands on a calendar: single events, series, their instances and exceptions, by window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.emulators.google.calendar import recurrence, times
from tests.emulators.google.calendar.model import Calendar
from tests.emulators.google.calendar.recurrence import Occurrence, Series
from tests.emulators.google.errors import ApiError

Event = dict[str, Any]


@dataclass(frozen=True)
class Window:
    """From when (exclusive, by an event's end) until when (exclusive, by its start)."""

    after: datetime | None = None
    before: datetime | None = None

    def holds(self, begins: datetime, ends: datetime) -> bool:
        """Whether something of this length lies in the window, at least in part."""
        if self.after is not None and ends <= self.after:
            return False
        return self.before is None or begins < self.before


def instance(series: Event, occurrence: Occurrence) -> Event:
    """One instance of a series as an event of its own."""
    kept = {k: v for k, v in series.items() if k != "recurrence"}
    return {
        **kept,
        "id": f"{series['id']}_{occurrence.suffix}",
        "recurringEventId": series["id"],
        "originalStartTime": occurrence.start,
        "start": occurrence.start,
        "end": occurrence.end,
    }


def find(calendar: Calendar, event_id: str) -> Event:
    """A kept event, or an instance as its series gives it; 404 when there is neither."""
    if event_id in calendar.events:
        return calendar.events[event_id]
    parts = recurrence.split(event_id)
    series = calendar.events.get(parts[0]) if parts else None
    if parts and series and series.get("recurrence"):
        occurrence = Series(series, calendar.zone).occurrence(parts[1])
        if occurrence:
            return instance(series, occurrence)
    raise ApiError(404, "notFound", "Not Found")


def exceptions(calendar: Calendar, series_id: str) -> list[Event]:
    """The instances of a series that are kept on their own: changed or cancelled ones."""
    return [e for e in calendar.events.values() if e.get("recurringEventId") == series_id]


def instances(calendar: Calendar, series: Event, window: Window, now: datetime) -> Iterator[Event]:
    """All instances in the window, exceptions in the place of what they replace."""
    own = {
        recurrence.suffix_of(e["originalStartTime"]): e for e in exceptions(calendar, series["id"])
    }
    yield from (e for e in own.values() if in_window(e, calendar, window, now))
    expanded = Series(series, calendar.zone)
    for occurrence in expanded.occurrences(before=_end(expanded, window, now)):
        if occurrence.suffix not in own and window.holds(occurrence.begins, occurrence.ends):
            yield instance(series, occurrence)


def _end(series: Series, window: Window, now: datetime) -> datetime:
    if window.before is not None:
        return window.before
    if not series.endless:
        return datetime.max.replace(tzinfo=UTC)
    return max(now, window.after or now) + recurrence.HORIZON


def in_window(event: Event, calendar: Calendar, window: Window, now: datetime) -> bool:
    """Whether an event, or any instance of a series, lies in the window."""
    if event.get("recurrence"):
        if window == Window():
            return True
        return next(instances(calendar, event, window, now), None) is not None
    zone = calendar.zone
    return window.holds(times.instant(event["start"], zone), times.instant(event["end"], zone))


def agenda(calendar: Calendar, window: Window, now: datetime, *, single: bool) -> Iterator[Event]:
    """Everything in the window, cancelled events included.

    `single` gives instances in the place of series; otherwise series and their exceptions.
    """
    for event in list(calendar.events.values()):
        if not single:
            if in_window(event, calendar, window, now):
                yield event
        elif event.get("recurrence"):
            yield from instances(calendar, event, window, now)
        elif not _belongs_to_series(event, calendar) and in_window(event, calendar, window, now):
            yield event


def _belongs_to_series(event: Mapping[str, Any], calendar: Calendar) -> bool:
    return bool(calendar.events.get(event.get("recurringEventId", ""), {}).get("recurrence"))


def is_cancelled_instance(event: Mapping[str, Any], calendar: Calendar) -> bool:
    """Whether this is a cancelled exception of a series that itself goes on."""
    series = calendar.events.get(event.get("recurringEventId", ""))
    return event["status"] == "cancelled" and bool(series) and series["status"] != "cancelled"
