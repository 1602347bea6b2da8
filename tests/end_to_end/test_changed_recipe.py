"""A recipe that ran is changed: what docs/recipes.md says of each change is what the plan says."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from sheetflow.errors import TableError
from sheetflow.hosting.restoring import Right, answer
from sheetflow.runner.running import plan_recipe, run
from sheetflow.runner.switching import switch_on
from sheetflow.testing.rehearsing import rehearse
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


def answered(step_id: str) -> Callable[[Path], None]:
    """The same, with an id under the step."""

    def change(folder: Path) -> None:
        another_word(folder)
        in_recipe("template: welcome", f"template: welcome\n    id: {step_id}")(folder)

    return change


STEPS = RECIPE.partition("steps:\n")[2].partition("limits:")[0]
MAILING = STEPS.partition("  - set")[0]
NOTHING_AGAIN = {
    "the title": in_recipe("recipe: Welcome", "recipe: Hello"),
    "a limit": in_recipe("people_per_run: 10", "people_per_run: 20"),
    "a status": in_recipe("limits:", "status: Welcomed\nlimits:"),
    "the words": in_file("recipes/welcome/templates/welcome.md", "Hi.", "Good morning."),
    "the template": in_recipe("template: welcome", "template: other"),
    "the order of steps": in_recipe(STEPS, SWAPPED),
    "the file of the table": another_file,
    "the word in for_each, with the id as it was": answered("email-person"),
    "the steps, of which one is gone": in_recipe("  - set:\n      Stage: Welcomed\n", ""),
    "the steps, of which the message is gone": in_recipe(MAILING, ""),
}
AGAIN = {
    "the id of a step": in_recipe("template: welcome", "template: welcome\n    id: hello"),
    "the word in for_each, with an id of its own": answered("another"),
    "a step more": in_recipe("limits:", "  - {email: person, template: other, id: more}\nlimits:"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace whose only recipe ran over both of its people."""
    return workspace_in(tmp_path)


def workspace_in(tmp_path: Path, settings: str = SETTINGS) -> Path:
    """The same, with these settings."""
    templates = tmp_path / "recipes" / "welcome" / "templates"
    templates.mkdir(parents=True)
    for name in ("welcome", "other"):
        (templates / f"{name}.md").write_text(MESSAGE, "utf-8")
    (tmp_path / "recipes" / "welcome" / "recipe.yaml").write_text(RECIPE, "utf-8")
    (tmp_path / "sheetflow.yaml").write_text(settings, "utf-8")
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


def halted(folder: Path, name: str = "welcome") -> str:
    """Why the next run would do nothing; and it does nothing, also by the clock."""
    workspace = Workspace.open(folder)
    before = sorted((folder / "outbox").glob("*.eml"))
    for attended in (True, False):
        done = run(workspace.recipe(name), workspace, attended=attended)
        assert list(done.outcomes) == []
    assert sorted((folder / "outbox").glob("*.eml")) == before
    return done.plan.halted


def renamed(folder: Path) -> None:
    """The recipe's folder has another name."""
    (folder / "recipes" / "welcome").rename(folder / "recipes" / "hello")


KEYED = in_file("sheetflow.yaml", "file: people.csv", "file: people.csv\n    key: [Email]")
UNKEYED = in_file("sheetflow.yaml", "\n    key: [Email]", "")
OTHER_IDS = (
    'The rows of "People" have other ids than before: 2 people are known by another, and would be '
    'new. Was "key" changed in sheetflow.yaml, or the table moved without its ids? Undo that; or '
    'see docs/recipes.md, "Changing a recipe that has run". Nothing is sent.'
)


def test_a_step_whose_made_up_id_changed_waits_for_an_answer(folder: Path):
    another_word(folder)
    assert halted(folder) == (
        'The step "email-guest" (line 5) has never run, and the step "email-person", which did, is '
        'gone. If they are the same, write "id: email-person" under it; if it is a new message, an '
        '"id" of its own. Until then nothing is sent.'
    )


def test_a_step_that_lost_its_written_id_waits_for_an_answer(folder: Path):
    answered("email-person")(folder)
    in_recipe("\n    id: email-person", "")(folder)
    assert '"email-person", which did, is gone' in halted(folder)


