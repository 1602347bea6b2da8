"""`sheetflow.yaml`, read and checked: all of its mistakes at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sheetflow.language.keys import read_map
from sheetflow.language.nodes import Map, Node
from sheetflow.language.problems import Problems
from sheetflow.language.reading import Reading
from sheetflow.language.yamlfile import read_yaml
from sheetflow.plugin.registry import Registry
from sheetflow.plugin.tools import Sender
from sheetflow.tables.spec import CellKind, ColumnSpec, PersonColumns, TableSpec
from sheetflow.workspace.connection_keys import connections_named
from sheetflow.workspace.hosting_keys import hosting_of
from sheetflow.workspace.keys import organization_of, setting_table
from sheetflow.workspace.organizer_keys import organizing_of, with_control
from sheetflow.workspace.policy_keys import policy_of
from sheetflow.workspace.references import References
from sheetflow.workspace.settings import Settings
from sheetflow.workspace.table_keys import ending_of


def load_settings(path: Path, registry: Registry) -> Settings:
    """Read and check the file. Raises ProblemsFound with everything that is wrong in it."""
    problems = Problems()
    document = read_yaml(path, problems)
    found: dict[str, Any] = {}
    root: Node | None = None
    if document is not None:
        root = document.root
        with problems.gathering(root.position, "settings"):
            at = Reading(problems, title="settings", comments=document.comments)
            keys = setting_table(registry, connections_named(root))
            found = read_map(root, keys, at)
    problems.raise_any()
    settings = _settings(found)
    if isinstance(root, Map):
        References(settings, root, registry, problems).check()
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
