"""The metadata API: bases, tables and fields, and who asks."""

from __future__ import annotations

from typing import Any

from tests.emulators.airtable import kinds
from tests.emulators.airtable.calls import SCOPES, Call, route
from tests.emulators.airtable.changing import Transaction
from tests.emulators.airtable.errors import ApiError, bad_request, forbidden, invalid
from tests.emulators.airtable.making import bad_field, field_of, settle, table_of
from tests.emulators.airtable.options import wrong_option
from tests.emulators.airtable.schema import field_json, table_json, view_json
from tests.emulators.airtable.state import build
from tests.emulators.airtable.world import Base, Field, Table

PAGE = 1000
READ, WRITE = "schema.bases:read", "schema.bases:write"


@route("meta.whoami", "GET", "/v0/meta/whoami")
def whoami(call: Call) -> Any:
    """The person a token speaks for; the e-mail address only to who may know it."""
    found: dict[str, Any] = {"id": call.token.user}
    if call.token.scopes != SCOPES:
        found["scopes"] = sorted(call.token.scopes)
    if "user.email:read" in call.token.scopes:
        found["email"] = call.world.users[call.token.user].email
    return found


@route("meta.bases.list", "GET", "/v0/meta/bases", READ)
def list_bases(call: Call) -> Any:
    """The bases that the token may see."""
    if {name for name, _ in call.query} - {"offset"}:
        raise bad_request()
    seen = [
        {"id": one.id, "name": one.name, "permissionLevel": one.level(call.token.user)}
        for one in call.world.bases.values()
        if one.level(call.token.user) != "none"
        and (call.token.bases is None or one.id in call.token.bases)
    ]
    offset = dict(call.query).get("offset", "")
    places = [place for place, one in enumerate(seen) if one["id"] == offset]
    if offset and not places:
        raise invalid("INVALID_OFFSET_VALUE", f"The value of offset {offset} is invalid")
    first = places[0] if places else 0
    found: dict[str, Any] = {"bases": seen[first : first + PAGE]}
    return found | ({"offset": seen[first + PAGE]["id"]} if first + PAGE < len(seen) else {})


@route("meta.bases.create", "POST", "/v0/meta/bases", WRITE)
def create_base(call: Call) -> Any:
    """A new base in a workspace."""
    body = call.object()
    name, workspace, tables = (body.get(one) for one in ("name", "workspaceId", "tables"))
    if {*body} - {"name", "workspaceId", "tables"} or not isinstance(name, str):
        raise bad_request()
    if not isinstance(tables, list) or not tables or not isinstance(workspace, str):
        raise bad_request()
    base = Base(call.world.new_id("app"), name, workspace)
    change = Transaction(call.world, base, call.token.user)
    for one in tables:
        _check_table(one)
    made = build(change, tables)
    call.world.bases[base.id] = base
    return {"id": base.id, "tables": [table_json(one) for one in made]}


@route("meta.bases.get", "GET", "/v0/meta/bases/{base}", READ)
def get_base(call: Call) -> Any:
    """A base and who works in it."""
    include = [text for name, text in call.query if name in {"include", "include[]"}]
    if len(include) < len(call.query) or {*include} - {
        "collaborators",
        "inviteLinks",
        "interfaces",
    }:
        raise bad_request()
    base, since = call.its_base, "2026-01-01T00:00:00.000Z"
    people = [
        {
            "userId": one.id,
            "email": one.email,
            "permissionLevel": base.level(one.id),
            "grantedByUserId": call.world.default_user.id,
            "createdTime": since,
        }
        for one in call.world.users.values()
        if base.level(one.id) != "none"
    ]
    return {
        "id": base.id,
        "name": base.name,
        "createdTime": since,
        "permissionLevel": base.level(call.token.user),
        "workspaceId": base.workspace,
        "interfaces": {},
        "individualCollaborators": {"baseCollaborators": people, "workspaceCollaborators": []},
        "groupCollaborators": {"baseCollaborators": [], "workspaceCollaborators": []},
        "inviteLinks": {"baseInviteLinks": [], "workspaceInviteLinks": []},
    }


@route("meta.bases.delete", "DELETE", "/v0/meta/bases/{base}", WRITE, level="create")
def delete_base(call: Call) -> Any:
    """The base goes."""
    del call.world.bases[call.its_base.id]
    return {"id": call.its_base.id, "deleted": True}


@route("meta.views.list", "GET", "/v0/meta/bases/{base}/views", READ)
def list_views(call: Call) -> Any:
    """All views of a base."""
    tables = call.its_base.tables
    return {"views": [view_json(table, one) for table in tables for one in table.views]}


@route("meta.views.get", "GET", "/v0/meta/bases/{base}/views/{view}", READ)
def get_view(call: Call) -> Any:
    """One view."""
    for table in call.its_base.tables:
        for one in table.views:
            if one.id == call.path["view"]:
                return view_json(table, one)
    raise forbidden()


