"""What runs over Google Sheets ask for, read and write."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from sheetflow_plugins.google_sheets import GoogleSheets

from sheetflow.errors import SetupError, TableBusy, TableError
from sheetflow.network.door import Door
from sheetflow.runner.running import plan_recipe, run
from sheetflow.tables.source import Edit
from sheetflow.values import CellError
from tests.plugins._at_google import ROBOT, robot
from tests.plugins._sheets import KEY, OWNER, PEOPLE, RECIPE, World, put, world

READ, ANCHOR, WRITE = "getByDataFilter", "batchUpdate", "values.batchUpdateByDataFilter"
AGAIN = (
    RECIPE.replace("template: welcome", "template: welcome\n    id: again")
    + "status: Seen {{ person.name }}\n"
)
ONE_OF_THEM = AGAIN.replace("where: everyone", "where:\n  Name: is Ana Reyes")
LABELS = ("Ana R.", "Bo T.", "Cy O.", "Di S.")
SETTING = RECIPE.replace("email: person\n    template: welcome", "set: {Stage: X}")


def _formatted(value: Any, kind: str = "") -> dict[str, Any]:
    """A cell of the data file."""
    entered = {
        bool: "boolValue",
        float: "numberValue",
        int: "numberValue",
        str: "stringValue",
    }
    cell: dict[str, Any] = (
        {"userEnteredValue": {entered[type(value)]: value}} if value != "" else {}
    )
    if kind:
        cell["userEnteredFormat"] = {"numberFormat": {"type": kind}}
    return cell


def _table(w: World, **place: str) -> Any:
    connector = GoogleSheets(
        GoogleSheets.Settings(url=w.emulator.url), door=Door(may_write=False), folder=w.folder
    )
    return connector.open_table({"spreadsheet": KEY, "sheet": "People", **place})


def _read(folder: Path, *rows: list[dict[str, Any]]) -> Any:
    """What is read of a tab with these cells."""
    with world(folder, ("People", [])) as w:
        start = {"sheetId": 7, "rowIndex": 0, "columnIndex": 0}
        cells = {"start": start, "rows": [{"values": row} for row in rows], "fields": "*"}
        _batch(w, {"updateCells": cells})
        return _table(w).read()


def test_new_rows_are_one_reading_and_two_writes(tmp_path: Path):
    with world(tmp_path) as w:
        result = w.run()
        assert w.asked() == [READ, ANCHOR, WRITE]
        assert (result.untold, w.mails()) == ("", sorted(row[1] for row in PEOPLE[1:]))
        cells = w.by_name()["Ana Reyes"]
        assert cells.pop("Sheetflow ID").startswith("sf-")
        assert cells == {
            "Name": "Ana Reyes",
            "Email": "ana@example.org",
            "Region": "North",
            "Sheetflow status": "Sent — 14 Mar 12:00",
            "Sheetflow when": "2026-03-14 12:00",
        }


@pytest.mark.parametrize(("end", "wider"), [(4, 7), (3, 3), (5, 7), (9, 9)])
def test_a_filter_takes_in_the_columns_that_are_made_beside_it(
    tmp_path: Path, end: int, wider: int
):
    """With one column less, somebody left the last one out of it: then it is not for us to say."""
    with world(tmp_path) as w:
        area = {"sheetId": 7, "startRowIndex": 0, "startColumnIndex": 0, "endColumnIndex": end}
        cold = {"hiddenValues": ["Cold"]}
        specs = [{"columnIndex": 2, "filterCriteria": cold}]
        _batch(w, {"setBasicFilter": {"filter": {"range": area, "filterSpecs": specs}}})
        before = len(w.asked())
        assert not w.run().untold
        looked = [READ] if wider == 7 else []
        assert w.asked()[before:] == [READ, *looked, ANCHOR, WRITE]
        held = _tab(w)["basicFilter"]
        columns = held["range"].get("startColumnIndex", 0), held["range"]["endColumnIndex"]
        assert (columns, held["criteria"]) == ((0, wider), {"2": cold})
        before = len(w.asked())
        w.run()
        assert w.asked()[before:] == [READ]


def _tab(w: World) -> dict[str, Any]:
    """The tab People as the API tells of it, without its cells."""
    address = f"{w.emulator.url}/v4/spreadsheets/{KEY}"
    answer = requests.get(address, timeout=5)
    assert answer.ok, answer.text
    return next(one for one in answer.json()["sheets"] if one["properties"]["sheetId"] == 7)


@pytest.mark.parametrize(
    ("tries", "asked"), [("yes", [READ, ANCHOR, WRITE]), ("no", [READ, WRITE])]
)
def test_rows_with_anchors_are_one_reading_a_try_and_one_write(
    tmp_path: Path, tries: str, asked: list[str]
):
    with world(tmp_path) as w:
        w.run()
        before = len(w.asked())
        w.run(w.workspace(recipe=AGAIN, more=f", try_first: {tries}"))
        assert w.asked()[before:] == asked
        assert len(w.mails()) == 8


def test_nothing_to_tell_is_one_reading_and_no_write(tmp_path: Path):
    with world(tmp_path) as w:
        w.run()
        before = len(w.asked())
        w.run()
        assert w.asked()[before:] == [READ]


def test_a_shared_column_of_known_rows_is_looked_at_once_more(tmp_path: Path):
    with world(tmp_path) as w:
        w.run()
        before = len(w.asked())
        w.run(w.workspace(recipe=RECIPE + "  - set: {Stage: Welcomed}\n"))
        assert w.asked()[before:] == [READ, READ, WRITE]


def test_a_persons_newer_value_in_a_shared_column_wins(tmp_path: Path):
    with world(tmp_path) as w:
        w.run()
        edit = {"edit": {"spreadsheet": KEY, "set": ["D2", "Called her"]}}
        w.emulator.faults.add(when={"service": "sheets", "nth": 2}, do=edit)
        w.run(w.workspace(recipe=RECIPE + "  - set: {Stage: Welcomed}\n"))
        stages = {name: cells.get("Stage") for name, cells in w.by_name().items()}
    assert stages["Ana Reyes"] == "Called her"
    assert stages["Bo Tran"] == "Welcomed"


def test_a_plan_that_somebody_saw_is_applied_to_a_fresh_reading(tmp_path: Path):
    with world(tmp_path) as w:
        workspace = w.workspace()
        recipe = workspace.recipe("welcome")
        plan = plan_recipe(recipe, workspace)
        put(w.emulator.url, "'People'!C2", [["Elsewhere"]])
        run(recipe, workspace, plan=plan)
        assert w.asked()[:3] == [READ, "values.update", READ]
        assert len(w.mails()) == 3, "the row that changed is not written to"


COACHES = """\
  Coaches:
    connector: sheets
    spreadsheet: {key}
    sheet: Coaches
    person: {{name: Name}}
  Elsewhere:
    connector: sheets
    spreadsheet: {key}
    sheet: Elsewhere
    person: {{name: Name}}
  Never:
    connector: sheets
    spreadsheet: {other}
    sheet: People
    person: {{name: Name}}
