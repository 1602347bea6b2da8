"""Nobody is written to at night, on their own clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sheetflow.clock import zone_named
from sheetflow.errors import SetupError
from sheetflow.language.policies import QuietHours as Hours
from sheetflow.plugin.guard import Guard, Held
from sheetflow.runner.guards.addressed import rows_addressed
from sheetflow.tables import statuses
from sheetflow.tables.table import Table
from sheetflow.values import Entry, Row

HELD = ("relationship", "outreach", "internal")
"""Kinds that wait for the day. What answers somebody who is there now does not."""

LOOKED_AHEAD = timedelta(days=3)
"""How far the next allowed minute is looked for: past any night and any change of the clocks."""

Zones = tuple[ZoneInfo, ...]


class QuietHours(Guard):
    """Delays mail until it is day for whoever gets it.

    For somebody whose zone nobody knows, it must be day in all places where they may be.
    """

    name = "quiet hours"

    def prepare(self, entries: Sequence[Entry]) -> None:  # noqa: ARG002 - each is asked alone
        """Begin with no night known."""
        self._nights: dict[Zones, tuple[datetime, datetime | None]] = {}

    @property
    def lets_all_through(self) -> bool:
        """Where no hours are quiet."""
        return self.tools.policy.quiet_hours is None

    def ask(self, entry: Entry) -> Held | None:
        """Until when it is night for one of those it goes to."""
        hours = self.tools.policy.quiet_hours
        if hours is None or entry.kind not in HELD:
            return None
        zones = self._zones(entry)
        now = self.tools.clock.now()
        if not _is_night(now, zones, hours):
            return None
        until = self._end_of_night(now, zones, hours)
        if until is None:
            return Held(statuses.never_day())
        return Held(statuses.held(until, now), until)

    def _zones(self, entry: Entry) -> Zones:
        found = (self._zones_of(table, row) for table, row in rows_addressed(entry, self.tools))
        return tuple(dict.fromkeys(zone for zones in found for zone in zones))

    def _zones_of(self, table: Table, row: Row) -> Zones:
        column = table.spec.person.time_zone
        name = table.cell(row, column, "text").value if column else None
        own = _zone(str(name)) if name else None
        if own is not None:
            return (own,)
        return self.tools.policy.people_are_in or (zone_named(table.spec.zone),)

    def _end_of_night(self, now: datetime, zones: Zones, hours: Hours) -> datetime | None:
        """The first allowed moment; found once for each night."""
        known = self._nights.get(zones)
        if known is None or not known[0] <= now < (known[1] or now + LOOKED_AHEAD):
            known = self._nights[zones] = (now, first_allowed(now, zones, hours))
        return known[1]


def first_allowed(now: datetime, zones: Zones, hours: Hours) -> datetime | None:
    """The first minute from `now` on that is quiet in none of `zones`, on the first one's clock.

    None if there is none. Each minute is tried, so that the days on which the clocks change need no
    rule of their own.
    """
    start = now.astimezone(UTC)
    minute = start.replace(second=0, microsecond=0)
    if minute < start:
        minute += timedelta(minutes=1)
    while minute < start + LOOKED_AHEAD:
        if not _is_night(minute, zones, hours):
            return minute.astimezone(zones[0]) if zones else minute
        minute += timedelta(minutes=1)
    return None


def _is_night(moment: datetime, zones: Zones, hours: Hours) -> bool:
    return any(hours.hold(moment.astimezone(zone).time()) for zone in zones)


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return zone_named(name)
    except SetupError:
        return None
