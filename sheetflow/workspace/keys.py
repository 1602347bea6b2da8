"""The one table of the keys of `sheetflow.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sheetflow.language.keys import Key, MapKind, NamedKind
from sheetflow.language.kinds import (
    CountryKind,
    PatternKind,
    SecretSourceKind,
    TextKind,
    ZoneKind,
)
from sheetflow.language.nodes import Map, Node
from sheetflow.language.problems import Mistake
from sheetflow.language.reading import Kind, Reading
from sheetflow.language.vocabulary import Vocabulary
from sheetflow.plugin.registry import Registry
from sheetflow.plugin.tools import Organization
from sheetflow.workspace.connection_keys import ConnectionKind
from sheetflow.workspace.hosting_keys import HOSTING
from sheetflow.workspace.organizer_keys import ORGANIZER
from sheetflow.workspace.policy_keys import POLICY
from sheetflow.workspace.table_keys import TableKind

TEXT = TextKind()

ORGANIZATION = (
    Key(
        "name", TextKind("Riverside Volunteers"), "Who the mail is from, as people know you.", True
    ),
    Key("postal_address", TEXT, "Stands under every message; many laws ask for it.", default=""),
    Key("time_zone", ZoneKind(), "For every time that does not say its own.", required=True),
    Key(
        "language",
        PatternKind("a language, such as en, es or pt-BR", r"[a-z]{2,3}(-[A-Za-z0-9]+)*", "en"),
        "What templates without a language are written in.",
        default="en",
    ),
    Key(
        "country",
        CountryKind(),
        "For phone numbers without a country code, such as DE or US.",
        default="",
    ),
)

SENDER = (
    Key(
        "address",
        TextKind("Welcome team <hello@example.org>"),
        'Who it is from: "Welcome team <hello@example.org>".',
        required=True,
    ),
    Key("by", TextKind("office"), "The connection that carries the mail.", required=True),
    Key("reply_to", TEXT, "Where answers go, if not to the address.", default=""),
    Key(
        "unsubscribe",
        PatternKind(
            "an https: or mailto: address, such as mailto:stop@example.org",
            r"(?:https://|mailto:)\S+",
            "mailto:stop@example.org",
        ),
        "An https: or mailto: address to be taken off.",
        default="",
    ),
)


def setting_table(
    registry: Registry, connections: Mapping[str, str] | None = None
) -> tuple[Key, ...]:
    """Every key of `sheetflow.yaml`; `connections` are the connectors by the names used there."""
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
        Key(
            "tables",
            NamedKind(TableKind(registry, connections or {}), "table"),
            "Your tables.",
            default={},
        ),
        Key("senders", NamedKind(MapKind(SENDER, dict), "sender"), "Who writes.", default={}),
        Key(
            "ledger",
            LedgerKind(),
            "Where Sheetflow remembers what it did: a file, or the secret URL of a database.",
            default=Path("sheetflow.db"),
        ),
        *POLICY,
        *HOSTING,
        *ORGANIZER,
    )


class LedgerKind(Kind[Any]):
    """A file, or where the URL of a database is kept (it holds a password)."""

    words = "the name of a file, or {environment: NAME} for the URL of a database"
    example = "sheetflow.db"

    def read(self, node: Node, at: Reading) -> Any:
        if isinstance(node, Map):
            return SecretSourceKind().read(node, at)
        text = self.scalar(node).text
        if not text.strip():
            raise Mistake("nothing is written here.", f"Write {self.words}.")
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
