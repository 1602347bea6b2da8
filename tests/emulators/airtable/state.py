"""The data file and /_state: the world as JSON, read and written."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.emulators.airtable.calls import SCOPES
from tests.emulators.airtable.changing import Transaction
from tests.emulators.airtable.entering import Entering
from tests.emulators.airtable.errors import ApiError
from tests.emulators.airtable.kinds import COMPUTED
from tests.emulators.airtable.making import settle, table_of
from tests.emulators.airtable.reading import Reader
from tests.emulators.airtable.world import (
    Base,
    Comment,
    Field,
    Record,
    Table,
    Token,
    User,
    View,
    World,
    stamp,
)

KEYS = frozenset({"auth", "users", "tokens", "bases", "monthlyCalls", "files"})


class BadData(ValueError):
    """The data file is not one; the text says where and why."""


def load_data(world: World, data: Mapping[str, Any]) -> None:
    """Fill a world; raises BadData."""
    unknown = {*data} - KEYS
    if unknown:
        raise BadData(f"unknown in the data: {', '.join(sorted(unknown))}")
    world.strict = data.get("auth") == "strict"
    for one in data.get("users") or ["owner@example.org"]:
        _load_user(world, {"email": one} if isinstance(one, str) else one)
    for one in data.get("tokens", ()):
        _load_token(world, one)
    world.calls_left.update(data.get("monthlyCalls", {}))
    for one in data.get("files", ()):
        world.files[one["id"]] = (base64.b64decode(one["content"]), one["type"])
    for one in data.get("bases", ()):
        try:
            _load_base(world, one)
        except ApiError as error:
            raise BadData(f"base {one.get('name', one.get('id'))}: {error}") from error


def _load_user(world: World, given: Mapping[str, Any]) -> None:
    email = given["email"]
    user = User(given.get("id") or world.new_id("usr"), email, given.get("name", ""))
    user.name = user.name or email.split("@")[0]
    world.users[user.id] = user


def _load_token(world: World, given: Mapping[str, Any]) -> None:
    user = world.person(given["user"]) if "user" in given else world.default_user
    if user is None:
        raise BadData(f"token {given['token']}: nobody is called {given['user']}")
    unknown = {*given.get("scopes", ())} - SCOPES
    if unknown:
        raise BadData(f"token {given['token']}: unknown scopes {', '.join(sorted(unknown))}")
    bases = frozenset(given["bases"]) if "bases" in given else None
    scopes = frozenset(given.get("scopes", SCOPES))
    world.tokens[given["token"]] = Token(given["token"], user.id, scopes, bases)


def _load_base(world: World, given: Mapping[str, Any]) -> None:
    base_id = given.get("id") or world.new_id("app")
    workspace = given.get("workspace", "wspEmulated000000")
    base = Base(base_id, given.get("name", "Untitled base"), workspace)
    for told, level in given.get("permissions", {}).items():
        user = world.person(told)
        base.permissions[user.id if user else told] = level
    world.bases[base.id] = base
    change = Transaction(world, base, world.default_user.id)
    tables = given.get("tables") or [{"name": "Table 1"}]
    build(change, tables)
    for table, told in zip(list(base.tables), tables, strict=True):
        for one in told.get("records", ()):
            _load_record(change, table, one)
    loaded = [(table, list(table.records.values())) for table in base.tables]
    for links in (False, True):  # what is linked by name must have its name
        for (table, records), told in zip(loaded, tables, strict=True):
            for record, one in zip(records, told.get("records", ()), strict=True):
                _load_cells(change, table, record, one, links=links)
    for (table, records), told in zip(loaded, tables, strict=True):
        for record, one in zip(records, told.get("records", ()), strict=True):
            _load_times(table, record, one.get("modified", {}))
    base.transactions = given.get("transactions", 0)


def build(change: Transaction, given: list[Mapping[str, Any]]) -> list[Table]:
    """New tables, whose fields may name each other; raises ApiError 422."""
    tables = []
    for one in given:
        table = table_of(change.world, one)
        change.add_table(table)
        tables.append(table)
    links = [(table, one) for table in tables for one in table.fields]
    links.sort(key=lambda pair: (pair[1].type != "multipleRecordLinks", pair[1].type == "formula"))
    for table, column in links:
        settle(change, table, column)
    return tables


def _load_record(change: Transaction, table: Table, given: Mapping[str, Any]) -> None:
    record = change.add_record(table, given.get("id", ""))
    if "createdTime" in given:
        record.created = datetime.fromisoformat(given["createdTime"]).astimezone(UTC)
    created_by = change.world.person(given.get("createdBy", ""))
    record.created_by = created_by.id if created_by else record.created_by
    record.number = given.get("number", record.number)
    table.numbered = max(table.numbered, record.number)
    for one in given.get("comments", ()):
        record.comments.append(_comment(change, one))


def _comment(change: Transaction, given: Any) -> Comment:
    given = {"text": given} if isinstance(given, str) else given
    author = change.world.person(given.get("author", ""))
    created = datetime.fromisoformat(given["createdTime"]) if "createdTime" in given else change.now
    return Comment(
        given.get("id") or change.world.new_id("com"),
        author.id if author else change.user,
        given["text"],
        created,
        parent=given.get("parentCommentId", ""),
    )


def _load_cells(
    change: Transaction, table: Table, record: Record, given: Mapping[str, Any], *, links: bool
) -> None:
    entering = Entering(change, typecast=True, loading=True)
    for name, value in given.get("fields", {}).items():
        column = table.find(name)
        if column is None:
            raise BadData(f"table {table.name}: no field {name}")
        if column.type not in COMPUTED and (column.type == "multipleRecordLinks") is links:
            change.set_cell(table, record, column, entering.stored(column, value))


def _load_times(table: Table, record: Record, touched: Mapping[str, Any]) -> None:
    """When each cell was changed last; where the data does not say, when the record was made."""
    for column in table.fields:
        time, user = touched.get(column.id, touched.get(column.name, (None, None)))
        if time:
            record.touched[column.id] = (datetime.fromisoformat(time).astimezone(UTC), user)
        elif column.id in record.touched:
            record.touched[column.id] = (record.created, record.created_by)


# writing -----------------------------------------------------------------------------------------


def dump_data(world: World) -> dict[str, Any]:
    """The world in the form that `load_data` reads."""
    found: dict[str, Any] = {
        "users": [one.json() for one in world.users.values()],
        "tokens": [_dump_token(one) for one in world.tokens.values()],
        "bases": [_dump_base(world, one) for one in world.bases.values()],
    }
    if world.strict:
        found["auth"] = "strict"
    if world.files:
        found["files"] = [
            {"id": name, "type": kind, "content": base64.b64encode(content).decode()}
            for name, (content, kind) in world.files.items()
        ]
    if world.calls_left:
        found["monthlyCalls"] = dict(world.calls_left)
    return found


def _dump_token(token: Token) -> dict[str, Any]:
    found: dict[str, Any] = {"token": token.text, "user": token.user}
    found["scopes"] = sorted(token.scopes)
    return found | ({} if token.bases is None else {"bases": sorted(token.bases)})


def _dump_base(world: World, base: Base) -> dict[str, Any]:
    reader = Reader(world, base)
    return {
        "id": base.id,
        "name": base.name,
        "workspace": base.workspace,
        "permissions": dict(base.permissions),
        "transactions": base.transactions,
        "tables": [_dump_table(reader, one) for one in base.tables],
    }


def _dump_table(reader: Reader, table: Table) -> dict[str, Any]:
    return {
        "id": table.id,
        "name": table.name,
        "description": table.description,
        "primaryFieldId": table.primary,
        "fields": [_dump_field(one) for one in table.fields],
        "views": [_dump_view(one) for one in table.views],
        "records": [_dump_record(reader, table, one) for one in table.records.values()],
    }


def _dump_field(column: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"id": column.id, "name": column.name, "type": column.type}
    optional = {"options": column.options, "description": column.description}
    return found | {name: value for name, value in optional.items() if value}


def _dump_view(view: View) -> dict[str, Any]:
    found: dict[str, Any] = {"id": view.id, "name": view.name, "type": view.type}
    optional = {"filterByFormula": view.filter, "sort": view.sort, "visibleFieldIds": view.visible}
    return found | {name: value for name, value in optional.items() if value}


def _dump_record(reader: Reader, table: Table, record: Record) -> dict[str, Any]:
    fields = {
        one.name: reader.json(table, record, one)
        for one in table.fields
        if one.type not in COMPUTED and one.id in record.cells
    }
    return {
        "id": record.id,
        "createdTime": stamp(record.created),
        "createdBy": record.created_by,
        "number": record.number,
        "fields": fields,
        "modified": {name: [stamp(time), user] for name, (time, user) in record.touched.items()},
        "comments": [
            {
                "id": one.id,
                "author": one.author,
                "text": one.text,
                "createdTime": stamp(one.created),
                **({"parentCommentId": one.parent} if one.parent else {}),
            }
            for one in record.comments
        ],
    }