@route("meta.tables.list", "GET", "/v0/meta/bases/{base}/tables", READ)
def list_tables(call: Call) -> Any:
    """All tables of a base with their fields."""
    include = [text for name, text in call.query if name in {"include", "include[]"}]
    if len(include) < len(call.query) or {*include} - {"visibleFieldIds"}:
        raise bad_request()
    return {"tables": [table_json(one, include) for one in call.its_base.tables]}


@route("meta.tables.create", "POST", "/v0/meta/bases/{base}/tables", WRITE, level="create")
def create_table(call: Call) -> Any:
    """A new table; its first field is the primary one."""
    given = call.object()
    _check_table(given)
    if call.its_base.find(given["name"]):
        message = "Could not create table: a table with this name is there already"
        raise invalid("DUPLICATE_TABLE_NAME", message)
    table = table_of(call.world, given)
    call.its_change.add_table(table)
    for column in list(table.fields):
        settle(call.its_change, table, column)
    return table_json(table)


def _check_table(given: Any) -> None:
    if not isinstance(given, dict) or {*given} - {"name", "description", "fields"}:
        raise bad_request()
    if not isinstance(given.get("name"), str) or not given["name"].strip():
        raise bad_request()
    if not isinstance(given.get("description", ""), str | None):
        raise bad_request()
    if not isinstance(given.get("fields"), list) or not given["fields"]:
        raise bad_request()
    for one in given["fields"]:
        _check_field(one)


def _check_field(given: Any) -> None:
    if not isinstance(given, dict) or {*given} - {"name", "type", "options", "description"}:
        raise bad_request()
    kind, options = given.get("type"), given.get("options", {})
    if not isinstance(given.get("name"), str) or not isinstance(kind, str):
        raise bad_request()
    if not isinstance(given.get("description", ""), str | None):
        raise bad_request()
    if kind in kinds.NOT_BY_API:
        message = f"Creating {kind} fields is not supported at this time"
        raise invalid("UNSUPPORTED_FIELD_TYPE_FOR_CREATE", message)
    wrong = wrong_option(kind, options) if kind in kinds.TYPES else ""
    if wrong:
        raise bad_field(f"Invalid options for {given['name']}: {wrong}")


def _table(call: Call) -> Table:
    found = call.its_base.find(call.path["table"])
    if found is None:
        message = f"Could not find table {call.path['table']} in application {call.its_base.id}"
        raise ApiError(404, "TABLE_NOT_FOUND", message)
    return found


@route("meta.tables.update", "PATCH", "/v0/meta/bases/{base}/tables/{table}", WRITE, level="create")
def update_table(call: Call) -> Any:
    """Another name or description."""
    body, table = call.object(), _table(call)
    if {*body} - {"name", "description", "dateDependencySettings"} or not body:
        raise bad_request()
    new = _named(body)
    other = call.its_base.find(new.get("name", table.name))
    if other is not None and other is not table:
        raise invalid("DUPLICATE_TABLE_NAME", "A table with this name is there already")
    if new:
        call.its_change.change_table(table, **new)
    return table_json(table)


def _named(body: dict[str, Any]) -> dict[str, str]:
    """Name and description as they are wanted; raises 422."""
    new: dict[str, str] = {one: body[one] or "" for one in ("name", "description") if one in body}
    if not all(isinstance(one, str) for one in new.values()) or new.get("name", "x") == "":
        raise bad_request()
    return new


@route(
    "meta.fields.create",
    "POST",
    "/v0/meta/bases/{base}/tables/{table}/fields",
    WRITE,
    level="create",
)
def create_field(call: Call) -> Any:
    """A new field at the end of a table."""
    given, table = call.object(), _table(call)
    _check_field(given)
    if table.find(given["name"]):
        raise _same_name(given["name"])
    column = field_of(call.world, given)
    call.its_change.add_field(table, column)
    settle(call.its_change, table, column)
    return field_json(column)


def _same_name(name: str) -> ApiError:
    message = f'The field name "{name}" is there already'
    return invalid("DUPLICATE_OR_EMPTY_FIELD_NAME", message)


@route(
    "meta.fields.update",
    "PATCH",
    "/v0/meta/bases/{base}/tables/{table}/fields/{field}",
    WRITE,
    level="create",
)
def update_field(call: Call) -> Any:
    """Another name or description; the id stays."""
    body, table = call.object(), _table(call)
    column = _field(call, table)
    if {*body} - {"name", "description", "options"} or not body:
        raise bad_request()
    new: dict[str, Any] = dict(_named(body))
    other = table.find(new.get("name", column.name))
    if other is not None and other is not column:
        raise _same_name(new["name"])
    if "options" in body:
        if column.type != "formula" or not isinstance(body["options"], dict):
            raise invalid("INVALID_REQUEST_UNKNOWN", "The options of this field cannot be changed")
        new["options"] = dict(body["options"])
    call.its_change.change_field(table, column, **new)
    if "options" in body:
        settle(call.its_change, table, column)
    return field_json(column)


def _field(call: Call, table: Table) -> Field:
    found = table.find(call.path["field"])
    if found is None:
        raise forbidden()
    return found
