"""New fields and tables, as somebody describes them: names become ids, links get another side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.emulators.airtable import kinds
from tests.emulators.airtable.changing import Transaction
from tests.emulators.airtable.errors import ApiError, invalid
from tests.emulators.airtable.formulas.evaluating import parsed
from tests.emulators.airtable.formulas.parsing import BadFormula, references, renamed
from tests.emulators.airtable.results import result_of
from tests.emulators.airtable.world import Base, Field, Table, View, World

INVERSE = "inverseLinkFieldId"


def bad_field(message: str) -> ApiError:
    """422 for a field that cannot be made so."""
    return invalid("INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE", message)


def field_of(world: World, given: Any) -> Field:
    """A field as it is described, before its options are looked at; raises 422."""
    if isinstance(given, str):
        given = {"name": given}
    name, kind = given.get("name"), given.get("type", "singleLineText")
    if not isinstance(name, str) or not name.strip():
        raise invalid("INVALID_REQUEST_UNKNOWN", "Invalid request: a field needs a name.")
    if kind not in kinds.TYPES:
        raise invalid("INVALID_FIELD_TYPE_FOR_CREATE", f'Invalid field type "{kind}"')
    options = kinds.defaults(kind) | dict(given.get("options") or {})
    for form, known in (("dateFormat", kinds.DATE_FORMATS), ("timeFormat", kinds.TIME_FORMATS)):
        if form in options:
            told = options[form]["name"]
            options[form] = {"name": told, "format": known[told]}
    if kind in kinds.SELECTS:
        options["choices"] = choices(world, options["choices"])
    description = given.get("description") or ""
    return Field(given.get("id") or world.new_id("fld"), name, kind, options, description)


def choices(world: World, given: list[Any]) -> list[dict[str, str]]:
    """Choices with ids and colours; raises 422 for the same name twice."""
    found: list[dict[str, str]] = []
    for place, one in enumerate(given):
        one = {"name": one} if isinstance(one, str) else dict(one)
        colour = one.get("color", kinds.COLOURS[place % len(kinds.COLOURS)])
        found.append({"id": one.get("id") or world.new_id("sel"), "name": one["name"]})
        found[-1]["color"] = colour
    if len({one["name"] for one in found}) < len(found):
        raise bad_field("Choices must have different names")
    return found


def settle(change: Transaction, table: Table, column: Field) -> None:
    """Turn the names in a field's options into ids, and make the other side of a link."""
    options = column.options
    if column.type == "multipleRecordLinks":
        _settle_link(change, table, column)
    elif column.type == "formula":
        options.setdefault("formula", "")
        _settle_formula(table, column)
    elif column.type in {"multipleLookupValues", "rollup", "count"}:
        _settle_lookup(change.base, table, column)
    elif column.type == "lastModifiedTime":
        named = [table.find(one) for one in options.get("referencedFieldIds") or []]
        options["referencedFieldIds"] = [one.id for one in named if one]
        options.setdefault("isValid", True)
        options.setdefault("result", {"type": "dateTime", "options": kinds.defaults("dateTime")})


def _settle_link(change: Transaction, table: Table, column: Field) -> None:
    options = column.options
    other = change.base.find(options.get("linkedTableId", ""))
    if other is None:
        raise bad_field(f'Field "{column.name}": linkedTableId names no table')
    options["linkedTableId"] = other.id
    options.setdefault("isReversed", False)
    options.setdefault("prefersSingleRecordLink", False)
    inverse = other.find(options.get(INVERSE, "")) or _waiting(table, column, other)
    if inverse is None and other is not table:
        inverse = Field(change.world.new_id("fld"), _free(other, table.name), column.type)
        inverse.options.update(
            linkedTableId=table.id, isReversed=True, prefersSingleRecordLink=False
        )
        change.add_field(other, inverse)
    if inverse is not None:
        options[INVERSE], inverse.options[INVERSE] = inverse.id, column.id


def _waiting(table: Table, column: Field, other: Table) -> Field | None:
    """A link field over there that points here and has no other side yet."""
    for one in other.fields:
        linked = one.options.get("linkedTableId")
        if one is not column and linked in (table.id, table.name) and INVERSE not in one.options:
            return one if other is not table else None
    return None


def _free(table: Table, name: str) -> str:
    """The name, or one like it that the table does not have yet."""
    found, count = name, 2
    while table.find(found):
        found, count = f"{name} {count}", count + 1
    return found


def _settle_formula(table: Table, column: Field) -> None:
    options = column.options
    try:
        parsed(options["formula"])

        def by_id(one: Any) -> str:
            found = table.find(one.name)
            return found.id if found else str(one.name)

        options["formula"] = renamed(options["formula"], by_id)
        tree = parsed(options["formula"])
    except BadFormula:
        options.update(isValid=False, referencedFieldIds=[], result=None)
        return
    used = list(dict.fromkeys(one.name for one in references(tree)))
    options["referencedFieldIds"] = used
    options["isValid"] = all(table.find(one) for one in used)
    options.setdefault("result", result_of(tree, table))


def _settle_lookup(base: Base, table: Table, column: Field) -> None:
    options = column.options
    link = table.find(options.get("recordLinkFieldId", ""))
    options["isValid"] = link is not None
    if link is None:
        return
    options["recordLinkFieldId"] = link.id
    other = base.find(link.options["linkedTableId"])
    wanted = other.find(options.get("fieldIdInLinkedTable", "")) if other else None
    if column.type == "count":
        return
    options["isValid"] = wanted is not None
    if wanted is not None:
        options["fieldIdInLinkedTable"] = wanted.id
        options.setdefault("referencedFieldIds", [])
        kind = {"type": wanted.type, "options": wanted.options}
        if column.type == "rollup":
            tree = parsed(options.setdefault("formula", "ARRAYJOIN(values)"))
            kind = result_of(tree, Table("", "", [Field("values", "values", wanted.type)]))
        options.setdefault("result", kind)


def table_of(world: World, given: Mapping[str, Any]) -> Table:
    """A table as it is described, whose fields are not settled yet; raises 422."""
    fields = [field_of(world, one) for one in given.get("fields") or ["Name"]]
    names = [one.name for one in fields]
    if len({*names}) < len(names):
        raise invalid("DUPLICATE_OR_EMPTY_FIELD_NAME", "Field names must be different")
    table = Table(given.get("id") or world.new_id("tbl"), given["name"], fields)
    table.description = given.get("description") or ""
    primary = table.find(given.get("primaryFieldId") or "") or fields[0]
    if primary.type not in kinds.PRIMARY:
        message = f'Field "{primary.name}" cannot be a primary field'
        raise invalid("INVALID_FIELD_TYPE_FOR_PRIMARY_FIELD", message)
    table.primary = primary.id
    table.views = [view_of(world, one) for one in given.get("views") or ["Grid view"]]
    return table


def view_of(world: World, given: Any) -> View:
    """A view as it is described."""
    if isinstance(given, str):
        given = {"name": given}
    return View(
        given.get("id") or world.new_id("viw"),
        given["name"],
        given.get("type", "grid"),
        given.get("filterByFormula", ""),
        list(given.get("sort", ())),
        given.get("visibleFieldIds"),
    )
