"""The one table of the keys of `sheetflow.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sheetflow.language.keys import Key, ListKind, MapKind, NamedKind, read_map
from sheetflow.language.kinds import (
    ChoiceKind,
    SecretSourceKind,
    TextKind,
    ZoneKind,
)
from sheetflow.language.nodes import Map, Node
from sheetflow.language.problems import Mistake, suggest
from sheetflow.language.reading import Kind, Reading
from sheetflow.language.vocabulary import Vocabulary
from sheetflow.plugin.registry import Registry
from sheetflow.plugin.tools import Organization
from sheetflow.tables.spec import ColumnSpec, PersonColumns
from sheetflow.workspace.connection_keys import ConnectionKind
from sheetflow.workspace.policy_keys import POLICY

TEXT = TextKind()
NAMES = ListKind(TEXT)

ORGANIZATION = (
    Key("name", TEXT, "Who the mail is from, as people know you.", required=True),
    Key("postal_address", TEXT, "Stands under every message; many laws ask for it.", default=""),
    Key("time_zone", ZoneKind(), "For every time that does not say its own.", required=True),
    Key("language", TEXT, "What templates without a language are written in.", default="en"),
    Key("country", TEXT, "For phone numbers without a country code, such as DE or US.", default=""),
)

PERSON = (
    Key("name", TEXT, "The column with the name, or with the first name.", default=""),
    Key("last_name", TEXT, "The column with the last name, if it has its own.", default=""),
    Key("email", TEXT, "The column with the e-mail address.", default=""),
    Key("phone", TEXT, "The column with the phone number.", default=""),
    Key("time_zone", TEXT, "The column with the person's own time zone.", default=""),
    Key("language", TEXT, "The column with the language they read.", default=""),
    Key("consent", TEXT, "The column that says they may be written to.", default=""),
)

SENDER = (
    Key("address", TEXT, 'Who it is from: "Welcome team <hello@example.org>".', required=True),
    Key("by", TEXT, "The connection that carries the mail.", required=True),
    Key("reply_to", TEXT, "Where answers go, if not to the address.", default=""),
    Key("unsubscribe", TEXT, "An https: or mailto: address to be taken off.", default=""),
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
            suggest(text, self._plain, f"Write {self.words}. Plain ones are"),
        )


def table_keys() -> tuple[Key, ...]:
    """The keys of one table. Which further ones say where it is depends on its connector."""
    return (
        Key(
            "connector",
            TEXT,
            "The connection it is read by; known from a file's ending.",
            default="",
        ),
        Key("file", TEXT, "The file, seen from this folder.", default=""),
        Key("sheet", TEXT, "The tab of a workbook; without it, the first one.", default=""),
        Key("encoding", TEXT, "How a text file is encoded, when it is not found out.", default=""),
        Key("table", TEXT, "Which of a connection's own tables it is.", default=""),
        Key("key", NAMES, "Columns that tell rows apart; without, ids are given.", default=()),
        Key(
            "person",
            MapKind(PERSON, lambda found: PersonColumns(**found)),
            "Which columns say who a row is.",
            default=PersonColumns(),
        ),
        Key("columns", NamedKind(ColumnKind(), "column"), "What the cells hold.", default={}),
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
        Key("time_zone", ZoneKind(), "For times in its cells, if not the organization's."),
        Key(
            "country",
            TEXT,
            "For phone numbers in its cells, if not the organization's.",
            default="",
        ),
    )


PLACE = ("file", "sheet", "encoding", "table")
"""Keys of a table that only say where it is."""


def setting_table(registry: Registry) -> tuple[Key, ...]:
    """Every key of `sheetflow.yaml`."""
    return (
        Key(
            "organization",
            MapKind(ORGANIZATION, dict),
            "Who you are.",
            required=True,
            missing="Write organization: with name: and time_zone: below it.",
        ),
        Key(
            "connections",
            NamedKind(ConnectionKind(registry), "connection"),
            "The systems to work with, each under a name of yours.",
            default={},
        ),
        Key("tables", NamedKind(MapKind(table_keys(), dict), "table"), "Your tables.", default={}),
        Key("senders", NamedKind(MapKind(SENDER, dict), "sender"), "Who writes.", default={}),
        Key(
            "ledger",
            LedgerKind(),
            "Where Sheetflow remembers what it did: a file, or the secret URL of a database.",
            default=Path("sheetflow.db"),
        ),
        *POLICY,
    )


class LedgerKind(Kind[Any]):
    """A file, or where the URL of a database is kept (it holds a password)."""

    words = "the name of a file, or {environment: NAME} for the URL of a database"
    example = "sheetflow.db"

    def read(self, node: Node, at: Reading) -> Any:
        if isinstance(node, Map):
            return SecretSourceKind().read(node, at)
        text = self.scalar(node).text
        if "://" in text:
            raise Mistake(
                "a URL holds a password, and is not written here.",
                "Write {environment: NAME}, and set that variable to the URL.",
            )
        return Path(text)

    def schema(self, vocabulary: Vocabulary) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, SecretSourceKind().schema(vocabulary)]}


def organization_of(found: Mapping[str, Any]) -> Organization:
    """The organization that the keys describe."""
    return Organization(
        name=found["name"],
        postal_address=found["postal_address"],
        zone=str(found["time_zone"]),
        language=found["language"],
        country=found["country"],
    )
