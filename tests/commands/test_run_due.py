"""`sheetflow run --due`: what is due, without anybody there."""

from __future__ import annotations

from pathlib import Path

import pytest

RECIPE = "recipes/welcome/recipe.yaml"


@pytest.fixture
def hourly(workspace: Path, call) -> Path:
    """The recipe runs every hour, and is switched on for those who are there."""
    recipe = workspace / RECIPE
    text = recipe.read_text("utf-8").replace("every weekday at 09:00", "every hour")
    recipe.write_text(text, "utf-8")
    assert call("on", "welcome", "--include-present", "--yes").code == 0
    return workspace


def test_what_is_due_runs_once_and_says_a_line(call, hourly: Path):
    said = call("run", "--due")
    assert (said.code, said.err, said.out) == (0, "", "welcome: Sent: 2, Done: 2, Needs you: 1\n")
    assert len(list((hourly / "outbox").iterdir())) == 2
    said = call("run", "--due")
    assert said.code == 0
    assert said.out.startswith("Nothing is due. Next: ")


def test_what_nobody_switched_on_does_not_run_and_the_list_says_so(call, workspace: Path):
    said = call("run", "--due")
    assert (said.code, said.out) == (0, "Nothing is due.\n")
    assert not (workspace / "outbox").exists()
    said = call("run", "--due", "--list")
    assert said.out == "welcome: every weekday at 09:00; not switched on\n"


def test_the_list_runs_nothing(call, hourly: Path):
    (hourly / "recipes" / "by-hand.yaml").write_text("recipe: By hand\n", "utf-8")
    said = call("run", "--due", "--dry-run")
    assert said.code == 0
    first, second = said.out.splitlines()
    assert first.startswith("welcome: every hour; due since ")
    assert second == "Without a schedule: by-hand."
    assert not (hourly / "outbox").exists()
    call("run", "--due")
    (first, _) = call("run", "--due", "--list").out.splitlines()
    assert first.startswith("welcome: every hour; due ")
    assert first.endswith(", Sent: 2, Done: 2, Needs you: 1")


def test_a_run_that_does_not_come_to_its_end_is_a_failure(call, hourly: Path):
    (hourly / "people.csv").unlink()
    said = call("run", "--due")
    assert said.code == 1
    assert said.out.startswith("welcome: not finished: I can't find the file ")


def test_waiting_for_a_go_is_worth_a_look(call, hourly: Path):
    with (hourly / RECIPE).open("a", encoding="utf-8") as recipe:
        recipe.write("approve: always\n")
    said = call("run", "--due")
    assert said.code == 1
    assert said.out.startswith("welcome: Waiting: 2, Needs you: 1. It waits for somebody's Go.")
    assert not (hourly / "outbox").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run"], "Which recipe? Name one, or write --due for all that are due."),
        (["run", "--list"], "--list goes with --due."),
        (["run", "welcome", "--due"], "--due takes no recipe, no --yes and no --plan."),
    ],
    ids=str,
)
def test_what_does_not_go_together_is_said(call, arguments: list[str], says: str):
    said = call(*arguments)
    assert said.code == 2
    assert says in said.err
