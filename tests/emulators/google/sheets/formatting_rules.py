"""Whether a cell meets a condition, and what rules of conditional formatting make of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from .entering import enter
from .formatting import shown
from .formatting_dates import serial_of
from .formatting_gradients import colour_at
from .formulas import Unreadable, copied, read
from .formulas.evaluating import Evaluator
from .formulas.values import Scalar, Trouble, as_truth, from_extended
from .formulas_in_book import BookSource, number_format_at, zone_of
from .model import Json, Sheet, Spreadsheet

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
_AWAY = {
    "PAST_YEAR": -365,
    "PAST_MONTH": -30,
    "PAST_WEEK": -7,
    "YESTERDAY": -1,
    "TODAY": 0,
    "TOMORROW": 1,
}
"""Relative dates as days from today."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?")


class Conditions:
    """Asks conditions of cells of one spreadsheet, at a moment."""

    def __init__(self, book: Spreadsheet, now: datetime) -> None:
        self.book = book
        self.now = now
        self.source = _Shown(book, now)

    def meets(
        self, sheet: Sheet, row: int, column: int, condition: Json, top: int = 0, left: int = 0
    ) -> bool:
        """Whether what a cell shows meets a BooleanCondition; one unknown here is met.

        The references of a formula are meant for the cell at `top` and `left`.
        """
        cell, kind = sheet.cell(row, column), condition.get("type", "")
        if kind in ("BLANK", "NOT_BLANK"):
            return cell.blank == (kind == "BLANK")
        if kind == "CUSTOM_FORMULA":
            (wanted,) = self._wanted(condition) or [""]
            return self._true(sheet, row, column, copied(wanted, row - top, column - left))
        number_format = number_format_at(self.book, sheet, row, column)
        text = shown(cell.effective, number_format, self.book.locale)
        if kind in _TEXTS:
            matches = [
                _TEXTS[kind](text.casefold(), one.casefold()) for one in self._wanted(condition)
            ]
            return all(matches) if "NOT" in kind else any(matches)
        if kind in ("TEXT_IS_EMAIL", "TEXT_IS_URL"):
            return bool((_EMAIL if kind.endswith("EMAIL") else _URL).fullmatch(text))
        name = kind.removeprefix("NUMBER_").removeprefix("DATE_")
        if name != kind and name in _NUMBERS:
            return self._number_meets((cell.effective or {}).get("numberValue"), name, condition)
        return True

    def _wanted(self, condition: Json) -> list[str]:
        return [str(one.get("userEnteredValue", "")) for one in condition.get("values", ())]

    def _number_meets(self, number: float | None, name: str, condition: Json) -> bool:
        bounds = [self._number(one) for one in condition.get("values", ())]
        known = [bound for bound in bounds if bound is not None]
        if number is None or len(known) < len(bounds) or not known:
            return False
        return _NUMBERS[name](number, known)

    def _number(self, given: Json) -> float | None:
        """The number or date of a ConditionValue."""
        if given.get("relativeDate") in _AWAY:
            here = self.now.astimezone(zone_of(self.book))
            return serial_of((here + timedelta(days=_AWAY[given["relativeDate"]])).date())
        text = given.get("userEnteredValue", "")
        if text.startswith("="):
            value = self._value(None, 0, 0, text)
            return float(value) if isinstance(value, (int, float)) else None
        found, _ = enter(text, locale=self.book.locale, now=self.now)
        return (found or {}).get("numberValue")

    def _true(self, sheet: Sheet, row: int, column: int, formula: str) -> bool:
        value = self._value(sheet, row, column, formula)
        try:
            return as_truth(value)
        except Trouble:
            return False

    def _value(self, sheet: Sheet | None, row: int, column: int, formula: str) -> Scalar:
        home = sheet or self.book.sheets[0]
        text = formula if formula.startswith("=") else "=" + formula
        try:
            tree = read(text, self.source.locale.decimal)
            return Evaluator(self.source, home.id, row, column).scalar(tree)
        except (Unreadable, Trouble, ArithmeticError, ValueError):
            return None


class _Shown(BookSource):
    """A spreadsheet as it was calculated last."""

    def value(self, sheet: int, row: int, column: int) -> Scalar:
        return from_extended(self.by_id[sheet].cell(row, column).effective)


class Rules:
    """What the rules of a sheet make of its cells; of two that set the same, the first counts."""

    def __init__(self, book: Spreadsheet, sheet: Sheet, now: datetime) -> None:
        self.sheet = sheet
        self.conditions = Conditions(book, now)
        self._numbers: dict[int, list[float]] = {}

    def at(self, row: int, column: int) -> Json | None:
        """The parts of a CellFormat that rules set at a cell; None where no rule applies."""
        found: Json | None = None
        for number, rule in enumerate(self.sheet.conditional_formats):
            corner = _corner(rule["ranges"], row, column)
            form = None if corner is None else self._format(number, rule, row, column, corner)
            if form is not None:
                found = _under(found or {}, form)
        return found

    def _format(
        self, number: int, rule: Json, row: int, column: int, corner: tuple[int, int]
    ) -> Json | None:
        """What one rule sets at a cell of its ranges; None where it does not apply."""
        boolean = rule.get("booleanRule")
        if boolean is None:
            value = (self.sheet.cell(row, column).effective or {}).get("numberValue")
            gradient = rule.get("gradientRule", {})
            known = None if value is None else colour_at(value, gradient, self._all(number, rule))
            return None if known is None else _background(known)
        condition = boolean.get("condition", {})
        met = self.conditions.meets(self.sheet, row, column, condition, *corner)
        return boolean.get("format", {}) if met else None

    def _all(self, number: int, rule: Json) -> list[float]:
        """The numbers of all cells in a rule's ranges."""
        if number not in self._numbers:
            self._numbers[number] = [
                cell.effective["numberValue"]
                for row, column, cell in self.sheet.cells()
                if cell.effective
                and "numberValue" in cell.effective
                and _corner(rule["ranges"], row, column)
            ]
        return self._numbers[number]


def _background(colour: Json) -> Json:
    return {"backgroundColor": colour, "backgroundColorStyle": {"rgbColor": colour}}


def _corner(ranges: list[Json], row: int, column: int) -> tuple[int, int] | None:
    """The first row and column of a rule's ranges, if the cell lies in one of them."""
    for one in ranges:
        top, left = one.get("startRowIndex", 0), one.get("startColumnIndex", 0)
        below, beside = one.get("endRowIndex", row + 1), one.get("endColumnIndex", column + 1)
        if top <= row < below and left <= column < beside:
            return ranges[0].get("startRowIndex", 0), ranges[0].get("startColumnIndex", 0)
    return None


def _under(first: Json, later: Json) -> Json:
    """What a later rule adds to what earlier ones set."""
    found = dict(later)
    for name, value in first.items():
        other = found.get(name)
        both = isinstance(value, dict) and isinstance(other, dict) and name == "textFormat"
        found[name] = {**other, **value} if both else value
    return found
