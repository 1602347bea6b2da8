"""`sheetflow run`: asks, does it once, tells honestly."""

import csv
import sys
from pathlib import Path

import pytest

STATUS = "Sheetflow status"


def _people(workspace: Path) -> dict[str, dict[str, str]]:
    with (workspace / "people.csv").open(encoding="utf-8", newline="") as file:
        return {row["Name"]: row for row in csv.DictReader(file)}


def _outbox(workspace: Path) -> list[str]:
    return sorted(path.name.partition("-")[0] for path in (workspace / "outbox").glob("*.eml"))


def test_it_does_what_the_plan_says_and_tells_each_row(call, workspace):
    said = call("run", "welcome", "--yes")
    assert said.code == 0
    assert _outbox(workspace) == ["ana", "chidi"]
    people = _people(workspace)
    assert {name: row["Stage"] for name, row in people.items()} == {
        "Ana Reyes": "Welcomed",
        "Bo Lindqvist": "",
        "Chidi Okafor": "Welcomed",
    }
    assert {name: row[STATUS] for name, row in people.items()} == {
        "Ana Reyes": "Done — Welcomed by e-mail",
        "Bo Lindqvist": "Needs you — two addresses here, keep one",
        "Chidi Okafor": "Done — Welcomed by e-mail",
    }


def test_a_second_run_does_nothing(call, workspace):
    call("run", "welcome", "--yes")
    before = {
        path: path.read_bytes()
        for path in workspace.rglob("*")
        if path.is_file() and not path.name.startswith("sheetflow.db")
    }
    said = call("run", "welcome", "--yes")
    assert (said.code, said.err) == (0, "")
    assert "Nothing to do. 1 waits. 2 are left out." in said.out
    after = {path: path.read_bytes() for path in before}
    assert after == before
    assert _outbox(workspace) == ["ana", "chidi"]


def test_elsewhere_than_on_a_terminal_each_change_is_a_line_on_stderr(call):
    said = call("run", "welcome", "--yes")
    numbers = [line.partition(":")[0] for line in said.err.splitlines()]
    assert numbers == ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]


def test_it_never_asks_when_nobody_is_there(call, workspace, monkeypatch):
    with open("/dev/null") as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        said = call("run", "welcome")
    assert said.code == 2
    assert said.err == "Nothing was done: there is nobody to ask. Add --yes to do it.\n"
    assert not (workspace / "outbox").exists()
    assert not (workspace / "sheetflow.db").exists()


@pytest.mark.parametrize(
    ("answer", "went_out", "code"), [("y", 2, 0), ("n", 0, 0), ("", 0, 0)], ids=repr
)
def test_it_asks_and_only_a_yes_is_a_yes(call, workspace, monkeypatch, answer, went_out, code):
    monkeypatch.setattr("sheetflow.commands.terminal.somebody_is_there", lambda: True)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _prompt: answer)
    assert call("run", "welcome").code == code
    assert len(_outbox(workspace)) == went_out


def test_when_nothing_goes_out_it_does_not_ask(call, workspace):
    call("run", "welcome", "--yes")
    assert call("run", "welcome").code == 0


def test_a_saved_plan_is_applied_and_nothing_else(call, workspace, tmp_path):
    saved = tmp_path / "plan.json"
    call("plan", "welcome", "--save", str(saved))
    with (workspace / "people.csv").open("a", encoding="utf-8") as people:
        people.write("Dora Novak,dora@example.org,North,2026-03-06,\n")
    assert call("run", "welcome", "--plan", str(saved), "--yes").code == 0
    assert _outbox(workspace) == ["ana", "chidi"]
    assert call("run", "welcome", "--yes").code == 0
    assert _outbox(workspace) == ["ana", "chidi", "dora"]


def test_a_saved_plan_is_applied_once(call, workspace, tmp_path):
    saved = tmp_path / "plan.json"
    call("plan", "welcome", "--save", str(saved))
    call("run", "welcome", "--plan", str(saved), "--yes")
    before = {path: path.stat().st_mtime_ns for path in (workspace / "outbox").iterdir()}
    assert call("run", "welcome", "--plan", str(saved), "--yes").code == 0
    after = {path: path.stat().st_mtime_ns for path in (workspace / "outbox").iterdir()}
    assert after == before


def test_a_row_that_changed_since_the_plan_is_skipped_with_words(call, workspace, tmp_path):
    saved = tmp_path / "plan.json"
    people = workspace / "people.csv"
    people.write_text(
        "Name,Email,Region,Stage,Sheetflow ID\n"
        "Ana Reyes,ana@example.org,North,,a1\n"
        "Chidi Okafor,chidi@example.org,North,,c3\n",
        "utf-8",
    )
    call("plan", "welcome", "--save", str(saved))
    people.write_text(people.read_text("utf-8").replace("ana@", "anna@"), "utf-8")
    call("run", "welcome", "--plan", str(saved), "--yes")
    assert _outbox(workspace) == ["chidi"]
    status = _people(workspace)["Ana Reyes"][STATUS]
    assert status == "Skipped — this row changed after the plan was made"


def test_a_plan_of_another_version_of_the_recipe_is_refused(call, workspace, tmp_path):
    saved = tmp_path / "plan.json"
    call("plan", "welcome", "--save", str(saved))
    message = workspace / "recipes/welcome/templates/welcome.md"
    message.write_text(message.read_text("utf-8") + "PS: bring a friend\n", "utf-8")
    said = call("run", "welcome", "--plan", str(saved), "--yes")
    assert said.code == 2
    assert "This plan was made from another version of the recipe" in said.err
    assert _outbox(workspace) == []


def test_a_plan_that_rehearses_a_moment_to_come_is_refused(call, workspace, tmp_path):
    saved = tmp_path / "plan.json"
    saved.write_text(call("plan", "welcome", "--at", "2999-01-01 09:00", "--json").out, "utf-8")
    said = call("run", "welcome", "--plan", str(saved), "--yes")
    assert said.code == 2
    assert said.err.startswith("This plan rehearses a moment to come, 2999-01-01 09:00.")
    assert _outbox(workspace) == []


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"recipe: x"])
def test_a_file_that_is_no_plan_is_refused(call, workspace, tmp_path, content):
    (tmp_path / "plan.json").write_bytes(content)
    said = call("run", "welcome", "--plan", str(tmp_path / "plan.json"), "--yes")
    assert said.code == 2
    assert "Sorry" not in said.err
    assert _outbox(workspace) == []


def test_a_run_that_needs_somebody_to_look_has_exit_code_one(call, workspace):
    (workspace / "outbox").write_text("not a folder")
    said = call("run", "welcome", "--yes")
    assert said.code == 1
    assert {row[STATUS].partition(" —")[0] for row in _people(workspace).values()} <= {
        "Not sure",
        "Needs you",
        "Waiting",
    }
