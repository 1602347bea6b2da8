"""The workspace of a test: the same engine, with stand-ins for everything that is not on a page.

Tables are the given rows. Every connection is a stand-in of its own kind, so that one that carries
no mail carries none here either; none of its settings is opened, and no secret is looked for. The
actions of plugins are planned, and their deeds only noted: nobody knows what they would reach.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import pluggy

from sheetflow.clock import Clock, zone_named
from sheetflow.language.vocabulary import Vocabulary
from sheetflow.ledger.store import Ledger
from sheetflow.network.door import Door
from sheetflow.plugin import hookspecs
from sheetflow.plugin.action import Action
from sheetflow.plugin.connector import Connector
from sheetflow.plugin.options import options_of
from sheetflow.plugin.registry import OURS, Registry
from sheetflow.secrets import Secret
from sheetflow.tables.memory_table import MemoryTable
from sheetflow.tables.source import TableSource
from sheetflow.testing.standing_in import NOTED, STAND_INS, StandIn, stand_in_for
from sheetflow.values import Blank, Change, Receipt
from sheetflow.workspace import CHAPTER, Workspace
from sheetflow.workspace.connection_keys import ConnectionSettings, is_secret
from sheetflow.workspace.loading import load_settings
from sheetflow.workspace.opened import Opened
from sheetflow.workspace.settings import FILE
from sheetflow.workspace.words import vocabulary_of


class RehearsalRegistry(Registry):
    """All plugins as they are, but what their actions do is noted instead of done."""

    def action(self, name: str) -> type[Action[Any]]:
        """The action of that name. Ours act on tables and connections alone, so they may act."""
        found = super().action(name)
        return found if _acts_on_stand_ins(found) else _noting(found)

    def is_noted(self, name: str) -> bool:
        """Whether the deeds of this action are only noted."""
        return issubclass(self.action(name), Noted)

    @cached_property
    def hook(self) -> Any:
        """The hooks of nobody: no plugin is told of what a test does."""
        nobody = pluggy.PluginManager("sheetflow")
        nobody.add_hookspecs(hookspecs)
        return nobody.hook


class Noted(Action[Any]):
    """An action whose deeds are noted; what it would have given is given by name."""

    def apply(self, change: Change) -> Receipt:
        """Do nothing."""
        return Receipt(NOTED, gives=_named(change.gives))

    def reconcile(self, change: Change) -> Receipt | bool:  # noqa: ARG002 - nothing was done
        """Nothing was done."""
        return False


def _acts_on_stand_ins(action: type[Action[Any]]) -> bool:
    no_deed = action.apply is Action.apply
    ours = action.__module__.startswith(f"{OURS}.")
    return no_deed or ours


def _noting(action: type[Action[Any]]) -> type[Action[Any]]:
    return type(f"{action.__name__}Noted", (Noted, action), {"__doc__": action.__doc__})


def _named(gives: Any) -> Any:
    """The same, with ‹its name› for every value that only the deed would have given."""
    if isinstance(gives, Mapping):
        return {name: _named(value) for name, value in gives.items()}
    return str(gives) if isinstance(gives, Blank) else gives


@dataclass
class OpenedStandIns(Opened):
    """A session's tables and connections, all of them stand-ins."""

    given: Mapping[str, MemoryTable] = field(default_factory=dict)
    stand_ins: Mapping[type[Connector], type[StandIn]] = field(default_factory=lambda: STAND_INS)

    def _source(self, name: str) -> TableSource:
        table = self.given[name]
        table.may_write = self.door.writing  # it outlasts the session, whose door says who may
        return table

    def _connect(self, name: str) -> Connector:
        declared = self.settings.connections.get(name, ConnectionSettings(name, {}))
        connector = self.registry.connector(declared.connector)
        settings = connector.Settings(**dict(_without_secrets(connector, declared)))
        made = stand_in_for(connector, self.stand_ins)
        return made(settings, door=self.door, folder=self.folder, called=name)


def _without_secrets(
    connector: type[Connector], declared: ConnectionSettings
) -> Iterator[tuple[str, Any]]:
    secret = {option.field for option in options_of(connector.Settings) if is_secret(option)}
    for name, value in declared.values.items():
        yield name, Secret("none in tests") if name in secret else value


@dataclass
class Rehearsal(Workspace):
    """A workspace in which tests run: its settings and plugins, given rows, a ledger of its own."""

    given: Mapping[str, MemoryTable] = field(default_factory=dict)
    remembered_in: Path = Path()
    stand_ins: Mapping[type[Connector], type[StandIn]] = field(default_factory=lambda: STAND_INS)
    known_recipes: Collection[str] = ()

    def has_recipe(self, name: str) -> bool:
        """Whether there is a recipe with this id in the workspace that is rehearsed."""
        return name in self.known_recipes

    @classmethod
    def open(cls, folder: Path, *, clock: Clock | None = None) -> Self:
        """As for a workspace. Raises ProblemsFound with all that is wrong in its settings."""
        registry = RehearsalRegistry(folder)
        settings = load_settings(folder / FILE, registry)
        zone = zone_named(settings.organization.zone)
        return cls(folder, settings, registry, (clock or Clock()).in_zone(zone))

    @property
    def has_own_links(self) -> bool:
        """Never: nobody is to answer, or be unsubscribed, by the mail of a test."""
        return False

    @property
    def vocabulary(self) -> Vocabulary:
        """What a recipe may name; the columns of a sheet are for `sheetflow check` to compare."""
        return vocabulary_of(self.settings, self.registry, lambda _table: None)

    def documents(self) -> None:
        """Nobody is asked for a message that stands in a document."""

    @property
    def ledger_address(self) -> str | Path:
        """Where this test remembers what it did."""
        return self.remembered_in

    def opened(self, ledger: Ledger | None, door: Door) -> Opened:
        """Stand-ins for its tables and connections."""
        return OpenedStandIns(
            self.folder,
            CHAPTER,
            self.settings,
            self.registry,
            ledger,
            door,
            given=self.given,
            stand_ins=self.stand_ins,
        )
