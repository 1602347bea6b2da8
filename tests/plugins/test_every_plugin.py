"""Every plugin of ours keeps the contract: found by the registry, so that a new one is covered.

What a plugin needs to be tried stands in its own docstring: a step for each of its actions, and
for a connector its part of sheetflow.yaml. Both are tried as they stand there.
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sheetflow.plugin.action import Action
from sheetflow.plugin.chat import Chat
from sheetflow.plugin.connector import Connector
from sheetflow.plugin.connector_table import table_names
from sheetflow.plugin.library import Library, Notebook
from sheetflow.plugin.listener import Listener
from sheetflow.plugin.mailer import Mailer
from sheetflow.plugin.meetings import Calendar, MeetingPlace, MeetingRoom
from sheetflow.plugin.registry import OURS, Registry
from sheetflow.plugin.testing import (
    ActionContract,
    CalendarContract,
    ChatContract,
    ConnectorContract,
    GuardContract,
    LibraryContract,
    ListenerContract,
    MailerContract,
    MeetingPlaceContract,
    MeetingRoomContract,
    NotebookContract,
    PluginContract,
    ReadOnlyTableContract,
    TableContract,
    WatcherContract,
)
from sheetflow.plugin.testing.steps import actions_given_by
from sheetflow.plugin.watcher import Watcher
from sheetflow.runner.guards import OF_THE_RUN, OWN
from sheetflow.values import Entry, Plan
from sheetflow.workspace.loading import load_settings
from tests.plan_texts import plan_from_json, plan_to_json


def _plugins() -> list[ModuleType]:
    registry = Registry()
    registry.load_all()
    names = [f"{OURS}.{plugin.name}" for plugin in registry.loaded()]
    return [sys.modules[name] for name in names if name in sys.modules]


PLUGINS = _plugins()
ALL_ACTIONS = [(plugin, action) for plugin in PLUGINS for action in actions_given_by(plugin)]
OF_A_SERVICE = ("write_doc", "post")
"""Actions that need a service: held to the contract in their own module, where there is one."""
ACTIONS = [each for each in ALL_ACTIONS if each[1].name not in OF_A_SERVICE]
CONNECTORS = list(Registry().connectors().values())
GUARDS = [*OWN, *OF_THE_RUN, *Registry().guards()]

ROWS = (
    {
        "id": "p1",
        "Name": "Ana Reyes",
        "First name": "Ana",
        "Last name": "Reyes",
        "Email": "ana@example.org",
        "Region": "North",
        "Stage": None,
        "Notes": None,
        "Source": "the river festival",
        "First call": "2026-03-20 18:00",
        "Kick-off": "2026-03-21 10:00",
        "Address": "1 Bridge Street",
        "Coach": "Lee Park",
        "Owner": "Lee Park",
        "Lead": "Lee Park",
        "Next step": None,
        "Next step due": None,
    },
    {
        "id": "p2",
        "Name": "Bo Tran",
        "First name": "Bo",
        "Last name": "Tran",
        "Email": "bo@example.org",
        "Region": "North",
        "Source": "=HYPERLINK(1)",
    },
)
"""Somebody with a coach and everything else, and somebody without."""

TABLES = {
    "People": ROWS,
    "Coaches": (
        {
            "id": "Lee Park",
            "Name": "Lee Park",
            "Email": "lee@example.org",
            "Region": "North",
            "Max volunteers": 5,
            "Away until": None,
        },
    ),
    "Call log": ({"id": "c1", "Who": "Di Sol", "When": "2026-03-01 10:00", "What": "Hello"},),
}
COLUMNS = {
    "People": {
        "First call": "date and time",
        "Kick-off": "date and time",
        "Coach": "row of Coaches",
        "Owner": "row of Coaches",
        "Lead": "row of Coaches",
        "Next step due": "date",
    },
    "Coaches": {"Max volunteers": "number", "Away until": "date"},
    "Call log": {"When": "date and time"},
}
MESSAGE = "---\nsubject: Hello\n---\nHello {{ organization.name }}.\n"


def _examples(text: str) -> Iterator[str]:
    """The indented blocks of a docstring."""
    for found in re.finditer(r"(?:^    .*\n|^\n)+", f"{text}\n", re.MULTILINE):
        if found[0].strip():
            yield textwrap.dedent(found[0]).strip()


def _steps(plugin: ModuleType) -> dict[str, list[str]]:
    """The steps in a plugin's docstring, by their action."""
    steps: dict[str, list[str]] = {}
    for block in _examples(inspect.getdoc(plugin) or ""):
        for step in re.split(r"\n(?=- )", block):
            if found := re.match(r"- (\w+):", step):
                steps.setdefault(found[1], []).append(step)
    return steps


def _named(found: Any) -> str:
    if isinstance(found, ModuleType):
        return found.__name__.rpartition(".")[2]
    return str(found[1].name) if isinstance(found, tuple) else str(found.name)


class TestEveryPlugin(PluginContract):
    @pytest.fixture(autouse=True, params=PLUGINS, ids=_named)
    def _each(self, request: pytest.FixtureRequest) -> None:
        self.plugin = request.param


