"""A whole campaign in a folder, as .csv files or as a workbook, with every shipped action.

Each cell of each person carries a canary, a word that stands nowhere else, so that a message can be
held to its own row.
"""

from __future__ import annotations

import csv
import email
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook, load_workbook

from sheetflow.clock import Clock
from sheetflow.runner.running import Run, plan_recipe, run
from sheetflow.values import Plan
from sheetflow.workspace import Workspace

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 14, 12, tzinfo=ZONE)
KINDS = ("csv", "xlsx")
STATUS = "Sheetflow status"
ID = "Sheetflow ID"

PEOPLE = ("Name", "Email", "Region", "First call", "Coach", "Stage", "Next step", "Next step due")
COACHES = (
    ("Name", "Email", "Region", "Max volunteers"),
    ("Lee Park", "lee@example.org", "North", 50),
    ("Kim", "kim@example.org", "South", 50),
)
CALLS = ("Who", "What")
WRITTEN = {"Coach", "Stage", "Next step", "Next step due", "Owner"}
OURS = {ID, STATUS, "Sheetflow when", "Send again?"}

SETTINGS = """\
organization: {{name: Riverside Volunteers, time_zone: Europe/Berlin}}
contact: {{relationship: none}}
quiet_hours: none
connections:
  post: {{connector: {mailer}}}
  room: {{connector: room, link: "https://meet.example.org/riverside"}}
senders:
  us: {{address: Riverside <hello@example.org>, by: post}}
tables:
  People:
    {people}
    person: {{name: Name, email: Email}}
    columns: {{First call: date and time, Coach: row of Coaches, Next step due: date}}
    sheetflow_writes: [Coach, Stage, Next step, Next step due, Owner]
  Coaches:
    {coaches}
    key: [Name]
    person: {{name: Name, email: Email}}
    columns: {{Max volunteers: number}}
  Calls:
    {calls}
"""

RECIPE = """\
recipe: Everything at once
for_each: volunteer in People
where:
  Region: is not empty
steps:
  - assign: coach from Coaches
    same: Region
    room: Max volunteers
    save_in: Coach
  - follow_up: First call
    owner: coach
    due: in 2 days
  - email: volunteer
    template: welcome
  - meet: Call with {{ volunteer.name }}
    with: [volunteer, coach]
    at: First call
    by: room
  - invite: Picnic
    with: [volunteer]
    at: First call
    place: Mill Lane
  - add_row: Calls
    cells: {Who: "{{ volunteer.name }}", What: First call}
  - set:
      Stage: Welcomed
status: Welcomed, {{ coach.name }} calls
"""

WELCOME = """\
---
subject: Welcome, {{ volunteer.name }}
---
Hi {{ volunteer.name }} from {{ volunteer.region }}, {{ coach.name }} will call you.
"""


@dataclass(frozen=True)
class Person:
    """A row of People; its name and its address carry its canary."""

    canary: str
    region: str = "North"
    call: object = "2026-04-01 18:00"
    address: str = ""

    @property
    def cells(self) -> tuple[object, ...]:
        """The cells, in the order of PEOPLE."""
        address = self.address or f"{self.canary}@example.org"
        return (self.name, address, self.region, self.call, None, None, None, None)

    @property
    def name(self) -> str:
        """What the person is called."""
        return f"{self.canary.title()} Person"


@dataclass
class Campaign:
    """A workspace in a folder, and what happens to it."""

    folder: Path
    kind: str
    now: datetime = NOW

    def set_up(self, people: Sequence[Person], *, mailer: str = "outbox") -> None:
        """Write the settings, the recipe, its message and the three tables."""
        self.folder.mkdir(parents=True, exist_ok=True)
        places = {name.lower(): self._place(name) for name in ("People", "Coaches", "Calls")}
        self._text("sheetflow.yaml", SETTINGS.format(mailer=mailer, **places))
        self._text("recipes/everything/recipe.yaml", RECIPE)
        self._text("recipes/everything/templates/welcome.md", WELCOME)
        self.write("People", [PEOPLE, *(person.cells for person in people)])
        self.write("Coaches", COACHES)
        self.write("Calls", [CALLS])

    def plan(self) -> Plan:
        """A plan made now."""
        workspace = self.open()
        return plan_recipe(workspace.recipe("everything"), workspace)

    def run(self, plan: Plan | None = None) -> Run:
        """A run now."""
        workspace = self.open()
        return run(workspace.recipe("everything"), workspace, plan=plan)

    def open(self) -> Workspace:
        """The workspace as it is now."""
        return Workspace.open(self.folder, clock=Clock.at(self.now, ZONE))

    def rows(self, table: str = "People") -> list[dict[str, Any]]:
        """What a table says, by header."""
        headers, *rows = self.read(table)
        return [dict(zip(headers, row, strict=False)) for row in rows]

    def statuses(self) -> dict[str, str]:
        """What each person's row says, by canary."""
        return {row["Name"].partition(" ")[0].lower(): row.get(STATUS) or "" for row in self.rows()}

    def edit(self, change: Callable[[list[list[Any]]], list[list[Any]]]) -> None:
        """Let somebody change the rows of People below the headers."""
        headers, *rows = self.read("People")
        self.write("People", [headers, *change(rows)])

    def mails(self) -> list[EmailMessage]:
        """What is in the outbox."""
        files = sorted((self.folder / "outbox").glob("*.eml"))
        return [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]

    def read(self, table: str) -> list[list[Any]]:
        """All rows of a table; an empty cell is None."""
        if self.kind == "csv":
            with self._csv(table).open(encoding="utf-8", newline="") as file:
                return [[cell or None for cell in row] for row in csv.reader(file)]
        sheet = load_workbook(self.folder / "campaign.xlsx")[table]
        return [list(row) for row in sheet.iter_rows(values_only=True)]

    def write(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        """Save a table as another program would."""
        if self.kind == "csv":
            with self._csv(table).open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)
            return
        path = self.folder / "campaign.xlsx"
        book = load_workbook(path) if path.exists() else Workbook()
        if not path.exists() or table in book.sheetnames:
            del book[table if path.exists() else "Sheet"]
        sheet = book.create_sheet(table)
        for row in rows:
            sheet.append(list(row))
        book.save(path)

    def files(self) -> dict[str, bytes]:
        """Every file but the ledger's own, by its path."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not path.name.startswith("sheetflow.db")
        }

    def _place(self, table: str) -> str:
        return (
            f"file: {table}.csv"
            if self.kind == "csv"
            else f"file: campaign.xlsx\n    sheet: {table}"
        )

    def _csv(self, table: str) -> Path:
        return self.folder / f"{table}.csv"

    def _text(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def addressee(mail: EmailMessage) -> str:
    """The address a mail goes to, without its name."""
    return str(mail["To"].addresses[0].addr_spec)


def words(mail: EmailMessage) -> set[str]:
    """Every word that somebody could read in a mail, in lower case."""
    parts = [str(value) for value in mail.values()]
    parts += [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return set(re.findall(r"[a-z]+", " ".join(parts).lower()))
