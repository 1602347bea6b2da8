"""A round: see what is due, run it one recipe after the other, and note when each is due next."""

from __future__ import annotations

import os
import socket
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from secrets import token_hex
from typing import TYPE_CHECKING

from sheetflow.clock import Clock
from sheetflow.errors import LedgerBusy
from sheetflow.hosting import moving
from sheetflow.hosting.journal import Journal
from sheetflow.hosting.looking import Looks, Marks
from sheetflow.hosting.roster import Listed, Roll, Roster
from sheetflow.hosting.tally import Tally
from sheetflow.hosting.unattended import Ended, run_unattended
from sheetflow.hosting.watching import Known, Watching
from sheetflow.ledger.databases import Database
from sheetflow.ledger.replies import open_replies
from sheetflow.ledger.ticks import Tick, Ticks
from sheetflow.ledger.watches import recipes_that_wait
from sheetflow.runner.answering import take_in
from sheetflow.workspace import CHAPTER

if TYPE_CHECKING:
    from sheetflow.ledger.store import Ledger

BUSY = "Something else of Sheetflow was at work just then. It is tried again in a moment."
"""How a run went that found another process at work, for whoever reads it in a sheet."""


@dataclass(frozen=True)
class Survey:
    """What stands in the ledger, and how it ought to stand there, at one moment.

    `on` are the recipes that are switched on, and since when. `marks` say of tables elsewhere
    whether they may have changed, and `asks` that it is time to ask those who know.
    """

    at: datetime
    roll: Roll
    stored: Mapping[str, Tick]
    wanted: Mapping[str, Tick]
    on: Mapping[str, datetime]
    marks: Marks = field(default_factory=Marks)
    asks: bool = False

    @property
    def due(self) -> Sequence[Tick]:
        """What is due and in nobody's hands, the longest due first."""
        found = [
            (tick.due_at, tick.recipe, tick)
            for tick in self.wanted.values()
            if tick.due_at is not None and tick.due_at <= self.at and tick.taken_at is None
        ]
        return [tick for _, _, tick in sorted(found, key=lambda one: one[:2])]

    @property
    def next_at(self) -> datetime | None:
        """When something is due next; None while nothing is."""
        return min((tick.due_at for tick in self.wanted.values() if tick.due_at), default=None)

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to run and nothing to note."""
        taken = any(tick.taken_at for tick in self.wanted.values())
        return not (taken or self.due or self.asks) and self.wanted == self.stored


@dataclass(frozen=True)
class Round:
    """What was run, and what was seen then. `elsewhere` means that another has the turn."""

    ended: Sequence[Ended]
    survey: Survey
    elsewhere: bool = False


def _this_process() -> str:
    return f"{socket.gethostname()} {os.getpid()} {token_hex(4)}"


@dataclass
class Rounds:
    """Goes round after round over one workspace. Only one thread may use it.

    `seen` is what the latest round saw first, for other threads. `answered` are the tables that
    answers were written into, until what runs when they change is due.
    """

    roster: Roster
    clock: Clock
    journal: Journal
    tally: Tally = field(default_factory=Tally)
    looks: Looks = field(default_factory=Looks)
    watching: Watching = field(init=False)
    who: str = field(default_factory=_this_process)
    seen: Survey | None = None
    answered: set[str] = field(default_factory=set)
    _ledger: Ledger | None = None

    def __post_init__(self) -> None:
        self.watching = Watching(self.journal)

    def close(self) -> None:
        """Let go of the ledger; the next round opens it again."""
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None

    def go(self, stop: threading.Event) -> Round:
        """Run whatever is due, unless another process does. Raises SheetflowError.

        What goes wrong in one recipe is told, and does not keep the others from running.
        """
        ticks = self._ticks()
        self._take_in_answers()
        self.seen = survey = self._survey(ticks, alone=False)
        if survey.is_quiet:
            return Round((), survey)
        with ticks.turn() as mine:
            if not mine:
                return Round((), survey, elsewhere=True)
            if survey.asks:
                self._ask(survey, ticks.database)
            survey = self._survey(ticks, alone=True)
            due = self._noted(ticks, survey)
            self.answered.clear()
            ended = [done for tick in due if (done := self._taken(tick, ticks, survey, stop))]
            return Round(ended, self._survey(ticks, alone=True))

    def _take_in_answers(self) -> None:
        """Have the sheet say what people answered; what cannot be written now is tried again."""
        assert self._ledger is not None
        workspace, now = self.roster.look().workspace, self.clock.now()
        with self._ledger.database.reading() as connection:
            if not open_replies(connection, CHAPTER, due_by=now):
                return
        try:
            found = take_in(workspace)
        except LedgerBusy:
            return  # whoever has the turn takes them in, or the next round does
        self.answered |= found.tables
        states = Counter(reply.state for reply in found.replies)
        self.journal.say("answers taken in", **{str(state): n for state, n in states.items()})

    def survey(self, *, read_only: bool = False) -> Survey:
        """What is due when. Read-only, the ledger is not even made. Raises SheetflowError."""
        if not read_only:
            return self._survey(self._ticks(), alone=False)
        with self.roster.look().workspace.ledger() as ledger:
            return self._survey(Ticks(ledger.database, CHAPTER), alone=False)

    def _ticks(self) -> Ticks:
        if self._ledger is None:
            self._ledger = self.roster.look().workspace.ledger(read_only=False)
            self.journal.salt = self._ledger.salt
        return Ticks(self._ledger.database, CHAPTER)

    def _survey(self, ticks: Ticks, *, alone: bool) -> Survey:
        """`alone` says that we have the turn: then whoever had taken something is dead."""
        roll, now = self.roster.look(), self.clock.now()
        stored, on = ticks.all(), ticks.switched_on()
        tables = self._elsewhere(roll, on)
        known = self.watching.known(ticks.database) if tables else Known()
        marks = self.watching.marks(roll.workspace, tables, known, now)
        asks = self.watching.is_due(roll.workspace, tables, known, now)
        waiting = _Waiting(ticks.database)
        wanted = {}
        for name in sorted({*stored, *roll.recipes}):
            before, listed = stored.get(name), roll.recipes.get(name)
            if before is not None and alone and before.taken_at is not None:
                before = moving.abandoned(before, now)
            tick = moving.up_to_date(before, listed, on.get(name), now, roll.zone)
            if tick is not None and _is_on_change(listed) and name in on:
                tick = self._if_changed(tick, roll, marks, waiting, now)
            if tick is not None:
                wanted[name] = tick
        return Survey(now, roll, stored, wanted, on, marks, asks)

    def _elsewhere(self, roll: Roll, on: Mapping[str, datetime]) -> frozenset[str]:
        """The tables elsewhere that recipes read which run on change."""
        names = (name for name, listed in roll.recipes.items() if _is_on_change(listed))
        found = (self.looks.tables(roll.workspace, name) for name in names if name in on)
        return frozenset(table for tables in found if tables for table in tables.elsewhere)

    def _ask(self, survey: Survey, database: Database) -> None:
        """Ask those who know what may have changed."""
        tables = self._elsewhere(survey.roll, survey.on)
        self.watching.look(survey.roll.workspace, tables, database, self.clock.now())

    def _if_changed(
        self, tick: Tick, roll: Roll, marks: Marks, waiting: _Waiting, now: datetime
    ) -> Tick:
        """The tick of a recipe that runs on change, due now if its tables may have changed."""
        if tick.taken_at is not None or tick.due_at is not None:
            return tick
        tables = self.looks.tables(roll.workspace, tick.recipe)
        if tables and self.answered.intersection(tables.elsewhere):
            return replace(tick, due_at=now)
        look = self.looks.at(roll.workspace, tick.recipe, marks)
        if look.state != tick.seen:
            return replace(tick, due_at=now)
        if not look.elsewhere or tick.last_at is None:
            return tick
        hosting, passed = roll.workspace.settings.hosting, now - tick.last_at
        often = look.others or (passed >= hosting.look_every and tick.recipe in waiting.recipes)
        pause = hosting.look_every if often else hosting.run_anyway
        return tick if timedelta() <= passed < pause else replace(tick, due_at=now)

    def _noted(self, ticks: Ticks, survey: Survey) -> Sequence[Tick]:
        """Put into the ledger how things ought to stand; gives what is due by it."""
        for name, tick in survey.wanted.items():
            if survey.stored.get(name) != tick:
                ticks.move(survey.stored.get(name), tick)
        return survey.due

    def _taken(
        self, tick: Tick, ticks: Ticks, survey: Survey, stop: threading.Event
    ) -> Ended | None:
        """Take what is due and run it; None if it was stopped before, or another was first."""
        if stop.is_set():
            return None
        now = self.clock.now()
        schedule, _ = moving.schedule_of(tick)
        look = self.looks.at(survey.roll.workspace, tick.recipe, survey.marks)
        seen = look.state if schedule.on_change else ""
        mine = moving.taken(tick, self.who, now, seen=seen)
        if not ticks.move(tick, mine):
            return None
        owed = mine.owed_since or now
        with self._timed(tick.recipe, owed, now):
            ended = run_unattended(self.roster, tick.recipe, stop, self.journal)
        ticks.move(mine, _after(mine, ended, self.clock.now()))
        self.tally.ended(ended)
        self.journal.say(
            "run ended", recipe=tick.recipe, how=ended.how, says=ended.says, words=ended.words
        )
        return ended

    @contextmanager
    def _timed(self, recipe: str, owed: datetime, now: datetime) -> Iterator[None]:
        late = max((now - owed).total_seconds(), 0.0)
        self.journal.say("run begins", recipe=recipe, due=owed.isoformat(), late=round(late, 1))
        self.tally.begun(recipe, late)
        try:
            yield
        finally:
            self.tally.over(recipe)


@dataclass
class _Waiting:
    """The recipes with rows that wait, found out if anybody asks."""

    database: Database

    @cached_property
    def recipes(self) -> frozenset[str]:
        """By name."""
        return recipes_that_wait(self.database, CHAPTER)


def _is_on_change(listed: Listed | None) -> bool:
    return listed is not None and listed.schedule is not None and listed.schedule.on_change


def _after(tick: Tick, ended: Ended, now: datetime) -> Tick:
    """The tick as a run leaves it behind."""
    match ended.how:
        case "done":
            return moving.finished(tick, ended.says, now)
        case "in use":
            return moving.put_off(tick, BUSY, now, wait=moving.IN_USE)
        case "stopped":
            return moving.put_off(tick, ended.says, now, wait=now - now)
        case _:
            return moving.put_off(tick, ended.says, now)
