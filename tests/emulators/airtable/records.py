"""Records: get, create, update, replace, upsert, delete."""

from __future__ import annotations

from typing import Any

from tests.emulators.airtable.calls import Call, route
from tests.emulators.airtable.entering import Entering
from tests.emulators.airtable.errors import (
    bad_records,
    bad_request,
    invalid,
    unknown_field,
)
from tests.emulators.airtable.parameters import Parameters, flag
from tests.emulators.airtable.reading import Reader
from tests.emulators.airtable.rendering import rendered
from tests.emulators.airtable.upserting import Merge
from tests.emulators.airtable.world import Record, Table

MOST = 10
"""Records a request may write."""
WRITING = frozenset({"records", "fields", "typecast", "returnFieldsByFieldId", "performUpsert"})


@route("records.get", "GET", "/v0/{base}/{table}/{record}", "data.records:read")
def get(call: Call) -> Any:
    """One record."""
    told = Parameters.of(call, {"cellFormat", "timeZone", "userLocale", "returnFieldsByFieldId"})
    table = call.table()
    record = call.record(table)
    how = told.rendering(table)
    return rendered(_reader(call), table, record, how)


@route("records.create", "POST", "/v0/{base}/{table}", "data.records:write", level="edit")
def create(call: Call) -> Any:
    """One record, or up to ten."""
    body, table = _body(call), call.table()
    entering = Entering(call.its_change, typecast=flag(body, "typecast"))
    if "records" not in body:
        if "fields" not in body:
            raise _no_fields()
        return _shown(call, table, [_made(entering, table, body["fields"])], body)[0]
    given = _records(body, updating=False)
    made = [_made(entering, table, one.get("fields", {})) for one in given]
    return {"records": _shown(call, table, made, body)}


@route("records.update", "PATCH", "/v0/{base}/{table}/{record}", "data.records:write", level="edit")
@route("records.replace", "PUT", "/v0/{base}/{table}/{record}", "data.records:write", level="edit")
def update(call: Call) -> Any:
    """One record: PATCH leaves the cells that are not named, PUT empties them."""
    body, table = _body(call), call.table()
    record = call.record(table)
    if "fields" not in body:
        raise _no_fields()
    entering = Entering(call.its_change, typecast=flag(body, "typecast"))
    _write(entering, table, record, body["fields"], clear=call.method == "records.replace")
    return _shown(call, table, [record], body)[0]


@route("records.updateMany", "PATCH", "/v0/{base}/{table}", "data.records:write", level="edit")
@route("records.replaceMany", "PUT", "/v0/{base}/{table}", "data.records:write", level="edit")
def update_many(call: Call) -> Any:
    """Up to ten records by their ids; with `performUpsert`, by their cells."""
    body, table = _body(call), call.table()
    if "records" not in body:
        raise bad_records(updating=True)
    merging = body.get("performUpsert")
    given = _records(body, updating=merging is None)
    entering = Entering(call.its_change, typecast=flag(body, "typecast"))
    clear = call.method == "records.replaceMany"
    if merging is not None:
        return _upsert(call, entering, table, given, clear=clear)
    records = [call.row(table, one["id"]) for one in given]
    if len({one.id for one in records}) < len(records):
        raise invalid("INVALID_RECORDS", "You cannot update the same record multiple times.")
    for record, one in zip(records, given, strict=True):
        _write(entering, table, record, one.get("fields", {}), clear=clear)
    return {"records": _shown(call, table, records, body)}


def _upsert(
    call: Call, entering: Entering, table: Table, given: list[dict[str, Any]], *, clear: bool
) -> Any:
    body = call.object()
    merge = Merge.of(table, body["performUpsert"])
    found = merge.matches(call, entering, given)
    made, records = [], []
    for one, record in zip(given, found, strict=True):
        if record is None:
            record = _made(entering, table, one["fields"])
            made.append(record.id)
        else:
            _write(entering, table, record, one["fields"], clear=clear)
        records.append(record)
    updated = [one.id for one in records if one.id not in made]
    return {
        "records": _shown(call, table, records, body),
        "updatedRecords": updated,
        "createdRecords": made,
    }


@route(
    "records.delete", "DELETE", "/v0/{base}/{table}/{record}", "data.records:write", level="edit"
)
def delete(call: Call) -> Any:
    """One record."""
    table = call.table()
    record = call.record(table)
    call.its_change.delete_record(table, record)
    return {"deleted": True, "id": record.id}


@route("records.deleteMany", "DELETE", "/v0/{base}/{table}", "data.records:write", level="edit")
def delete_many(call: Call) -> Any:
    """Up to ten records."""
    table = call.table()
    wanted = [text for name, text in call.query if name in {"records[]", "records"}]
    if not 1 <= len(wanted) <= MOST or len(wanted) < len(call.query):
        raise invalid(
            "INVALID_RECORDS", "You must provide an array of up to 10 record IDs to delete."
        )
    records = [call.row(table, one) for one in dict.fromkeys(wanted)]
    for one in records:
        call.its_change.delete_record(table, one)
    return {"records": [{"id": one.id, "deleted": True} for one in records]}


def _body(call: Call) -> dict[str, Any]:
    body = call.object()
    if {*body} - WRITING:
        raise bad_request()
    return body


def _records(body: dict[str, Any], *, updating: bool) -> list[dict[str, Any]]:
    given = body["records"]
    if not isinstance(given, list) or not 1 <= len(given) <= MOST:
        raise bad_records(updating=updating)
    for one in given:
        fits = isinstance(one, dict) and isinstance(one.get("fields", {}), dict)
        if not fits or (updating and not isinstance(one.get("id"), str)):
            raise bad_records(updating=updating)
        if {*one} - {"id", "fields", "createdTime"}:
            raise bad_request()
    return given


def _no_fields() -> Exception:
    message = 'Could not find field "fields" in the request body'
    return invalid("INVALID_REQUEST_MISSING_FIELDS", message)


def _made(entering: Entering, table: Table, fields: Any) -> Record:
    record = entering.change.add_record(table)
    for column in table.fields:
        standard = column.options.get("default")
        if standard is not None:
            entering.change.set_cell(table, record, column, entering.stored(column, standard))
    _write(entering, table, record, fields, clear=False)
    return record


def _write(entering: Entering, table: Table, record: Record, fields: Any, *, clear: bool) -> None:
    if not isinstance(fields, dict):
        raise bad_request()
    cells = []
    for name, given in fields.items():
        column = table.find(name)
        if column is None:
            raise unknown_field(name)
        cells.append((column, entering.stored(column, given)))
    named = {column.id for column, _ in cells}
    for column in table.fields if clear else ():
        if column.id not in named and column.id in record.cells:
            entering.change.set_cell(table, record, column, None)
    for column, value in cells:
        entering.change.set_cell(table, record, column, value)


def _reader(call: Call) -> Reader:
    return Reader(call.world, call.its_base, call.address)


def _shown(
    call: Call, table: Table, records: list[Record], body: dict[str, Any]
) -> list[dict[str, Any]]:
    how = Parameters({"returnFieldsByFieldId": flag(body, "returnFieldsByFieldId")})
    reader = _reader(call)
    return [rendered(reader, table, one, how.rendering(table)) for one in records]