do_not_contact: Elsewhere
"""


def test_all_tabs_that_a_recipe_needs_are_read_at_once_and_no_other(tmp_path: Path):
    tabs = (
        ("People", (("Name", "Email", "Region", "Coach"), ("Ana", "ana@example.org", "N", None))),
        ("Coaches", (("Name", "Region"), ("Lee Park", "N"))),
        ("Elsewhere", (("Name", "Email"), ("Zed", "zed@example.org"))),
        ("Unneeded", (("Name",), ("Nobody",))),
    )
    recipe = RECIPE + "  - assign: coach from Coaches\n    save_in: Coach\n    same: Region\n"
    tables = "    columns: {Coach: row of Coaches}\n" + COACHES.format(key=KEY, other="2" + KEY[1:])
    with world(tmp_path, *tabs) as w:
        workspace = w.workspace(recipe=recipe, tables=tables.replace("[Stage]", "[Coach]"))
        file = workspace.folder / "sheetflow.yaml"
        file.write_text(file.read_text().replace("[Stage]", "[Coach]"))
        workspace = type(workspace).open(workspace.folder, clock=workspace.clock)
        result = w.run(workspace)
        read = w.emulator.asked("sheets.spreadsheets.getByDataFilter")
        titles = [sheet["properties"]["title"] for sheet in read[0]["response"]["sheets"]]
        assert w.asked() == [READ, ANCHOR, WRITE], result
        assert titles == ["People", "Coaches", "Elsewhere"]
        assert w.by_name()["Ana"]["Coach"] == "Lee Park"


@pytest.mark.parametrize(
    "address",
    [
        KEY,
        f"https://docs.google.com/spreadsheets/d/{KEY}/edit",
        f"https://docs.google.com/spreadsheets/u/1/d/{KEY}/edit?gid=7#gid=7",
        f"https://docs.google.com/spreadsheets/d/{KEY}/edit?usp=sharing",
    ],
)
def test_a_spreadsheet_is_known_by_its_address_or_its_id(tmp_path: Path, address: str):
    with world(tmp_path) as w:
        assert len(_table(w, spreadsheet=address).read().rows) == 5


def test_a_tab_is_known_by_its_number_whatever_it_is_called(tmp_path: Path):
    with world(tmp_path, ("Old", [["Name"]]), ("Renamed", PEOPLE)) as w:
        address = f"https://docs.google.com/spreadsheets/d/{KEY}/edit#gid=8"
        assert len(_table(w, spreadsheet=address, sheet="").read().rows) == 5


@pytest.mark.parametrize(
    "address", ["", "People", "https://example.org/x", "https://docs.google.com/document/d/1/"]
)
def test_what_is_no_spreadsheet_is_told_at_once(tmp_path: Path, address: str):
    connector = GoogleSheets(GoogleSheets.Settings(), door=Door(may_write=False), folder=tmp_path)
    with pytest.raises(SetupError, match="no spreadsheet of Google Sheets"):
        connector.open_table({"spreadsheet": address})


def test_a_tab_that_is_not_there_and_a_spreadsheet_that_is_not_shared_are_told(tmp_path: Path):
    with world(tmp_path) as w:
        with pytest.raises(TableError, match='I can\'t find the tab "Nobody"'):
            _table(w, sheet="Nobody").read()
        with pytest.raises(TableError, match="Share it with the account"):
            _table(w, spreadsheet="9" * 44).read()


def test_each_kind_of_cell_is_read_as_what_it_is(tmp_path: Path):
    cells = [
        _formatted("007"),
        _formatted(7),
        _formatted(7.5),
        _formatted(True),
        _formatted(46095, "DATE"),
        _formatted(46095.75, "DATE_TIME"),
        _formatted(0.75, "TIME"),
        _formatted(0.5, "PERCENT"),
        _formatted(46095),
        {"userEnteredValue": {"formulaValue": "=1/0"}},
        {"userEnteredValue": {"formulaValue": "=2*21"}},
        _formatted(" x "),
        _formatted(""),
    ]
    head = [_formatted(f"C{place}") for place in range(len(cells))]
    sheet = _read(tmp_path, head, cells)
    assert sheet.rows[1].cells == (
        "007",
        7,
        7.5,
        True,
        date(2026, 3, 14),
        datetime(2026, 3, 14, 18),
        datetime(2026, 3, 14, 18).time(),
        0.5,
        46095,
        CellError("#DIV/0!"),
        42,
        " x ",
    )
    assert sheet.rows[1].formulas == {9, 10}
    assert sheet.zone == "Europe/Berlin"


def test_hidden_and_filtered_rows_are_known_and_columns_come_after_hidden_ones(tmp_path: Path):
    with world(tmp_path) as w:
        hide = {"properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}
        rows = {"sheetId": 7, "dimension": "ROWS", "startIndex": 2, "endIndex": 3}
        columns = {"sheetId": 7, "dimension": "COLUMNS", "startIndex": 5, "endIndex": 6}
        _batch(w, {"updateDimensionProperties": {"range": rows, **hide}})
        _batch(w, {"updateDimensionProperties": {"range": columns, **hide}})
        sheet = _table(w).read()
    assert [row.hidden for row in sheet.rows] == [False, False, True, False, False]
    assert sheet.free == 6


def test_a_formula_and_merged_cells_in_our_columns_stay(tmp_path: Path):
    people = (
        ("Name", "Email", "Stage", "Sheetflow status"),
        ("Ana Reyes", "ana@example.org", None, None),
        ("Bo Tran", "bo@example.org", None, None),
        ("Cy Ono", "cy@example.org", None, None),
    )
    with world(tmp_path, ("People", people)) as w:
        formula = {"userEnteredValue": {"formulaValue": '="by "&"hand"'}}
        start = {"sheetId": 7, "rowIndex": 1, "columnIndex": 2}
        cell = {"start": start, "rows": [{"values": [formula]}], "fields": "userEnteredValue"}
        _batch(w, {"updateCells": cell})
        merge = {"sheetId": 7, "startRowIndex": 2, "endRowIndex": 3}
        merge |= {"startColumnIndex": 2, "endColumnIndex": 4}
        _batch(w, {"mergeCells": {"range": merge, "mergeType": "MERGE_ALL"}})
        recipe = RECIPE.replace("template: welcome", "template: plain")
        workspace = w.workspace(recipe=recipe + "  - set: {Stage: Welcomed}\n")
        folder = workspace.folder / "recipes" / "welcome" / "templates"
        (folder / "plain.md").write_text("---\nsubject: Hi\n---\nHello.\n")
        w.run(workspace)
        rows = {row[0]: row for row in w.rows()[1:] if any(row)}
    assert rows["Ana Reyes"][2] == '="by "&"hand"'
    assert "formula" in rows["Ana Reyes"][3]
    assert not any(rows["Bo Tran"][2:4])
    assert rows["Cy Ono"][2] == "Welcomed"


def test_what_is_protected_is_told_before_anything_is_sent(tmp_path: Path):
    with world(tmp_path, permissions=[_writer(ROBOT)]) as w:
        range_ = {"sheetId": 7, "startColumnIndex": 4}
        rule = {"range": range_, "description": "Office only", "editors": {"users": [OWNER]}}
        _batch(w, {"addProtectedRange": {"protectedRange": rule}})
        workspace = _as_robot(w)
        with pytest.raises(TableBusy, match=r'E1 of "People" is protected \("Office only"\)'):
            w.run(workspace)
        assert (w.mails(), w.asked()[1:]) == ([], [READ])


def test_a_sheet_that_may_only_be_read_is_told_before_anything_is_sent(tmp_path: Path):
    reader = {"type": "user", "role": "reader", "emailAddress": ROBOT}
    with world(tmp_path, permissions=[reader]) as w:
        with pytest.raises(TableBusy, match="does not let us") as error:
            w.run(_as_robot(w))
        assert f"Share it with {ROBOT}, as an editor" in error.value.hint
        assert w.mails() == []


def test_the_log_has_each_status_in_full_and_can_be_left_out(tmp_path: Path):
    long = "x" * 120
    with world(tmp_path) as w:
        w.run(w.workspace(recipe=RECIPE + f"status: Met {long}\n"))
        head, *lines = [row for row in w.rows("Sheetflow log") if any(row)]
        assert head == ["When", "Who", "What happened", "Recipe", "Run"]
        told = [["2026-03-14 12:00", who, f"Done — Met {long}", "Welcome"] for who in LABELS]
        assert sorted(line[:4] for line in lines) == told
        w.run(w.workspace(recipe=AGAIN))
        assert len([row for row in w.rows("Sheetflow log") if any(row)]) == 9
    with world(tmp_path / "quiet") as w:
        w.run(w.workspace(more=", log: no"))
        assert w.asked() == [READ, ANCHOR, WRITE]
        with pytest.raises(KeyError):
            w.rows("Sheetflow log")


def test_the_log_grows_when_it_is_full(tmp_path: Path):
    with world(tmp_path) as w:
        w.run()
        log = next(
            sheet["properties"]["sheetId"]
            for sheet in w.emulator.state()["spreadsheets"][0]["sheets"]
            if sheet["properties"]["title"] == "Sheetflow log"
        )
        gone = {"sheetId": log, "dimension": "ROWS", "startIndex": 6, "endIndex": 2000}
        _batch(w, {"deleteDimension": {"range": gone}})
        w.run(w.workspace(recipe=AGAIN))
        assert len([row for row in w.rows("Sheetflow log") if any(row)]) == 9


def test_colours_are_added_once_beside_other_rules(tmp_path: Path):
    with world(tmp_path) as w:
        theirs = {
            "ranges": [{"sheetId": 7, "startColumnIndex": 0, "endColumnIndex": 1}],
            "booleanRule": {
                "condition": {"type": "NOT_BLANK"},
                "format": {"textFormat": {"bold": True}},
            },
        }
        _batch(w, {"addConditionalFormatRule": {"rule": theirs, "index": 0}})
        for recipe in (RECIPE, AGAIN):
            w.run(w.workspace(recipe=recipe, more=", colours: yes"))
        (people, *_) = w.emulator.state()["spreadsheets"][0]["sheets"]
        rules = people["conditionalFormats"]
        kinds = [rule["booleanRule"]["condition"]["type"] for rule in rules]
        places = {rule["ranges"][0]["startColumnIndex"] for rule in rules[:-1]}
    assert kinds == [*["TEXT_STARTS_WITH"] * 5, "NOT_BLANK"]
    assert places == {4}


def test_a_date_goes_as_a_date_where_the_cell_is_one_and_as_text_elsewhere(tmp_path: Path):
    people = (
        ("Name", "Email", "Stage", "Sheetflow status", "Sheetflow when"),
        ("Ana Reyes", "ana@example.org"),
        ("Bo Tran", "bo@example.org"),
    )
    with world(tmp_path, ("People", people)) as w:
        area = {"sheetId": 7, "startRowIndex": 1, "endRowIndex": 2}
        area |= {"startColumnIndex": 4, "endColumnIndex": 5}
        look = {"userEnteredFormat": {"numberFormat": {"type": "DATE_TIME"}}}
        repeat = {"range": area, "cell": look, "fields": "userEnteredFormat.numberFormat"}
        _batch(w, {"repeatCell": repeat})
        w.run(
            w.workspace(
                recipe=RECIPE.replace("email: person\n    template: welcome", "set: {Stage: X}")
            )
        )
        found = w.by_name()
    assert found["Ana Reyes"]["Sheetflow when"] == 46095.5
    assert found["Bo Tran"]["Sheetflow when"] == "2026-03-14 12:00"


def test_the_grid_grows_when_columns_are_new(tmp_path: Path):
    with world(tmp_path) as w:
        gone = {"sheetId": 7, "dimension": "COLUMNS", "startIndex": 4, "endIndex": 26}
        _batch(w, {"deleteDimension": {"range": gone}})
        assert w.run().untold == ""
        assert w.asked()[1:] == [READ, ANCHOR, WRITE]
        assert "Sheetflow ID" in w.rows()[0]


def test_anchors_that_are_left_over_make_room(tmp_path: Path):
    filler = {
        "metadataKey": "x" * 29_000,
        "location": {
            "dimensionRange": {"sheetId": 7, "dimension": "ROWS", "startIndex": 9, "endIndex": 10}
        },
        "visibility": "DOCUMENT",
    }
    with world(tmp_path) as w:
        w.run()
        _batch(w, {"createDeveloperMetadata": {"developerMetadata": filler}})
        result = w.run(w.workspace(recipe=ONE_OF_THEM))
        assert result.untold == ""
        put(w.emulator.url, "'People'!A6", [["New One", "new@example.org", "N"]])
        with pytest.raises(TableBusy, match="no room"):
            w.run()


def test_a_day_whose_allowance_is_used_up_is_told_with_until_when(tmp_path: Path):
    with world(tmp_path) as w:
        w.emulator.faults.add(
            when={"service": "sheets"},
            do={"status": 429, "retry_after": "7200"},
        )
        with pytest.raises(TableBusy) as error:
            w.run()
    assert "asked too often" in error.value.message
    assert "It can go on after 14:00" in error.value.hint


def test_a_recipe_that_names_no_google_imports_no_google(tmp_path: Path):
    import subprocess
    import sys

    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from sheetflow.workspace import Workspace\n"
        "from sheetflow.runner.running import run\n"
        "w = Workspace.open(Path(sys.argv[1]))\n"
        "run(w.recipe('welcome'), w)\n"
        "print(*[m for m in sys.modules if m.split('.')[0] in\n"
        "  ('google', 'gspread', 'googleapiclient', 'httplib2') or 'google' in m])\n"
    )
    with world(tmp_path) as w:
        folder = w.workspace().folder
    text = (folder / "sheetflow.yaml").read_text()
    start, end = text.index("  sheets: {"), text.index("senders:")
    text = text[:start] + text[end:]
    text = text.replace(
        f"    connector: sheets\n    spreadsheet: {KEY}\n    sheet: People\n", "    file: p.csv\n"
    )
    (folder / "sheetflow.yaml").write_text(text)
    (folder / "p.csv").write_text("Name,Email,Region,Stage\nAna,ana@example.org,N,\n")
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == []


def _batch(w: World, *requested: dict[str, Any]) -> None:
    """Change the spreadsheet as another program would."""
    address = f"{w.emulator.url}/v4/spreadsheets/{KEY}:batchUpdate"
    answer = requests.post(address, data=json.dumps({"requests": list(requested)}), timeout=5)
    assert answer.ok, answer.text


def test_a_sheet_that_may_only_be_looked_at_by_now_is_noticed_before_anything_is_sent(
    tmp_path: Path,
):
    """All of its rows have their anchors, so that nothing would be written before the messages."""
    reader = {"type": "user", "role": "reader", "emailAddress": ROBOT}
    with world(tmp_path, permissions=[reader]) as w:
        assert w.run().untold == ""
        _as_robot(w)
        workspace = w.workspace(recipe=AGAIN, more=f", credentials: {{file: {w.folder}/key.json}}")
        with pytest.raises(TableBusy, match="does not let us"):
            w.run(workspace)
        assert len(w.mails()) == 4


def test_a_try_whose_answer_is_lost_holds_up_nobody(tmp_path: Path):
    with world(tmp_path) as w:
        w.run()
        w.emulator.faults.add(when={"service": "sheets", "nth": 2}, do={"drop": "after"}, times=1)
        assert w.run(w.workspace(recipe=AGAIN)).untold == ""
        assert len(w.mails()) == 8
        assert w.by_name()["Ana Reyes"]["Sheetflow status"] == "Done — Seen Ana Reyes"


def _writer(address: str) -> dict[str, str]:
    return {"type": "user", "role": "writer", "emailAddress": address}


def _as_robot(w: World) -> Any:
    """The workspace with the key of a service account."""
    file = w.folder / "key.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(robot().reveal())
    file.chmod(0o600)
    return w.workspace(more=f", credentials: {{file: {file}}}")


CALLS = f"""\
  Calls:
    connector: sheets
    spreadsheet: {KEY}
    sheet: Calls
    sheetflow_writes: [Who, What]
