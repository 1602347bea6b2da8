"""Answers held against the discovery documents: where they have fields or types of their own.

Long lists are looked at by samples, so that a big sheet stays quick to read.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from tests.emulators.google.discovery import Method, schema

SAMPLES = 200  # of a longer list, so many elements are looked at
MOST = 10  # departures told of one answer

Check = Callable[[Any, str, list[str]], None]


def departures(method: Method, answer: Any) -> list[str]:
    """What in an answer is not as the method's response schema has it."""
    found: list[str] = []
    if method.response:
        _checker(method.service, method.response)(answer, "", found)
    elif answer:
        found.append("an answer where none is described")
    return found[:MOST]


@cache
def _checker(service: str, name: str) -> Check:
    return _object(service, schema(service, name))


def _check_of(service: str, described: dict[str, Any]) -> Check:
    if "$ref" in described:
        name = described["$ref"]
        return lambda value, at, found: _checker(service, name)(value, at, found)
    kind = described.get("type", "any")
    if kind == "array":
        return _array(_check_of(service, described["items"]))
    if kind == "object":
        return _object(service, {"additionalProperties": {"type": "any"}, **described})
    return _scalar(kind, described.get("format"), described.get("enum"))


def _object(service: str, described: dict[str, Any]) -> Check:
    properties = described.get("properties", {})
    extra = described.get("additionalProperties")
    checks: dict[str, Check] = {}

    def check(value: Any, at: str, found: list[str]) -> None:
        if not isinstance(value, dict):
            found.append(f"{at}: {type(value).__name__} where an object is meant")
            return
        for name, inner in value.items():
            one = checks.get(name)
            if one is None:
                meant = properties.get(name, extra)
                if meant is None:
                    found.append(f"{at}.{name}: there is no such field")
                    continue
                one = checks[name] = _check_of(service, meant)
            one(inner, f"{at}.{name}", found)

    return check


def _array(one: Check) -> Check:
    def check(value: Any, at: str, found: list[str]) -> None:
        if not isinstance(value, list):
            found.append(f"{at}: {type(value).__name__} where a list is meant")
            return
        step = max(1, len(value) // SAMPLES)
        for inner in value[::step]:
            one(inner, at, found)

    return check


PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


def _scalar(kind: str, form: str | None, allowed: list[str] | None) -> Check:
    types = PYTHON_TYPES.get(kind)

    def check(value: Any, at: str, found: list[str]) -> None:
        if types is None:
            return
        if not isinstance(value, types) or (kind != "boolean" and isinstance(value, bool)):
            found.append(f"{at}: {value!r} where a {form or kind} is meant")
        elif allowed and value not in allowed:
            found.append(f"{at}: {value!r} is not one of {', '.join(allowed)}")
        elif form in {"int64", "uint64"} and kind == "string" and not value.lstrip("-").isdigit():
            found.append(f"{at}: {value!r} where a number as text is meant")

    return check
