"""A tick in a row does the same in a workbook, a .csv file, Google Sheets and Airtable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook as Book, load_workbook

from sheetflow.runner.running import run
from sheetflow.tables.text import shown
from sheetflow.workspace import Workspace
from tests.organizing.conftest import SETTINGS, WELCOME, Office
from tests.plugins import _airtable, _sheets

KINDS = ("csv", "xlsx", "google_sheets", "airtable")
ASKS = 'Waiting — tick "Go ahead" to send (Welcome)'
RECIPE = _sheets.RECIPE.replace("steps:", "approve: each row\nsteps:")


@dataclass
class Table:
    """People in one kind of table, as somebody has them before them."""

    workspace: Callable[[], Workspace]
    edit: Callable[[str, str, Any], None]
    mails: Callable[[], list[str]]

    def run(self) -> None:
        workspace = self.workspace()
        assert run(workspace.recipe("welcome"), workspace).untold == ""

    def said(self) -> dict[str, tuple[str, str]]:
        """By name, what the row says, and its tick."""
        with self.workspace().open_session(may_write=False) as session:
            rows = session.tools.table("People").rows
        found = {str(row.cells["Name"]): row.cells for row in rows}
        return {
            name: (shown(cells.get("Sheetflow status")), shown(cells.get("Go ahead")))
            for name, cells in found.items()
        }


@pytest.fixture(params=KINDS)
def table(request: pytest.FixtureRequest, office: Office, tmp_path: Path) -> Iterator[Table]:
    """Four people, in one kind of table, and a recipe that asks in each row."""
    with ExitStack() as stack:
        match request.param:
            case "google_sheets":
                yield in_sheets(stack.enter_context(_sheets.world(tmp_path / "s")))
            case "airtable":
                yield in_airtable(stack.enter_context(_airtable.world(tmp_path / "a")))
            case kind:
                yield in_file(kind, office)


def in_sheets(world: _sheets.World) -> Table:
    def edit(name: str, column: str, value: Any) -> None:
        rows = world.rows()
        number = next(n for n, row in enumerate(rows, 1) if row and row[0] == name)
        letter = chr(ord("A") + rows[0].index(column))
        _sheets.put(world.emulator.url, f"People!{letter}{number}", [[value]])

    return Table(lambda: world.workspace(recipe=RECIPE), edit, world.mails)


def in_airtable(world: _airtable.World) -> Table:
    def edit(name: str, column: str, value: Any) -> None:
        world.edit(set=[world.id_of(name), column, value])

    return Table(lambda: world.workspace(recipe=RECIPE), edit, world.mails)


def in_file(kind: str, office: Office) -> Table:
    office.recipe(
        text=WELCOME.replace("steps:", "approve: each row\nsteps:").replace(" new people", "")
    )
    settings = SETTINGS.replace("control: Sheetflow\n", "")
    settings = settings.replace("  Sheetflow: {file: control.csv}\n", "")
    (office.folder / "people.csv").unlink()
    if kind == "xlsx":
        settings = settings.replace("people.csv", "people.xlsx")
        book = Book()
        for row in _sheets.PEOPLE:
            book.worksheets[0].append(row)
        book.save(office.folder / "people.xlsx")
    else:
        head, *below = _sheets.PEOPLE
        rows = [dict(zip(head, (cell or "" for cell in row), strict=True)) for row in below]
        office.write(rows, "people")
    (office.folder / "sheetflow.yaml").write_text(settings, "utf-8")

    def in_csv(name: str, column: str, value: Any) -> None:
        rows = office.rows("people")
        for row in rows:
            if row["Name"] == name:
                row[column] = value
        office.write(rows, "people")

    def in_xlsx(name: str, column: str, value: Any) -> None:
        book = load_workbook(office.folder / "people.xlsx")
        sheet = book.worksheets[0]
        place = [cell.value for cell in sheet[1]].index(column)
        for row in sheet.iter_rows(min_row=2):
            if row[0].value == name:
                row[place].value = value
        book.save(office.folder / "people.xlsx")

    def mails() -> list[str]:
        found = [path.read_text("utf-8") for path in office.folder.rglob("*.eml")]
        names = ("ana", "bo", "cy", "di")
        return sorted(f"{n}@example.org" for n in names for mail in found if f"{n}@" in mail)

    return Table(lambda: office.workspace, in_xlsx if kind == "xlsx" else in_csv, mails)


def test_asked_ticked_changed_and_sent(table: Table):
    table.run()
    assert table.mails() == []
    assert set(table.said().values()) == {(ASKS, "no")}
    table.edit("Ana Reyes", "Go ahead", "yes")
    table.edit("Bo Tran", "Go ahead", "yes")
    table.edit("Bo Tran", "Email", "bo@other.example")
    table.run()
    assert table.mails() == ["ana@example.org"]
    said = table.said()
    assert said["Ana Reyes"][0].startswith("Sent — ")
    assert said["Ana Reyes"][1] == ""
    again = 'Waiting — it changed since. Look, then tick "Go ahead" again (Welcome)'
    assert said["Bo Tran"] == (again, "no")
    assert said["Cy Ono"] == (ASKS, "no")
    table.run()
    assert table.mails() == ["ana@example.org"]


LOSSY = '''"""Mail whose answer is lost as long as a file says so."""

from dataclasses import dataclass

from sheetflow import Mail, Mailer, NotKnown, Receipt, hookimpl


class Lossy(Mailer):
    """Carries mail, and may lose the answer."""

    name = "lossy"

    @dataclass(frozen=True, kw_only=True)
    class Settings:
        """Nothing to set."""

    def deliver(self, mail: Mail) -> Receipt:
        """Take it; whether it says so is another matter."""
        with (self.folder / "taken.txt").open("a") as taken:
            taken.write(mail.to + chr(10))
        if (self.folder / "lossy").exists():
            raise NotKnown("the line dropped")
        return Receipt(mail.id)


@hookimpl
def connectors():
    return [Lossy]
'''


def test_send_again_is_answered_in_the_row(table: Table):
    folder = table.workspace().folder
    (folder / "plugins").mkdir()
    (folder / "plugins" / "lossy.py").write_text(LOSSY, "utf-8")
    (folder / "lossy").touch()
    workspace = table.workspace

    def opened() -> Workspace:
        found = workspace()
        settings, recipe = folder / "sheetflow.yaml", found.recipes["welcome"]
        text = settings.read_text("utf-8").replace("connector: outbox", "connector: lossy")
        settings.write_text(text, "utf-8")
        recipe.write_text(recipe.read_text("utf-8").replace("approve: each row\n", ""), "utf-8")
        return replace(Workspace.open(folder, clock=found.clock), pacer=found.pacer)

    table.workspace = opened
    table.run()
    assert len(taken(folder)) == 4
    assert all(status.startswith("Not sure") for status, _ in table.said().values())
    (folder / "lossy").unlink()
    table.run()
    assert len(taken(folder)) == 4
    table.edit("Ana Reyes", "Send again?", "yes")
    table.run()
    table.run()
    assert sorted(taken(folder)[4:]) == ["ana@example.org"]
    assert table.said()["Ana Reyes"][0].startswith("Sent — ")
    with opened().open_session(may_write=False) as session:
        rows = session.tools.table("People").rows
    answers = {str(row.cells["Name"]): shown(row.cells.get("Send again?")) for row in rows}
    assert (answers["Ana Reyes"], answers["Bo Tran"]) == ("", "no")


def test_a_row_names_the_column_that_its_table_has_for_the_answer(office: Office):
    table = in_file("csv", office)
    settings = office.folder / "sheetflow.yaml"
    text = settings.read_text("utf-8").replace("connector: outbox", "connector: lossy")
    settings.write_text(text.replace("file: people.csv,", "file: people.csv, again: Once more?,"))
    (office.folder / "plugins").mkdir()
    (office.folder / "plugins" / "lossy.py").write_text(LOSSY, "utf-8")
    (office.folder / "lossy").touch()
    office.recipe(text=WELCOME)
    office.run()
    said = 'Not sure — line dropped. Ask Ana R., then write yes or it came in "Once more?"'
    assert table.said()["Ana Reyes"][0] == said
    table.edit("Ana Reyes", "Once more?", "yes")
    (office.folder / "lossy").unlink()
    office.run()
    assert sorted(taken(office.folder)[4:]) == ["ana@example.org"]


def taken(folder: Path) -> list[str]:
    return (folder / "taken.txt").read_text("utf-8").splitlines()
