"""What every plugin keeps, whatever it adds: found out from how it is written and declared."""

from __future__ import annotations

import ast
import dataclasses
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any, get_args

from sheetflow.language.kind_table import kind_of
from sheetflow.language.vocabulary import Option
from sheetflow.plugin.action import Action
from sheetflow.plugin.connector import Connector
from sheetflow.plugin.connector_action import actions_of
from sheetflow.plugin.hook_table import HOOKS
from sheetflow.plugin.options import options_of
from sheetflow.plugin.registry import given_by
from sheetflow.secrets import Secret

CANARY = "canary-4f1d"
"""A secret that must turn up nowhere."""

_ADDRESSES = ("http://", "https://")
_ENVIRONMENT = ("environ", "environb", "getenv", "getenvb")


class PluginContract:
    """What a plugin keeps as a module. In a test: a class with `plugin = the module`."""

    plugin: ModuleType

    def test_its_docstring_says_what_it_is_for_and_how_to_set_it_up(self) -> None:
        """A sentence, and after a blank line what it needs; each secret is named there."""
        text = inspect.getdoc(self.plugin) or ""
        first, _, rest = text.partition("\n\n")
        assert first.rstrip().endswith((".", ":")), "the docstring opens with one whole sentence"
        assert rest.strip(), "then it tells how it is set up, or that nothing is to be set up"
        for option in self._settings():
            if is_secret(option):
                assert option.name in rest, f"and where to get the {option.name}"

    def test_every_hook_it_implements_is_one(self) -> None:
        """A hook with a slip in its name would never be called."""
        implemented = [
            name for name, found in vars(self.plugin).items() if hasattr(found, "sheetflow_impl")
        ]
        assert implemented, "a plugin implements a hook: a function marked by @hookimpl"
        for name in implemented:
            assert name in HOOKS, f"there is no hook {name}; there are {', '.join(HOOKS)}"

    def test_it_reads_no_environment(self) -> None:
        """Settings and secrets are handed to it."""
        for node in ast.walk(self._source()):
            name = getattr(node, "attr", None) or getattr(node, "name", None)
            assert name not in _ENVIRONMENT, f"{name}: make it a setting, or a Secret in Settings"

    def test_it_defines_no_exceptions(self) -> None:
        """Vendors' errors become NotAllowed, NotFound, Refused, TooFast, Unreachable, NotKnown."""
        for found in vars(self.plugin).values():
            if isinstance(found, type) and found.__module__ == self.plugin.__name__:
                assert not issubclass(found, BaseException), f"{found.__name__}: use one of ours"

    def test_its_actions_options_are_typed_and_explained(self) -> None:
        """Each has a type that a recipe can be checked against, a help, and one is the main one."""
        for action in self._actions():
            assert (action.__doc__ or "").strip(), f"{action.name}: say what it does"
            options = options_of(action.Options)
            _must_be_frozen(action.Options)
            assert any(option.main for option in options), f"{action.name}: one option is main()"
            for option in options:
                _must_be_explained(option, action.name)

    def test_its_settings_are_frozen_typed_and_explained(self) -> None:
        """Whoever writes sheetflow.yaml is told what each is for."""
        for connector in self._connectors():
            _must_be_frozen(connector.Settings)
            for option in options_of(connector.Settings):
                _must_be_explained(option, connector.name)

    def test_its_secrets_are_never_printed(self) -> None:
        """A Secret stays one in whatever the settings make of it, also in what they complain of."""
        for connector in self._connectors():
            settings, said = _with_canaries(connector)
            shown = f"{said} {settings!r}" + str(settings)
            assert CANARY not in shown, f"{connector.name} prints a secret"

    def test_its_addresses_can_be_changed(self) -> None:
        """An address stands in Settings, as a default at most: tests and proxies need their own."""
        source = self._source()
        inside = {id(node) for found in self._settings_in(source) for node in ast.walk(found)}
        for node in ast.walk(source):
            if isinstance(node, ast.Constant) and id(node) not in inside:
                is_address = isinstance(node.value, str) and node.value.startswith(_ADDRESSES)
                assert not is_address, f"line {node.lineno}: make {node.value!r} a setting"
        for option in self._settings():
            if option.name == "url" or option.name.endswith("_url"):
                assert option.type is str, f"{option.name} is a text that can be changed"

    def _connectors(self) -> list[type[Connector]]:
        return given_by(self.plugin, "connectors")

    def _actions(self) -> Iterator[type[Action[Any]]]:
        yield from given_by(self.plugin, "actions")
        for connector in self._connectors():
            yield from actions_of(connector)

    def _settings(self) -> Iterator[Option]:
        for connector in self._connectors():
            yield from options_of(connector.Settings)

    def _source(self) -> ast.Module:
        return ast.parse(inspect.getsource(self.plugin))

    def _settings_in(self, source: ast.Module) -> list[ast.ClassDef]:
        names = {connector.Settings.__name__ for connector in self._connectors()}
        found = [node for node in ast.walk(source) if isinstance(node, ast.ClassDef)]
        return [node for node in found if node.name in names]


def is_secret(option: Option) -> bool:
    """Whether a setting is a secret, or may be one."""
    return option.type is Secret or Secret in get_args(option.type)


def _must_be_frozen(declared: type[Any]) -> None:
    frozen = dataclasses.is_dataclass(declared) and declared.__dataclass_params__.frozen  # type: ignore[attr-defined]  # how dataclasses remember it
    assert frozen, f"{declared.__qualname__} is a dataclass with frozen=True"


def _must_be_explained(option: Option, of: str) -> None:
    assert option.help.strip(), f"{of}: {option.name} has no help: declare it by option()"
    assert kind_of(option.type).words, f"{of}: {option.name} cannot be described"


def _with_canaries(connector: type[Connector]) -> tuple[Any, str]:
    """Settings in which each secret is the canary, or else what was said against them."""
    values = {
        option.field: Secret(CANARY) if is_secret(option) else _anything(option)
        for option in options_of(connector.Settings)
        if is_secret(option) or option.required
    }
    try:
        return connector.Settings(**values), ""
    except ValueError as error:
        return None, str(error)


def _anything(option: Option) -> Any:
    if option.type in (str, int, bool):
        return {str: "https://example.org", int: 1, bool: False}[option.type]
    return get_args(option.type)[0] if get_args(option.type) else None
