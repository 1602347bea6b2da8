"""Finds plugins and loads them late: only what a recipe or a workspace names is imported.

There are three homes: our own plugins, one file a name; packages that announce themselves by an
entry point of the group `sheetflow`; and the workspace's own `plugins/` folder. The last two are
loaded whole, because whoever put them there wants their guards to hold.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import pluggy

from sheetflow.errors import SetupError
from sheetflow.language.vocabulary import ActionWords
from sheetflow.plugin import hookspecs
from sheetflow.plugin.action import Action
from sheetflow.plugin.connector import Connector
from sheetflow.plugin.connector_action import actions_of
from sheetflow.plugin.guard import Guard
from sheetflow.plugin.options import options_of

OURS = "sheetflow_plugins"
OWN_HOME = "Sheetflow"
GROUP = "sheetflow"
T = TypeVar("T")


@dataclass(frozen=True)
class Loaded:
    """One plugin that has been loaded: what it is called, where it is from, and what it adds."""

    name: str
    home: str
    about: str
    actions: tuple[str, ...]
    connectors: tuple[str, ...]
    guards: tuple[str, ...]
    filters: tuple[str, ...]
    commands: tuple[str, ...]


class Registry:
    """What plugins there are, looked up by the name a recipe or a workspace uses."""

    def __init__(self, folder: Path | None = None) -> None:
        self._manager = pluggy.PluginManager("sheetflow")
        self._manager.add_hookspecs(hookspecs)
        self._homes: dict[str, str] = {}
        self._actions: dict[str, type[Action[Any]]] = {}
        self._connectors: dict[str, type[Connector]] = {}
        self._filters: dict[str, Callable[..., Any]] = {}
        for name, load, home in (*_announced(), *_of_workspace(folder)):
            self._add(name, load, home)

    @cached_property
    def actions(self) -> Mapping[str, ActionWords]:
        """Every action, as an author sees it. Looking one up loads no other."""
        return _Late(self._action_words, self._all_actions)

    def action(self, name: str) -> type[Action[Any]]:
        """The action of that name. Raises KeyError when no plugin has it."""
        return self._named(name, self._actions)

    def connector(self, name: str) -> type[Connector]:
        """The connector of that name. Raises KeyError when no plugin has it."""
        return self._named(name, self._connectors)

    def connectors(self) -> Mapping[str, type[Connector]]:
        """Every connector there is; loads every plugin."""
        self.load_all()
        return dict(sorted(self._connectors.items()))

    def guards(self) -> list[type[Guard]]:
        """The guards of all loaded plugins, in a steady order."""
        found = [guard for guards in self._manager.hook.guards() for guard in guards]
        return sorted(found, key=lambda guard: guard.name)

    def filters(self) -> dict[str, Callable[..., Any]]:
        """The template filters of all loaded plugins."""
        return dict(self._filters)

    @property
    def hook(self) -> Any:
        """The hooks to call: `before_apply`, `after_apply`, `commands`."""
        return self._manager.hook

    def load_all(self) -> None:
        """Load every plugin there is, to list or to suggest."""
        for name in _our_names():
            self._load_ours(name)

    def loaded(self) -> list[Loaded]:
        """What has been loaded so far, by name."""
        return sorted(
            (self._described(name, module) for name, module in self._manager.list_name_plugin()),
            key=lambda plugin: (plugin.home, plugin.name),
        )

    def _named(self, name: str, known: dict[str, T]) -> T:
        if name not in known and name in _our_names():
            self._load_ours(name)
        if name not in known:
            self.load_all()
        return known[name]

    def _load_ours(self, name: str) -> None:
        if not self._manager.has_plugin(name):
            self._add(name, lambda: importlib.import_module(f"{OURS}.{name}"), OWN_HOME)

    def _add(self, name: str, load: Callable[[], ModuleType], home: str) -> None:
        try:
            module = load()
        except Exception as error:
            raise SetupError(
                f'The plugin "{name}" ({home}) cannot be loaded: {type(error).__name__}: {error}.',
                hint="Mend it or take it away.",
            ) from error
        if self._manager.has_plugin(name):
            raise SetupError(
                f'There are two plugins called "{name}", one of them from {home}.',
                hint="Rename one.",
            )
        self._manager.register(module, name=name)
        self._homes[name] = home
        taken = _our_names() if home != OWN_HOME else []
        for connector in given_by(module, "connectors"):
            _claim(self._connectors, connector.name, connector, name, taken)
            for action in actions_of(connector):
                _claim(self._actions, action.name, action, name, taken)
        for action in given_by(module, "actions"):
            _claim(self._actions, action.name, action, name, taken)
        for called, function in _filters_of(module).items():
            _claim(self._filters, called, function, name, _our_filters())

    def _action_words(self, name: str) -> ActionWords:
        return words_of(self.action(name))

    def _all_actions(self) -> list[str]:
        self.load_all()
        return sorted(self._actions)

    def _described(self, name: str, module: Any) -> Loaded:
        connectors = given_by(module, "connectors")
        of_connectors = [action for found in connectors for action in actions_of(found)]
        actions = [*given_by(module, "actions"), *of_connectors]
        return Loaded(
            name=name,
            home=self._homes[name],
            about=(module.__doc__ or "").strip().partition("\n")[0],
            actions=tuple(action.name for action in actions),
            connectors=tuple(connector.name for connector in connectors),
            guards=tuple(guard.name for guard in given_by(module, "guards")),
            filters=tuple(given_by(module, "filters")),
            commands=tuple(command.name for command in given_by(module, "commands")),
        )


class _Late(Mapping[str, ActionWords]):
    """A mapping that finds what it is asked for, and lists all only when it must."""

    def __init__(self, find: Callable[[str], ActionWords], names: Callable[[], list[str]]) -> None:
        self._find = find
        self._names = names

    def __getitem__(self, name: str) -> ActionWords:
        return self._find(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())


def words_of(action: type[Action[Any]]) -> ActionWords:
    """An action as an author sees it."""
    return ActionWords(
        action.name,
        (action.__doc__ or "").strip(),
        options_of(action.Options),
        gives=action.gives,
        writes=action.writes,
        also_reads=action.also_reads,
        check=lambda options: action.Options(**options),
        answerable=action.answerable,
    )


def given_by(module: Any, hook: str) -> list[Any]:
    """What a plugin gives at a hook that lists things, such as `actions`."""
    found = getattr(module, hook, None)
    return list(found()) if callable(found) else []


def _claim(names: dict[str, T], name: str, thing: T, plugin: str, taken: Container[str]) -> None:
    if name in names or name in taken:
        raise SetupError(
            f'The plugin "{plugin}" adds "{name}", which there already is.',
            hint="Rename it in the plugin.",
        )
    names[name] = thing


def _filters_of(module: Any) -> Mapping[str, Callable[..., Any]]:
    found = getattr(module, "filters", None)
    return found() if callable(found) else {}


def _our_filters() -> Container[str]:
    from sheetflow.language.templating.filters import filters_for  # most plugins have no filter

    return filters_for({})


def _our_names() -> list[str]:
    package = importlib.import_module(OURS)
    return [
        module.name
        for module in pkgutil.iter_modules(package.__path__)
        if not module.name.startswith("_")
    ]


def _announced() -> Iterator[tuple[str, Callable[[], ModuleType], str]]:
    for point in entry_points(group=GROUP):
        package = point.dist.name if point.dist else point.value
        yield point.name, point.load, f"the package {package}"


def _of_workspace(
    folder: Path | None,
) -> Iterator[tuple[str, Callable[[], ModuleType], str]]:
    if folder is None:
        return
    for path in sorted((folder / "plugins").glob("[!_]*.py")):
        yield path.stem, partial(load_file, path), str(path)


def load_file(path: Path) -> ModuleType:
    """The plugin in a file of a workspace's `plugins/` folder."""
    name = f"sheetflow_workspace_plugins.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