"""
CALLING = RECIPE + "  - add_row: Calls\n    cells: {Who: '{{ person.name }}', What: =called}\n"


@pytest.mark.parametrize(("nth", "when"), [(3, "after"), (5, "before"), (6, "after")])
def test_a_row_is_added_once_whatever_happens_to_the_line(tmp_path: Path, nth: int, when: str):
    tabs = (("People", PEOPLE[:3]), ("Calls", (("Who", "What"), ("Zed", "earlier"))))
    with world(tmp_path, *tabs) as w:
        w.emulator.faults.add(when={"service": "sheets", "nth": nth}, do={"drop": when}, times=1)
        for _ in range(2):
            w.run(w.workspace(recipe=CALLING, tables=CALLS))
        calls = [row[:2] for row in w.rows("Calls")[1:] if any(row)]
    assert sorted(calls) == [["Ana Reyes", "=called"], ["Bo Tran", "=called"], ["Zed", "earlier"]]


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_token_that_has_run_out_is_fetched_anew(tmp_path: Path, nth: int):
    with world(tmp_path, permissions=[_writer(ROBOT)]) as w:
        expire = {"expire_tokens": True}
        w.emulator.faults.add(when={"service": "sheets", "nth": nth}, do=expire, times=1)
        result = w.run(_as_robot(w))
        assert (result.untold, len(w.mails())) == ("", 4)


def test_doctor_hears_of_the_account_and_of_none(tmp_path: Path):
    with world(tmp_path) as w:
        door = Door(may_write=False)
        settings = GoogleSheets.Settings(url=w.emulator.url, credentials=robot())
        (well,) = GoogleSheets(settings, door=door, folder=tmp_path).examine()
        (ill,) = GoogleSheets(GoogleSheets.Settings(), door=door, folder=tmp_path).examine()
    assert (well.what, well.ok) == (ROBOT, True)
    assert (ill.ok, ill.says) == (False, "There are no credentials for Google.")


def test_what_is_too_long_for_a_cell_is_cut(tmp_path: Path):
    with world(
        tmp_path, ("People", (*PEOPLE[:1], ("Ana", "ana@example.org", "y" * 49_990, None)))
    ) as w:
        recipe = SETTING.replace("Stage: X", 'Stage: "{{ person.region }}{{ person.region }}"')
        result = w.run(w.workspace(recipe=recipe))
        assert result.untold == ""
        assert len(w.by_name()["Ana"].get("Stage", "")) <= 50_000


def test_more_rows_than_have_room_for_anchors_are_told_in_rounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sheetflow.tables.batches.MOST_ROWS", 2)
    monkeypatch.setattr("sheetflow_plugins._sheets_anchors.ROOM", 8)
    with world(tmp_path) as w:
        assert w.run().untold == ""
        assert w.asked() == [READ, ANCHOR, WRITE, ANCHOR, WRITE]
        assert all("Sheetflow status" in cells for cells in w.by_name().values())
        w.run(w.workspace(recipe=AGAIN))
        told = {cells["Sheetflow status"] for cells in w.by_name().values()}
    assert told == {f"Done — Seen {row[0]}" for row in PEOPLE[1:]}


def test_each_value_is_written_as_what_it_is(tmp_path: Path):
    with world(tmp_path) as w:
        connector = GoogleSheets(
            GoogleSheets.Settings(url=w.emulator.url), door=Door(may_write=True), folder=w.folder
        )
        table = connector.open_table({"spreadsheet": KEY, "sheet": "People"})
        sheet = table.read()
        values = (True, 7.5, "=1+1", None)
        edits = [
            Edit(row.mark, 3, value) for row, value in zip(sheet.rows[1:], values, strict=True)
        ]
        assert table.write(sheet, edits) == []
        written = [row[3:] for row in w.rows()[1:5]]
    assert written[:3] == [[True], [7.5], ["=1+1"]]
    assert not any(written[3])


MANY = (PEOPLE[0], *((f"Person {n}", f"p{n}@example.org", "North", None) for n in range(40)))
"""People of whom all but the new ones are left alone."""

NEW_ONES = (
    RECIPE.replace("where: everyone", "where:\n  Region: is not North")
    + "status: Greeted {{ person.name }}\n"
)


@pytest.mark.parametrize(
    "edit", [{}, {"sort": "A"}, {"insert": 2}, {"delete": 5}, {"move": [3, 42]}]
)
def test_for_a_few_new_rows_only_these_are_read_anew(tmp_path: Path, edit: dict[str, Any]):
    new = [(f"New {n}", f"new{n}@example.org", "South", None) for n in range(3)]
    people = (*MANY[:20], new[0], *MANY[20:], *new[1:])
    with world(tmp_path, ("People", people)) as w:
        if edit:
            do = {"edit": {"spreadsheet": KEY, "sheet": "People", **edit}}
            w.emulator.faults.add(when={"service": "sheets", "nth": 2}, do=do)
        assert w.run(w.workspace(recipe=NEW_ONES)).untold == ""
        told = {name: cells.get("Sheetflow status") for name, cells in w.by_name().items()}
        first = w.emulator.asked("sheets.spreadsheets.batchUpdate")[0]
        asked = w.asked()
    assert {name: text for name, text in told.items() if text} == {
        f"New {n}": f"Done — Greeted New {n}" for n in range(3)
    }
    assert first["body"]["responseRanges"] == ["'People'!1:1", "'People'!21:21", "'People'!43:44"]
    assert edit or asked == [READ, ANCHOR, WRITE]
