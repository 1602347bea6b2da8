"""A campaign whose organizers see a table and nothing else, on a clock that is moved by hand."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sheetflow.clock import Clock
from sheetflow.hosting.journal import Journal
from sheetflow.hosting.roster import Roster
from sheetflow.hosting.rounds import Rounds
from sheetflow.organizing.controlling import Controlling
from sheetflow.runner.running import Run, run
from sheetflow.workspace import CHAPTER, Workspace
from tests.conftest import BERLIN

MORNING = datetime(2026, 3, 16, 8, tzinfo=BERLIN)
SETTINGS = """\
organization: {name: Riverside, time_zone: Europe/Berlin}
quiet_hours: none
contact: {relationship: none}
connections:
  outbox: {connector: outbox}
senders: {us: {address: Riverside <hello@example.org>, by: outbox}}
control: Sheetflow
tables:
  People: {file: people.csv, person: {name: Name, email: Email}, sheetflow_writes: [Stage]}
  Sheetflow: {file: control.csv}
"""
WELCOME = """\
recipe: Welcome new people
schedule: every weekday at 09:00
for_each: person in People
where: {Stage: is empty}
steps: [{email: person, template: hello}]
"""


@dataclass
class Office:
    """A workspace in a folder, and whoever looks after its control table."""

    folder: Path
    now: datetime = MORNING
    log: io.StringIO = field(default_factory=io.StringIO)
    closing: ExitStack = field(default_factory=ExitStack)

    @property
    def clock(self) -> Clock:
        return Clock(BERLIN, lambda: self.now)

    @property
    def workspace(self) -> Workspace:
        return Workspace.open(self.folder, clock=self.clock)

    def later(self, **length: float) -> None:
        self.now += timedelta(**length)

    def recipe(self, name: str = "welcome", text: str = WELCOME) -> None:
        path = self.folder / "recipes" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")

    def people(self, *names: str, table: str = "people") -> None:
        """Add these people to the table, as if just signed up."""
        path = self.folder / f"{table}.csv"
        if not path.exists():
            path.write_text("Name,Email,Stage\n", "utf-8")
        rows = self.rows(table)
        headers = path.read_text("utf-8").splitlines()[0].split(",")
        rows += [{"Name": name, "Email": f"{name.lower()}@example.org"} for name in names]
        self.write(rows, table, headers)

    def rows(self, table: str = "control") -> list[dict[str, str]]:
        with (self.folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def write(
        self,
        rows: Sequence[Mapping[str, str]],
        table: str = "control",
        headers: Sequence[str] = (),
    ) -> None:
        """Save a table as another program would."""
        with (self.folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, headers or list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def line(self, recipe: str = "welcome") -> dict[str, str]:
        (found,) = [row for row in self.rows() if row["Recipe"] == recipe]
        return found

    def tick(self, answer: str, recipe: str = "welcome") -> None:
        rows = self.rows()
        for row in rows:
            if row["Recipe"] == recipe:
                row["On"] = answer
        self.write(rows)

    def control(self) -> Controlling:
        """Another program that looks after the table."""
        made = Controlling(
            Roster(self.folder, self.clock), self.clock, Journal(self.log, self.clock, "json")
        )
        self.closing.callback(made.close)
        return made

    def rounds(self) -> list[tuple[str, str]]:
        """Run what is due."""
        journal = Journal(self.log, self.clock, "json")
        rounds = Rounds(Roster(self.folder, self.clock), self.clock, journal)
        try:
            return [(one.recipe, one.says) for one in rounds.go(threading.Event()).ended]
        finally:
            rounds.close()

    def run(self, name: str = "welcome", *, attended: bool = True) -> Run:
        workspace = self.workspace
        return run(workspace.recipe(name), workspace, attended=attended)

    def is_on(self, name: str = "welcome") -> bool:
        with self.workspace.ledger() as ledger:
            switch = ledger.decided(CHAPTER, name).switch
            return switch is not None and switch.is_on

    @property
    def mails(self) -> list[str]:
        return sorted(path.name for path in self.folder.rglob("*.eml"))

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A workspace with one recipe, two people and no control table yet, on a Monday at 8."""
    folder = tmp_path / "campaign"
    (folder / "templates").mkdir(parents=True)
    (folder / "sheetflow.yaml").write_text(SETTINGS, "utf-8")
    (folder / "templates" / "hello.md").write_text("---\nsubject: Hello\n---\nHi.\n", "utf-8")
    made = Office(folder)
    made.recipe()
    made.people("Ana", "Bo")
    with made.closing:
        yield made
