"""The same ticks do the same in a workbook, a .csv file, Google Sheets and Airtable."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from openpyxl import Workbook as Book, load_workbook

from sheetflow.network.pacing import Pacer, Waiting
from sheetflow.organizing.controlling import Controlling
from sheetflow.tables.text import shown
from tests.organizing.conftest import SETTINGS, WELCOME, Office
from tests.plugins import _airtable, _sheets
from tests.plugins.workbooks import rich_workbook

KINDS = ("csv", "xlsx", "google_sheets", "airtable")
COLUMNS = ["Recipe", "On", "Last run", "How it went", "Next run", "Needs you", "Waiting"]


class Place(Protocol):
    """Where a control table is, as a person has it before them."""

    settings: str

    def tick(self, recipe: str, answer: bool) -> None:
        """Tick or untick a line."""

    def raw(self) -> Any:
        """The table as it is kept there."""


@dataclass
class InCsv:
    office: Office
    settings: str = "file: control.csv"

    def tick(self, recipe: str, answer: bool) -> None:
        self.office.tick("yes" if answer else "no", recipe)

    def raw(self) -> Any:
        return (self.office.folder / "control.csv").read_text("utf-8")


@dataclass
class InXlsx:
    office: Office
    settings: str = "{file: campaign.xlsx, sheet: Sheetflow}"

    @property
    def path(self) -> Path:
        return self.office.folder / "campaign.xlsx"

    def tick(self, recipe: str, answer: bool) -> None:
        book = load_workbook(self.path)
        for row in book["Sheetflow"].iter_rows(min_row=2):
            if row[0].value == recipe:
                row[1].value = "yes" if answer else None
        book.save(self.path)

    def raw(self) -> Any:
        return load_workbook(self.path)["Sheetflow"]


@dataclass
class InSheets:
    world: _sheets.World

    @property
    def settings(self) -> str:
        return f"{{connector: sheets, spreadsheet: {_sheets.KEY}, sheet: Sheetflow}}"

    def tick(self, recipe: str, answer: bool) -> None:
        rows = self.world.rows("Sheetflow")
        number = next(n for n, row in enumerate(rows, 1) if row and row[0] == recipe)
        _sheets.put(self.world.emulator.url, f"Sheetflow!B{number}", [[answer]])

    def raw(self) -> Any:
        sheets = self.world.emulator.state()["spreadsheets"][0]["sheets"]
        return next(one for one in sheets if one["properties"]["title"] == "Sheetflow")


@dataclass
class InAirtable:
    world: _airtable.World

    @property
    def settings(self) -> str:
        return f"{{connector: base, base: {_airtable.BASE}, table: Sheetflow}}"

    def tick(self, recipe: str, answer: bool) -> None:
        there = self.world.in_table("Sheetflow")
        names = {one["name"]: one["id"] for one in there["fields"]}
        record = next(
            one["id"]
            for one in there["records"]
            if recipe in (one["fields"].get("Recipe"), one["fields"].get(names["Recipe"]))
        )
        self.world.edit("Sheetflow", set=[record, "On", answer])

    def raw(self) -> Any:
        return self.world.in_table("Sheetflow")


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, office: Office, tmp_path: Path) -> Iterator[Place]:
    """A campaign whose control table is to be made in such a place."""
    settings = SETTINGS.replace("{file: control.csv}", "PLACE")
    with ExitStack() as stack:
        made: Place
        match request.param:
            case "csv":
                made = InCsv(office, "{file: control.csv}")
            case "xlsx":
                made = InXlsx(office)
            case "google_sheets":
                world = stack.enter_context(_sheets.world(tmp_path / "sheets"))
                url = f'  sheets: {{connector: google_sheets, url: "{world.emulator.url}"}}\n'
                settings = settings.replace("connections:\n", f"connections:\n{url}")
                made = InSheets(world)
            case _:
                base = stack.enter_context(_airtable.world(tmp_path / "base"))
                token = "token: {file: token}"
                url = f'  base: {{connector: airtable, url: "{base.emulator.url}", {token}}}\n'
                settings = settings.replace("connections:\n", f"connections:\n{url}")
                (office.folder / "token").write_text(_airtable.TOKEN)
                (office.folder / "token").chmod(0o600)
                made = InAirtable(base)
        file = office.folder / "sheetflow.yaml"
        file.write_text(settings.replace("PLACE", made.settings), "utf-8")
        yield made


def lines(office: Office) -> dict[str, Mapping[str, str]]:
    """What each line says, as a person sees it."""
    with office.workspace.open_session(may_write=False) as session:
        rows = session.tools.table("Sheetflow").rows
    return {
        str(row.cells["Recipe"]): {c: shown(row.cells.get(c)).strip() for c in COLUMNS[1:]}
        for row in rows
    }


def looked(control: Controlling) -> None:
    """A look, for which waiting is only noted down."""
    slept: list[float] = []
    control.roster.look().workspace.pacer = Pacer(
        Waiting(now=lambda: sum(slept), sleep=slept.append)
    )
    control.look()
    assert control.trouble == ""


def test_ticked_run_and_unticked(office: Office, place: Place):
    control = office.control()
    looked(control)
    assert set(lines(office)) == {"All recipes", "welcome"}
    place.tick("welcome", True)
    office.later(minutes=1)
    looked(control)
    assert office.is_on()
    said = lines(office)["welcome"]
    went = "Switched on. 2 people were here before and get nothing from it."
    assert said["How it went"] == went
    office.people("Cem")
    office.later(hours=1)
    office.rounds()
    looked(control)
    assert {**lines(office)["welcome"], "On": ""} == {
        "On": "",
        "Last run": "Mon 16 Mar, 09:01",
        "How it went": "Sent: 1, Skipped: 2",
        "Next run": "Tue 17 Mar, 09:00",
        "Needs you": "",
        "Waiting": "",
    }
    place.tick("welcome", False)
    office.later(minutes=1)
    looked(control)
    assert not office.is_on()
    assert lines(office)["welcome"]["On"].casefold() in ("no", "false")
    place.tick("welcome", True)
    office.later(minutes=1)
    looked(control)
    assert office.is_on()


def test_a_line_for_a_new_recipe_is_added(office: Office, place: Place):
    control = office.control()
    looked(control)
    office.recipe("goodbye")
    office.later(minutes=1)
    looked(control)
    assert set(lines(office)) == {"All recipes", "goodbye", "welcome"}
    place.tick("goodbye", True)
    office.later(minutes=1)
    looked(control)
    assert (office.is_on("goodbye"), office.is_on("welcome")) == (True, False)


def test_it_is_easy_to_tick_there(office: Office, place: Place):
    looked(office.control())
    raw = place.raw()
    match place:
        case InXlsx():
            (choice,) = raw.data_validations.dataValidation
            assert (choice.formula1, str(choice.sqref)) == ('"yes,no"', "B2:B1000")
            assert raw.freeze_panes == "A2"
        case InSheets():
            cells = [row["values"][1] for row in raw["data"][0]["rowData"][1:3]]
            rules = [cell["dataValidation"]["condition"]["type"] for cell in cells]
            assert rules == ["BOOLEAN", "BOOLEAN"]
            (protected,) = raw["protectedRanges"]
            assert protected["warningOnly"] is True
        case InAirtable():
            kinds = {field["name"]: field["type"] for field in raw["fields"]}
            assert kinds == {**dict.fromkeys(COLUMNS, "singleLineText"), "On": "checkbox"}
        case _:
            assert raw.splitlines()[0] == ",".join(COLUMNS)


def test_a_sheet_is_added_to_a_workbook_and_the_others_stay(office: Office):
    settings = SETTINGS.replace("{file: control.csv}", InXlsx(office).settings)
    (office.folder / "sheetflow.yaml").write_text(settings, "utf-8")
    path = office.folder / "campaign.xlsx"
    rich_workbook(path)
    before = parts(path)
    looked(office.control())
    after = parts(path)
    changed = {name for name, content in before.items() if after[name] != content}
    assert {*after} - {*before} == {"xl/worksheets/sheet4.xml"}
    assert changed == {"[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/workbook.xml"}
    assert after["xl/workbook.xml"].count(b'name="Sheetflow"') == 1
    assert set(lines(office)) == {"All recipes", "welcome"}


def test_in_the_workbook_of_a_recipe_that_runs_on_change_it_comes_to_rest(office: Office):
    settings = SETTINGS.replace("{file: control.csv}", InXlsx(office).settings)
    settings = settings.replace("file: people.csv", "file: campaign.xlsx, sheet: People")
    (office.folder / "sheetflow.yaml").write_text(settings, "utf-8")
    office.recipe(text=WELCOME.replace("every weekday at 09:00", "on change"))
    book = Book()
    book.worksheets[0].title = "People"
    book.worksheets[0].append(["Name", "Email", "Stage"])
    book.save(office.folder / "campaign.xlsx")
    control = office.control()
    looked(control)
    InXlsx(office).tick("welcome", True)
    looked(control)
    book = load_workbook(office.folder / "campaign.xlsx")
    book["People"].append(["Ana", "ana@example.org", None])
    book["People"].append(["Bo", None, None])
    book.save(office.folder / "campaign.xlsx")
    ran = 0
    for _ in range(8):
        office.later(minutes=2)
        ran += len(office.rounds())
        looked(control)
    assert ran < 6
    assert office.rounds() == []
    assert len(office.mails) == 1
    assert lines(office)["welcome"]["Needs you"] == "1 row: no e-mail address"


def parts(path: Path) -> dict[str, bytes]:
    """What a workbook is made of."""
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}
