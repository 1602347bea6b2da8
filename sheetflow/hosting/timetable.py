"""When a recipe is due: the first moment of its schedule after another moment, in a time zone.

`schedule` reads the time of day off a clock on the wall, knows no summer time, and counts from
when the program was started. So it is handed a wall and a moment here, keeps nothing, and what it
answers is turned into a moment by the rules of the zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from sheetflow.language.schedules import DAYS, Schedule

_LONGEST_JUMP = timedelta(hours=25)
"""More than any clock was ever put forward or back (Samoa left out a day at the end of 2011)."""


def next_due(
    schedule: Schedule, after: datetime, zone: ZoneInfo, *, last: datetime | None = None
) -> datetime | None:
    """The first due moment later than `after`, in UTC; None for a schedule that follows no clock.

    `every 15 minutes` is counted from `last`, when it was last due, and without one it is due from
    `after`. A time of day that a day does not have is due when as much time has passed as if it
    had; one that it has twice is due at the first.

    >>> nine = Schedule(days=(0,), at=time(9))
    >>> next_due(nine, datetime(2026, 3, 27, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
    datetime.datetime(2026, 3, 30, 7, 0, tzinfo=datetime.timezone.utc)
    """
    if schedule.every is not None:
        return _step(schedule.every, last or after, after)
    if schedule.at is None:
        return None
    return min(_on_day(day, schedule, after, zone) for day in schedule.days)


def _step(every: timedelta, last: datetime, after: datetime) -> datetime:
    """The first of the steps from `last` that is later than `after`; those missed are one."""
    last, after = last.astimezone(UTC), after.astimezone(UTC)
    missed = max((after - last) // every, 0)
    return _asked(last + missed * every, minutes=every // timedelta(minutes=1))


def _on_day(day: int, schedule: Schedule, after: datetime, zone: ZoneInfo) -> datetime:
    assert schedule.at is not None
    before = after.astimezone(zone).replace(tzinfo=UTC, fold=0) - _LONGEST_JUMP
    for wall in _days_from(before, day, f"{schedule.at:%H:%M}"):
        moment = wall.replace(tzinfo=zone).astimezone(UTC)
        if moment > after:
            return moment
    raise AssertionError("days go on for ever")


def _days_from(wall: datetime, day: int, at: str) -> Iterator[datetime]:
    while True:
        wall = _asked(wall, day=DAYS[day], at=at)
        yield wall


def _asked(now: datetime, *, minutes: int = 1, day: str = "", at: str = "") -> datetime:
    """What `schedule` says comes next, if it is `now`; both in UTC, or both on a wall."""
    import schedule

    job = schedule.Scheduler().every(1 if day else minutes)
    job = getattr(job, day).at(at) if day else job.minutes
    job.at_time_zone = _Wall(now)
    job.do(_nothing)
    answer: datetime = job.next_run  # by the clock of this machine, without a zone
    return answer.astimezone(UTC)


class _Wall(tzinfo):
    """A zone in which it is always one moment, and the clock is never put forward or back.

    `schedule` asks for the time in a zone, and for a moment as the zone writes it.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now.replace(tzinfo=None)

    def fromutc(self, moment: datetime) -> datetime:
        """The moment that this wall shows, whichever it is elsewhere."""
        return self._now.replace(tzinfo=moment.tzinfo)

    def normalize(self, moment: datetime) -> datetime:
        """The moment itself: no time of day is left out here, and none comes twice."""
        return moment

    def utcoffset(self, _moment: datetime | None) -> timedelta:
        """None from UTC, so that what stands on the wall comes back as it is."""
        return timedelta()

    def dst(self, _moment: datetime | None) -> timedelta:
        """There is no summer time."""
        return timedelta()

    def tzname(self, _moment: datetime | None) -> str:
        """What it is called where a zone is asked for its name."""
        return "wall"


def _nothing() -> None:
    """What `schedule` would run; we only ask it when."""
