"""The only reader of the time, so that a plan can be made for any moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sheetflow.errors import SetupError


def _system_time() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """What time it is, in a workspace's zone.

    >>> Clock.at(datetime(2026, 3, 14, 12, tzinfo=UTC), ZoneInfo("Europe/Berlin")).now().hour
    13
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    read: Callable[[], datetime] = _system_time

    @classmethod
    def at(cls, moment: datetime, zone: ZoneInfo | None = None) -> Clock:
        """A clock that stands still at `moment`, which must carry a zone."""
        moment = aware(moment)
        return cls(zone or ZoneInfo("UTC"), lambda: moment)

    def now(self) -> datetime:
        """This moment, in the clock's zone."""
        return self.read().astimezone(self.zone)

    def today(self) -> date:
        """Today's date, in the clock's zone."""
        return self.now().date()

    def in_zone(self, zone: ZoneInfo) -> Clock:
        """The same clock, read in another zone."""
        return Clock(zone, self.read)


def aware(moment: datetime) -> datetime:
    """`moment` itself, or ValueError if it does not say in which zone it is."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} carries no time zone")
    return moment


def zone_named(name: str) -> ZoneInfo:
    """The time zone of that IANA name, or SetupError with an example of one."""
    try:
        return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SetupError(
            f'"{name}" is not a time zone.', hint="Write it like Europe/Berlin or America/New_York."
        ) from None
