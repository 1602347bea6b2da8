"""`sheetflow.yaml`, read and checked: all of its mistakes at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sheetflow.language.keys import read_map
from sheetflow.language.nodes import Map, Node
from sheetflow.language.position import Position
from sheetflow.language.problems import Problems, suggest
from sheetflow.language.reading import Reading
from sheetflow.language.yamlfile import read_yaml
from sheetflow.plugin.connector import Mailer
from sheetflow.plugin.listener import Listener
from sheetflow.plugin.registry import Registry
from sheetflow.plugin.tools import Organization, Policy, Sender
from sheetflow.tables.addresses import read_email
from sheetflow.tables.spec import CellKind, ColumnSpec, PersonColumns, TableSpec
from sheetflow.workspace.connection_keys import ConnectionSettings, connections_named
from sheetflow.workspace.hosting_keys import Hosting, hosting_of
from sheetflow.workspace.keys import organization_of, setting_table
from sheetflow.workspace.notice_keys import notice_problems
from sheetflow.workspace.organizer_keys import Organizing, organizing_of, with_control
from sheetflow.workspace.policy_keys import policy_of
from sheetflow.workspace.table_keys import doubled_columns, ending_of

FILE = "sheetflow.yaml"


@dataclass(frozen=True)
class Settings:
    """What a workspace declares. `ledger` is a file, or where the URL of a database is kept."""

    organization: Organization
    connections: Mapping[str, ConnectionSettings]
    tables: Mapping[str, TableSpec]
    senders: Mapping[str, Sender]
    ledger: Path | Mapping[str, str]
    policy: Policy
    hosting: Hosting
    organizing: Organizing = field(default_factory=Organizing)

    @property
    def with_people(self) -> list[str]:
        """The tables in which people may stand: all but the one by which recipes are switched."""
        return [name for name in self.tables if name != self.organizing.control]


def load_settings(path: Path, registry: Registry) -> Settings:
    """Read and check the file. Raises ProblemsFound with everything that is wrong in it."""
    problems = Problems()
    document = read_yaml(path, problems)
    found: dict[str, Any] = {}
    root: Node | None = None
    if document is not None:
        root = document.root
        with problems.gathering(root.position, "settings"):
            at = Reading(problems, comments=document.comments)
            keys = setting_table(registry, connections_named(root))
            found = read_map(root, keys, at)
    problems.raise_any()
    settings = _settings(found)
    if isinstance(root, Map):
        _check_names(settings, _Places(root), registry, problems)
    problems.raise_any()
    return settings


def _settings(found: Mapping[str, Any]) -> Settings:
    return Settings(
        organization=organization_of(found["organization"]),
        connections=found["connections"],
        tables=with_control(
            {
                name: _table(name, keys, found["organization"])
                for name, keys in found["tables"].items()
            },
            found["control"],
        ),
        senders={name: _sender(name, keys) for name, keys in found["senders"].items()},
        ledger=found["ledger"],
        policy=policy_of(found),
        hosting=hosting_of(found),
        organizing=organizing_of(found),
    )


def _sender(name: str, keys: Mapping[str, Any]) -> Sender:
    """`Welcome team <hello@example.org>` is a name and an address; without a name, its own."""
    shown, named, address = keys["address"].rpartition("<")
    return Sender(
        name=shown.strip(' "') if named and shown.strip(' "') else name,
        address=address.rstrip("> ").strip(),
        by=keys["by"],
        reply_to=keys["reply_to"],
        unsubscribe=keys["unsubscribe"],
    )


def _table(name: str, keys: Mapping[str, Any], organization: Mapping[str, Any]) -> TableSpec:
    file = {"file": keys["file"]} if keys["file"] else {}
    return TableSpec(
        name=name,
        connector=keys["connector"] or ending_of(keys["file"]),
        place={**file, **keys["place"]},
        key=keys["key"],
        person=keys["person"],
        columns=_columns(keys["columns"], keys["person"]),
        writes=keys["sheetflow_writes"],
        same_person=keys["same_person"],
        id_column=keys["id"],
        status_column=keys["status"],
        when_column=keys["when"],
        again_column=keys["again"],
        go_ahead_column=keys["go_ahead"],
        zone=str(keys["time_zone"] or organization["time_zone"]),
        region=keys["country"] or organization["country"],
        says_zone=bool(keys["time_zone"]),
    )


def _columns(declared: Mapping[str, ColumnSpec], person: PersonColumns) -> Mapping[str, ColumnSpec]:
    """The declared columns, and those of the person, which say themselves what they hold."""
    kinds: tuple[tuple[str, CellKind], ...] = (
        (person.name, "text"),
        (person.last_name, "text"),
        (person.email, "email"),
        (person.phone, "phone"),
        (person.time_zone, "text"),
        (person.language, "text"),
        (person.consent, "yes/no"),
    )
    implied = {column: ColumnSpec(column, kind) for column, kind in kinds if column}
    return implied | {name: replace(spec, name=name) for name, spec in declared.items()}


class _Places:
    """Where in the file a key stands, by its path of names."""

    def __init__(self, root: Map) -> None:
        self._root = root

    def __call__(self, *names: str) -> Position:
        node: Node = self._root
        for name in names:
            below = node.get(name) if isinstance(node, Map) else None
            if below is None:
                break
            node = below
        return node.position


def _check_names(
    settings: Settings, places: _Places, registry: Registry, problems: Problems
) -> None:
    """What one part of the file says of another must be there."""
    _check_table_named("do_not_contact", settings.policy.do_not_contact, settings, places, problems)
    _check_table_named("control", settings.organizing.control, settings, places, problems)
    _check_notices(settings, places, registry, problems)
    for name, table in settings.tables.items():
        _check_table(name, table, settings, places, registry, problems)
    for name, declared in settings.connections.items():
        if issubclass(registry.connector(declared.connector), Listener):
            _check_told(name, declared, settings, places, problems)
    for name, sender in settings.senders.items():
        _check_sender(name, sender, settings, places, registry, problems)


def _check_table(
    name: str,
    table: TableSpec,
    settings: Settings,
    places: _Places,
    registry: Registry,
    problems: Problems,
) -> None:
    where = f"tables: {name}"
    if not table.connector:
        problems.add(
            places("tables", name),
            where,
            "it does not say where it is.",
            "Write file: and the name of an .xlsx or .csv file, or connector: and a connection.",
        )
    elif table.connector not in settings.connections and not _stands_alone(
        table.connector, registry
    ):
        problems.add(
            places("tables", name, "connector"),
            where,
            f'there is no connection "{table.connector}".',
            suggest(table.connector, settings.connections, "There are"),
        )
    for key, what in doubled_columns(table):
        problems.add(places("tables", name, key), where, what, "Name a column of its own.")
    for column, spec in table.columns.items():
        if spec.table and spec.table not in settings.tables:
            problems.add(
                places("tables", name, "columns", column),
                f"{where}: {column}",
                f'there is no table "{spec.table}".',
                suggest(spec.table, settings.tables, "There are"),
            )


def _stands_alone(connector: str, registry: Registry) -> bool:
    """Whether this is a connector that needs no connection, such as a kind of file."""
    from sheetflow.plugin.options import options_of

    try:
        found = registry.connector(connector)
    except KeyError:
        return False
    return not any(option.required for option in options_of(found.Settings))


def _check_table_named(
    key: str, name: str, settings: Settings, places: _Places, problems: Problems
) -> None:
    if name and name not in settings.tables:
        problems.add(
            places(key),
            key,
            f'there is no table "{name[:60]}".',
            suggest(name, settings.tables, "There are") or "Declare it in tables.",
        )


def _check_notices(
    settings: Settings, places: _Places, registry: Registry, problems: Problems
) -> None:
    hosting, news = settings.hosting, settings.organizing.digest
    told = {"alerts": (hosting.alert, hosting.alert_from, hosting.alert_by)}
    if news is not None:
        told["digest"] = (news.to, news.sender, news.by)
    for key, said in told.items():
        for at, what, cure in notice_problems(*said, settings, registry):
            problems.add(places(key, at), key, what, cure)


def _check_told(
    name: str,
    declared: ConnectionSettings,
    settings: Settings,
    places: _Places,
    problems: Problems,
) -> None:
    """The tables that a caller is said to speak of must be there."""
    for table in declared.values.get("tables", ()):
        if table not in settings.tables:
            problems.add(
                places("connections", name, "tables"),
                f"connections: {name}",
                f'there is no table "{table[:60]}".',
                suggest(table, settings.tables, "There are"),
            )


def _check_sender(
    name: str,
    sender: Sender,
    settings: Settings,
    places: _Places,
    registry: Registry,
    problems: Problems,
) -> None:
    where, place = f"senders: {name}", places("senders", name, "by")
    if read_email(sender.address).problem is not None:
        problems.add(
            places("senders", name, "address"),
            where,
            f'"{sender.address[:60]}" is no e-mail address.',
            "Write it like Welcome team <hello@example.org>.",
        )
    connection = settings.connections.get(sender.by)
    mailers = [
        known
        for known, declared in settings.connections.items()
        if issubclass(registry.connector(declared.connector), Mailer)
    ]
    if connection is None:
        what = f'there is no connection "{sender.by}".'
        problems.add(place, where, what, suggest(sender.by, mailers, "These carry mail:"))
    elif sender.by not in mailers:
        what = f'"{sender.by}" is a connection of {connection.connector}, which carries no mail.'
        problems.add(place, where, what, suggest(sender.by, mailers, "These do:"))
