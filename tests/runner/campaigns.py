"""Small campaigns in a folder: a csv, a recipe, and a post office that does as it is told."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import dedent, indent

from sheetflow.clock import Clock
from sheetflow.runner.running import Run, plan_recipe, run
from sheetflow.values import Change, Plan
from sheetflow.workspace import Workspace

SETTINGS = """\
organization: {name: Riverside, time_zone: Europe/Berlin}
tables:
  People:
    file: people.csv
    key: [Code]
    person: {name: Name, email: Email}
    columns: {Coach: row of Coaches, Starts: date and time}
    sheetflow_writes: [Coach, Stage]
  Coaches:
    file: coaches.csv
    key: [Name]
    person: {name: Name, email: Email}
"""

COACHED = """\
recipe: Coaches
for_each: person in People
where:
  Coach: is empty
steps:
  - assign: coach from Coaches
    same: Region
    save_in: Coach
  - post: "{{ person.name }} has {{ coach.name }}"
"""
"""A recipe of two steps, the second of which needs the first."""

POST_OFFICE = '''
"""A post office in a file: what it took stands in taken.jsonl, what it does in orders.json."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sheetflow import (
    Action, Blank, Change, Gift, Guard, Held, NotAllowed, NotKnown, Receipt, Refused, Status,
    Template, TooFast, Unreachable, Word, hookimpl, main, option,
)

FAULTS = {
    "busy": lambda: TooFast("the post office is busy"),
    "away": lambda: Unreachable("the post office cannot be reached"),
    "refused": lambda: Refused("the post office does not take this"),
    "not allowed": lambda: NotAllowed("the post office does not know us"),
    "not known": lambda: NotKnown("the line dropped"),
    "bug": lambda: ZeroDivisionError("a bug"),
}


def orders(folder):
    path = folder / "orders.json"
    return json.loads(path.read_text()) if path.exists() else {}


class Post(Action["Post.Options"]):
    """Post a card."""

    name = "post"

    @dataclass(frozen=True, kw_only=True)
    class Options:
        text: Template = main("What is on the card.")

    @classmethod
    def gives(cls, options):
        return {"card": Gift(fields=("number",))}

    def plan(self, work):
        text = work.render(self.options.text)
        blank = {"card": {"number": Blank("card number")}}
        return Change(f"post: {text}", data={"text": text}, gives=blank, to=(text,))

    def apply(self, change):
        folder, text = self.tools.folder, change.data["text"]
        fault = next((f for name, f in orders(folder).items() if name in text), "")
        if fault in ("", "not known", "taken, then a bug"):
            self.tools.door.writing("taken.jsonl")
            with (folder / "taken.jsonl").open("a") as taken:
                taken.write(json.dumps(text) + "\\n")
        if fault == "taken, then a bug":
            raise ZeroDivisionError("a bug")
        if fault:
            raise FAULTS[fault]()
        number = len((folder / "taken.jsonl").read_text().splitlines())
        return Receipt(f"card {number}", gives={"card": {"number": number}})


class TracedPost(Post):
    """Post a card whose way can be followed."""

    name = "traced_post"

    def reconcile(self, change):
        answer = orders(self.tools.folder).get("trace")
        return {"found": Receipt("found"), "absent": False, "unknown": True}[answer]


class Curfew(Guard):
    """Holds back what the orders say."""

    name = "curfew"

    def ask(self, entry):
        if orders(self.tools.folder).get("curfew") == entry.who:
            return Held(Status(Word.WAITING, "there is a curfew"))
        return None


@hookimpl
def actions():
    return [Post, TracedPost]


@hookimpl
def guards():
    return [Curfew]


@hookimpl
def after_apply(outcome):
    pass
'''


@dataclass
class Campaign:
    """A workspace with one recipe, at a moment that tests move."""

    folder: Path
    now: datetime

    def table(self, name: str, rows: Sequence[Mapping[str, str]]) -> None:
        """Write a table as its people would."""
        with (self.folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def rows(self, name: str = "people") -> list[dict[str, str]]:
        """What the table says now."""
        with (self.folder / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def edit(self, code: str, **cells: str) -> None:
        """Change a row of people as a person would; underscores in names stand for spaces."""
        rows = self.rows()
        for row in rows:
            if row["Code"] == code:
                row.update({name.replace("_", " "): value for name, value in cells.items()})
        self.table("people", rows)

    def cell(self, code: str, column: str = "Sheetflow status") -> str:
        """One cell of one person."""
        return next(row for row in self.rows() if row["Code"] == code).get(column) or ""

    def recipe(self, text: str, name: str = "cards") -> None:
        """Write the recipe."""
        (self.folder / "recipes").mkdir(exist_ok=True)
        (self.folder / "recipes" / f"{name}.yaml").write_text(dedent(text), encoding="utf-8")

    def cards(self, steps: str, *, more: str = "") -> None:
        """Write a recipe that takes these steps for everybody."""
        head = "recipe: Cards\nfor_each: person in People\nwhere: everyone\nsteps:\n"
        self.recipe(f"{head}{indent(dedent(steps).strip(), '  ')}\n{more}")

    def order(self, **orders: str) -> None:
        """Tell the post office what to do with cards that contain a word, and other things."""
        (self.folder / "orders.json").write_text(json.dumps(orders), encoding="utf-8")

    @property
    def taken(self) -> list[str]:
        """The cards that the post office took."""
        path = self.folder / "taken.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def open(self) -> Workspace:
        """The workspace as it is now."""
        return Workspace.open(self.folder, clock=Clock.at(self.now))

    def plan(self, name: str = "cards") -> Plan:
        """A plan made now."""
        workspace = self.open()
        return plan_recipe(workspace.recipe(name), workspace)

    def run(self, name: str = "cards", plan: Plan | None = None) -> Run:
        """A run now."""
        workspace = self.open()
        return run(workspace.recipe(name), workspace, plan=plan)

    def statuses(self) -> dict[str, str]:
        """By person, what the row says."""
        return {row["Code"]: row.get("Sheetflow status") or "" for row in self.rows()}


def posts(plan: Plan) -> list[str]:
    """The texts that a plan would post."""
    return [e.deed.data["text"] for e in plan.entries if isinstance(e.deed, Change)]
