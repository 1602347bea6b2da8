"""`sheetflow plugins`, and the commands that plugins add."""

import json
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parent.parent.parent / "plugins"
OURS = {path.stem for path in PLUGINS.glob("[!_]*.py")}
"""One file a system or an action; what begins with an underscore is theirs in common."""

GREETING = '''"""Says hello. A second line that the list does not show."""

import click

from sheetflow import hookimpl


@click.command()
@click.argument("name")
def greet(name):
    """Say hello."""
    click.echo(f"Hello {name}")


@hookimpl
def commands():
    return [greet]


@hookimpl
def filters():
    return {"loud": str.upper}
'''


@pytest.fixture
def greeting(workspace: Path) -> Path:
    """A workspace's own plugin, with a command and a filter."""
    path = workspace / "plugins" / "greeting.py"
    path.parent.mkdir()
    path.write_text(GREETING, "utf-8")
    return path


def test_our_own_plugins_are_listed_with_what_they_add(call):
    found = {plugin["name"]: plugin for plugin in json.loads(call("plugins", "--json").out)}
    assert found.keys() == OURS > {"email", "meet", "csv", "xlsx", "smtp", "google_sheets"}
    assert {plugin["home"] for plugin in found.values()} == {"Sheetflow"}
    assert found["email"]["actions"] == ["email"]
    assert found["csv"]["connectors"] == ["csv"]
    assert all(plugin["about"] for plugin in found.values())


def test_a_plugin_of_the_workspace_is_listed_with_its_file(call, greeting):
    said = call("plugins")
    assert said.code == 0
    assert (
        "greeting: Says hello. A second line that the list does not show.\n"
        f"    adds filters loud; commands greet (from {greeting})\n"
    ) in said.out


def test_plugins_are_listed_outside_of_a_workspace_too(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert {plugin["name"] for plugin in json.loads(call("plugins", "--json").out)} == OURS


def test_a_command_of_a_plugin_is_a_command(call, greeting):
    assert call("greet", "Ana").out == "Hello Ana\n"


def test_a_command_of_a_plugin_works_though_the_settings_are_wrong(call, greeting, workspace):
    (workspace / "sheetflow.yaml").write_text("nonsense", "utf-8")
    assert call("greet", "Ana").out == "Hello Ana\n"


def test_a_plugin_cannot_take_the_place_of_a_command(call, greeting):
    greeting.write_text(GREETING.replace("def greet", "def check").replace("[greet]", "[check]"))
    said = call("check")
    assert (said.code, said.out) == (0, "No mistakes in sheetflow.yaml and 1 recipe.\n")


def test_help_does_not_load_plugins(call, greeting):
    greeting.write_text("raise RuntimeError('loaded')\n", "utf-8")
    assert call("--help").code == 0


def test_a_plugin_that_cannot_be_loaded_is_named(call, greeting):
    greeting.write_text("import nothing_of_that_name\n", "utf-8")
    said = call("plugins")
    assert said.code == 2
    assert said.err.startswith(f'The plugin "greeting" ({greeting}) cannot be loaded: ')
