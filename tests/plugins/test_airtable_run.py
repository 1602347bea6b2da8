"""Whole runs over Airtable: what they ask for, and what people and lines do in between."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sheetflow.runner.running import plan_recipe, run
from tests.plugins._airtable import BASE, LINE, READY, RECIPE, World, people, world

META, LIST, PATCH = "meta.tables.list", "records.list", "records.updateMany"
AGAIN = RECIPE.replace("template: welcome", "template: welcome\n    id: again")
SETTING = RECIPE + "  - set: {Stage: Welcomed}\n"
EVERYBODY = ["ana@example.org", "bo@example.org", "cy@example.org", "di@example.org"]


NEW = {"Name": "New One", "Email": "new@example.org", "Region": "North"}


def told(w: World) -> list[str]:
    return [str(one.get("Sheetflow status")) for one in w.records()]


def test_a_run_reads_by_the_hundred_tries_once_and_writes_by_the_ten(tmp_path: Path):
    with world(tmp_path, people(112)) as w:
        recipe = RECIPE + "limits: {people_per_run: 200}\n"
        assert w.run(w.workspace(recipe=recipe)).untold == ""
        assert w.asked() == [META, LIST, LIST, PATCH, *[PATCH] * 12]
        assert len(w.mails()) == 112


def test_nothing_to_tell_is_one_reading_and_no_write(tmp_path: Path):
    with world(tmp_path) as w:
        w.run()
        before = len(w.asked())
        w.run()
        assert w.asked()[before:] == [META, LIST]
        assert w.mails() == EVERYBODY


def test_the_row_says_what_happened(tmp_path: Path):
    with world(tmp_path) as w:
        w.run()
        assert w.by_name()["Ana Reyes"] == {
            "Name": "Ana Reyes",
            "Email": "ana@example.org",
            "Region": "North",
            "Sheetflow status": "Sent — 14 Mar 12:00",
            "Sheetflow when": "2026-03-14 12:00",
        }


def test_fields_that_hold_dates_get_dates(tmp_path: Path):
    shown = {"dateFormat": {"name": "iso"}, "timeFormat": {"name": "24hour"}, "timeZone": "utc"}
    when = {"name": "Sheetflow when", "type": "dateTime", "options": shown}
    fields = [*READY["fields"][:5], when]
    with world(tmp_path, {**READY, "fields": fields}) as w:
        w.run()
        assert {one["Sheetflow when"] for one in w.records()} == {"2026-03-14T11:00:00.000Z"}


def test_a_plan_that_somebody_saw_is_applied_to_a_fresh_reading(tmp_path: Path):
    with world(tmp_path) as w:
        workspace = w.workspace()
        recipe = workspace.recipe("welcome")
        plan = plan_recipe(recipe, workspace)
        w.edit(set=[w.id_of("Ana Reyes"), "Region", "Elsewhere"])
        w.edit(add={"Name": "New One", "Email": "new@example.org"})
        run(recipe, workspace, plan=plan)
        assert w.mails() == EVERYBODY[1:], "the row that changed is not written to"


def test_a_person_who_comes_in_between_is_written_to_by_the_next_run(tmp_path: Path):
    with world(tmp_path) as w:
        w.edit_before(1, PATCH, add=NEW)
        w.run()
        assert w.mails() == EVERYBODY
        w.run()
        assert w.mails() == sorted([*EVERYBODY, "new@example.org"])


def test_a_record_that_is_deleted_in_between_is_told_and_the_others_are_told_all_the_same(
    tmp_path: Path,
):
    with world(tmp_path, READY) as w:
        w.edit_before(2, PATCH, delete=w.id_of("Bo Tran"))
        result = w.run()
        assert result.untold == ""
        assert told(w) == ["Sent — 14 Mar 12:00"] * 3
        assert w.mails() == EVERYBODY
        w.run()
        assert w.mails() == EVERYBODY


def test_what_people_change_in_between_stays(tmp_path: Path):
    with world(tmp_path, READY) as w:
        w.edit_before(2, LIST, set=[w.id_of("Ana Reyes"), "Stage", "Called her"])
        w.run(w.workspace(recipe=SETTING))
        stages = {name: one.get("Stage") for name, one in w.by_name().items()}
    assert stages.pop("Ana Reyes") == "Called her"
    assert set(stages.values()) == {"Welcomed"}


def test_a_field_that_is_renamed_in_between_gets_what_was_meant_for_it(tmp_path: Path):
    with world(tmp_path, READY) as w:
        w.edit_before(2, PATCH, rename=["Sheetflow status", "What happened"])
        w.run()
        assert {one["What happened"] for one in w.records()} == {"Sent — 14 Mar 12:00"}


def test_a_record_that_leaves_its_view_by_what_we_write_is_still_told(tmp_path: Path):
    hidden = {"type": "grid", "name": "To do", "filterByFormula": "{Stage}=BLANK()"}
    table = {**READY, "views": [{"name": "Grid view", "type": "grid"}, hidden]}
    with world(tmp_path, table) as w:
        source = w.table(may_write=True, view="To do")
        assert len(source.read().rows) == 5
        w.edit(set=[w.id_of("Ana Reyes"), "Stage", "Welcomed"])
        assert len(source.read().rows) == 5, "it was there before, and is asked for by its id"
        assert len(w.table(view="To do").read().rows) == 4


@pytest.mark.parametrize("method", [META, LIST, PATCH, "meta.fields.create"])
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429},
        {"status": 503},
        {"drop": "after"},
    ],
    ids=str,
)
def test_whatever_fails_once_is_made_good_and_nobody_is_written_to_twice(
    tmp_path: Path, method: str, fault: dict[str, Any]
):
    with world(tmp_path) as w:
        w.emulator.faults.add(when={"method": method}, do=fault, times=1)
        assert w.run().untold == ""
        w.run()
        assert w.mails() == EVERYBODY
        assert told(w) == ["Sent — 14 Mar 12:00"] * 4


def test_what_could_not_be_told_is_told_by_the_next_run(tmp_path: Path):
    with world(tmp_path, READY) as w:
        w.emulator.faults.add(when={"method": PATCH, "from": 2}, do={"status": 503})
        assert "did not say whether it took this" in w.run().untold
        assert w.mails() == EVERYBODY
        w.emulator.faults.clear()
        w.run(w.workspace())
        assert w.mails() == EVERYBODY
        assert told(w) == ["Sent — 14 Mar 12:00"] * 4


def test_a_month_that_ends_in_the_middle_loses_nothing(tmp_path: Path):
    with world(tmp_path, people(30)) as w:
        spent = {"status": 429, "reason": "PUBLIC_API_BILLING_LIMIT_EXCEEDED"}
        w.emulator.faults.add(when={"method": PATCH, "from": 3}, do=spent)
        assert "used up" in w.run().untold
        assert len(w.mails()) == 30
        w.emulator.faults.clear()
        workspace = w.workspace()
        w.run(workspace)
        assert len(w.mails()) == 30
        assert told(w) == ["Sent — 14 Mar 12:00"] * 30


def test_people_who_moved_from_a_sheet_are_not_written_to_again(tmp_path: Path):
    with world(tmp_path, READY) as w:
        workspace = w.workspace()
        settings = (workspace.folder / "sheetflow.yaml").read_text("utf-8")
        place = f"connector: base\n    base: {BASE}\n    table: People"
        (workspace.folder / "sheetflow.yaml").write_text(settings.replace(place, "file: p.csv"))
        lines = [f"{one['Name']},{one['Email']},{one['Region']}," for one in w.records()]
        sheet = workspace.folder / "p.csv"
        sheet.write_text("\n".join(["Name,Email,Region,Stage", *lines]), "utf-8")
        opened = type(workspace).open(workspace.folder, clock=workspace.clock)
        w.run(opened)
        assert w.mails() == EVERYBODY
        head, *rows = [line.split(",") for line in sheet.read_text("utf-8").splitlines()]
        for row in rows:
            cells = dict(zip(head, row, strict=False))
            record = w.id_of(cells["Name"])
            w.edit(set=[record, "Sheetflow ID", cells["Sheetflow ID"]])
        w.run(w.workspace())
        assert w.mails() == EVERYBODY


CALLS = f"""\
  Calls:
    connector: base
    base: {BASE}
    table: Calls
    sheetflow_writes: [Who, What]
"""
CALLING = RECIPE + "  - add_row: Calls\n    cells: {Who: '{{ person.name }}', What: =called}\n"
LOG = {
    "name": "Calls",
    "fields": [{"name": "Who", "type": LINE}, {"name": "What", "type": LINE}],
    "records": [{"fields": {"Who": "Zed", "What": "earlier"}}],
}


@pytest.mark.slow
@pytest.mark.parametrize("nth", range(2, 13))
@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_row_is_added_once_wherever_the_line_breaks(tmp_path: Path, nth: int, drop: str):
    with world(tmp_path, {**READY, "records": READY["records"][:2]}, LOG) as w:
        w.emulator.faults.add(when={"nth": nth}, do={"drop": drop}, times=1)
        for _ in range(2):
            w.run(w.workspace(recipe=CALLING, tables=CALLS))
        calls = sorted((one["Who"], one["What"]) for one in w.records("Calls"))
    assert calls == [("Ana Reyes", "=called"), ("Bo Tran", "=called"), ("Zed", "earlier")]


def test_a_recipe_that_names_no_airtable_loads_none(tmp_path: Path):
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from sheetflow.workspace import Workspace\n"
        "from sheetflow.runner.running import run\n"
        "w = Workspace.open(Path(sys.argv[1]))\n"
        "run(w.recipe('welcome'), w)\n"
        "print(*[m for m in sys.modules if 'airtable' in m or m == 'pydantic'])\n"
    )
    with world(tmp_path) as w:
        folder = w.workspace().folder
    text = (folder / "sheetflow.yaml").read_text()
    start, end = text.index("  base: {"), text.index("senders:")
    text = text[:start] + text[end:]
    place = f"connector: base\n    base: {BASE}\n    table: People"
    (folder / "sheetflow.yaml").write_text(text.replace(place, "file: p.csv"))
    (folder / "p.csv").write_text("Name,Email,Region,Stage\nAna,ana@example.org,N,\n")
    assert _printed(code, str(folder)) == []


def _printed(code: str, *arguments: str) -> Sequence[str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.split()
