"""One step of a recipe over tables in memory: read as from a recipe, planned, applied."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from sheetflow.errors import RowStopped
from sheetflow.language.loading import load_recipe
from sheetflow.language.recipe import Recipe
from sheetflow.language.vocabulary import TableWords, Vocabulary
from sheetflow.ledger.encoding import as_text, from_text
from sheetflow.plugin.action import Action, Work
from sheetflow.plugin.connector import Connector
from sheetflow.plugin.connector_action import actions_of
from sheetflow.plugin.registry import given_by, words_of
from sheetflow.plugin.testing.in_memory import GivenTables
from sheetflow.plugin.tools import Tools
from sheetflow.values import Blank, Change, Key, Noop, Receipt, digest

Planned = Mapping[str, Sequence[Change | Noop]]
"""What a step says for each row, by row id."""


@dataclass
class OneStep:
    """A step, ready to be planned and applied as a run would do it."""

    recipe: Recipe
    kind: type[Action[Any]]
    tables: GivenTables
    tools: Tools

    @classmethod
    def read(
        cls,
        step: str,
        plugin: ModuleType,
        tables: GivenTables,
        tools: Tools,
        *,
        row: str = "person",
        senders: Sequence[str] = ("us",),
    ) -> OneStep:
        """The step as an author writes it. Raises ProblemsFound with all its mistakes.

        The recipe goes through the first of `tables`, and calls its rows `row`.
        """
        actions = {action.name: action for action in actions_given_by(plugin)}
        table = next(iter(tables.specs))
        text = (
            f"recipe: A contract\nfor_each: {row} in {table}\nwhere: everyone\nsteps:\n"
            f"{textwrap.indent(textwrap.dedent(step).strip(), '  ')}\n"
        )
        path = tools.folder / "recipe.yaml"
        path.write_text(text, encoding="utf-8")
        recipe = load_recipe(path, _vocabulary(actions, plugin, tables, senders))
        return cls(recipe, actions[recipe.steps[0].action], tables, tools)

    @property
    def options(self) -> Mapping[str, Any]:
        """The step's options, checked, by field name."""
        return self.recipe.steps[0].options

    def action(self) -> Action[Any]:
        """The action, made anew, as for each plan."""
        return self.kind(self.kind.Options(**self.options), self.tools)

    def plan(self) -> Planned:
        """What it does for each row, with every table read again."""
        self.tables.read_again()
        action, works = self.action(), self.works()
        action.prepare(works)
        return {work.row.id: _said(action, work) for work in works}

    def apply(self, planned: Planned) -> dict[str, list[Receipt]]:
        """Do all its changes as they come back from a plan file, and tell the rows."""
        action = self.action()
        with self.open():
            receipts = {
                row_id: [action.apply(carried(change)) for change in changes_of(deeds)]
                for row_id, deeds in planned.items()
            }
            action.close()
            self.tables.read_again()
            for row_id, deeds in planned.items():
                for change in changes_of(deeds):
                    self.tables.tell(self.recipe.table, row_id, change)
        return receipts

    @contextmanager
    def open(self) -> Iterator[None]:
        """The door is open meanwhile, as it is while applying."""
        self.tables.door.may_write = True
        try:
            yield
        finally:
            self.tables.door.may_write = False

    def works(self) -> list[Work]:
        """Every row of the recipe's table."""
        table = self.tables.table(self.recipe.table)
        step = self.recipe.steps[0].id
        return [
            Work(
                row,
                table,
                self.recipe.row,
                Key("main", self.recipe.id, step, self.recipe.table, row.id),
                self.tools,
            )
            for row in table.rows
        ]


def actions_given_by(plugin: ModuleType) -> Iterator[type[Action[Any]]]:
    """All actions of a plugin, those of its connectors too."""
    yield from given_by(plugin, "actions")
    for connector in given_by(plugin, "connectors"):
        yield from actions_of(connector)


def connections_of(
    plugin: ModuleType, settings: Mapping[str, Any], tables: GivenTables, folder: Path
) -> dict[str, Connector]:
    """The plugin's own connectors with these settings, behind the door of the tables."""
    return {
        connector.name: connector(connector.Settings(**settings), door=tables.door, folder=folder)
        for connector in given_by(plugin, "connectors")
    }


def changes_of(deeds: Sequence[Change | Noop]) -> list[Change]:
    """Those that do something."""
    return [deed for deed in deeds if isinstance(deed, Change)]


def carried(change: Change) -> Change:
    """The change as it comes back from a file: a plan is saved, looked at, and applied later."""
    return replace(
        change,
        data=json.loads(json.dumps(change.data, default=_as_mapping)),
        cells=from_text(as_text(change.cells)),
        gives={name: _carried(value) for name, value in change.gives.items()},
    )


def _carried(value: Any) -> Any:
    """A value as it comes back; a plan file, unlike the ledger, keeps a blank."""
    if isinstance(value, Blank):
        return value
    if isinstance(value, Mapping):
        return {name: _carried(item) for name, item in value.items()}
    return from_text(as_text({"": value}))[""]


def content_of(planned: Planned) -> dict[str, list[str]]:
    """What the ledger compares: for each row, a digest of each change's content."""
    return {
        row_id: [digest(change.part, change.data, change.cells) for change in changes_of(deeds)]
        for row_id, deeds in planned.items()
    }


def _as_mapping(value: object) -> dict[Any, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"data: no {type(value).__name__}; use texts, numbers, lists and mappings")


def _said(action: Action[Any], work: Work) -> Sequence[Change | Noop]:
    try:
        found = action.plan(work)
    except RowStopped as stop:
        return [Noop(stop.status.text, stop.status.word)]
    return [found] if isinstance(found, Change | Noop) else list(found)


def _vocabulary(
    actions: Mapping[str, type[Action[Any]]],
    plugin: ModuleType,
    tables: GivenTables,
    senders: Sequence[str],
) -> Vocabulary:
    filters: dict[str, Any] = getattr(plugin, "filters", dict)()
    connectors = [connector.name for connector in given_by(plugin, "connectors")]
    return Vocabulary(
        actions={name: words_of(action) for name, action in actions.items()},
        tables={name: _words(tables, name) for name in tables.specs},
        connections=("mail", "room", *senders, *connectors),
        filters=filters,
    )


def _words(tables: GivenTables, name: str) -> TableWords:
    table, spec = tables.table(name), tables.specs[name]
    people = {who: spec.columns[column].table for who, column in table.people.items()}
    return TableWords(name, table.columns, people, spec.owned)
