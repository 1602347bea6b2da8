"""What the tests of calls by a service share: a workspace on files, whose sheet people edit."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

from sheetflow.clock import Clock
from sheetflow.network.pacing import Pacer
from sheetflow.runner.running import plan_recipe
from sheetflow.values import Plan
from sheetflow.workspace import Workspace

TABLES = """
tables:
  People:
    file: people.csv
    key: [Id]
    person: {name: Name, email: Email, consent: OK}
    columns: {First call: date and time, Off: yes/no, Coach: row of Team}
    sheetflow_writes: [Link]
  Team:
    file: team.csv
    key: [Id]
    person: {name: Name, email: Email}
"""
RECIPE = """
recipe: Calls
for_each: volunteer in People
where:
  First call: is in the future
steps:
  - meet: Call with {{ volunteer.name }}
    with: [volunteer, coach]
    at: First call
    by: CONNECTION
    again: when First call changes
    cancel_when:
      Off: is ticked

  - set:
      Link: "{{ meeting.link }}"
"""
PEOPLE = (
    "Id,Name,Email,OK,First call,Off,Coach,Link,Sheetflow status,Sheetflow when,Send again?",
    "7,Ana Ruiz,ana@example.org,yes,{first_call},no,Lee,,,,",
)
TEAM = "Id,Name,Email\nc1,Lee,lee@example.org\nc2,Maya,maya@example.org\n"


class CallsFolder:
    """A workspace with one volunteer and two coaches; its recipe `calls` goes by `connection`."""

    def __init__(self, folder: Path, now: datetime, connection: str, more_steps: str = "") -> None:
        self.folder, self.now = folder, now
        (folder / "recipes" / "calls").mkdir(parents=True)
        recipe = RECIPE.replace("CONNECTION", connection)
        self.write("recipes/calls/recipe.yaml", recipe + more_steps)
        people = "\n".join(PEOPLE).format(first_call=f"{now:%Y}-03-17 18:00")
        self.write("people.csv", f"{people}\n")
        self.write("team.csv", TEAM)

    def write(self, name: str, text: str) -> None:
        """Write a file of the workspace."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def edit(self, old: str, new: str, name: str = "people.csv") -> None:
        """Somebody edits a file, in which `old` must stand."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def workspace(self) -> Workspace:
        """The workspace as it is now. Its pace is its own: what is shared goes by real clocks."""
        workspace = Workspace.open(self.folder, clock=Clock.at(self.now))
        workspace.pacer = Pacer()
        return workspace

    def plan(self) -> Plan:
        """What would be done now."""
        workspace = self.workspace()
        return plan_recipe(workspace.recipe("calls"), workspace)

    def row(self) -> dict[str, str]:
        """The volunteer's row."""
        with (self.folder / "people.csv").open(encoding="utf-8") as file:
            (row,) = csv.DictReader(file)
        return row

    @property
    def status(self) -> str:
        """What the volunteer's row says."""
        return self.row()["Sheetflow status"]