def test_a_step_named_anew_is_told_in_the_plan(folder: Path):
    AGAIN["the id of a step"](folder)
    workspace = Workspace.open(folder)
    told = (
        'The step "hello" is new: it is also for those for whom "email-person" ran, which is gone.'
    )
    assert told in plan_recipe(workspace.recipe("welcome"), workspace).notices


def test_a_key_that_came_later_stops_the_table_until_it_is_taken_out_again(folder: Path):
    KEYED(folder)
    assert halted(folder) == OTHER_IDS
    in_file("people.csv", "Bo Lind", "Bo Linden")(folder)
    assert halted(folder) == OTHER_IDS
    UNKEYED(folder)
    assert messages(folder) == 0


def test_a_key_that_is_changed_or_taken_out_stops_the_table(tmp_path: Path):
    folder = workspace_in(tmp_path, settings=SETTINGS.replace("file:", "key: [Email]\n    file:"))
    in_file("sheetflow.yaml", "key: [Email]", "key: [Name]")(folder)
    assert halted(folder) == OTHER_IDS
    in_file("sheetflow.yaml", "    key: [Name]\n", "")(folder)
    assert halted(folder) == OTHER_IDS


def test_a_key_whose_column_is_called_otherwise_makes_the_same_ids(tmp_path: Path):
    folder = workspace_in(tmp_path, settings=SETTINGS.replace("file:", "key: [Email]\n    file:"))
    in_file("people.csv", "Email", "Address")(folder)
    in_file("sheetflow.yaml", "key: [Email]", "key: [Address]")(folder)
    in_file("sheetflow.yaml", "email: Email", "email: Address")(folder)
    assert messages(folder) == 0


def test_a_table_that_moved_without_its_ids_is_stopped(folder: Path):
    in_file("sheetflow.yaml", "file: people.csv", "file: people.xlsx")(folder)
    book = Workbook()
    for row in (("Name", "Email", "Stage"), ("Ana R", "ana@example.org"), ("Bo", "bo@example.org")):
        book.active.append(row)
    book.save(folder / "people.xlsx")
    assert halted(folder) == OTHER_IDS


def test_a_key_may_be_changed_with_the_name_of_the_table(folder: Path):
    KEYED(folder)
    in_file("sheetflow.yaml", "  People:", "  Guests:")(folder)
    in_recipe("in People", "in Guests")(folder)
    assert "sheetflow restored" in halted(folder)
    answer(Workspace.open(folder), Right.SHEETS)
    assert messages(folder) == 0


def test_another_folder_waits_for_an_answer(folder: Path):
    renamed(folder)
    assert halted(folder, "hello") == (
        '"hello" has never run, and the recipe "welcome", which ran its step "email-person" over '
        '"People", is gone. If it was renamed, name it "welcome" again; if this is another recipe, '
        'write an "id" of its own under the step (line 5), such as "id: hello-email-person". Until '
        "then nothing is sent."
    )
    with pytest.raises(TableError, match="which ran its step"):
        switch_on(Workspace.open(folder).recipe("hello"), Workspace.open(folder), who="Lee")


def test_another_folder_goes_on_with_a_step_of_its_own(folder: Path):
    renamed(folder)
    in_file("recipes/hello/recipe.yaml", "template: welcome", "template: welcome\n    id: hi")(
        folder
    )
    assert messages(folder, "hello") == 2


def test_a_second_recipe_beside_the_first_is_no_new_name(folder: Path):
    shutil.copytree(folder / "recipes" / "welcome", folder / "recipes" / "hello")
    assert messages(folder, "hello") == 2
    workspace = Workspace.open(folder)
    (folder / "rehearsal").mkdir()
    assert rehearse(workspace.recipe("hello"), workspace, folder / "rehearsal").mails == 2


def test_a_recipe_that_has_run_may_outlive_another_one(folder: Path):
    shutil.copytree(folder / "recipes" / "welcome", folder / "recipes" / "hello")
    workspace = Workspace.open(folder)
    run(workspace.recipe("hello"), workspace)
    shutil.rmtree(folder / "recipes" / "welcome")
    assert messages(folder, "hello") == 0


def test_a_table_of_another_name_waits_for_an_answer(folder: Path):
    in_file("sheetflow.yaml", "  People:", "  Guests:")(folder)
    in_recipe("in People", "in Guests")(folder)
    workspace = Workspace.open(folder)
    plan = plan_recipe(workspace.recipe("welcome"), workspace)
    assert len(plan.changes) == 0
    assert "sheetflow restored" in plan.halted
