"""`sheetflow check`: all mistakes at once, each with its place and its cure."""

import json
from pathlib import Path

RECIPE = "recipes/welcome/recipe.yaml"


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_all_mistakes_of_a_recipe_are_told_at_once(call, workspace):
    _replace(workspace / RECIPE, "template: welcome", "templte: welcome")
    _replace(workspace / RECIPE, "Stage: is empty", "Stage: is emty or what")
    _replace(workspace / RECIPE, "  people_per_run: 100", "  people_per_run: forty")
    said = call("check")
    assert (said.code, said.err) == (2, "")
    lines = said.out.splitlines()
    assert all(line.startswith(f"{workspace / RECIPE}:") for line in lines[:-1])
    assert 'Did you mean "template"' in said.out
    assert "people_per_run" in said.out


def test_a_mistake_in_the_settings_is_told(call, workspace):
    _replace(workspace / "sheetflow.yaml", "Europe/Berlin", "Europe/Belrin")
    said = call("check")
    assert said.code == 2
    assert said.out.startswith(f"{workspace / 'sheetflow.yaml'}:6:14: ")
    assert "Europe/Berlin" in said.out


def test_a_mistake_in_a_message_is_told_with_its_line(call, workspace):
    message = workspace / "recipes/welcome/templates/welcome.md"
    _replace(message, "Hi {{ person.name", "Hi {{ person.nmae")
    said = call("check")
    assert said.code == 2
    assert said.out.startswith(f"{message}:4:")


def test_mistakes_are_told_to_programs_too(call, workspace):
    _replace(workspace / RECIPE, "template: welcome", "templte: welcome")
    said = call("check", "--json")
    assert said.code == 2
    problems = json.loads(said.out)["problems"]
    assert {problem["file"] for problem in problems} == {str(workspace / RECIPE)}
    assert problems[0]["line"] > 1


def test_no_mistakes_are_told_to_programs_too(call):
    said = call("check", "--json")
    assert (said.code, json.loads(said.out)) == (0, {"problems": []})


def test_a_recipe_is_checked_by_its_file_or_folder_from_anywhere(call, workspace, monkeypatch):
    other = workspace / "recipes/other/recipe.yaml"
    other.parent.mkdir()
    other.write_text("recipe: Nothing else\n", "utf-8")
    monkeypatch.chdir("/")
    assert call("check", str(workspace / "recipes/welcome")).code == 0
    assert call("check", str(workspace / RECIPE)).code == 0
    assert call("check", str(other)).code == 2
    assert call("check", str(workspace / "recipes")).code == 2
    assert call("check", str(workspace)).code == 2


def test_a_folder_without_a_recipe_is_said(call, workspace):
    (workspace / "empty").mkdir()
    said = call("check", "empty")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("There is no recipe in empty.")


def test_outside_of_a_workspace_the_cure_is_init(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = call("check")
    assert said.code == 2
    assert "sheetflow init" in said.err
