"""A recipe that ran is changed: what docs/recipes.md says of each change is what the plan says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sheetflow.runner.running import plan_recipe, run
from sheetflow.workspace import Workspace

SETTINGS = """\
organization: {name: Riverside, time_zone: Europe/Berlin}
quiet_hours: none
contact: {relationship: none}
connections: {outbox: {connector: outbox}}
senders: {us: {address: Riverside <hello@example.org>, by: outbox}}
tables:
  People:
    file: people.csv
    person: {name: Name, email: Email}
    sheetflow_writes: [Stage]
"""
RECIPE = """\
recipe: Welcome
for_each: person in People
where: everyone
steps:
  - email: person
    template: welcome
  - set:
      Stage: Welcomed
limits:
  people_per_run: 10
"""
SWAPPED = """\
  - set:
      Stage: Welcomed
  - email: person
    template: welcome
"""
PEOPLE = "Name,Email\nAna Reyes,ana@example.org\nBo Lind,bo@example.org\n"
MESSAGE = "---\nsubject: Hello\n---\nHi.\n"


def in_file(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Replaces a text of a file of the workspace."""

    def change(folder: Path) -> None:
        path = folder / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    return change


def in_recipe(old: str, new: str) -> Callable[[Path], None]:
    """Replaces a text of the recipe."""
    return in_file("recipes/welcome/recipe.yaml", old, new)


def another_file(folder: Path) -> None:
    """The table lies in a file of another name."""
    (folder / "people.csv").rename(folder / "campaign.csv")
    in_file("sheetflow.yaml", "people.csv", "campaign.csv")(folder)


def another_word(folder: Path) -> None:
    """Rows are called otherwise, in `for_each` and in the step."""
    in_recipe("person in", "guest in")(folder)
    in_recipe("email: person", "email: guest")(folder)


STEPS = RECIPE.partition("steps:\n")[2].partition("limits:")[0]
NOTHING_AGAIN = {
    "the title": in_recipe("recipe: Welcome", "recipe: Hello"),
    "a limit": in_recipe("people_per_run: 10", "people_per_run: 20"),
    "a status": in_recipe("limits:", "status: Welcomed\nlimits:"),
    "the words": in_file("recipes/welcome/templates/welcome.md", "Hi.", "Good morning."),
    "the template": in_recipe("template: welcome", "template: other"),
    "the order of steps": in_recipe(STEPS, SWAPPED),
    "the file of the table": another_file,
}
AGAIN = {
    "the id of a step": in_recipe("template: welcome", "template: welcome\n    id: hello"),
    "the word in for_each": another_word,
    "key": in_file("sheetflow.yaml", "file: people.csv", "file: people.csv\n    key: [Email]"),
    "a step more": in_recipe("limits:", "  - {email: person, template: other, id: more}\nlimits:"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace whose only recipe ran over both of its people."""
    templates = tmp_path / "recipes" / "welcome" / "templates"
    templates.mkdir(parents=True)
    for name in ("welcome", "other"):
        (templates / f"{name}.md").write_text(MESSAGE, "utf-8")
    (tmp_path / "recipes" / "welcome" / "recipe.yaml").write_text(RECIPE, "utf-8")
    (tmp_path / "sheetflow.yaml").write_text(SETTINGS, "utf-8")
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    workspace = Workspace.open(tmp_path)
    run(workspace.recipe("welcome"), workspace)
    assert messages(tmp_path) == 0
    return tmp_path


def messages(folder: Path, name: str = "welcome") -> int:
    """How many messages the next run would send."""
    workspace = Workspace.open(folder)
    plan = plan_recipe(workspace.recipe(name), workspace)
    return sum(bool(entry.change and entry.change.to) for entry in plan.changes)


@pytest.mark.parametrize("change", NOTHING_AGAIN.values(), ids=NOTHING_AGAIN)
def test_nobody_is_written_to_again_after_a_change_of(change: Callable[[Path], None], folder: Path):
    change(folder)
    assert messages(folder) == 0


@pytest.mark.parametrize("change", AGAIN.values(), ids=AGAIN)
def test_the_plan_counts_everybody_again_after_a_change_of(
    change: Callable[[Path], None], folder: Path
):
    change(folder)
    assert messages(folder) == 2


def test_another_folder_is_another_recipe(folder: Path):
    (folder / "recipes" / "welcome").rename(folder / "recipes" / "hello")
    assert messages(folder, "hello") == 2


def test_a_table_of_another_name_waits_for_an_answer(folder: Path):
    in_file("sheetflow.yaml", "  People:", "  Guests:")(folder)
    in_recipe("in People", "in Guests")(folder)
    workspace = Workspace.open(folder)
    plan = plan_recipe(workspace.recipe("welcome"), workspace)
    assert len(plan.changes) == 0
    assert "sheetflow restored" in plan.halted
