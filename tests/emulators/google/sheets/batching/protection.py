"""Requests about protected ranges; only those who may edit one may change or remove it."""

from __future__ import annotations

from tests.emulators.google.sheets.access import PROTECTED
from tests.emulators.google.sheets.batching.editing import Edit, Invalid, kind
from tests.emulators.google.sheets.batching.fields import applied, only, read_mask
from tests.emulators.google.sheets.model import Json, Sheet
from tests.emulators.google.sheets.protecting import may_edit

_SAID = ("requestingUserCanEdit",)  # told on reading, never held


def _held(edit: Edit, given: Json) -> tuple[Sheet, Json]:
    """A protection as it is held, and its sheet."""
    found = {name: value for name, value in given.items() if name not in _SAID}
    where = found.get("range")
    if "namedRangeId" in found:
        where = next(
            (
                one["range"]
                for one in edit.book.named_ranges
                if one["namedRangeId"] == found["namedRangeId"]
            ),
            None,
        )
        if where is None:
            raise Invalid(f"No named range with id: {found['namedRangeId']}")
    if where is None:
        raise Invalid("A protected range must have a range or a namedRangeId.")
    block = edit.block(where)
    sides = {name: value for name, value in block.grid_range().items() if name in where}
    found["range"] = {"sheetId": block.sheet.id, **sides}
    if not found.get("warningOnly"):
        found.pop("warningOnly", None)
        found["editors"] = _editors(edit, found.get("editors", {}))
    elif "editors" in found:
        raise Invalid("Editors may not be specified on a warning-only protected range.")
    if not found.get("description"):
        found.pop("description", None)
    return block.sheet, found


def _editors(edit: Edit, given: Json) -> Json:
    """Who may edit: those named, and always who protects."""
    users = [one for one in dict.fromkeys([*given.get("users", ()), edit.user]) if one]
    found = {"users": users, "groups": given.get("groups", [])}
    found = {name: value for name, value in found.items() if value}
    return {**found, "domainUsersCanEdit": True} if given.get("domainUsersCanEdit") else found


def _find(edit: Edit, number: int | None) -> tuple[Sheet, Json]:
    for sheet in edit.book.sheets:
        for one in sheet.protected_ranges:
            if one["protectedRangeId"] == number:
                if not may_edit(edit.book, one, edit.user):
                    raise Invalid(PROTECTED)
                return sheet, one
    raise Invalid(f"No protected range with id: {number or 0}")


@kind("addProtectedRange")
def add_protected_range(edit: Edit, request: Json) -> Json:
    """Protects a range or a whole sheet."""
    given = request.get("protectedRange", {})
    taken = [
        one["protectedRangeId"] for sheet in edit.book.sheets for one in sheet.protected_ranges
    ]
    number = given.get("protectedRangeId", edit.new_id(taken))
    if number in taken:
        raise Invalid(f"A protected range with id {number} already exists.")
    sheet, found = _held(edit, given)
    held = {"protectedRangeId": number, **found}
    sheet.protected_ranges = [*sheet.protected_ranges, held]
    return {"protectedRange": {**held, "requestingUserCanEdit": True}}


@kind("updateProtectedRange")
def update_protected_range(edit: Edit, request: Json) -> None:
    """Range, description, editors, warning, as the mask says."""
    mask = read_mask(request.get("fields"), "ProtectedRange")
    given = request.get("protectedRange", {})
    home, old = _find(edit, given.get("protectedRangeId"))
    new = applied(old, given, mask) if mask else {**old, **given}
    if new.get("warningOnly") and not only(mask, "editors"):
        new.pop("editors", None)
    if only(mask, "range") and mask and "namedRangeId" not in mask:
        new.pop("namedRangeId", None)
    sheet, found = _held(edit, new)
    held = {**found, "protectedRangeId": old["protectedRangeId"]}
    if sheet is home:
        home.protected_ranges = [held if one is old else one for one in home.protected_ranges]
        return
    home.protected_ranges = [one for one in home.protected_ranges if one is not old]
    sheet.protected_ranges = [*sheet.protected_ranges, held]


@kind("deleteProtectedRange")
def delete_protected_range(edit: Edit, request: Json) -> None:
    """A protection is lifted."""
    sheet, old = _find(edit, request.get("protectedRangeId"))
    sheet.protected_ranges = [one for one in sheet.protected_ranges if one is not old]
