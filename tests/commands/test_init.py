"""`sheetflow init`: runs at once, and never overwrites."""

import re
import shlex
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sheetflow.commands.init import starter_files
from sheetflow.commands.library import EXAMPLE_DAY, Library, settings_with

FILES = {
    "sheetflow.yaml",
    "people.csv",
    "recipes/welcome/recipe.yaml",
    "recipes/welcome/templates/welcome.md",
}


def _files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_new_workspace_has_settings_a_recipe_a_message_and_people(call, tmp_path):
    said = call("init", str(tmp_path / "new"))
    assert (said.code, said.err) == (0, "")
    assert _files_in(tmp_path / "new") == FILES == set(starter_files())
    mode = (tmp_path / "new" / "sheetflow.yaml").stat().st_mode
    assert stat.S_IMODE(mode) == 0o644


def test_it_ends_with_two_commands_that_work_as_they_stand(call, tmp_path):
    said = call("init", str(tmp_path / "my campaign"))
    commands = [line.strip() for line in said.out.splitlines() if line.startswith("    ")]
    there = f"'{tmp_path / 'my campaign'}'"
    assert commands == [
        f"sheetflow -w {there} plan welcome",
        f"sheetflow -w {there} run welcome",
    ]
    folder = str(tmp_path / "my campaign")
    assert call("-w", folder, "plan", "welcome").code == 0
    assert call("-w", folder, "run", "welcome", "--yes").code == 0


def test_a_new_workspace_has_no_mistakes(call, tmp_path):
    call("init", str(tmp_path / "new"))
    said = call("-w", str(tmp_path / "new"), "check")
    assert (said.code, said.out) == (0, "No mistakes in sheetflow.yaml and 1 recipe.\n")


def test_its_people_are_made_up():
    assert starter_files()["people.csv"].count(b"@") == starter_files()["people.csv"].count(
        b"@example.org"
    )


def test_nothing_is_overwritten_and_nothing_is_half_made(call, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "people.csv").write_text("mine")
    said = call("init", str(folder))
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"Nothing was written: {folder / 'people.csv'} would be overwritten")
    assert _files_in(folder) == {"people.csv"}
    assert (folder / "people.csv").read_text() == "mine"


def test_every_file_in_the_way_is_named(call, tmp_path):
    call("init", str(tmp_path / "new"))
    said = call("init", str(tmp_path / "new"))
    assert said.code == 2
    assert all(str(tmp_path / "new" / name) in said.err for name in FILES)


def test_a_link_that_leads_nowhere_is_in_the_way_too(call, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "sheetflow.yaml").symlink_to(tmp_path / "missing")
    assert call("init", str(tmp_path / "new")).code == 2
    assert not (tmp_path / "missing").exists()


def test_other_files_in_the_folder_are_left_alone(call, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "notes.txt").write_text("mine")
    assert call("init", str(tmp_path / "new")).code == 0
    assert _files_in(tmp_path / "new") == {*FILES, "notes.txt"}


@pytest.mark.parametrize("folder", ["file", "file/below"])
def test_a_file_where_the_folder_should_be_is_said_plainly(call, tmp_path, folder):
    (tmp_path / "file").write_text("mine")
    said = call("init", str(tmp_path / folder))
    assert said.code == 2
    assert "Traceback" not in said.err
    assert "Sorry" not in said.err


LIBRARY = Library()


def test_the_shipped_recipes_are_listed_each_with_what_it_is_for(call):
    said = call("init", "--list")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert tuple(lines[::2]) == LIBRARY.names
    assert "    Guests are asked two days before an event whether they come" in said.out
    assert all(line.startswith("    ") and line.endswith(".") for line in lines[1::2])


