"""Requests about rules of conditional formatting."""

from __future__ import annotations

from tests.emulators.google.sheets.batching.colours import completed
from tests.emulators.google.sheets.batching.editing import Edit, Invalid, kind
from tests.emulators.google.sheets.batching.validation import check_condition
from tests.emulators.google.sheets.model import Json, Sheet


def _rules(edit: Edit, sheet_id: int | None, index: int) -> tuple[Sheet, Json]:
    sheet = edit.sheet(sheet_id)
    if not 0 <= index < len(sheet.conditional_formats):
        raise Invalid(f"No conditional format on sheet: {sheet.id} at index: {index}")
    return sheet, sheet.conditional_formats[index]


def _checked(edit: Edit, given: Json) -> tuple[Sheet, Json]:
    """A rule as it is held, and the sheet that all its ranges lie on."""
    ranges = given.get("ranges", [])
    if not ranges:
        raise Invalid("A conditional format rule must have at least one range.")
    sheets = [edit.block(one).sheet for one in ranges]
    if any(one is not sheets[0] for one in sheets):
        raise Invalid("All ranges of a conditional format rule must be on the same sheet.")
    if ("booleanRule" in given) == ("gradientRule" in given):
        raise Invalid("A conditional format rule must have either a booleanRule or a gradientRule.")
    if "booleanRule" in given:
        check_condition(given["booleanRule"].get("condition", {}))
    held: Json = completed(given)
    return sheets[0], {**held, "ranges": [{"sheetId": sheets[0].id, **one} for one in ranges]}


@kind("addConditionalFormatRule")
def add_conditional_format_rule(edit: Edit, request: Json) -> None:
    """A rule before the one at its index, so that it counts more."""
    sheet, rule = _checked(edit, request.get("rule", {}))
    rules, index = list(sheet.conditional_formats), request.get("index", 0)
    if not 0 <= index <= len(rules):
        raise Invalid(f"index[{index}] must be between 0 and {len(rules)}.")
    sheet.conditional_formats = [*rules[:index], rule, *rules[index:]]


@kind("updateConditionalFormatRule")
def update_conditional_format_rule(edit: Edit, request: Json) -> Json:
    """Replaces a rule, or moves it to another index."""
    index = request.get("index", 0)
    if "rule" in request:
        home, new = _checked(edit, request["rule"])
        sheet, old = _rules(edit, request.get("sheetId", home.id), index)
        rules = list(sheet.conditional_formats)
        rules[index] = new
        sheet.conditional_formats = rules
        return {"newRule": new, "newIndex": index, "oldRule": old, "oldIndex": index}
    sheet, old = _rules(edit, request.get("sheetId"), index)
    rules, to = list(sheet.conditional_formats), request.get("newIndex", 0)
    if not 0 <= to < len(rules):
        raise Invalid(f"newIndex[{to}] must be between 0 and {len(rules) - 1}.")
    rules.insert(to, rules.pop(index))
    sheet.conditional_formats = rules
    return {"newRule": old, "newIndex": to, "oldRule": old, "oldIndex": index}


@kind("deleteConditionalFormatRule")
def delete_conditional_format_rule(edit: Edit, request: Json) -> Json:
    """The rule at an index is gone; those behind it move up."""
    index = request.get("index", 0)
    sheet, old = _rules(edit, request.get("sheetId"), index)
    rules = list(sheet.conditional_formats)
    del rules[index]
    sheet.conditional_formats = rules
    return {"rule": old}
