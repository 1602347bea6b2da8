"""Field masks in requests: which parts of a resource are set, and which are set back to nothing."""

from __future__ import annotations

from typing import Any

from tests.emulators.google.discovery import camel, schema
from tests.emulators.google.masks import BadMask, Mask, parse
from tests.emulators.google.sheets.batching.editing import Invalid
from tests.emulators.google.sheets.model import Json


def read_mask(text: str | None, resource: str) -> Mask:
    """The mask of a request ("*" gives {}, which is all) on a resource of the API, "CellData".

    Raises Invalid where it is missing, cannot be read, or names what the resource has not.
    """
    if not text:
        raise Invalid(
            "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)"
        )
    try:
        mask = _camel(parse(text))
    except BadMask:
        raise Invalid(f"Invalid field mask: {text}") from None
    _check(mask, resource, text)
    return mask


def _camel(mask: Mask) -> Mask:
    return {camel(name): _camel(inner) for name, inner in mask.items()}


def _check(mask: Mask, resource: str, text: str) -> None:
    known = schema("sheets", resource).get("properties", {})
    for name, inner in mask.items():
        if name == "*":
            continue
        if name not in known:
            raise Invalid(f"Invalid field: {name}")
        below = known[name].get("$ref") or known[name].get("items", {}).get("$ref")
        if inner and below:
            _check(inner, below, text)


def applied(old: Any, new: Any, mask: Mask) -> Any:
    """`old` with the parts that the mask names taken from `new`; what is not there is removed.

    >>> applied({"a": 1, "b": 2}, {"a": 3}, {"a": {}, "b": {}})
    {'a': 3}
    """
    if not mask or "*" in mask:
        return new
    before = old if isinstance(old, dict) else {}
    after = new if isinstance(new, dict) else {}
    found: Json = dict(before)
    for name, inner in mask.items():
        value = applied(before.get(name), after.get(name), inner)
        if value is None or (value == {} and inner):
            found.pop(name, None)
        else:
            found[name] = value
    return found


def names(mask: Mask, name: str) -> Mask | None:
    """What the mask says of one field: a mask, {} for all of it, or None where it leaves it."""
    if not mask or "*" in mask:
        return {}
    return mask.get(name)


def only(mask: Mask, name: str) -> bool:
    """Whether the mask names the field."""
    return names(mask, name) is not None
