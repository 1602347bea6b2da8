"""The same recipes over the same rows do the same: in a workbook, .csv files, Sheets, Airtable."""

from __future__ import annotations

import csv
import email
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from email.policy import default
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from recipes import demo
from recipes.example_rows import (
    GROUPS_HEADERS,
    PEOPLE_HEADERS,
    TEAM_HEADERS,
    Signup,
    groups,
    signups,
    team,
)
from sheetflow.clock import Clock
from sheetflow.network.pacing import Pacer, Waiting
from sheetflow.runner.running import run
from sheetflow.tables.text import shown
from sheetflow.workspace import Workspace
from tests.emulators.serving import serving
from tests.plugins._airtable import BASE, TOKEN, typed
from tests.plugins._sheets import KEY, OWNER

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 14, 12, tzinfo=ZONE)
KINDS = ("xlsx", "csv", "google_sheets", "airtable")
IDS = ("Sheetflow ID", "Sheetflow when")
Tables = Mapping[str, Sequence[Sequence[Any]]]

NASTY = (
    ("Name", "Email", "Joined", "Call", "Count", "Ticked", "Note", "Stage"),
    ("Ana Reyes", "ana@example.org", date(2026, 3, 1), datetime(2026, 3, 20, 18), 7, True, "=1+1"),
    ("  Bo   Tran ", " BO@example.org ", date(2026, 1, 2), None, 7.5, False, "'0123"),
    ('Cy "Q" O\'Neil', "cy@example.org", None, datetime(2026, 3, 15, 9, 30), 0, True, "+1, 2"),
    ("Дина Соль", "dina@example.org", date(2026, 3, 14), None, -3, None, "@SUM(A1)"),
    ("Ed 🌻 Fox", "ed@example.org", None, None, None, True, "two\nlines"),
    ("Flo", "flo@example.org and gray@example.org", None, None, 12, True, "x"),
    ("Gus", "not an address", None, None, 12, True, '=HYPERLINK("https://example.org")'),
    ("Hal", None, None, None, 12, True, "-5"),
    ("Ana Reyes", "ana@example.org", date(2026, 3, 1), None, 7, True, "twice"),
    ("Ida", "ida@example.org", date(2026, 3, 13), datetime(2026, 4, 1), 1_000_000, True, "007"),
    ("Rex", "ref@example.org", None, None, 1, True, "#REF!"),
    ("Jo", "jo@example.org", None, None, 1, True, "y" * 3_000),
)
NASTY_SETTINGS = """\
organization: {name: Riverside, time_zone: America/New_York}
contact: {relationship: none}
quiet_hours: none
connections:
  outbox: {connector: outbox}
senders:
  us: {address: Riverside <hello@example.org>, by: outbox}
tables:
  People:
    file: campaign.xlsx
    sheet: People
    person: {name: Name, email: Email}
    columns: {Joined: date, Call: date and time, Count: number, Ticked: yes/no}
    sheetflow_writes: [Stage, Joined, Call]
"""
NASTY_RECIPE = """\
recipe: Nasty
for_each: person in People
where:
  any of:
    - Joined: is before 2026-03-10
    - Call: is in the future
    - Count: is more than 5
    - Ticked: is ticked
steps:
  - email: person
    template: hi
  - set:
      Stage: "{{ person.note }}"
status: Told {{ person.name }} of {{ person.count }} on {{ person.call or person.joined }}
"""
NASTY_MAIL = """\
---
subject: Hi {{ person.name }}
---
{{ person.note }} {{ person.joined or "" }} {{ person.call or "" }} {{ person.count or "" }}
"""


@dataclass(frozen=True)
class Told:
    """What a run leaves behind."""

    statuses: Sequence[tuple[str, str, str]]
    cells: Mapping[str, Sequence[Mapping[str, str]]]
    mails: Sequence[tuple[str, str, str]]
    ids: Mapping[str, Sequence[str]]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Told]:
    """The shipped recipes over the rows of the example workbook."""
    today = NOW.date()
    people = [row.cells(today) for row in signups(today) if isinstance(row, Signup)]
    tables = {
        "People": [PEOPLE_HEADERS[:-1], *people],
        "Team": [TEAM_HEADERS, *team(today)],
        "Groups": [GROUPS_HEADERS, *groups(today)],
    }
    found = {}
    for kind in KINDS:
        folder = tmp_path_factory.mktemp(kind)
        (folder / "sheetflow.yaml").write_text(demo.settings(), "utf-8")
        for name in demo.RECIPES:
            shutil.copytree(demo.HERE / name, folder / "recipes" / name)
        if kind == "airtable":  # moved there from the workbook, ids and all: equals stay equals
            ids = [[row_id] for row_id in found["xlsx"].ids["People"]]
            moved = zip([["Sheetflow ID"], *ids], tables["People"], strict=True)
            tables = {**tables, "People": [[*row, *ids] for ids, row in moved]}
        found[kind] = _told(kind, folder, tables, demo.RECIPES)
    return found


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Told]:
    """One recipe over rows that a careless program would stumble on."""
    found = {}
    for kind in KINDS:
        folder = tmp_path_factory.mktemp(f"nasty-{kind}")
        (folder / "sheetflow.yaml").write_text(NASTY_SETTINGS, encoding="utf-8")
        templates = folder / "recipes" / "nasty" / "templates"
        templates.mkdir(parents=True)
        (templates.parent / "recipe.yaml").write_text(NASTY_RECIPE, encoding="utf-8")
        (templates / "hi.md").write_text(NASTY_MAIL, encoding="utf-8")
        found[kind] = _told(kind, folder, {"People": NASTY}, ["nasty"])
    return found


@pytest.mark.parametrize("kind", KINDS[1:])
@pytest.mark.parametrize("part", ["statuses", "mails", "cells"])
def test_the_shipped_recipes_do_the_same_everywhere(
    shipped: Mapping[str, Told], kind: str, part: str
):
    assert getattr(shipped[kind], part) == getattr(shipped["xlsx"], part)


@pytest.mark.parametrize("kind", KINDS[1:])
@pytest.mark.parametrize("part", ["statuses", "mails", "cells"])
def test_nasty_rows_are_the_same_everywhere(nasty: Mapping[str, Told], kind: str, part: str):
    assert getattr(nasty[kind], part) == getattr(nasty["xlsx"], part)


def test_something_happened_in_each(shipped: Mapping[str, Told], nasty: Mapping[str, Told]):
    for told in (*shipped.values(), *nasty.values()):
        assert len(told.mails) > 3
        assert {status.partition(" ")[0] for _, _, status in told.statuses} >= {"Done", "Needs"}


def _told(kind: str, folder: Path, tables: Tables, recipes: Sequence[str]) -> Told:
    with _placed(kind, folder, tables):
        workspace = Workspace.open(folder, clock=Clock.at(NOW, ZONE))
        slept: list[float] = []  # time passes by waiting alone
        workspace.pacer = Pacer(Waiting(now=lambda: sum(slept), sleep=slept.append))
        statuses = []
        for name in recipes:
            recipe = workspace.recipe(name)
            result = run(recipe, workspace)
            assert result.untold == "", result.untold
            statuses += [
                (name, outcome.entry.who, str(outcome.status)) for outcome in result.outcomes
            ]
        with workspace.open_session(may_write=False) as session:
            rows = {name: session.tools.table(name).rows for name in tables}
    cells = {name: _cells(some) for name, some in rows.items()}
    ids = {name: [row.id for row in some] for name, some in rows.items()}
    return Told(sorted(statuses), cells, sorted(_mails(folder)), ids)


def _cells(rows: Sequence[Any]) -> list[dict[str, str]]:
    """The cells of a table as they are seen.

    A csv has its times with seconds, and for Airtable a box that is not ticked is empty.
    """
    return [
        {
            name: re.sub(r"(\d\d:\d\d):00$", r"\1", _seen(value)).removesuffix(" 00:00")
            for name, value in row.cells.items()
            if name not in IDS and _seen(value) not in ("", "FALSE")
        }
        for row in rows
    ]


def _seen(value: object) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(ZONE).replace(tzinfo=None)
    return {"True": "TRUE", "False": "FALSE"}.get(shown(value), shown(value)).strip()


