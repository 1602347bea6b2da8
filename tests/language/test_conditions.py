"""Why a row is not selected: the first reason, in words, and who has to settle it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from sheetflow.language.conditions import (
    EVERYONE,
    AnyOf,
    Condition,
    ExpressionCondition,
    Reason,
    Where,
    first_reason,
)
from sheetflow.language.conditions.phrasebook import parse_phrase
from sheetflow.language.position import Position
from sheetflow.language.templating import Environment
from sheetflow.language.templating.fields import Fields
from sheetflow.values import Cell, Status, Word

NOW = datetime(2026, 3, 14, 12, tzinfo=ZoneInfo("Europe/Berlin"))
HERE = Position(Path("r.yaml"), 1, 1)
WHO = Status(Word.NEEDS_YOU, "who is Sam? Not in Coaches")


def condition(column: str, phrase: str) -> Condition:
    """A condition on a column."""
    return Condition(column, parse_phrase(phrase), HERE)


def any_of(*alternatives: Where) -> AnyOf:
    """Alternatives."""
    return AnyOf(alternatives, HERE)


def expression(text: str) -> ExpressionCondition:
    """A condition in Jinja."""
    return ExpressionCondition(Environment().expression(text, HERE, "where"), HERE)


def reason(where: Where, cells: Mapping[str, Any]) -> Reason | None:
    """Why a row with these values, or whole cells, is not selected."""

    def read(column: str, kind: str | None) -> Cell:
        value = cells.get(column)
        return value if isinstance(value, Cell) else Cell(value, value)

    def context() -> Mapping[str, Any]:
        return {"row": Fields(lambda name: cells[name], tuple(cells))}

    return first_reason(where, read, context, NOW)


@pytest.mark.parametrize(
    ("phrase", "value", "text"),
    [
        ("is empty", "Bo", 'Coach is "Bo", not empty'),
        ("is not empty", None, "Coach is empty"),
        ("is New", "Old", 'Coach is "Old", not "New"'),
        ("is New", "  ", 'Coach is empty, not "New"'),
        ("is New or Lost", "Old", 'Coach is "Old", neither "New" nor "Lost"'),
        ("is empty or New", "Old", 'Coach is "Old", neither empty nor "New"'),
        ("is not New", "new", 'Coach is "new"'),
        ("contains x", "abc", 'Coach is "abc", which does not contain "x"'),
        ("starts with x", None, 'Coach is empty, which does not start with "x"'),
        ("is more than 5", 4.5, "Coach is 4.5, not more than 5"),
        ("is in the future", NOW, "Coach is Sat 14 Mar, 12:00 CET, not in the future"),
        ("is within 48 hours", date(2026, 4, 1), "Coach is 1 April 2026, not within 48 hours"),
        ("was 3 days ago", date(2026, 3, 1), "Coach is 1 March 2026, not 3 days ago"),
        (
            "was more than 9 days ago",
            date(2026, 3, 9),
            "Coach is 9 March 2026, not more than 9 days ago",
        ),
        ("is before 2026-01-01", date(2026, 3, 1), "Coach is 1 March 2026, not before 2026-01-01"),
        ("is ticked", False, "Coach is not ticked"),
        ("is ticked", None, "Coach is empty"),
        ("is not ticked", True, "Coach is ticked"),
        ("is empty", "a" * 60, f'Coach is "{"a" * 39}…", not empty'),
        ("is empty", "a\n\x1b[2J\u202eb", 'Coach is "a [2Jb", not empty'),
    ],
)
def test_a_reason_says_what_the_cell_is_and_is_not(phrase: str, value: object, text: str):
    assert reason((condition("Coach", phrase),), {"Coach": value}) == Reason("Coach", text)


def test_everyone_has_no_reason():
    assert reason(EVERYONE, {}) is None


def test_all_conditions_must_hold_and_the_first_that_does_not_is_the_reason():
    where = (condition("A", "is 1"), condition("B", "is 2"), condition("C", "is 3"))
    assert reason(where, {"A": "1", "B": "2", "C": "3"}) is None
    assert reason(where, {"A": "1", "B": "x", "C": "y"}) == Reason("B", 'B is "x", not "2"')


def test_a_cell_that_needs_a_person_is_the_reason_only_when_all_else_holds():
    where = (condition("Coach", "is empty"), condition("Status", "is New"))
    unclear = Cell("Sam", problem=WHO)
    assert reason(where, {"Coach": unclear, "Status": "New"}) == Reason("Coach", str(WHO), WHO)
    assert reason(where, {"Coach": unclear, "Status": "Old"}) == Reason(
        "Status", 'Status is "Old", not "New"'
    )


def test_a_name_is_compared_as_it_stands_in_the_cell_and_as_what_it_means():
    where = (condition("Coach", "is Bo"),)
    assert reason(where, {"Coach": Cell("Bo", "row-7")}) is None
    assert reason(where, {"Coach": Cell("Ann", "row-7")}) == Reason(
        "Coach", 'Coach is "Ann", not "Bo"'
    )
    assert reason((condition("Coach", "is row-7"),), {"Coach": Cell("Bo", "row-7")}) is None


def test_what_a_cell_is_not_counts_for_all_that_it_can_be_called():
    where = (condition("Coach", "is not Bo"),)
    assert reason(where, {"Coach": Cell("Bo", "row-7")}) == Reason("Coach", 'Coach is "Bo"')


def test_where_a_moment_is_asked_for_a_day_will_do():
    def read(column: str, kind: str | None) -> Cell:
        if kind == "date":
            return Cell("2026-03-20", date(2026, 3, 20))
        return Cell("2026-03-20", problem=Status(Word.NEEDS_YOU, "no time of day"))

    where = (condition("Due", "is in the future"),)
    assert first_reason(where, read, dict, NOW) is None


def test_one_alternative_is_enough():
    where = (
        any_of(
            (condition("Region", "is North"), condition("Status", "is New")),
            (condition("Region", "is South"),),
        ),
    )
    assert reason(where, {"Region": "South", "Status": "Old"}) is None
    assert reason(where, {"Region": "North", "Status": "New"}) is None
    assert reason(where, {"Region": "North", "Status": "Old"}) == Reason(
        "", 'Status is "Old", not "New"; Region is "North", not "South"'
    )


def test_alternatives_wait_for_a_person_when_one_of_them_may_hold():
    where = (any_of((condition("Coach", "is empty"),), (condition("Status", "is New"),)),)
    unclear = Cell("Sam", problem=WHO)
    assert reason(where, {"Coach": unclear, "Status": "New"}) is None
    assert reason(where, {"Coach": unclear, "Status": "Old"}) == Reason("Coach", str(WHO), WHO)


def test_an_expression_is_true_or_the_reason():
    where = (expression("row.age > row.least"),)
    assert reason(where, {"Age": 20, "Least": 18}) is None
    assert reason(where, {"Age": 16, "Least": 18}) == Reason(
        "", '"row.age > row.least" is not true'
    )


def test_an_expression_that_cannot_be_worked_out_needs_a_person():
    found = reason((expression("row.age"),), {"Age": 20})
    assert found is not None
    assert found.status == Status(
        Word.NEEDS_YOU, 'a condition gives "20", which is neither true nor false'
    )


def test_the_context_is_only_made_for_expressions():
    def context() -> Mapping[str, Any]:
        raise AssertionError("nobody asked for it")

    where = (condition("A", "is empty"),)
    assert first_reason(where, lambda _c, _k: Cell(), context, NOW) is None


@given(st.lists(st.sampled_from(["x", None, Cell("?", problem=WHO)]), max_size=5))
def test_a_row_is_selected_waits_or_is_left_out_whatever_the_order(cells: list[Any]):
    where = tuple(condition(str(number), "is x") for number in range(len(cells)))
    found = reason(where, {str(number): cell for number, cell in enumerate(cells)})
    backwards = reason(where[::-1], {str(number): cell for number, cell in enumerate(cells)})
    if None in cells:
        assert found is not None
        assert found.status is None
    elif any(isinstance(cell, Cell) for cell in cells):
        assert found is not None
        assert found.status == WHO
    else:
        assert found is None
    assert (found is None) == (backwards is None)
