"""A workspace of which nothing can be opened: no table, no server, no secret, no database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from sheetflow.errors import ProblemsFound
from sheetflow.testing.suite import load_suite
from sheetflow.testing.trying import CaseResult

SETTINGS = """\
organization: {name: Riverside, time_zone: Europe/Berlin}
ledger: {environment: NO_SUCH_LEDGER}
quiet_hours: none
connections:
  mail: {connector: smtp, host: smtp.example.org, user: us, password: {environment: NO_SUCH}}
  room: {connector: room, link: "https://meet.example.org/us"}
senders:
  us: {address: Us <us@example.org>, by: mail}
tables:
  People:
    file: nowhere.csv
    key: [Code]
    person: {name: Name, email: Email}
    columns: {Coach: row of Coaches, Starts: date and time, Shifts: number, Due: date}
    sheetflow_writes: [Coach, Stage, Due]
  Coaches:
    file: nowhere.xlsx
    person: {name: Name, email: Email}
  Calls:
    file: neither.csv
    person: {name: Who}
"""
RECIPE = """\
recipe: Welcome
for_each: person in People
where:
  Stage: is empty
steps:
  - email: person
    template: welcome
  - set: {Stage: Prospect}
status: Welcomed {{ person.name }} of {{ person.home_town | default("nowhere") }}
"""
WELCOME = "---\nsubject: Welcome, {{ person.name }}\n---\nHi {{ person.name }}, see you soon.\n"


@dataclass(frozen=True)
class Bench:
    """The workspace, a recipe in it, and tests that are written and tried."""

    folder: Path

    def write(self, name: str, text: str) -> Path:
        """A file of the workspace."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), "utf-8")
        return path

    def recipe(self, text: str) -> None:
        """The recipe that is tested."""
        self.write("recipes/welcome/recipe.yaml", text)

    def results(self, tests: str) -> list[CaseResult]:
        """What becomes of these tests."""
        self.write("recipes/welcome/tests.yaml", tests)
        return [result for _, result in load_suite(self.folder).try_all()]

    def said(self, tests: str) -> list[str]:
        """Every difference that these tests tell, and why one broke off."""
        found: list[str] = []
        for result in self.results(tests):
            for turn in result.turns:
                before = f"{turn.title}: " if turn.title else ""
                found += [f"{before}{difference.what}" for difference in turn.differences]
            found += [result.broken] if result.broken else []
        return found

    def problems(self, tests: str) -> list[str]:
        """The mistakes in these tests, with line and column."""
        path = self.write("recipes/welcome/tests.yaml", tests)
        with pytest.raises(ProblemsFound) as caught:
            load_suite(self.folder)
        return [str(each).removeprefix(f"{path}:") for each in caught.value.problems]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """The workspace with a recipe that welcomes people."""
    made = Bench(tmp_path)
    made.write("sheetflow.yaml", SETTINGS)
    made.recipe(RECIPE)
    made.write("templates/welcome.md", WELCOME)
    return made