class TestEveryAction(ActionContract):
    tables = TABLES
    columns = COLUMNS
    senders = ("us", "team")

    @pytest.fixture(autouse=True, params=ACTIONS, ids=_named)
    def _each(self, request: pytest.FixtureRequest) -> None:
        self.plugin, action = request.param
        self.step = _steps(self.plugin)[action.name][0]
        row = re.search(r"\b(volunteer|group)\b", self.step)
        self.row = row[1] if row else "person"
        self.files = {
            f"templates/{name}.md": MESSAGE for name in re.findall(r"template: (\S+)", self.step)
        }

    @pytest.fixture(autouse=True)
    def _remembered(self, _each: None, tmp_path: Path) -> None:
        """What reaches people, the ledger remembers; all else can be seen in a table."""
        step = self.one_step(tmp_path)
        self.again = "noop" if step.kind.reaches(step.options) == () else "ledger"

    def test_its_plan_is_the_same_after_it_was_a_file(self, tmp_path: Path):
        step = self.one_step(tmp_path)
        entries = [
            Entry(replace(work.key, occasion=deed.part), step.kind.name, "", deed)
            for work in step.works()
            for deed in step.plan()[work.row.id]
        ]
        plan = Plan("example", "", "", "main", "People", self.now, tuple(entries))
        assert plan_from_json(plan_to_json(plan)) == plan


class TestEveryGuard(GuardContract):
    @pytest.fixture(autouse=True, params=GUARDS, ids=_named)
    def _each(self, request: pytest.FixtureRequest) -> None:
        self.guard = request.param


@pytest.mark.parametrize("name", OF_A_SERVICE)
def test_an_action_of_a_service_is_held_to_the_contract_in_its_own_module(name: str):
    tests = importlib.import_module(f"tests.plugins.test_{name}")
    contracts = [found for found in vars(tests).values() if inspect.isclass(found)]
    held_to = [found for found in contracts if issubclass(found, ActionContract)]
    assert any(found.step.startswith(f"- {name}:") for found in held_to if "step" in vars(found))


@pytest.mark.parametrize(("plugin", "action"), ALL_ACTIONS, ids=_named)
def test_each_action_is_shown_as_a_step_in_its_docstring(
    plugin: ModuleType, action: type[Action[Any]]
):
    assert action.name in _steps(plugin)


@pytest.mark.parametrize(
    "plugin", [plugin for plugin in PLUGINS if hasattr(plugin, "connectors")], ids=_named
)
def test_what_a_connectors_docstring_shows_of_the_settings_can_be_read(
    plugin: ModuleType, tmp_path: Path
):
    examples = [text for text in _examples(plugin.__doc__ or "") if not text.startswith("- ")]
    assert examples
    for text in examples:
        path = tmp_path / "sheetflow.yaml"
        path.write_text(f"organization: {{name: Us, time_zone: UTC}}\n{text}\n", "utf-8")
        settings = load_settings(path, Registry())
        assert settings.connections or settings.tables


READ_ONLY = ("google_forms", "zoom")
"""Connectors that open tables nobody can write into."""


def _contracts_of(connector: type[Connector]) -> set[type[ConnectorContract]]:
    """What this kind of connector is held to."""
    kinds: set[type[ConnectorContract]] = set()
    if issubclass(connector, Mailer):
        kinds.add(MailerContract)
    if issubclass(connector, MeetingPlace):
        kinds.add(MeetingPlaceContract)
    if issubclass(connector, MeetingRoom):
        kinds.add(MeetingRoomContract)
    if issubclass(connector, Calendar):
        kinds.add(CalendarContract)
    if issubclass(connector, Library):
        kinds.add(NotebookContract if issubclass(connector, Notebook) else LibraryContract)
    if issubclass(connector, Chat):
        kinds.add(ChatContract)
    if issubclass(connector, Listener):
        kinds.add(ListenerContract)
    if issubclass(connector, Watcher):
        kinds.add(WatcherContract)
    if connector.open_table is not Connector.open_table:
        kinds.add(ReadOnlyTableContract if connector.name in READ_ONLY else TableContract)
    if table_names(connector):
        kinds.add(ReadOnlyTableContract)
    return kinds or {ConnectorContract}


@pytest.mark.parametrize("connector", CONNECTORS, ids=_named)
def test_each_connector_is_held_to_the_contract_of_its_kind(connector: type[Connector]):
    """In its own test modules, because only those can start a look-alike of the service."""
    folder = Path(__file__).parent
    files = [*folder.glob(f"test_{connector.name}*.py"), folder / "test_hooks.py"]
    modules = [importlib.import_module(f"tests.plugins.{file.stem}") for file in files]
    held_to = [
        found
        for tests in modules
        for name, found in vars(tests).items()
        if name.startswith("Test") and getattr(found, "connector", None) is connector
    ]
    for contract in _contracts_of(connector):
        assert any(issubclass(found, contract) for found in held_to), contract.__name__
