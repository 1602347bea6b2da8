"""Requests about named ranges."""

from __future__ import annotations

import re

from tests.emulators.google.sheets.batching.editing import Edit, Invalid, kind
from tests.emulators.google.sheets.batching.fields import applied, read_mask
from tests.emulators.google.sheets.model import Json

_NAME = re.compile(r"[^\W\d]\w{0,249}")
_CELL = re.compile(r"\$?[A-Za-z]{1,3}\$?\d+|[Rr]\d*[Cc]\d*|true|false", re.IGNORECASE)


def _checked(edit: Edit, name: str, old: Json | None) -> str:
    if not _NAME.fullmatch(name) or _CELL.fullmatch(name):
        raise Invalid("The name given to this range is invalid.")
    for one in edit.book.named_ranges:
        if one is not old and one["name"].casefold() == name.casefold():
            raise Invalid(f"A named range with the name {name} already exists.")
    return name


def _range(edit: Edit, given: Json | None) -> Json:
    """A GridRange as it is held: open sides stay open."""
    if not given:
        raise Invalid("A named range must have a range.")
    block = edit.block(given)
    sides = {name: value for name, value in block.grid_range().items() if name in given}
    return {"sheetId": block.sheet.id, **sides}


def _find(edit: Edit, number: str | None) -> Json:
    for one in edit.book.named_ranges:
        if one["namedRangeId"] == number:
            return one
    raise Invalid(f"No named range with id: {number or ''}")


@kind("addNamedRange")
def add_named_range(edit: Edit, request: Json) -> Json:
    """A name for a range."""
    given = request.get("namedRange", {})
    taken = {one["namedRangeId"] for one in edit.book.named_ranges}
    number = given.get("namedRangeId") or str(edit.book.new_number())
    if number in taken:
        raise Invalid(f"A named range with id {number} already exists.")
    name, where = _checked(edit, given.get("name", ""), None), _range(edit, given.get("range"))
    held = {"namedRangeId": number, "name": name, "range": where}
    edit.book.named_ranges = [*edit.book.named_ranges, held]
    return {"namedRange": held}


@kind("updateNamedRange")
def update_named_range(edit: Edit, request: Json) -> None:
    """Another name, another range, or both."""
    mask = read_mask(request.get("fields"), "NamedRange")
    given = request.get("namedRange", {})
    old = _find(edit, given.get("namedRangeId"))
    mask = mask or {"name": {}, "range": {}}
    new = applied(old, given, {key: inner for key, inner in mask.items() if key != "namedRangeId"})
    held = {
        "namedRangeId": old["namedRangeId"],
        "name": _checked(edit, new.get("name", ""), old),
        "range": _range(edit, new.get("range")),
    }
    edit.book.named_ranges = [held if one is old else one for one in edit.book.named_ranges]


@kind("deleteNamedRange")
def delete_named_range(edit: Edit, request: Json) -> None:
    """A name is gone; formulas that use it say #NAME?."""
    old = _find(edit, request.get("namedRangeId"))
    edit.book.named_ranges = [one for one in edit.book.named_ranges if one is not old]