@pytest.mark.parametrize("name", LIBRARY.names)
def test_a_workspace_begins_with_any_of_them(call, tmp_path, name):
    folder = tmp_path / "my campaign"
    said = call("init", str(folder), "--recipe", name)
    assert (said.code, said.err) == (0, "")
    checked = call("-w", str(folder), "check")
    assert (checked.code, checked.out) == (0, "No mistakes in sheetflow.yaml and 1 recipe.\n")
    commands = [shlex.split(line) for line in said.out.splitlines() if line.startswith("    ")]
    assert all(command[:3] == ["sheetflow", "-w", str(folder)] for command in commands)
    if commands[-1][3] == "connect":
        assert commands[0][3:] == ["explain", name]
        return
    before = {path: path.read_bytes() for path in folder.glob("*.csv")}
    done = call(*commands[-1][1:], "--yes")
    assert "Done: " in done.out or "Sent: " in done.out
    assert any(path.read_bytes() != content for path, content in before.items())


@pytest.mark.parametrize(
    ("name", "command"),
    [("new-people-in-slack", "connect slack"), ("hosts-in-plan", "connect google_docs")],
)
def test_what_has_to_be_connected_first_is_said(call, tmp_path, name, command):
    said = call("init", str(tmp_path / "new"), "--recipe", name)
    assert said.out.splitlines()[-2:] == [
        "To run it, connect what it writes to:",
        f"    sheetflow -w {tmp_path / 'new'} {command}",
    ]


def test_a_recipe_that_there_is_not_is_said_with_the_nearest(call, tmp_path):
    said = call("init", str(tmp_path / "new"), "--recipe", "event-remindr")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        'There is no recipe "event-remindr" to start with. Did you mean "event-reminder"?\n'
    )
    assert not (tmp_path / "new").exists()


def test_a_workspace_has_the_tables_and_connections_of_its_recipe_and_no_others():
    files = LIBRARY.workspace_files(LIBRARY.recipe("hosts-in-plan"), EXAMPLE_DAY)
    settings = YAML(typ="safe").load(files["sheetflow.yaml"].decode())
    assert list(settings["tables"]) == ["Actions"]
    assert list(settings["connections"]) == ["outbox", "room", "google_docs"]
    assert "do_not_contact" not in settings
    assert set(files) == {
        "sheetflow.yaml",
        "actions.csv",
        "recipes/hosts-in-plan/recipe.yaml",
        "recipes/hosts-in-plan/tests.yaml",
    }


def test_what_stays_of_the_settings_stays_as_it_is_with_its_comments():
    whole = (LIBRARY.folder / "sheetflow.yaml").read_text("utf-8")
    known = YAML(typ="safe").load(whole)
    assert settings_with(whole, known["tables"], known["connections"]) == whole


def test_the_days_of_the_example_tables_are_as_far_from_today_as_they_were_made():
    recipe = LIBRARY.recipe("event-reminder")
    made = LIBRARY.workspace_files(recipe, EXAMPLE_DAY)["guests.csv"].decode()
    later = LIBRARY.workspace_files(recipe, EXAMPLE_DAY + timedelta(days=366))["guests.csv"]
    assert "River walk,2026-03-15 18:00" in made
    assert "River walk,2027-03-16 18:00" in later.decode()
    assert made == (LIBRARY.folder / "event-reminder" / "guests.csv").read_text("utf-8")


def test_the_people_of_every_recipe_are_made_up():
    for path in LIBRARY.folder.glob("*/*.csv"):
        found = re.findall(r"@([^\s,;\"<>]+)", path.read_text("utf-8"))
        assert set(found) <= MADE_UP, path


MADE_UP = {"example.org", "example.com", "Example.org", "EXAMPLE.ORG", "exаmple.org", "gmial.com"}
"""Domains that nobody has, and a misspelt one that nobody writes to."""


def test_a_file_where_a_folder_is_to_come_leaves_no_half_of_a_workspace(call, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "recipes").write_text("mine")
    said = call("init", str(folder))
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"Nothing was written: {folder / 'recipes'} would be overwritten")
    assert _files_in(folder) == {"recipes"}


def test_a_name_that_is_too_long_is_told_in_words(call, tmp_path):
    said = call("init", str(tmp_path / ("a" * 300)))
    assert said.code == 2
    assert said.err.endswith(" cannot be made: File name too long. Name another folder.\n")
