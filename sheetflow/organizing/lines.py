"""What the line of each recipe says in the control table, from one moment of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from sheetflow.hosting.timetable import next_due
from sheetflow.hosting.unattended import in_words
from sheetflow.ledger import browsing
from sheetflow.ledger.controls import Control
from sheetflow.ledger.records import Run, Switch
from sheetflow.ledger.schema import baselines
from sheetflow.ledger.ticks import Tick, Ticks
from sheetflow.reporting.causes import Group, groups_of
from sheetflow.reporting.groups import counted, one_line
from sheetflow.runner.pausing import paused
from sheetflow.tables.headers import is_separator
from sheetflow.workspace.organizer_keys import LAST, NEEDS, NEXT, SAYS, WAITS, WENT

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sheetflow.hosting.roster import Listed, Roll
    from sheetflow.ledger.store import Ledger

EVERYTHING = "All recipes"
"""The line by which everything is paused."""

NOTHING = in_words({})
"""How a run went that had nothing to do."""
LONGEST = 200
"""Characters in one cell."""
CAUSES = 2
"""How many causes a cell names."""


@dataclass(frozen=True)
class Line:
    """One recipe, or all: whether it is on, and what stands beside its tick."""

    recipe: str
    is_on: bool
    says: Mapping[str, str] = field(default_factory=dict)


def lines(roll: Roll, ledger: Ledger, chapter: str, now: datetime) -> list[Line]:
    """A line for everything, and one for each recipe, as things stand."""
    with ledger.database.reading() as connection:
        moment = _Moment.read(connection, roll, chapter, now)
    ticks = Ticks(ledger.database, chapter).all()
    found = [
        moment.line(listed, ticks.get(name))
        for name, listed in roll.recipes.items()
        if not is_separator([name])  # a line "total" or "---" is read as none
    ]
    return [moment.everything(found), *found]


def calm(found: Iterable[Line], before: Mapping[str, Control], roll: Roll) -> list[Line]:
    """The lines without what would only keep recipes that run on change running.

    The control table may stand in the file of their own table: what is written here has them look
    once more. So a look that found nothing new is not told.
    """
    return [_calm(line, before.get(line.recipe), roll.recipes.get(line.recipe)) for line in found]


def _calm(line: Line, before: Control | None, listed: Listed | None) -> Line:
    on_change = listed is not None and listed.schedule is not None and listed.schedule.on_change
    said = before.said if before is not None else {}
    if not on_change or not said.get(LAST):
        return line
    if line.says[WENT] not in (NOTHING, said.get(WENT)):
        return line
    return replace(line, says={**line.says, LAST: said[LAST], WENT: said.get(WENT, "")})


@dataclass(frozen=True)
class _Moment:
    """What the ledger says of all recipes at one moment."""

    zone: ZoneInfo
    now: datetime
    switches: Mapping[str, Switch]
    runs: Mapping[str, Run]
    groups: Sequence[Group]
    here_before: Mapping[str, int]

    @classmethod
    def read(cls, connection: Connection, roll: Roll, chapter: str, now: datetime) -> _Moment:
        b = baselines.c
        counts = select(b.recipe, func.count()).where(b.chapter == chapter).group_by(b.recipe)
        return cls(
            roll.zone,
            now,
            browsing.all_switches(connection, chapter),
            browsing.latest_run_of_each(connection),
            groups_of(connection, chapter, roll.recipes),
            {line[0]: line[1] for line in connection.execute(counts)},
        )

    def line(self, listed: Listed, tick: Tick | None) -> Line:
        """The line of one recipe."""
        name = listed.name
        switch = self.switches.get(name)
        is_on = switch is not None and switch.is_on
        at, went = self._last(name, tick)
        mine = [group for group in self.groups if group.recipe == name]
        needs = [*([listed.problem] if listed.problem else []), *_told(mine, somebody=True)]
        says = {
            LAST: _moment(at, self.zone),
            WENT: went or self._since(name, switch),
            NEXT: self._next(listed, tick, is_on=is_on),
            NEEDS: _cell(needs),
            WAITS: _cell(_told(mine, somebody=False)),
        }
        return Line(name, is_on, says)

    def everything(self, lines: Iterable[Line]) -> Line:
        """The line that pauses everything."""
        stopped = paused(self.switches)
        on = sum(line.is_on for line in lines)
        went = f"{counted(on, 'recipe')} on"
        if stopped:
            went = f"Paused: {counted(len(stopped), 'recipe')}. Tick to go on with just those."
        return Line(EVERYTHING, not stopped, {**dict.fromkeys(SAYS, ""), WENT: went})

    def _last(self, name: str, tick: Tick | None) -> tuple[datetime | None, str]:
        """When it ran last, and how that went; nothing where it was switched on since."""
        run, switch = self.runs.get(name), self.switches.get(name)
        ran = run.ended_at if run is not None and run.ended_at else None
        if tick is not None and tick.last_at and (ran is None or tick.last_at >= ran):
            return tick.last_at, one_line(tick.outcome, LONGEST)
        if run is None or (switch is not None and run.begun_at <= switch.since):
            return None, ""
        if ran is None:
            return run.begun_at, "It is running, or was broken off."
        return ran, in_words({str(word): int(n) for word, n in run.summary.items()})

    def _since(self, name: str, switch: Switch | None) -> str:
        if switch is None or not switch.is_on:
            return ""
        before = self.here_before.get(name, 0)
        if not before:
            return "Switched on."
        people, get = counted(before, "person was", "people were"), "gets" if before == 1 else "get"
        return f"Switched on. {people} here before and {get} nothing from it."

    def _next(self, listed: Listed, tick: Tick | None, *, is_on: bool) -> str:
        if not is_on:
            return ""
        if listed.schedule is None:
            return "" if listed.problem else "when somebody starts it"
        if listed.schedule.on_change:
            return "when its table changes"
        due = tick.due_at if tick is not None else None
        if due is None and listed.schedule.at is not None:
            due = next_due(listed.schedule, self.now, self.zone)
        return _moment(due, self.zone) or "soon"


def _told(groups: Iterable[Group], *, somebody: bool) -> list[str]:
    """How many rows, and why: `3 rows: no e-mail address`; for a person, or for time.

    Where there are several causes, each says how many rows it is about.
    """
    found = [group for group in groups if group.needs_somebody is somebody]
    total = sum(group.count for group in found)
    if not found:
        return []
    if len(found) == 1:
        return [f"{counted(total, 'row')}: {found[0].says}"]
    some = [f"{group.says} ({group.count:,})" for group in found[:CAUSES]]
    more = total - sum(group.count for group in found[:CAUSES])
    return [f"{counted(total, 'row')}: " + "; ".join(some) + (f"; {more:,} more" if more else "")]


def _cell(parts: Iterable[str]) -> str:
    return one_line(" ".join(parts), LONGEST)


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %-d %b, %H:%M}" if at else ""