def _mails(folder: Path) -> Iterator[tuple[str, str, str]]:
    for path in folder.rglob("*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=default)
        body = mail.get_body(("plain",))
        text = body.get_content() if body is not None else ""
        text = re.sub(r"/unsubscribe/[\w-]+", "/unsubscribe/", text)  # each ledger makes its own
        yield str(mail["To"]), str(mail["Subject"]), re.sub(r"(\d\d:\d\d):00", r"\1", text)


class _placed:  # noqa: N801 - a context manager, used as a function is
    """The tables where a connector of this kind finds them, and the settings that say so."""

    def __init__(self, kind: str, folder: Path, tables: Tables) -> None:
        self._kind, self._folder, self._tables = kind, folder, tables
        self._emulator: Any = None

    def __enter__(self) -> None:
        ways = (self._xlsx, self._csv, self._sheets, self._airtable)
        dict(zip(KINDS, ways, strict=True))[self._kind]()

    def __exit__(self, *_: object) -> None:
        if self._emulator is not None:
            self._emulator.__exit__(None, None, None)

    def _xlsx(self) -> None:
        book = Workbook()
        book.remove(book.worksheets[0])
        for title, rows in self._tables.items():
            sheet = book.create_sheet(title)
            for number, row in enumerate(rows, 1):
                for column, value in enumerate(row, 1):
                    cell = sheet.cell(number, column, value)
                    if isinstance(value, str):
                        cell.data_type = "e" if value == "#REF!" else "s"
                    elif isinstance(value, date) and not isinstance(value, datetime):
                        cell.number_format = "yyyy-mm-dd"
        book.save(self._folder / "campaign.xlsx")

    def _csv(self) -> None:
        for title, rows in self._tables.items():
            with (self._folder / f"{title}.csv").open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                width = len(rows[0])
                for row in rows:
                    padded = [*row, *[None] * (width - len(row))]
                    writer.writerow(["" if cell is None else cell for cell in padded])
        self._settings(lambda title: f"file: {title}.csv")

    def _sheets(self) -> None:
        sheets = [
            {
                "properties": {"sheetId": 7 + place, "title": title},
                "data": [{"rowData": [{"values": [_cell(cell) for cell in row]} for row in rows]}],
            }
            for place, (title, rows) in enumerate(self._tables.items())
        ]
        book = {"id": KEY, "title": "Campaign", "owner": OWNER, "timeZone": str(ZONE)}
        data = {"spreadsheets": [{**book, "sheets": sheets}]}
        self._emulator = serving("google", data=data)
        url = self._emulator.__enter__().url
        place = f"connector: sheets\n    spreadsheet: {KEY}\n    sheet: {{}}"
        connection = f'sheets: {{connector: google_sheets, url: "{url}"}}'
        self._settings(place.format, connection)

    def _airtable(self) -> None:
        tables = [typed(title, rows, ZONE) for title, rows in self._tables.items()]
        base = {"id": BASE, "name": "Campaign", "tables": tables}
        data = {"auth": "strict", "tokens": [{"token": TOKEN}], "bases": [base]}
        self._emulator = serving("airtable", data=data)
        url = self._emulator.__enter__().url
        (self._folder / "token").write_text(TOKEN)
        (self._folder / "token").chmod(0o600)
        place = f"connector: base\n    base: {BASE}\n    view: Grid view\n    table: {{}}"
        connection = f'base: {{connector: airtable, url: "{url}", token: {{file: token}}}}'
        self._settings(place.format, connection)

    def _settings(self, place: Any, connection: str = "") -> None:
        file = self._folder / "sheetflow.yaml"
        text = re.sub(
            r"file: campaign.xlsx\n    sheet: (\w+)",
            lambda match: place(match[1]),
            file.read_text("utf-8"),
        )
        if connection:
            text = text.replace("connections:\n", f"connections:\n  {connection}\n")
        file.write_text(text, encoding="utf-8")


def _cell(value: Any) -> dict[str, Any]:
    """A CellData as a person's typing leaves it."""
    match value:
        case None:
            return {}
        case bool():
            return {"userEnteredValue": {"boolValue": value}}
        case "#REF!":
            return {"userEnteredValue": {"formulaValue": "=#REF!"}}
        case str():
            return {"userEnteredValue": {"stringValue": value}}
        case int() | float():
            return {"userEnteredValue": {"numberValue": value}}
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    kind = "DATE_TIME" if isinstance(value, datetime) else "DATE"
    days = (moment - datetime(1899, 12, 30)).total_seconds() / 86_400
    look = {"numberFormat": {"type": kind}}
    return {"userEnteredValue": {"numberValue": days}, "userEnteredFormat": look}
