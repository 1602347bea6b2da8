"""Plugins are found in three homes, loaded late, and a bad one is named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sheetflow.errors import SetupError
from sheetflow.plugin.registry import Registry

APPLAUD = '''
"""Applause."""

from collections.abc import Iterator
from dataclasses import dataclass

from sheetflow import Change, Connector, Noop, Receipt, Row, action, hookimpl


class Hall(Connector):
    """A concert hall."""

    name = "hall"

    @dataclass(frozen=True, kw_only=True)
    class Settings:
        seats: int = 10

    @action
    def applaud(self, row: Row, *, who: str, times: int = 1) -> Change | Noop:
        """Clap for somebody.

        who: Who has earned it.
        times: How often.
        """
        return Change(f"clap for {who}", data={"times": times}) if who else Noop("nobody is there")

    @applaud.apply
    def clap(self, change: Change) -> Receipt:
        return Receipt(f"{change.data['times']} of {self.settings.seats}")


@hookimpl
def connectors():
    return [Hall]
'''


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "applause.py").write_text(APPLAUD, encoding="utf-8")
    return tmp_path


def test_asking_for_one_plugin_of_ours_imports_no_other() -> None:
    program = (
        "import sys; from sheetflow.plugin.registry import Registry;"
        "Registry().action('set');"
        "print(sorted(m for m in sys.modules if m.startswith('sheetflow_plugins.')))"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    names = found.stdout
    assert "sheetflow_plugins.set" in names
    assert "sheetflow_plugins.smtp" not in names
    assert "sheetflow_plugins.meet" not in names


def test_a_plugin_of_the_workspace_is_found(workspace: Path) -> None:
    registry = Registry(workspace)
    assert registry.connector("hall").name == "hall"
    assert registry.action("applaud").name == "applaud"
    home = {plugin.name: plugin.home for plugin in registry.loaded()}["applause"]
    assert home == str(workspace / "plugins" / "applause.py")


def test_a_connectors_action_declares_its_options_by_its_parameters(workspace: Path) -> None:
    words = Registry(workspace).actions["applaud"]
    assert [(o.name, o.required, o.default, o.main, o.help) for o in words.options] == [
        ("who", True, None, True, "Who has earned it."),
        ("times", False, 1, False, "How often."),
        ("by", False, "", False, "The connection to use, when there are several."),
    ]


def test_the_list_of_all_plugins_says_what_each_adds() -> None:
    registry = Registry()
    registry.load_all()
    adds = {plugin.name: (plugin.actions, plugin.connectors) for plugin in registry.loaded()}
    assert adds["assign"] == (("assign",), ())
    assert adds["csv"] == ((), ("csv",))
    assert all(plugin.about for plugin in registry.loaded())


def test_a_plugin_that_cannot_be_loaded_is_named(workspace: Path) -> None:
    (workspace / "plugins" / "broken.py").write_text("import not_there", encoding="utf-8")
    with pytest.raises(SetupError, match=r'The plugin "broken".*not_there'):
        Registry(workspace)


def test_two_plugins_must_not_add_the_same_name(workspace: Path) -> None:
    (workspace / "plugins" / "second.py").write_text(APPLAUD, encoding="utf-8")
    with pytest.raises(SetupError, match='"second" adds "hall", which there already is'):
        Registry(workspace)


@pytest.mark.parametrize("name", ["upper", "default", "shy"])
def test_a_filter_must_not_have_the_name_of_another(workspace: Path, name: str) -> None:
    filters = (
        '"""A filter."""\nfrom sheetflow import hookimpl\n\n\n@hookimpl\n'
        'def filters():\n    return {"NAME": str}\n'
    )
    (workspace / "plugins" / "first.py").write_text(filters.replace("NAME", "shy"), "utf-8")
    (workspace / "plugins" / "second.py").write_text(filters.replace("NAME", name), "utf-8")
    with pytest.raises(SetupError, match=f'"second" adds "{name}", which there already is'):
        Registry(workspace)


def test_a_plugin_must_not_take_the_place_of_one_of_ours(workspace: Path) -> None:
    path = workspace / "plugins" / "applause.py"
    path.write_text(APPLAUD.replace('"hall"', '"outbox"'), encoding="utf-8")
    with pytest.raises(SetupError, match='"applause" adds "outbox", which there already is'):
        Registry(workspace)


def test_an_unknown_name_is_unknown() -> None:
    with pytest.raises(KeyError):
        Registry().action("aplaud")


def test_every_option_of_ours_has_a_help_text() -> None:
    actions = Registry().actions
    missing = [
        f"{name}: {option.name}"
        for name in actions
        for option in actions[name].options
        if not option.help
    ]
    assert missing == []
