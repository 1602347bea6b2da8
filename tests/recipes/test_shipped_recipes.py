"""The shipped recipes are sound, and `check` finds what goes wrong when they are copied."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from recipes.example_workbook import EXAMPLE_DAY, build_example
from sheetflow.workspace import Workspace

RECIPES = Path(__file__).parent.parent.parent / "recipes"
ASSIGN, SETTINGS = "assign-point-person/recipe.yaml", "sheetflow.yaml"


@pytest.fixture
def copied(tmp_path):
    shutil.copytree(RECIPES, tmp_path, dirs_exist_ok=True)
    for path in RECIPES.glob("*/*.csv"):
        shutil.copy(path, tmp_path)  # those of one name have the same columns, as far as it matters
    build_example(tmp_path, EXAMPLE_DAY)
    return tmp_path


def problems(folder):
    return [
        f"{found.file.relative_to(folder)}:{found.line}: {found.where}: {found.what} {found.cure}"
        for found in Workspace.open(folder).check()
    ]


def change(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_shipped_recipes_have_no_mistakes(copied):
    assert problems(copied) == []


def test_every_recipe_says_who_it_is_for(copied):
    for path in RECIPES.glob("*/recipe.yaml"):
        assert path.read_text("utf-8").startswith("# For whoever ")


def test_every_message_is_there_in_spanish_and_the_welcome_in_arabic_too():
    files = {path.name for path in RECIPES.glob("*/templates/*.md")}
    names = {name.partition(".")[0] for name in files}
    assert {f"{name}.es.md" for name in names} <= files
    assert "welcome.ar.md" in files


def test_a_column_of_the_other_table_that_is_not_there_is_found(copied):
    change(copied / ASSIGN, "room: Max open", "room: Max opn")
    assert problems(copied) == [
        f'{ASSIGN}:20: assign: room: the table "Team" has no column "Max opn". '
        'Did you mean "Max open"?'
    ]


def test_an_order_that_there_is_not_is_found(copied):
    change(copied / ASSIGN, "prefer: fewest people", "prefer: most people")
    assert problems(copied) == [
        f'{ASSIGN}:17: assign: prefer: "most people" is none of the orders there are. '
        "Write fewest volunteers, or first. "
    ]


def test_a_time_from_now_that_is_none_is_found(copied):
    change(copied / ASSIGN, "due: in 24 hours", "due: in 24 hrs")
    assert problems(copied) == [
        f'{ASSIGN}:24: follow_up: due: "in 24 hrs" is not a time from now. '
        "Write tomorrow, in 2 days, in 24 hours, or a column with a date. "
    ]


def test_a_column_that_is_not_ours_to_write_is_found_before_anything_goes_out(copied):
    change(copied / SETTINGS, "[Stage, Owner, Next step, Next step due, ", "[Next step due, ")
    assert problems(copied) == [
        f'{ASSIGN}:17: assign: "Owner" is not a column that Sheetflow may write. '
        "Add it to sheetflow_writes of People in sheetflow.yaml.",
        f'{ASSIGN}:24: follow_up: "Next step" is not a column that Sheetflow may write. '
        "Add it to sheetflow_writes of People in sheetflow.yaml.",
        'clean-mailing-list/recipe.yaml:43: set: "Stage" is not a column that Sheetflow may '
        "write. Add it to sheetflow_writes of People in sheetflow.yaml.",
        'welcome-new-signup/recipe.yaml:21: set: "Stage" is not a column that Sheetflow may '
        "write. Add it to sheetflow_writes of People in sheetflow.yaml.",
    ]
