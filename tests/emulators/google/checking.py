"""Checks of requests and responses against the schemas of the discovery documents.

Requests are brought into one form on the way: snake_case names become camelCase, null fields are
dropped, numbers written as text become numbers, as the JSON form of protocol buffers has it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

from tests.emulators.google.discovery import Method, camel, schema, snake
from tests.emulators.google.errors import bad_request

Problems = list[tuple[str, str]]  # (field, what is wrong)
Reader = Callable[[Any, str, Problems], Any]

TYPE_NAMES = {
    ("integer", "int32"): "TYPE_INT32",
    ("integer", "uint32"): "TYPE_UINT32",
    ("number", "float"): "TYPE_FLOAT",
    ("number", "double"): "TYPE_DOUBLE",
    ("boolean", None): "TYPE_BOOL",
    ("string", "int64"): "TYPE_INT64",
    ("string", "uint64"): "TYPE_UINT64",
    ("string", "byte"): "TYPE_BYTES",
    ("string", None): "TYPE_STRING",
}
RANGES = {"int32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1)}
LENIENT = frozenset({"drive"})
"""Drive passes over fields it does not know; clients still send `withLink` of its version 2."""
MISSING = object()


def request_body(method: Method, body: Any) -> dict[str, Any]:
    """The body in one form; raises ApiError 400 for unknown fields and wrong types."""
    if not method.request:
        return body if isinstance(body, dict) else {}
    problems: Problems = []
    if not isinstance(body, dict):
        raise bad_request(
            'Invalid JSON payload received. Unknown name "": Root element must be a message.'
        )
    found = _reader(method.service, method.request)(body, BOUND.get(method.id, ""), problems)
    if problems:
        raise bad_request("\n".join(text for _, text in problems), problems)
    checked: dict[str, Any] = found
    patches = method.service == "calendar" and method.verb == "PATCH"
    return _with_nulls(checked, body) if patches else checked


def _with_nulls(checked: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """A patch with the nulls the client wrote: Calendar removes the fields they stand for."""
    for name, value in given.items():
        if value is None:
            checked.setdefault(name, None)
        elif isinstance(value, dict) and isinstance(checked.get(name), dict):
            _with_nulls(checked[name], value)
    return checked


BOUND = {
    "sheets.spreadsheets.create": "spreadsheet",
    "sheets.spreadsheets.values.update": "data",
    "sheets.spreadsheets.values.append": "data",
    "docs.documents.create": "document",
    "forms.forms.create": "form",
}
"""Where the body is a field of the request, errors name that field first."""


@cache
def _reader(service: str, name: str) -> Reader:
    return _object_reader(service, schema(service, name))


def _object_reader(service: str, described: dict[str, Any]) -> Reader:
    readers: dict[str, Reader] = {}
    properties = described.get("properties", {})
    spelled = {snake(one): one for one in properties} | {one: one for one in properties}
    extra = described.get("additionalProperties")

    def read(value: Any, at: str, problems: Problems) -> Any:
        if not isinstance(value, dict):
            problems.append((at, invalid(at, _message_type(service, described), value)))
            return MISSING
        found: dict[str, Any] = {}
        for given, inner in value.items():
            name = spelled.get(given, given if extra is not None else None)
            if name is None:
                if service not in LENIENT:
                    problems.append((at, _unknown(given, at)))
                continue
            if inner is None:
                if name not in properties:  # an entry of a map, to be removed
                    found[name] = None
                continue
            reader = readers.get(name)
            if reader is None:
                reader = readers[name] = _reader_of(service, properties.get(name, extra))
            step = snake(name) if name in properties else f'"{name}"'
            kept = reader(inner, f"{at}.{step}" if at else step, problems)
            if kept is not MISSING:
                found[name] = kept
        return found

    return read


def _reader_of(service: str, described: dict[str, Any]) -> Reader:
    if "$ref" in described:
        name = described["$ref"]
        return lambda value, at, problems: _reader(service, name)(value, at, problems)
    kind = described.get("type", "any")
    if kind == "array":
        return _array_reader(service, described["items"])
    if kind == "object":
        return _object_reader(service, {"additionalProperties": {"type": "any"}, **described})
    if kind == "any":
        return lambda value, at, problems: value
    return _scalar_reader(service, described)


def _array_reader(service: str, items: dict[str, Any]) -> Reader:
    """Lists; as with the service, one message is a list of one, and lists in lists are one list.

    A null among messages is left out; among plain values it is wrong.
    """
    one = _reader_of(service, items)
    messages = "$ref" in items
    if items.get("type") == "array":
        return _rows_reader(one, items)

    def read(value: Any, at: str, problems: Problems) -> Any:
        if isinstance(value, dict) and messages:
            value = [value]
        if not isinstance(value, list):
            problems.append((at, invalid(at, "array", value)))
            return MISSING
        found = [
            one(inner, f"{at}[{n}]", problems)
            for n, inner in enumerate(_flat(value))
            if inner is not None or not messages
        ]
        return [inner for inner in found if inner is not MISSING]

    return read


def _flat(value: list[Any]) -> list[Any]:
    if not any(isinstance(inner, list) for inner in value):
        return value
    lists = [_flat(inner) if isinstance(inner, list) else [inner] for inner in value]
    return [inner for each in lists for inner in each]


def _rows_reader(one: Reader, items: dict[str, Any]) -> Reader:
    """Lists of lists; of those that hold anything (values of cells) only the shape is looked at."""
    anything = items["items"].get("type") == "any"

    def read(value: Any, at: str, problems: Problems) -> Any:
        if type(value) is list and all(type(row) is list for row in value):
            if anything:
                return value
            return [one(row, f"{at}[{n}]", problems) for n, row in enumerate(value)]
        kind = "type.googleapis.com/google.protobuf.ListValue"
        if not isinstance(value, list):
            problems.append((at, invalid(at, kind, value)))
            return MISSING
        for number, row in enumerate(value):
            if not isinstance(row, list):
                problems.append((f"{at}[{number}]", invalid(f"{at}[{number}]", kind, row)))
        return MISSING

    return read


def _scalar_reader(service: str, described: dict[str, Any]) -> Reader:
    kind, form = described["type"], described.get("format")
    allowed = described.get("enum")
    name = TYPE_NAMES.get((kind, form)) or TYPE_NAMES.get((kind, None), "TYPE_STRING")

    def read(value: Any, at: str, problems: Problems) -> Any:
        if service == "calendar" and type(value) is int and (kind, form) == ("string", None):
            value = str(value)  # the older services take {"colorId": 11}, too
        found = converted(value, kind, form)
        if found is MISSING:
            problems.append((at, invalid(at, name, value)))
        elif allowed and found not in allowed and found != "":
            problems.append((at, invalid(at, enum_type(service, at), value)))
        return found

    return read


def converted(value: Any, kind: str, form: str | None) -> Any:
    """The value as its type has it, or MISSING."""
    if kind == "boolean":
        return (
            value
            if isinstance(value, bool)
            else _BOOLEANS.get(value, MISSING)
            if isinstance(value, str)
            else MISSING
        )
    if kind == "integer":
        return _whole(value, *RANGES.get(form or "int32", RANGES["int32"]))
    if kind == "number":
        return _number(value)
    if form in {"int64", "uint64"}:
        whole = _whole(value, -(2**63), 2**64)
        return whole if whole is MISSING else str(whole)
    return value if isinstance(value, str) else MISSING


_BOOLEANS = {"true": True, "false": False}


def _whole(value: Any, least: int, most: int) -> Any:
    number = _number(value)
    if number is MISSING or number != int(number) or not least <= number <= most:
        return MISSING
    return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else int(number)


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return MISSING
    if isinstance(value, int):
        return value
    try:
        number = float(value)
    except ValueError:
        return MISSING
    return number if math.isfinite(number) else MISSING


def _unknown(name: str, at: str) -> str:
    where = f" at '{at}'" if at else ""
    return f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.'


def invalid(at: str, kind: str, value: Any) -> str:
    """How the service tells of a value of the wrong type."""
    shown = f'"{value}"' if isinstance(value, str) else _shown(value)
    return f"Invalid value at '{at}' ({kind}), {shown}"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _message_type(service: str, described: dict[str, Any]) -> str:
    names = {
        "sheets": "google.apps.sheets.v4",
        "forms": "google.apps.forms.v1",
        "docs": "google.apps.docs.v1",
    }
    package = names.get(service, f"google.{service}")
    return f"type.googleapis.com/{package}.{described.get('id', 'Struct')}"


def enum_type(service: str, at: str) -> str:
    """The type name of an enumeration, guessed from the field that holds it."""
    last = camel("_" + at.rpartition(".")[2].split("[")[0])
    return _message_type(service, {"id": last})
