"""When a meeting is, as each guest reads it: in their zone, with the town's name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sheetflow import day_and_time


def span(starts: datetime, ends: datetime, zone: ZoneInfo, language: str) -> str:
    """From when to when, such as "Tue 3 Nov, 18:00–18:30 CET (Berlin)".

    Both ends carry a day when they are not of the same one, or when the clocks change in between.
    """
    first, last = starts.astimezone(zone), ends.astimezone(zone)
    begins = day_and_time(first, language, zone)
    if first.date() != last.date() or first.utcoffset() != last.utcoffset():
        whole = f"{begins} – {day_and_time(last, language, zone)}"
    else:
        whole = begins.replace(f"{first:%H:%M}", f"{first:%H:%M}–{last:%H:%M}", 1)
    town = zone.key.rpartition("/")[2].replace("_", " ")
    return whole if town in whole else f"{whole} ({town})"


def same_clock(one: ZoneInfo, other: ZoneInfo, moment: datetime) -> bool:
    """Whether clocks in both zones show the same at that moment."""
    return moment.astimezone(one).utcoffset() == moment.astimezone(other).utcoffset()


def arranged(starts: datetime, zone: ZoneInfo, length: timedelta) -> tuple[datetime, datetime]:
    """From when to when, in the zone in which it is arranged: its own, or else `zone`."""
    local = starts if isinstance(starts.tzinfo, ZoneInfo) else starts.astimezone(zone)
    return local, (local.astimezone(UTC) + length).astimezone(local.tzinfo)
