"""A copy of a sheet, within its spreadsheet or for another."""

from __future__ import annotations

import copy
from typing import Any

from tests.emulators.google.sheets.model import Sheet, Spreadsheet

IDS = ("protectedRangeId", "filterViewId", "bandedRangeId", "chartId", "slicerId", "objectId")


def copied(source: Sheet, target: Spreadsheet, title: str) -> Sheet:
    """The sheet under an id and title of its own, with new ids for all that lies on it.

    Developer metadata goes along, under ids that are free in the target.
    """
    twin: Sheet = copy.deepcopy(source)
    number = target.new_number({one.id for one in target.sheets})
    for name, value in vars(twin).items():
        if name not in {"rows", "columns", "id", "title", "metadata"}:
            setattr(twin, name, _readdressed(value, source.id, number, target))
    twin.id, twin.title = number, _free_title(target, title)
    twin.properties.pop("hidden", None)
    taken = {one.id for one, _, _ in target.all_metadata()}
    for holder in (twin, *twin.rows, *twin.columns):
        for one in holder.metadata:
            one.id = target.new_number(taken)
            taken.add(one.id)
    return twin


def _free_title(target: Spreadsheet, title: str) -> str:
    found, number = title, 2
    while target.titled(found):
        found, number = f"{title} {number}", number + 1
    return found


def _readdressed(value: Any, old: int, new: int, target: Spreadsheet) -> Any:
    if isinstance(value, list):
        return [_readdressed(one, old, new, target) for one in value]
    if not isinstance(value, dict):
        return value
    found = {name: _readdressed(inner, old, new, target) for name, inner in value.items()}
    if found.get("sheetId") == old:
        found["sheetId"] = new
    for name in IDS:
        if name in found:
            found[name] = target.new_number()
    return found
