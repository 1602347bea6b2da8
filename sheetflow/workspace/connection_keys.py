"""How a connection is declared: a connector, and that connector's own settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from sheetflow.language.keys import Key, MapKind, read_map
from sheetflow.language.kind_table import key_of
from sheetflow.language.kinds import TextKind
from sheetflow.language.nodes import Map, Node, Scalar
from sheetflow.language.position import Position
from sheetflow.language.problems import Mistake, suggest
from sheetflow.language.reading import Kind, Reading
from sheetflow.language.reference import Described
from sheetflow.language.vocabulary import Option, Vocabulary
from sheetflow.plugin.connector import Connector, OwnTable
from sheetflow.plugin.connector_table import table_names
from sheetflow.plugin.options import options_of
from sheetflow.plugin.registry import Registry
from sheetflow.secrets import Secret


@dataclass(frozen=True)
class ConnectionSettings:
    """A declared connection: its connector, and that connector's settings by field name.

    A secret stands there as its source; it is looked up when the connection is opened.
    """

    connector: str
    values: Mapping[str, Any]
    position: Position | None = None


class ConnectionKind(Kind[ConnectionSettings]):
    """A connector, and that connector's own settings."""

    words = "a map with connector: and its settings"

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def read(self, node: Node, at: Reading) -> ConnectionSettings:
        if not isinstance(node, Map):
            raise Mistake("this must be a map.", f"Write {self.words}.")
        connector = self._connector(node)
        keys = (_CONNECTOR, *setting_keys(connector))
        found = read_map(node, keys, at, noun="setting")
        found.pop("connector", None)
        fields = {option.name: option.field for option in options_of(connector.Settings)}
        values = {fields[name]: value for name, value in found.items() if value is not None}
        self._try(connector, values, node, at)
        return ConnectionSettings(connector.name, values, node.position)

    def schema(self, vocabulary: Vocabulary) -> dict[str, Any]:
        """One alternative for each connector, told apart by its name."""
        alternatives = []
        for name, connector in self._registry.connectors().items():
            one = MapKind((_CONNECTOR, *setting_keys(connector)), dict).schema(vocabulary)
            one["properties"]["connector"] = {"const": name}
            alternatives.append({"description": _about(connector), **one})
        return {"oneOf": alternatives}

    def _connector(self, node: Map) -> type[Connector]:
        named = node.get("connector")
        if not isinstance(named, Scalar):
            raise Mistake(
                '"connector" is missing.',
                suggest("", self._registry.connectors(), "Write connector: and one of"),
            )
        try:
            return self._registry.connector(named.text)
        except KeyError:
            raise Mistake(
                f'there is no connector "{named.text[:60]}".',
                suggest(named.text, self._registry.connectors(), "There are"),
                position=named.position,
            ) from None

    def _try(
        self, connector: type[Connector], values: Mapping[str, Any], node: Map, at: Reading
    ) -> None:
        """Let the connector say what is wrong with its settings, when they are complete."""
        options = options_of(connector.Settings)
        if any(option.required and option.field not in values for option in options):
            return
        secrets = {o.field: Secret("") for o in options if is_secret(o) and o.field in values}
        try:
            connector.Settings(**{**values, **secrets})
        except ValueError as error:
            at.note(node.position, str(error))


_CONNECTOR = Key("connector", TextKind(), "Which plugin this is a connection of.", required=True)


def setting_keys(connector: type[Connector]) -> tuple[Key, ...]:
    """The settings of a connector, as keys of a map."""
    return tuple(_key(option, default=None) for option in options_of(connector.Settings))


def place_keys(connector: type[Connector]) -> tuple[Key, ...]:
    """What a connector must know to find a table, as keys of a table; a file is known already."""
    options = (option for option in options_of(connector.Place) if option.name != "file")
    return tuple(_key(option, default=option.default or "") for option in options)


def _key(option: Option, *, default: Any) -> Key:
    """The key of an option that a plugin declares; who leaves it out is told what it takes."""
    key = key_of(option)
    missing = f"Write {option.name}: and, after it, {key.kind.words}."
    return replace(key, default=default, missing=missing)


def connectors_described(registry: Registry) -> list[Described]:
    """Every connector with its settings, for the reference page."""
    return [
        Described(name, _about(connector), _shown_keys(connector), _shown_places(connector))
        for name, connector in registry.connectors().items()
    ]


def _shown_keys(connector: type[Connector]) -> tuple[Key, ...]:
    return tuple(key_of(option) for option in options_of(connector.Settings))


def _shown_places(connector: type[Connector]) -> tuple[Key, ...]:
    if connector.Place is OwnTable and not table_names(connector):
        return ()
    return tuple(key_of(option) for option in options_of(connector.Place))


def connections_named(root: Node) -> dict[str, str]:
    """The connector of each connection that a file declares, before the file is checked."""
    declared = root.get("connections") if isinstance(root, Map) else None
    entries = declared.entries if isinstance(declared, Map) else ()
    named = {
        entry.key.text: entry.value.get("connector")
        for entry in entries
        if isinstance(entry.value, Map)
    }
    return {name: node.text for name, node in named.items() if isinstance(node, Scalar)}


def is_secret(option: Option) -> bool:
    """Whether a setting is a secret, or may be one."""
    return option.type is Secret or Secret in get_args(option.type)


def _about(connector: type[Connector]) -> str:
    return (connector.__doc__ or "").strip().partition("\n")[0]
