"""The effective values of all formulas of a spreadsheet, with what spills into empty neighbours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from ..formatting_locales import Locale
from .evaluating import Evaluator
from .reading import Unreadable, read
from .references import Area, letters
from .values import Block, Error, Scalar, Trouble, Value, from_extended, to_extended

Place = tuple[int, int, int]
"""Sheet id, row and column, from 0."""

_DEEPEST = 40
"""Formulas that wait for each other before the innermost is worked out first, by itself."""
_ROUNDS = 12
"""How often all is calculated anew because something spilled elsewhere than before."""
_CIRCLE = Error(
    "REF",
    "Circular dependency detected. To resolve with iterative calculation, see File > Settings.",
)


class Source(Protocol):
    """A spreadsheet as far as its calculation needs it."""

    locale: Locale
    now: float
    """The serial of now in its zone."""

    def sheet(self, title: str) -> int | None:
        """The id of the sheet of a title."""

    def size(self, sheet: int) -> tuple[int, int]:
        """A sheet's rows and columns."""

    def entered(self, sheet: int, row: int, column: int) -> dict[str, Any] | None:
        """What was entered in a cell, as the API's ExtendedValue."""

    def named(self, name: str) -> Area | None:
        """The range of a name."""

    def formulas(self) -> Iterable[Place]:
        """Where formulas stand."""


class _Needs(Exception):
    """A formula that must be worked out before the one that asked for it."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.place = place


def calculate(source: Source) -> dict[Place, dict[str, Any]]:
    """The effective value (ExtendedValue) of each formula and of each cell that one spills into.

    What is empty is left out: a formula that refers to an empty cell shows nothing.
    """
    places = sorted(source.formulas())
    if not places:
        return {}
    spilled: dict[Place, Scalar] = {}
    for _ in range(_ROUNDS):
        run = _Run(source, set(places), spilled)
        for place in places:
            run.settle(place)
        if run.spills == spilled:
            break
        spilled = run.spills
    found = {place: to_extended(value) for place, value in (run.spills | run.results).items()}
    return {place: value for place, value in found.items() if value is not None}


class _Run:
    """One pass over all formulas, in which what spilled in the pass before is taken as given."""

    def __init__(self, source: Source, places: set[Place], spilled: dict[Place, Scalar]) -> None:
        self.source = source
        self.places = places
        self.spilled = spilled
        self.results: dict[Place, Scalar] = {}
        self.spills: dict[Place, Scalar] = {}
        self.open: list[Place] = []
        self.depth = 0
        self.locale = source.locale
        self.now = source.now

    # What an evaluator asks of its book

    def sheet(self, title: str) -> int | None:
        return self.source.sheet(title)

    def size(self, sheet: int) -> tuple[int, int]:
        return self.source.size(sheet)

    def named(self, name: str) -> Area | None:
        return self.source.named(name)

    def has_formula(self, sheet: int, row: int, column: int) -> bool:
        return (sheet, row, column) in self.places

    def value(self, sheet: int, row: int, column: int) -> Scalar:
        place = (sheet, row, column)
        if place not in self.places:
            entered = self.source.entered(sheet, row, column)
            return from_extended(entered) if entered else self.spilled.get(place)
        if place in self.results:
            return self.results[place]
        if place in self.open:
            raise Trouble(_CIRCLE)
        if self.depth >= _DEEPEST:
            raise _Needs(place)
        self.depth += 1
        try:
            self.work_out(place)
        finally:
            self.depth -= 1
        return self.results[place]

    # The pass

    def settle(self, place: Place) -> None:
        """Works a formula out, those first that it needs, however long the chain."""
        waiting = [place]
        while waiting:
            last = waiting[-1]
            try:
                if last not in self.results:
                    self.work_out(last)
                waiting.pop()
            except _Needs as need:
                if need.place in waiting:
                    self.results[last] = _CIRCLE
                    waiting.pop()
                else:
                    waiting.append(need.place)

    def work_out(self, place: Place) -> None:
        self.open.append(place)
        try:
            found = self._evaluated(place)
        finally:
            self.open.pop()
        if isinstance(found, Block):
            found = self._spread(place, found)
        self.results[place] = found

    def _evaluated(self, place: Place) -> Value:
        sheet, row, column = place
        formula = (self.source.entered(*place) or {}).get("formulaValue", "")
        try:
            tree = read(formula, self.locale.decimal)
        except Unreadable:
            return Error("ERROR", "Formula parse error.")
        evaluator = Evaluator(self, sheet, row, column)
        try:
            found = evaluator.value(tree)
            if isinstance(found, Block) and found.area is not None:
                return evaluator.single(found)
            return found
        except Trouble as trouble:
            return trouble.error
        except (OverflowError, ValueError, RecursionError):
            return Error("NUM", "The result is not a number that can be shown.")

    def _spread(self, place: Place, found: Block) -> Scalar:
        """Puts a block into the cells right of and below a formula, if they are all free."""
        if not found.rows or not found.rows[0]:
            return Error("REF", "The result is empty.")
        sheet, top, left = place
        rows, columns = self.source.size(sheet)
        if top + found.height > rows or left + found.width > columns:
            missing, kind = (
                (top + found.height - rows, "rows")
                if top + found.height > rows
                else (left + found.width - columns, "columns")
            )
            message = (
                f"Result was not automatically expanded, please insert more {kind} ({missing})."
            )
            return Error("REF", message)
        cells = {
            (sheet, top + down, left + beside): value
            for down, line in enumerate(found.rows)
            for beside, value in enumerate(line)
        }
        first = cells.pop(place)
        for target in cells:
            if target in self.places or self.source.entered(*target) or target in self.spills:
                name = f"{letters(target[2])}{target[1] + 1}"
                message = (
                    f"Array result was not expanded because it would overwrite data in {name}."
                )
                return Error("REF", message)
        self.spills.update(cells)
        return first
