"""Rows on their way through the steps: of each, where it stands and what it was given so far."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

from sheetflow.language.recipe import Recipe
from sheetflow.plugin.action import Work
from sheetflow.runner.session import Session
from sheetflow.sequences import LongSequence, Picked
from sheetflow.spool import Spool
from sheetflow.values import Key, Row


class Underway(LongSequence[Work]):
    """Rows of a recipe's table in their order. A Work is made of each whenever it is asked for."""

    def __init__(self, recipe: Recipe, session: Session) -> None:
        self._recipe = recipe
        self._session = session
        self._rows = session.tools.table(recipe.table).rows
        self._places = array("I")
        self._names: Spool[dict[str, Any] | None] = Spool()

    def append(self, place: int, names: dict[str, Any] | None = None) -> None:
        """Put the row at this place among all of the table, with the names it knows."""
        self._places.append(place)
        self._names.append(names or None)

    def at_step(self, step: str) -> Iterator[tuple[int, Work]]:
        """Each as it comes to a step, with its place among all rows of the table."""
        rows = Picked(self._rows, self._places)
        for place, row, names in zip(self._places, rows, self._names, strict=True):
            yield place, self._work(row, names, step)

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Work]:
        return (work for _, work in self.at_step(""))

    def _at(self, number: int) -> Work:
        return self._work(self._rows[self._places[number]], self._names[number])

    def _work(self, row: Row, names: dict[str, Any] | None, step: str = "") -> Work:
        work = work_on(self._recipe, self._session, row, step)
        work.names.update(names or {})
        return work


def work_on(recipe: Recipe, session: Session, row: Row, step: str = "") -> Work:
    """A row at the beginning of its way through the steps, or of one of them."""
    key = Key(session.chapter, recipe.id, step, recipe.table, row.id)
    return Work(row, session.tools.table(recipe.table), recipe.row, key, session.tools)
