"""Which type of value a formula makes, as far as its text tells."""

from __future__ import annotations

from typing import Any

from tests.emulators.airtable.formulas.parsing import Chain, Function, Literal, Node, Reference
from tests.emulators.airtable.kinds import NUMBERS, defaults
from tests.emulators.airtable.world import Table

TEXT: dict[str, Any] = {"type": "singleLineText"}
NUMBER: dict[str, Any] = {"type": "number", "options": {"precision": 8}}
TIME: dict[str, Any] = {"type": "dateTime", "options": defaults("dateTime")}
MAKES_TEXT = frozenset(
    {"CONCATENATE", "LEFT", "RIGHT", "MID", "SUBSTITUTE", "REPLACE", "REPT", "TRIM", "UPPER"}
    | {"LOWER", "T", "ARRAYJOIN", "ENCODE_URL_COMPONENT", "REGEX_EXTRACT", "REGEX_REPLACE"}
    | {"DATETIME_FORMAT", "DATESTR", "TIMESTR", "FROMNOW", "TONOW", "RECORD_ID"}
    | {"ARRAYUNIQUE", "ARRAYCOMPACT", "ARRAYFLATTEN", "ARRAYSLICE"}
)
MAKES_TIME = frozenset(
    {"TODAY", "NOW", "DATEADD", "DATETIME_PARSE", "WORKDAY", "SET_TIMEZONE", "SET_LOCALE"}
    | {"CREATED_TIME", "LAST_MODIFIED_TIME"}
)


def result_of(tree: Node, table: Table) -> dict[str, Any]:
    """The type, with its options, as the API tells of a formula's result."""
    if isinstance(tree, Literal):
        return TEXT if isinstance(tree.value, str) else NUMBER
    if isinstance(tree, Reference):
        return _of_field(tree, table)
    if isinstance(tree, Chain):
        return TEXT if tree.rest[0][0] == "&" else NUMBER
    if not isinstance(tree, Function):
        return NUMBER
    if tree.name in {"IF", "SWITCH"}:
        return _of_branches(tree, table)
    if tree.name in MAKES_TEXT:
        return TEXT
    return TIME if tree.name in MAKES_TIME else NUMBER


def _of_field(reference: Reference, table: Table) -> dict[str, Any]:
    column = table.find(reference.name)
    if column is None:
        return TEXT
    if column.type in NUMBERS | {"date", "dateTime"}:
        return {"type": column.type, "options": column.options}
    if column.type in {"count", "autoNumber", "checkbox"}:
        return NUMBER
    if column.type in {"createdTime", "lastModifiedTime"}:
        return TIME
    result = column.options.get("result")
    return result if isinstance(result, dict) and column.type == "formula" else TEXT


def _of_branches(call: Function, table: Table) -> dict[str, Any]:
    """All branches of one type make that type; any others make text."""
    branches = call.given[1:]
    if call.name == "SWITCH":
        branches = call.given[2::2] + (call.given[-1:] if len(call.given) % 2 == 0 else ())
    blank = [one for one in branches if isinstance(one, Function) and one.name == "BLANK"]
    found = [result_of(one, table) for one in branches if one not in blank]
    return found[0] if found and all(one == found[0] for one in found) else TEXT
