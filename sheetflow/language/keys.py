"""Tables of keys: what may stand in a map, declared once for loader, schema and reference page.

LIMITS = (
    Key("people_per_run", WholeNumberKind(), "The most people that one run may reach."),
)
read_map(node, LIMITS, at)["people_per_run"]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sheetflow.language.nodes import Items, Map, Node, Scalar
from sheetflow.language.problems import Mistake, nearest, suggest
from sheetflow.language.reading import UNREAD, Kind, Reading
from sheetflow.language.vocabulary import Vocabulary

T = TypeVar("T")


@dataclass(frozen=True)
class Key:
    """One key of a map: how its value is written, what it is for, and what holds without it.

    `missing` says what to do when a required key is not there; by default, to write it.
    """

    name: str
    kind: Kind[Any]
    help: str
    required: bool = False
    default: Any = None
    missing: str = ""


def read_map(
    node: Node,
    keys: Sequence[Key],
    at: Reading,
    *,
    noun: str = "key",
) -> dict[str, Any]:
    """The value of each key by its name, defaults included; keys with a mistake are left out.

    Every mistake is noted at `at`; Mistake is raised only if `node` is no map.
    """
    if not isinstance(node, Map):
        names = ", ".join(key.name for key in keys)
        nothing = isinstance(node, Scalar) and node.is_missing
        what = "nothing is written here." if nothing else "this must be a map of keys and values."
        raise Mistake(what, f"Its keys are: {names}.")
    known = {key.name: key for key in keys}
    found, meant = {}, set()
    for entry in node.entries:
        name = entry.key.text
        if name in known:
            found[name] = at.beside(entry).value(known[name].kind, entry.value)
            continue
        meant.add(nearest(name, known))
        cure = suggest(name, known, f"The {noun}s are")
        at.note(entry.key.position, f'there is no {noun} "{name[:60]}".', cure)
    _add_absent(node, [key for key in keys if key.name not in {*found, *meant}], found, at)
    return {name: value for name, value in found.items() if value is not UNREAD}


def _add_absent(node: Map, absent: Sequence[Key], found: dict[str, Any], at: Reading) -> None:
    for key in absent:
        if key.required:
            cure = key.missing or f"Write {key.name}: {key.kind.example}"
            at.note(node.position, f'"{key.name}" is missing.', cure)
        else:
            found[key.name] = key.default


def are_complete(values: Mapping[str, Any], keys: Sequence[Key]) -> bool:
    """Whether every key has a value, which it has not when there is a mistake in it."""
    return all(key.name in values for key in keys)


class MapKind(Kind[T], Generic[T]):
    """A map with a table of keys. `make` turns its values into something, when all are sound."""

    words = "a map"

    def __init__(self, keys: Sequence[Key], make: Callable[[dict[str, Any]], T]) -> None:
        self.keys = tuple(keys)
        self.make = make

    def read(self, node: Node, at: Reading) -> T:
        values = read_map(node, self.keys, at)
        unread: T = UNREAD
        return self.make(values) if are_complete(values, self.keys) else unread

    def schema(self, vocabulary: Vocabulary) -> dict[str, Any]:
        return schema_of(self.keys, vocabulary)


class NamedKind(Kind[dict[str, T]], Generic[T]):
    """A map whose keys are names that the author gives: tables, connections, columns."""

    def __init__(self, kind: Kind[T], noun: str) -> None:
        self.kind = kind
        self.words = f"a map: each {noun} by its name"

    def read(self, node: Node, at: Reading) -> dict[str, T]:
        if not isinstance(node, Map):
            raise Mistake("this must be a map.", f"Write {self.words}.")
        found = {}
        for entry in node.entries:
            if not entry.key.text.strip():
                at.note(entry.key.position, "there is an empty name.", f"Write {self.words}.")
                continue
            found[entry.key.text] = at.beside(entry).value(self.kind, entry.value)
        return {name: value for name, value in found.items() if value is not UNREAD}

    def schema(self, vocabulary: Vocabulary) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.kind.schema(vocabulary)}


class ListKind(Kind[tuple[T, ...]], Generic[T]):
    """A list; a single value will do for a list of one."""

    def __init__(self, kind: Kind[T]) -> None:
        self.kind = kind
        self.words = f"{kind.words}, or a list of them in [ ]"
        self.example = f"[{kind.example}]"

    def read(self, node: Node, at: Reading) -> tuple[T, ...]:
        nodes = node.items if isinstance(node, Items) else (node,)
        if not nodes:
            raise Mistake("the list is empty.", f"Write {self.words}.")
        values = tuple(at.value(self.kind, each) for each in nodes)
        return tuple(value for value in values if value is not UNREAD)

    def schema(self, vocabulary: Vocabulary) -> dict[str, Any]:
        one = self.kind.schema(vocabulary)
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}

    def label(self, node: Node) -> str:
        nodes = node.items if isinstance(node, Items) else (node,)
        return " ".join(each.text for each in nodes if isinstance(each, Scalar))


def schema_of(keys: Sequence[Key], vocabulary: Vocabulary) -> dict[str, Any]:
    """The JSON Schema of a map with these keys and no others."""
    required = [key.name for key in keys if key.required]
    return {
        "type": "object",
        "properties": {
            key.name: {"description": key.help, **key.kind.schema(vocabulary)} for key in keys
        },
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }
