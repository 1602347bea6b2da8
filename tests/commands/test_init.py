"""`sheetflow init`: runs at once, and never overwrites."""

import stat
from pathlib import Path

import pytest

from sheetflow.commands.init import starter_files

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
