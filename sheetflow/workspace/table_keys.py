"""How a table is declared: where it is, in its connector's own keys, and what its cells hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sheetflow.language.keys import Key, ListKind, MapKind, NamedKind, read_map
from sheetflow.language.kinds import ChoiceKind, CountryKind, TextKind, ZoneKind
from sheetflow.language.nodes import Map, Node, Scalar
from sheetflow.language.problems import Mistake, did_you_mean
from sheetflow.language.reading import Kind, Reading
from sheetflow.language.vocabulary import Vocabulary
from sheetflow.plugin.connector import Connector
from sheetflow.plugin.registry import Registry
from sheetflow.tables.spec import ColumnSpec, PersonColumns, TableSpec
from sheetflow.tables.text import normal
from sheetflow.workspace.connection_keys import place_keys

TEXT = TextKind()
NAMES = ListKind(TEXT)

PERSON = (
    Key("name", TEXT, "The column with the name, or with the first name.", default=""),
    Key("last_name", TEXT, "The column with the last name, if it has its own.", default=""),
    Key("email", TEXT, "The column with the e-mail address.", default=""),
    Key("phone", TEXT, "The column with the phone number.", default=""),
    Key("time_zone", TEXT, "The column with the person's own time zone.", default=""),
    Key("language", TEXT, "The column with the language they read.", default=""),
    Key("consent", TEXT, "The column that says they may be written to.", default=""),
)


class ColumnKind(Kind[ColumnSpec]):
    """What the cells of a column hold."""

    words = (
        "text, email, emails, phone, date, date and time, yes/no, number, "
        "one of A, B, C, or row of TABLE"
    )
    example = "date and time"
    _plain = ("text", "email", "phone", "date", "date and time", "yes/no", "number")
    _map = (
        Key("is", TEXT, "What its cells hold.", default="text"),
        Key("also", NAMES, "Other headers that the column may have.", default=()),
    )

    def read(self, node: Node, at: Reading) -> ColumnSpec:
        if not isinstance(node, Map):
            return self._held(self.scalar(node).text)
        found = read_map(node, self._map, at)
        spec = self._held(found.get("is", "text"))
        return ColumnSpec("", spec.kind, found.get("also", ()), spec.choices, spec.table, spec.many)

    def schema(self, vocabulary: Vocabulary) -> dict[str, Any]:
        text = {"type": "string", "description": f"Write {self.words}."}
        long = MapKind(self._map, dict).schema(vocabulary)
        return {"anyOf": [text, long]}

    def _held(self, text: str) -> ColumnSpec:
        text = " ".join(text.split())
        if text in self._plain:
            return ColumnSpec("", text)  # type: ignore[arg-type]  # it is one of the plain kinds
        if text == "emails":
            return ColumnSpec("", "email", many=True)
        if choices := re.fullmatch(r"one of (.+)", text):
            names = tuple(name.strip() for name in choices[1].split(",") if name.strip())
            return ColumnSpec("", "choice", choices=names)
        if table := re.fullmatch(r"row of (.+)", text):
            return ColumnSpec("", "row", table=table[1])
        raise Mistake(
            f'"{text[:60]}" is nothing that a column can hold.',
            did_you_mean(text, self._plain) or f"Write {self.words}.",
        )


class TableKind(MapKind[dict[str, Any]]):
    """A table: the keys that every table has, and those by which its connector finds it."""

    def __init__(self, registry: Registry, connections: Mapping[str, str]) -> None:
        super().__init__(TABLE, dict)
        self._registry = registry
        self._connections = connections

    def read(self, node: Node, at: Reading) -> dict[str, Any]:
        """The values of all keys; those that say where it is stand together under `place`."""
        connector = self._connector(node) if isinstance(node, Map) else None
        places = place_keys(connector) if connector is not None else ()
        found = read_map(node, (*TABLE, *places), at)
        names = [key.name for key in places]
        found["place"] = {name: found.pop(name) for name in names if found.get(name)}
        return found

    def schema(self, vocabulary: Vocabulary) -> dict[str, Any]:
        """One map with the keys of all connectors: which go together is found out in reading."""
        keys = {key.name: key for key in TABLE}
        for connector in self._registry.connectors().values():
            for key in place_keys(connector):
                keys.setdefault(key.name, key)
        schema = MapKind(tuple(keys.values()), dict).schema(vocabulary)
        schema.pop("required", None)
        return schema

    def _connector(self, table: Map) -> type[Connector] | None:
        """The connector it is read by; None where there is none, which is told elsewhere."""
        named, file = table.get("connector"), table.get("file")
        name = named.text if isinstance(named, Scalar) else ""
        if not name and isinstance(file, Scalar):
            name = ending_of(file.text)
        try:
            return self._registry.connector(self._connections.get(name, name))
        except KeyError:
            return None


def ending_of(file: str) -> str:
    """The ending of a file, which names its connector: `xlsx`."""
    return Path(file).suffix.lower().lstrip(".")


TABLE = (
    Key(
        "connector",
        TEXT,
        "The connection it is read by; known from a file's ending.",
        default="",
    ),
    Key("file", TEXT, "The file, seen from this folder.", default=""),
    Key("key", NAMES, "Columns that tell rows apart; without, ids are given.", default=()),
    Key(
        "person",
        MapKind(PERSON, lambda found: PersonColumns(**found)),
        "Which columns say who a row is.",
        default=PersonColumns(),
    ),
    Key(
        "columns",
        NamedKind(ColumnKind(), "column"),
        f"What the cells hold: {ColumnKind.words}; or a map of `is`, and `also`: other headers.",
        default={},
    ),
    Key("sheetflow_writes", NAMES, "Columns that Sheetflow may write.", default=()),
    Key(
        "same_person",
        ChoiceKind(("skip", "allow")),
        "A second row with the same person: a double (skip), or another occasion (allow).",
        default="skip",
    ),
    Key("id", TEXT, "The column for ids.", default="Sheetflow ID"),
    Key("status", TEXT, "The column that says what happened.", default="Sheetflow status"),
    Key("when", TEXT, "The column that says when.", default="Sheetflow when"),
    Key("again", TEXT, "The column to answer in when it is not sure.", default="Send again?"),
    Key("go_ahead", TEXT, "The column to tick for recipes that ask each row.", default="Go ahead"),
    Key("time_zone", ZoneKind(), "For times in its cells, if not the organization's."),
    Key(
        "country",
        CountryKind(),
        "For phone numbers in its cells, if not the organization's.",
        default="",
    ),
)
"""The keys that every table has, whatever its connector. Of places, only files have one."""


def doubled_columns(table: TableSpec) -> Iterator[tuple[str, str]]:
    """Keys of columns that are Sheetflow's alone, which name one that is something else already.

    What people write there would be written over, or one tick would be the answer to two questions.
    """
    person = table.person
    named = (person.name, person.last_name, person.email, person.phone, person.time_zone)
    taken = {normal(c): "says who a row is" for c in (*named, person.language, person.consent) if c}
    taken |= {normal(column): "is one that recipes write into" for column in table.writes}
    for key, column in (
        ("id", table.id_column),
        ("status", table.status_column),
        ("when", table.when_column),
        ("again", table.again_column),
        ("go_ahead", table.go_ahead_column),
    ):
        if what := taken.get(normal(column)):
            yield key, f'"{column[:60]}" {what}, and cannot be Sheetflow\'s own.'
        taken.setdefault(normal(column), f"is what {key} is called")
