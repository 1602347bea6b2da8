"""The log in Airtable: a table of the base that says in full what happened to whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sheetflow.cli import run_cli
from sheetflow.errors import TableError
from sheetflow.runner.running import run
from tests.plugins._airtable import LINE, READY, RECIPE, World, people, world

LOG = "Sheetflow log"
HEADERS = ("What happened", "When", "Who", "Recipe", "Run")
TABLE = {"name": LOG, "fields": [{"name": name, "type": LINE} for name in HEADERS], "records": []}
NAMES = ["Ana R.", "Bo T.", "Cy O.", "Di S."]
LOGGED = f"    log: {LOG}\n"
META, LIST, PATCH = "meta.tables.list", "records.list", "records.updateMany"


def lines(w: World) -> list[dict[str, Any]]:
    return sorted(w.records(LOG), key=lambda one: str(one["Who"]))


def test_each_row_has_a_line_added_by_the_ten(tmp_path: Path):
    with world(tmp_path, people(12), TABLE) as w:
        workspace = w.workspace(tables=LOGGED)
        w.run(workspace)
        assert w.asked() == [META, LIST, PATCH, PATCH, PATCH, PATCH, PATCH]
        found = lines(w)
        assert len(found) == 12
        run_id, *others = {one["Run"] for one in found}
        assert not others
        assert found[0] == {
            "What happened": "Sent — 14 Mar 12:00",
            "When": "2026-03-14 12:00",
            "Who": found[0]["Who"],
            "Recipe": "Welcome",
            "Run": run_id,
        }
        before = len(w.asked())
        w.run(w.workspace(tables=LOGGED))
        assert (w.asked()[before:], len(lines(w))) == ([META, LIST], 12)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_line_whose_answer_was_lost_is_not_there_twice(tmp_path: Path, when: str):
    with world(tmp_path, READY, TABLE) as w:
        w.emulator.faults.add(when={"method": PATCH, "nth": 3}, do={"drop": when}, times=1)
        assert w.run(w.workspace(tables=LOGGED)).untold == ""
        assert [one["Who"] for one in lines(w)] == NAMES


def test_two_people_who_look_alike_in_it_have_a_line_each(tmp_path: Path):
    two = [
        {"fields": {"Name": name, "Email": f"{n}@example.org", "Region": "North"}}
        for n, name in enumerate(("Ana Reyes", "Ana Rossi"))
    ]
    with world(tmp_path, {**READY, "records": two}, TABLE) as w:
        w.run(w.workspace(tables=LOGGED))
        assert [one["Who"] for one in lines(w)] == ["Ana R.", "Ana R. (2)"]


@pytest.mark.parametrize("asked", ["run", "doctor --make"])
def test_a_table_is_not_its_own_log(tmp_path: Path, asked: str):
    """Lines among people would be taken for people, and have lines of their own."""
    with world(tmp_path, READY) as w:
        workspace = w.workspace(tables="    log: People\n")
        if asked == "run":
            with pytest.raises(TableError, match=r'The log of "People" cannot be that table'):
                w.run(workspace)
        else:
            assert run_cli(["-w", str(workspace.folder), *asked.split()]) == 1
        found = w.records("People")
        assert (len(found), "Run" in found[0]) == (4, False)
        assert "meta.fields.create" not in w.asked()


def test_who_is_asked_too_often_is_asked_later(tmp_path: Path):
    with world(tmp_path, READY, TABLE) as w:
        w.emulator.faults.add(when={"method": PATCH, "nth": 3}, do={"status": 429}, times=1)
        w.run(w.workspace(tables=LOGGED))
        assert [one["Who"] for one in lines(w)] == NAMES
        assert max(w.slept) >= 30


def test_a_log_that_is_deleted_meanwhile_keeps_nobody_from_being_told(tmp_path: Path):
    with world(tmp_path, READY, TABLE) as w:
        w.emulator.faults.add(when={"method": PATCH, "nth": 3}, do={"status": 404}, times=1)
        assert w.run(w.workspace(tables=LOGGED)).untold == ""
        assert {one["Sheetflow status"] for one in w.records()} == {"Sent — 14 Mar 12:00"}
        assert lines(w) == []


def test_without_its_table_nothing_is_begun_and_what_to_make_is_said(tmp_path: Path):
    with world(tmp_path, READY) as w:
        workspace = w.workspace(tables=LOGGED)
        with pytest.raises(TableError, match=f'no table "{LOG}"') as caught:
            run(workspace.recipe("welcome"), workspace)
        assert "What happened, When, Who, Recipe, Run, all single line text" in caught.value.hint
        assert w.mails() == []


def test_without_one_of_its_fields_nothing_is_begun(tmp_path: Path):
    fields = [{"name": "When", "type": "number", "options": {"precision": 0}}]
    fields += [{"name": name, "type": LINE} for name in HEADERS[2:]]
    with world(tmp_path, READY, {**TABLE, "fields": fields}) as w:
        with pytest.raises(TableError, match="lacks the fields What happened, When, or"):
            w.run(w.workspace(tables=LOGGED))
        assert w.mails() == []


@pytest.mark.parametrize(
    ("more", "made"),
    [
        ((), f'made the table "{LOG}"'),
        (
            ({**TABLE, "fields": TABLE["fields"][:3]},),
            f'made the fields Recipe, Run of "{LOG}"',
        ),
    ],
)
def test_doctor_makes_it_when_it_is_told_to_and_only_then(
    tmp_path: Path, more: tuple[dict[str, Any], ...], made: str, capsys: pytest.CaptureFixture[str]
):
    with world(tmp_path, READY, *more) as w:
        workspace = w.workspace(tables=LOGGED)
        doctor = ["-w", str(workspace.folder), "doctor", "People"]
        assert run_cli(doctor) == 1
        assert "sheetflow doctor --make" in capsys.readouterr().out
        assert run_cli([*doctor, "--make"]) == 0
        assert made in capsys.readouterr().out
        assert run_cli([*doctor, "--make"]) == 0
        assert "made" not in capsys.readouterr().out
        w.run(w.workspace(tables=LOGGED))
        assert [one["Who"] for one in lines(w)] == NAMES


def test_a_token_that_may_make_nothing_is_told_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with world(tmp_path, READY) as w:
        workspace = w.workspace(tables=LOGGED)
        w.emulator.faults.add(when={"method": "meta.tables.create"}, do={"status": 403}, times=1)
        assert run_cli(["-w", str(workspace.folder), "doctor", "People", "--make"]) == 1
        assert "needs schema.bases:write" in " ".join(capsys.readouterr().out.split())


def test_the_recipe_is_the_same_without_a_log(tmp_path: Path):
    with world(tmp_path, READY) as w:
        w.run(w.workspace(recipe=RECIPE))
        assert w.asked() == [META, LIST, PATCH, PATCH]
