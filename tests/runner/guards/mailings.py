"""Mailings in a folder: people in tables, recipes, and a letter box that keeps what came when."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import dedent
from zoneinfo import ZoneInfo

from sheetflow.clock import Clock
from sheetflow.ledger.records import Suppression
from sheetflow.runner.proposing import propose_a_go
from sheetflow.runner.running import Run, plan_recipe, run
from sheetflow.tables.handles import handles_in, keyed
from sheetflow.values import Noop, Outcome, Plan
from sheetflow.workspace import Workspace

ZONE = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 14, 12, tzinfo=ZONE)
COLUMNS = ("Code", "Name", "Email", "Phone", "Zone", "Email OK?", "Until", "Group")

SETTINGS = """\
organization: {name: Riverside, time_zone: Europe/Berlin, country: DE}
tables:
  People:
    file: people.csv
    key: [Code]
    same_person: allow
    person: {name: Name, email: Email, phone: Phone, time_zone: Zone, consent: "Email OK?"}
    columns: {Until: date and time}
    sheetflow_writes: [Group]
  Friends:
    file: friends.csv
    key: [Code]
    same_person: allow
    person: {name: Name, email: Email, time_zone: Zone}
    sheetflow_writes: [Group]
  Do not contact:
    file: do_not_contact.csv
