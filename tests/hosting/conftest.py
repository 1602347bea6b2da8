"""A campaign that runs by itself, on a clock that is moved by hand."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sheetflow.clock import Clock
from sheetflow.hosting.journal import Journal
from sheetflow.hosting.roster import Roster
from sheetflow.hosting.rounds import Round, Rounds
from sheetflow.ledger.records import Switch
from sheetflow.ledger.ticks import Tick, Ticks
from sheetflow.workspace import CHAPTER, Workspace
from tests.conftest import BERLIN

SETTINGS = """\
organization: {name: Riverside, time_zone: Europe/Berlin}
quiet_hours: none
connections: {outbox: {connector: outbox}}
senders: {us: {address: Riverside <hello@example.org>, by: outbox}}
tables:
  People: {file: people.csv, person: {name: Name, email: Email}, sheetflow_writes: [Stage]}
alerts: {to: lee@example.org}
"""
RECIPE = """\
recipe: Say that it ran
schedule: SCHEDULE
for_each: person in People
where: {Stage: is empty}
steps: [{set: {Stage: Done}}]
"""
MORNING = datetime(2026, 3, 16, 8, tzinfo=BERLIN)


@dataclass
class Moved:
    """A clock that stands where it was put."""

    now: datetime

    def go_on(self, **length: float) -> None:
        """Let time pass; it may be negative, as when somebody puts a clock back."""
        self.now += timedelta(**length)


@dataclass
class Stage:
    """A workspace in a folder, and programs that run it by itself."""

    folder: Path
    time: Moved
    log: io.StringIO = field(default_factory=io.StringIO)
    stop: threading.Event = field(default_factory=threading.Event)
    closing: ExitStack = field(default_factory=ExitStack)

    @property
    def clock(self) -> Clock:
        return Clock(BERLIN, lambda: self.time.now)

    def recipe(self, name: str, schedule: str, *, on: bool = True) -> Path:
        """Write a recipe, and switch it on."""
        path = self.folder / "recipes" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(RECIPE.replace("SCHEDULE", schedule), "utf-8")
        if on:
            self.switch(name, on=True)
        return path

    def switch(self, name: str, *, on: bool) -> None:
        with self.workspace.ledger(read_only=False) as ledger:
            ledger.decisions.switch(CHAPTER, name, Switch(on, "", "lee", self.time.now))

    def people(self, *names: str) -> None:
        """Put these people into the table, as if just signed up."""
        rows = "".join(f"{name},{name.lower()}@example.org,\n" for name in names)
        (self.folder / "people.csv").write_text(f"Name,Email,Stage\n{rows}", "utf-8")

    @property
    def workspace(self) -> Workspace:
        return Workspace.open(self.folder, clock=self.clock)

    def program(self) -> Rounds:
        """Another program over the same workspace."""
        journal = Journal(self.log, self.clock, "json")
        return Rounds(Roster(self.folder, self.clock), self.clock, journal)

    def round(self, rounds: Rounds) -> list[tuple[str, str, str]]:
        """What a round ran, how it went and what it said."""
        return [(one.recipe, one.how, one.says) for one in self.whole_round(rounds).ended]

    def whole_round(self, rounds: Rounds) -> Round:
        return rounds.go(self.stop)

    def ticks(self) -> dict[str, Tick]:
        with self.workspace.ledger() as ledger:
            return dict(Ticks(ledger.database, CHAPTER).all())

    def due(self, name: str) -> str:
        """When a recipe is due next, as the clock in Berlin shows it."""
        at = self.ticks()[name].due_at
        return f"{at.astimezone(BERLIN):%a %d %H:%M}" if at else ""

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A workspace without recipes yet, on a Monday at 8 in the morning."""
    folder = tmp_path / "campaign"
    folder.mkdir()
    (folder / "sheetflow.yaml").write_text(SETTINGS, "utf-8")
    made = Stage(folder, Moved(MORNING))
    made.people("Ana", "Bo")
    with made.closing:
        yield made
