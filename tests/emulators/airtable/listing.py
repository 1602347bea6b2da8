"""Lists of records: filtered, sorted, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.emulators.airtable.calls import Call, route
from tests.emulators.airtable.errors import ApiError, invalid
from tests.emulators.airtable.formulas.evaluating import checked
from tests.emulators.airtable.formulas.moments import Moment
from tests.emulators.airtable.formulas.parsing import BadFormula, Node
from tests.emulators.airtable.formulas.values import Broken, Failed, number_text, truth
from tests.emulators.airtable.parameters import Parameters, named
from tests.emulators.airtable.reading import Reader
from tests.emulators.airtable.rendering import rendered
from tests.emulators.airtable.world import Field, Record, Table, View, World

PAGE = 100
"""Records on a page, at most."""
KNOWN = frozenset(
    {"fields", "filterByFormula", "maxRecords", "pageSize", "sort", "view", "cellFormat"}
    | {"timeZone", "userLocale", "returnFieldsByFieldId", "recordMetadata", "offset"}
)
LASTS = timedelta(minutes=30)
"""How long an iterator waits for the next page; Airtable says no number, only that it ends."""


@dataclass
class Iterator:
    """A list that is not at its end: the ids that were found when it was begun."""

    table: str
    records: list[str]
    used: datetime


@route("records.list", "GET", "/v0/{base}/{table}", "data.records:read")
@route("records.listRecords", "POST", "/v0/{base}/{table}/listRecords", "data.records:read")
def list_records(call: Call) -> Any:
    """A page of records, and where the next begins."""
    # Airtable's own client writes into the body which method it was told to use
    told = Parameters.of(call, KNOWN | {"method"} if call.body is not None else KNOWN)
    table = call.table()
    reader = Reader(call.world, call.its_base, call.address)
    size = told.count("pageSize", PAGE, PAGE)
    how = told.rendering(table)
    wanted, iterator, place = _wanted(call, told, table, reader)
    page = wanted[place : place + size]
    records = [table.records[one] for one in page if one in table.records]
    found: dict[str, Any] = {"records": [rendered(reader, table, one, how) for one in records]}
    if place + size < len(wanted):
        found["offset"] = _next(call.world, table, wanted, iterator, place + size)
    elif iterator:
        call.world.iterators.pop(iterator, None)
    return found


def _wanted(
    call: Call, told: Parameters, table: Table, reader: Reader
) -> tuple[list[str], str, int]:
    """The ids of the whole list, its iterator where it has one, and where this page begins."""
    offset = told.text("offset")
    if not offset:
        return _found(told, table, reader), "", 0
    name, slash, record_id = offset.partition("/")
    if not slash or not name.startswith("itr"):
        raise invalid("INVALID_OFFSET_VALUE", "The value of offset " + offset + " is invalid")
    iterator = call.world.iterators.get(name)
    now = call.world.now()
    if iterator is None or iterator.table != table.id or iterator.used + LASTS < now:
        raise _gone()
    if record_id not in iterator.records:
        raise invalid("INVALID_OFFSET_VALUE", "The value of offset " + offset + " is invalid")
    iterator.used = now
    return iterator.records, name, iterator.records.index(record_id)


def _gone() -> ApiError:
    return invalid(
        "LIST_RECORDS_ITERATOR_NOT_AVAILABLE",
        "The iterator for this list of records is no longer available. Please restart from the "
        "first page.",
    )


def _next(world: World, table: Table, wanted: list[str], iterator: str, place: int) -> str:
    if not iterator:
        iterator = world.new_id("itr")
        world.iterators[iterator] = Iterator(table.id, wanted, world.now())
    return f"{iterator}/{wanted[place]}"


def _found(told: Parameters, table: Table, reader: Reader) -> list[str]:
    view = _view(table, told.text("view"))
    records = list(table.records.values())
    if view is None:
        # without a view, the order is nobody's; ids are as good as any
        records.sort(key=lambda one: one.id)
    else:
        records = seen(view, table, reader)
    if told.text("filterByFormula"):
        tree = formula(table, told.text("filterByFormula"))
        records = [one for one in records if holds(reader, tree, table, one)]
    sorted_by(records, told.sort(table), table, reader)
    return [one.id for one in records][: told.count("maxRecords", 10**9, 10**9)]


def _view(table: Table, name: str) -> View | None:
    found = table.view(name) if name else None
    if name and found is None:
        raise invalid("VIEW_NAME_NOT_FOUND", f"View {name} not found")
    return found


def seen(view: View, table: Table, reader: Reader) -> list[Record]:
    """The records of a view, in its order."""
    records = list(table.records.values())
    if view.filter:
        tree = formula(table, view.filter)
        records = [one for one in records if holds(reader, tree, table, one)]
    by = [(named(table, one["field"]), one.get("direction") == "desc") for one in view.sort]
    sorted_by(records, by, table, reader)
    return records


def formula(table: Table, text: str) -> Node:
    """The tree of a filter; raises 422."""
    try:
        return checked(text, lambda name: table.find(name) is not None)
    except BadFormula as error:
        message = f"The formula for filtering records is invalid: {error}"
        raise invalid("INVALID_FILTER_BY_FORMULA", message) from error


def holds(reader: Reader, tree: Node, table: Table, record: Record) -> bool:
    """Whether a record is let through: its value is not blank, 0, false, NaN or an error."""
    try:
        return truth(reader.work_out(tree, table, record))
    except Failed:
        return False


def sorted_by(
    records: list[Record], by: list[tuple[Field, bool]], table: Table, reader: Reader
) -> None:
    """Sort in place; what is blank comes first, or last where it is descending."""
    for column, descending in reversed(by):
        records.sort(key=lambda one: _rank(reader, table, one, column), reverse=descending)


def _rank(reader: Reader, table: Table, record: Record, column: Field) -> tuple[Any, ...]:
    if column.type == "singleSelect" and column.id in record.cells:
        order = [one["id"] for one in column.options["choices"]]
        return (1, order.index(record.cells[column.id]), "")
    value = reader.value(table, record, column)
    if isinstance(value, list | Broken):
        value = reader.text(table, record, column)
    if value is None or value == "":
        return (0, 0, "")
    if isinstance(value, Moment):
        return (1, value.time.timestamp(), "")
    if isinstance(value, int | float):
        finite = number_text(value) != "NaN"
        return (1, value if finite else float("-inf"), "")
    return (2, 0, value.casefold(), value)
