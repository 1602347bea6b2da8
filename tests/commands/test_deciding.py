"""`on`, `off`, `approve`, `suppress`: what people decide, shown before it is done."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

STATUS = "Sheetflow status"
BEFORE = "Skipped — matched before Welcome new people was switched on: nothing sent by it"


def outbox(workspace: Path) -> list[str]:
    return sorted(path.name.partition("-")[0] for path in (workspace / "outbox").glob("*.eml"))


def statuses(workspace: Path) -> list[str]:
    with (workspace / "people.csv").open(encoding="utf-8", newline="") as file:
        return [row.get(STATUS) or "" for row in csv.DictReader(file)]


def nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sheetflow.commands.terminal.somebody_is_there", lambda: False)


def test_on_shows_who_matches_and_marks_them(call, workspace):
    said = call("on", "welcome", "--yes")
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "3 people match now: Ana R., Bo L., Chidi O.\n"
        "They are left alone, having matched before.\n"
        "welcome is switched on. Left alone: 3.\n"
    )
    assert statuses(workspace) == [BEFORE] * 3
    said = call("run", "welcome", "--yes")
    assert said.code == 0
    assert outbox(workspace) == []
    assert call("on", "welcome").out.startswith("welcome is switched on since ")


def test_on_with_the_present_acts_on_them_too(call, workspace):
    call("on", "welcome", "--yes")
    said = call("on", "welcome", "--include-present", "--yes")
    assert said.out == (
        "3 people who matched before may be acted on from now on: "
        "Ana R., Bo L., Chidi O.\n"
        "welcome is switched on.\n"
    )
    call("run", "welcome", "--yes")
    assert outbox(workspace) == ["ana", "chidi"]


@pytest.mark.parametrize("arguments", [("on", "welcome"), ("approve", "welcome")])
def test_nothing_is_decided_when_nobody_is_there(call, workspace, monkeypatch, arguments):
    nobody_there(monkeypatch)
    said = call(*arguments)
    assert said.code == 2
    assert said.err == "Nothing was done: there is nobody to ask. Add --yes to do it.\n"
    assert not (workspace / "sheetflow.db").exists()
    assert statuses(workspace) == ["", "", ""]


def test_off_holds_everything_and_works_with_a_recipe_that_is_wrong(call, workspace):
    recipe = workspace / "recipes/welcome/recipe.yaml"
    text = recipe.read_text("utf-8")
    recipe.write_text("recipe: broken\n", "utf-8")
    assert call("off", "welcome", "--why", "wrong link").out == "welcome is switched off.\n"
    recipe.write_text(text, "utf-8")
    said = call("run", "welcome", "--yes")
    assert "this recipe is switched off" in said.out
    assert outbox(workspace) == []


def test_off_of_a_recipe_that_there_is_not_is_told(call):
    said = call("off", "welcom")
    assert said.code == 2
    assert 'There is no recipe "welcom"' in said.err


def test_suppress_keeps_everything_from_an_address(call, workspace):
    assert call("suppress", "Ana@Example.org", "--why", "wrote back").out == (
        "ana@example.org is not written to any more.\n"
    )
    assert call("suppress", "ana@example.org").out == "ana@example.org was on the list already.\n"
    call("run", "welcome", "--yes")
    assert outbox(workspace) == ["chidi"]
    assert statuses(workspace)[0].startswith("Skipped — asked not to get e-mail (")
    listed = call("suppress", "--list").out
    assert "wrote back" in listed
    assert "ana" not in listed
    assert "wrote back" in call("suppress", "--list", "ana@example.org").out
    assert call("suppress", "--list", "bo@example.org").out == "Not on the list.\n"
    assert call("suppress", "ana@example.org", "--lift").out == (
        "ana@example.org may be written to again.\n"
    )
    assert (
        call("suppress", "ana@example.org", "--lift").out
        == "ana@example.org was not on the list.\n"
    )
    assert call("suppress", "--list").out == "Nobody is on the list.\n"


@pytest.mark.parametrize("text", ["", "Ana", "ana@", "0301234567", "ana@x.org bo@x.org"])
def test_suppress_needs_one_address_or_number(call, workspace, text):
    said = call("suppress", text)
    assert said.code == 2
    assert "Sorry" not in said.err
    assert not (workspace / "sheetflow.db").exists()


def needs_a_go(workspace: Path) -> None:
    recipe = workspace / "recipes/welcome/recipe.yaml"
    recipe.write_text(recipe.read_text("utf-8") + "\napprove: always\n", "utf-8")


def test_approve_shows_the_plan_and_lets_exactly_it_out(call, workspace):
    needs_a_go(workspace)
    assert "2 people need a Go: sheetflow approve welcome" in call("plan", "welcome").out
    said = call("approve", "welcome", "--by", "Lee", "--yes")
    assert said.code == 0
    assert 'to ana@example.org: "Welcome' in said.out
    assert said.out.endswith("Lee gave their Go. Carry it out: sheetflow run welcome\n")
    assert call("approve", "welcome").out.startswith("This very plan has the Go of Lee, ")
    call("run", "welcome", "--yes")
    assert outbox(workspace) == ["ana", "chidi"]


def test_approve_tells_what_changed_since(call, workspace):
    needs_a_go(workspace)
    call("approve", "welcome", "--by", "Lee", "--yes")
    people = workspace / "people.csv"
    text = people.read_text("utf-8").replace("Ana Reyes", "Anna Reyes")
    lines = [line for line in text.splitlines() if not line.startswith("Chidi")]
    people.write_text(
        "\n".join([*lines, "Dora Novak,dora@example.org,North,2026-03-06,", ""]), "utf-8"
    )
    said = call("approve", "welcome", "--by", "Lee", "--yes")
    assert "Since the Go of Lee, " in said.out
    assert "  removed: " in said.out
    assert "Chidi O." in said.out.partition("  removed: ")[2].partition("\n")[0]
    assert "Dora N." in said.out.partition("  added: ")[2].partition("\n")[0]
    assert outbox(workspace) == []
    call("run", "welcome", "--yes")
    assert outbox(workspace) == ["ana", "dora"]


def test_approve_has_nothing_to_ask_when_there_is_nothing_to_do(call, workspace):
    call("run", "welcome", "--yes")
    said = call("approve", "welcome")
    assert (said.code, said.out.splitlines()[-1]) == (0, "There is nothing to agree to.")


def test_only_a_yes_is_one(call, workspace, monkeypatch):
    monkeypatch.setattr("sheetflow.commands.terminal.somebody_is_there", lambda: True)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _prompt: "n")
    assert call("on", "welcome").err.endswith("Nothing was done.\n")
    assert call("approve", "welcome").err.endswith("Nothing was done.\n")
    assert sys.stdin is not None
    assert not (workspace / "sheetflow.db").exists()
