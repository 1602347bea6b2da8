"""How a tick moves: due, taken, ended, tried again; each move is a value made from the one before.

Nothing here reads a clock or writes anything. A moment of the clock that is due comes once: what is
taken stands at the next moment already, and what was missed is one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sheetflow.hosting.roster import Listed
from sheetflow.hosting.timetable import next_due
from sheetflow.language.schedules import Schedule, parse_schedule
from sheetflow.ledger.ticks import Tick

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15))
"""How long after a run that was not finished it is tried again; then each time the last."""

IN_USE = timedelta(seconds=20)
"""How long to wait while somebody else is applying in the same workspace."""

LATELY = timedelta(days=1)
"""Who switched a recipe on less than this ago expects it at its next time after that."""

AHEAD = timedelta(days=1)
"""How much longer than ever we may have to wait before it is the clock that was wrong.

After a clock was put back by less, what was done in the time that comes again is not done again.
"""


def up_to_date(
    tick: Tick | None,
    listed: Listed | None,
    on_since: datetime | None,
    now: datetime,
    zone: ZoneInfo,
) -> Tick | None:
    """The tick of a recipe as it is to be now; None where none is needed.

    It is due only while it is switched on. One whose schedule was changed begins anew; one whose
    file nobody can read keeps its times.
    """
    if listed is None or on_since is None or (listed.schedule is None and not listed.problem):
        return replace(tick, due_at=None, owed_since=None, tries=0) if tick else None
    if listed.schedule is None:
        return tick
    written = f"{listed.schedule} ({zone.key})"
    if tick is None or tick.schedule != written:
        old = tick or Tick(listed.name, "")
        since = now if tick else _since(on_since, now)
        fresh = replace(old, schedule=written, owed_since=None, tries=0, seen="")
        return replace(fresh, due_at=_first(listed.schedule, since, zone))
    if tick.due_at is None and tick.taken_at is None and not listed.schedule.on_change:
        return replace(tick, due_at=_first(listed.schedule, _since(on_since, now), zone))
    if _too_far(tick.due_at, listed.schedule, now):
        return replace(tick, due_at=next_due(listed.schedule, now, zone))
    return tick


def taken(tick: Tick, who: str, now: datetime, *, seen: str = "") -> Tick:
    """The tick in somebody's hands: a run is owed, and the next due time stands there already."""
    schedule, zone = schedule_of(tick)
    owed = tick.owed_since or tick.due_at or now
    return replace(
        tick,
        due_at=next_due(schedule, now, zone, last=min(owed, now)),
        owed_since=owed,
        taken_at=now,
        taken_by=who,
        tries=tick.tries + 1,
        seen=seen,
    )


def finished(tick: Tick, outcome: str, now: datetime) -> Tick:
    """The tick after a run that came to its end: nothing is owed."""
    return replace(_let_go(tick), owed_since=None, tries=0, last_at=now, outcome=outcome)


def put_off(tick: Tick, outcome: str, now: datetime, *, wait: timedelta | None = None) -> Tick:
    """The tick after a run that did not come to its end: due again soon, and still owed.

    With a `wait` of its own, it was not the run's fault, and does not count as a try.
    """
    tries = tick.tries if wait is None else max(tick.tries - 1, 0)
    again = now + (WAITS[min(tick.tries, len(WAITS)) - 1] if wait is None else wait)
    due = min(again, tick.due_at) if tick.due_at else again
    return replace(_let_go(tick), due_at=due, tries=tries, last_at=now, outcome=outcome)


def abandoned(tick: Tick, now: datetime) -> Tick:
    """The tick of somebody who died while it was in their hands: due at once."""
    return replace(_let_go(tick), due_at=now, last_at=now, outcome="It was broken off.")


def schedule_of(tick: Tick) -> tuple[Schedule, ZoneInfo]:
    """What the tick was worked out from."""
    written, _, zone = tick.schedule.rstrip(")").rpartition(" (")
    return parse_schedule(written), ZoneInfo(zone)


def _let_go(tick: Tick) -> Tick:
    return replace(tick, taken_at=None, taken_by="")


def _since(on_since: datetime, now: datetime) -> datetime:
    return on_since if now - LATELY <= on_since <= now else now


def _first(schedule: Schedule, since: datetime, zone: ZoneInfo) -> datetime | None:
    """When a recipe is due first: at its next time of day, and otherwise at once."""
    return next_due(schedule, since, zone) if schedule.at else since


def _too_far(due_at: datetime | None, schedule: Schedule, now: datetime) -> bool:
    """Whether it was set by a clock that was far ahead of ours."""
    return due_at is not None and due_at > now + _longest_pause(schedule) + AHEAD


def _longest_pause(schedule: Schedule) -> timedelta:
    """The most that lies between two due times, but for what a clock is put forward or back."""
    if schedule.every is not None:
        return schedule.every
    days = schedule.days  # none on change: then it is due at once, or soon after what went wrong
    round_about = (*days, *(day + 7 for day in days[:1]))
    return timedelta(days=max((b - a for a, b in pairwise(round_about)), default=0))