"""

LETTER_BOX = '''
"""A letter box in a file: what came stands in came.jsonl, one line each."""

import json
from dataclasses import dataclass

from sheetflow import (
    Action, Change, Noop, People, Receipt, RowRef, Template, TooFast, hookimpl, main, option,
)


class Write(Action["Write.Options"]):
    """Write to people."""

    name = "write"

    @dataclass(frozen=True, kw_only=True)
    class Options:
        to: People = main("Who it is written to.")
        text: Template = option("What it says.", default=None)

    def plan(self, work):
        changes = []
        for name in self.options.to:
            table, row = work.row_named(name)
            address = table.person(row).email.value
            if not address:
                changes.append(Noop("no address"))
                continue
            ref = RowRef(table.spec.name, row.id)
            text = work.render(self.options.text) if self.options.text else "Hello"
            changes.append(Change(
                f"write to {ref}", data={"to": address, "text": text, "row": str(ref)},
                to=(address,), whom=(ref,), channel="email",
                part=str(ref) if len(self.options.to) > 1 else "",
            ))
        return changes

    def apply(self, change):
        full = self.tools.folder / "full.txt"
        if full.exists() and change.data["row"] in full.read_text().split():
            raise TooFast("the letter box is full")
        came = {**change.data, "at": self.tools.clock.now().isoformat()}
        with (self.tools.folder / "came.jsonl").open("a") as box:
            box.write(json.dumps(came) + "\\n")
        return Receipt("in the box")


@hookimpl
def actions():
    return [Write]
'''


@dataclass(frozen=True)
class Letter:
    """What came into the letter box."""

    to: str
    row: str
    text: str
    at: datetime


@dataclass
class Mailing:
    """A workspace with a letter box, at a moment that tests move, even while a run goes on."""

    folder: Path
    now: datetime = NOON
    tables: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def set_up(self, more: str = "") -> None:
        """Write settings and the plugin; `more` are lines of settings."""
        (self.folder / "plugins").mkdir(parents=True, exist_ok=True)
        (self.folder / "plugins" / "letter_box.py").write_text(LETTER_BOX, encoding="utf-8")
        (self.folder / "recipes").mkdir(exist_ok=True)
        self.people([])
        self.people([], "Friends")
        self.write_table("do_not_contact", ["Email or phone", "Scope", "Why", "Since"], [])
        self.settings(more)

    def settings(self, more: str) -> None:
        """Write the settings again, with these lines beside the usual ones."""
        (self.folder / "sheetflow.yaml").write_text(SETTINGS + dedent(more), encoding="utf-8")

    def people(self, rows: Sequence[Mapping[str, str]], table: str = "People") -> None:
        """Write a table of people; what a row does not say is empty."""
        self.tables[table] = [{**dict.fromkeys(COLUMNS, ""), **row} for row in rows]
        self.write_table(table.lower(), list(COLUMNS), self.tables[table])

    def crowd(self, count: int) -> None:
        """As many people who may be written to."""
        self.people([person(f"p{number}") for number in range(count)])

    def edit(self, code: str, **cells: str) -> None:
        """Change a row of People as a person would, with what we wrote still in it."""
        path = self.folder / "people.csv"
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            if row["Code"] == code:
                row.update({name.replace("_", " "): value for name, value in cells.items()})
        self.write_table("people", list(rows[0]), rows)

    def write_table(
        self, name: str, columns: Sequence[str], rows: Sequence[Mapping[str, str]]
    ) -> None:
        """Write a table as another program would."""
        with (self.folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)

    def recipe(self, name: str = "news", *, more: str = "", table: str = "People") -> None:
        """A recipe that writes to everybody in a table; `more` are further keys."""
        text = f"recipe: News\nfor_each: person in {table}\n"
        if "where:" not in more:
            text += "where: everyone\n"
        if "steps:" not in more:
            text += "steps:\n  - write: person\n"
        path = self.folder / "recipes" / f"{name}.yaml"
        path.write_text(text + dedent(more), encoding="utf-8")

    def open(self) -> Workspace:
        """The workspace as it is now, with a clock that goes with `now`."""
        return Workspace.open(self.folder, clock=Clock(ZONE, lambda: self.now))

    def plan(self, name: str = "news", *, attended: bool = True) -> Plan:
        """A plan made now."""
        workspace = self.open()
        return plan_recipe(workspace.recipe(name), workspace, attended=attended)

    def run(
        self,
        name: str = "news",
        *,
        plan: Plan | None = None,
        attended: bool = True,
        meanwhile: Callable[[Outcome], None] = lambda _outcome: None,
    ) -> Run:
        """A run now; `meanwhile` is called after each change of it."""
        workspace = self.open()
        return run(
            workspace.recipe(name),
            workspace,
            plan=plan,
            attended=attended,
            progress=lambda outcome, _count, _all: meanwhile(outcome),
        )

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def suppress(self, address: str) -> None:
        """Put somebody on the list, from another process as it were."""
        with self.open().ledger(read_only=False) as ledger:
            (handle,) = handles_in(address, "DE")
            whom = keyed(ledger.salt, handle.text)
            ledger.decisions.suppress(Suppression(whom, handle.channel, "", "lee", self.now))

    def agree(self, name: str = "news", who: str = "lee") -> None:
        """Somebody gives their Go to the plan as it is now."""
        workspace = self.open()
        with workspace.open_session(may_write=False) as session:
            asked = propose_a_go(workspace.recipe(name), session, who)
        with workspace.ledger(read_only=False) as ledger:
            ledger.decisions.approve("main", name, asked.approval)

    @property
    def came(self) -> list[Letter]:
        """What the letter box has, the oldest first."""
        path = self.folder / "came.jsonl"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        found = [json.loads(line) for line in lines]
        return [
            Letter(each["to"], each["row"], each["text"], datetime.fromisoformat(each["at"]))
            for each in found
        ]

    @property
    def reached(self) -> list[str]:
        """The rows that were written to, in order."""
        return [letter.row.partition("/")[2] for letter in self.came]

    def statuses(self, table: str = "people") -> dict[str, str]:
        """What each row says, by its code."""
        with (self.folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
            return {row["Code"]: row.get("Sheetflow status") or "" for row in csv.DictReader(file)}


def person(code: str, **cells: str) -> dict[str, str]:
    """Somebody who may be written to; underscores in names of cells stand for spaces."""
    usual = {
        "Code": code,
        "Name": f"{code.title()} Doe",
        "Email": f"{code}@example.org",
        "Email OK?": "yes",
    }
    return {**usual, **{name.replace("_", " "): value for name, value in cells.items()}}


def held(plan: Plan) -> dict[str, tuple[str, str]]:
    """Who holds which row back in a plan, and what it says, by the row's id."""
    return {
        entry.key.row: (entry.deed.guard, str(entry.deed.status))
        for entry in plan.entries
        if isinstance(entry.deed, Noop) and entry.deed.guard
    }


def goes(plan: Plan) -> list[str]:
    """The rows for which a plan does something."""
    return [entry.key.row for entry in plan.changes]
