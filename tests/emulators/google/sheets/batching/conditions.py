"""Rules of conditional formatting, and whether a cell meets a condition."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.emulators.google.sheets.batching.colours import completed
from tests.emulators.google.sheets.batching.editing import Edit, Invalid, kind
from tests.emulators.google.sheets.batching.validation import check_condition
from tests.emulators.google.sheets.entering import enter
from tests.emulators.google.sheets.formatting import shown
from tests.emulators.google.sheets.formulas_in_book import number_format_at
from tests.emulators.google.sheets.model import Json, Sheet

_TEXTS: dict[str, Callable[[str, str], bool]] = {
    "TEXT_CONTAINS": lambda text, wanted: wanted in text,
    "TEXT_NOT_CONTAINS": lambda text, wanted: wanted not in text,
    "TEXT_STARTS_WITH": lambda text, wanted: text.startswith(wanted),
    "TEXT_ENDS_WITH": lambda text, wanted: text.endswith(wanted),
    "TEXT_EQ": lambda text, wanted: text == wanted,
    "TEXT_NOT_EQ": lambda text, wanted: text != wanted,
    "ONE_OF_LIST": lambda text, wanted: text == wanted,
}
_NUMBERS: dict[str, Callable[[float, list[float]], bool]] = {
    "GREATER": lambda number, bounds: number > bounds[0],
    "GREATER_THAN_EQ": lambda number, bounds: number >= bounds[0],
    "LESS": lambda number, bounds: number < bounds[0],
    "LESS_THAN_EQ": lambda number, bounds: number <= bounds[0],
    "EQ": lambda number, bounds: number in bounds,
    "NOT_EQ": lambda number, bounds: number not in bounds,
    "BETWEEN": lambda number, bounds: bounds[0] <= number <= bounds[1],
    "NOT_BETWEEN": lambda number, bounds: not bounds[0] <= number <= bounds[1],
    "AFTER": lambda number, bounds: number > bounds[0],
    "BEFORE": lambda number, bounds: number < bounds[0],
    "ON_OR_AFTER": lambda number, bounds: number >= bounds[0],
    "ON_OR_BEFORE": lambda number, bounds: number <= bounds[0],
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def meets(edit: Edit, sheet: Sheet, row: int, column: int, condition: Json) -> bool:
    """Whether what a cell shows meets a BooleanCondition; one that is not held here is met."""
    cell, kind_of = sheet.cell(row, column), condition.get("type", "")
    if kind_of in ("BLANK", "NOT_BLANK"):
        return cell.blank == (kind_of == "BLANK")
    wanted = [one.get("userEnteredValue", "") for one in condition.get("values", ())]
    number_format = number_format_at(edit.book, sheet, row, column)
    text = shown(cell.effective, number_format, edit.book.locale)
    if kind_of in _TEXTS:
        matches = [_TEXTS[kind_of](text.casefold(), one.casefold()) for one in wanted]
        return all(matches) if "NOT" in kind_of else any(matches)
    if kind_of == "TEXT_IS_EMAIL":
        return bool(_EMAIL.fullmatch(text))
    name = kind_of.removeprefix("NUMBER_").removeprefix("DATE_")
    if name != kind_of and name in _NUMBERS:
        return _number_meets(edit, (cell.effective or {}).get("numberValue"), name, wanted)
    return True


def _number_meets(edit: Edit, number: float | None, name: str, wanted: list[str]) -> bool:
    bounds = [_number(edit, one) for one in wanted]
    known = [bound for bound in bounds if bound is not None]
    if number is None or len(known) < len(bounds) or not known:
        return False
    return _NUMBERS[name](number, known)


def _number(edit: Edit, text: str) -> float | None:
    value, _ = enter(text, locale=edit.book.locale, now=edit.now)
    return (value or {}).get("numberValue")


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
