"""Query parameters, typed and checked, and the names that a `fields` mask may hold."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.emulators.google.checking import MISSING, TYPE_NAMES, converted, enum_type, invalid
from tests.emulators.google.discovery import Method, camel, methods, schema, snake
from tests.emulators.google.errors import ApiError, bad_request

LENIENT = frozenset({"drive", "calendar"})
"""These take a parameter of another of their methods without a word."""


@cache
def _names_of(service: str) -> frozenset[str]:
    return frozenset(name for one in methods() if one.service == service for name in one.names)


def query(method: Method, given: list[tuple[str, str]]) -> dict[str, Any]:
    """The method's query parameters, typed; raises ApiError 400 for unknown or wrong ones."""
    texts: dict[str, list[str]] = {}
    for spelled, text in given:
        name = method.names.get(spelled)
        if name is None:
            if method.service in LENIENT and spelled in _names_of(method.service):
                continue
            raise _unknown_parameter(spelled)
        texts.setdefault(name, []).append(text)
    found: dict[str, Any] = {}
    for name, described in method.parameters.items():
        if described.get("location") != "query":
            continue
        if name in texts:
            values = [_parameter(method, name, described, text) for text in texts[name]]
            found[name] = values if described.get("repeated") else values[-1]
        elif "default" in described:
            found[name] = _parameter(method, name, described, described["default"])
        elif described.get("required"):
            raise _missing_parameter(name)
    return found


def _parameter(method: Method, name: str, described: dict[str, Any], text: str) -> Any:
    kind, form = described["type"], described.get("format")
    value = converted(text.lower() if kind == "boolean" else text, kind, form)
    allowed = described.get("enum")
    label = TYPE_NAMES.get((kind, form)) or TYPE_NAMES[kind, None]
    if value is MISSING:
        raise _wrong_parameter(name, invalid(snake(name), label, text))
    if allowed and value not in allowed:
        raise _wrong_parameter(
            name, invalid(snake(name), enum_type(method.service, snake(name)), text)
        )
    for bound, outside in (("minimum", lambda v, b: v < b), ("maximum", lambda v, b: v > b)):
        if bound in described and kind == "integer" and outside(value, int(described[bound])):
            least, most = described.get("minimum", "-inf"), described.get("maximum", "inf")
            raise _wrong_parameter(
                name, f"Invalid value '{text}'. Values must be within the range: [{least}, {most}]"
            )
    return value


def _wrong_parameter(name: str, message: str) -> ApiError:
    error = bad_request(message, [(snake(name), message)])
    error.reason, error.location, error.location_type = "invalidParameter", name, "parameter"
    return error


def _unknown_parameter(name: str) -> ApiError:
    message = (
        f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
        f"Field '{name}' could not be found in request message."
    )
    return bad_request(message, [("", message)])


def _missing_parameter(name: str) -> ApiError:
    return ApiError(400, "required", f"Required parameter: {name}", location=name)


def unknown_field(method: Method, mask: dict[str, Any]) -> str:
    """The first path of a mask that the method's response does not have, or ""."""
    if not method.response:
        return ""
    return _unknown_below(method.service, {"$ref": method.response}, mask)


def _unknown_below(service: str, described: dict[str, Any], mask: dict[str, Any]) -> str:
    while "$ref" in described or described.get("type") == "array":
        described = (
            schema(service, described["$ref"]) if "$ref" in described else described["items"]
        )
    properties, extra = described.get("properties"), described.get("additionalProperties")
    if not mask or described.get("type") == "any" or (properties is None and extra is None):
        return "" if not mask or described.get("type") in {"any", "object"} else next(iter(mask))
    for name, inner in mask.items():
        if name == "*":
            continue
        found = (properties or {}).get(camel(name), extra)
        if found is None:
            return name
        unknown = _unknown_below(service, found, inner)
        if unknown:
            return f"{name}.{unknown}"
    return ""
