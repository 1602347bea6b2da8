"""Everybody in a plan is found in the part where people look for them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, strategies as some

from sheetflow.reporting.groups import (
    IN_DOUBT,
    Someone,
    counted,
    listed,
    one_line,
    overview,
    shown,
    when,
)
from sheetflow.values import Blank, CellError, Change, Noop, RowRef, Word

from .conftest import HOSTILE, entry, make_plan


def names(reasons):
    return {reason.text: [someone.who for someone in reason.people] for reason in reasons}


def test_people_are_sorted_by_what_becomes_of_them(plan):
    found = overview(plan)
    assert [person.someone.who for person in found.acted_on] == ["Ana", HOSTILE]
    assert names(found.waiting) == {
        "two addresses here, keep one": ["Bo", "Cy"],
        "Lee: no e-mail address": [HOSTILE],
    }
    assert names(found.left_out) == {
        'Stage is "Lapsed", not New': [f"Pat {n}" for n in range(20, 32)],
        "everything was done before": ["Di", "Ed"],
    }
    assert (found.letters, found.meetings, found.cells) == (2, 1, 2)


def test_what_may_be_done_already_waits_and_is_no_message():
    mail = Change("write", data={"letter": {}}, cells={"Stage": "New"})
    found = overview(
        make_plan(
            entry("1", "Ana", "email", mail, doubtful=True),
            entry("2", "Bo", "email", mail, doubtful=True),
            entry("2", "Bo", "set", Change("", cells={"Stage": "New"})),
        )
    )
    assert [person.someone.who for person in found.acted_on] == ["Bo"]
    assert names(found.waiting) == {IN_DOUBT: ["Ana", "Bo"]}
    assert (found.letters, found.cells, found.doubts) == (0, 1, 2)


deeds = some.builds(Change, some.just("x")) | some.builds(
    Noop, some.sampled_from(["a", "b"]), some.sampled_from(Word), quiet=some.booleans()
)
plans = some.lists(
    some.tuples(some.sampled_from("123456"), deeds, some.booleans()), max_size=15
).map(
    lambda rows: make_plan(
        *(
            entry(row, f"P{row}", "email", deed, doubtful=doubtful and isinstance(deed, Change))
            for row, deed, doubtful in rows
        )
    )
)


@given(plans)
def test_nobody_gets_lost_and_nobody_is_both_left_out_and_something_else(plan):
    found = overview(plan)
    acted = {person.someone.ref for person in found.acted_on}
    waiting = [each.ref for reason in found.waiting for each in reason.people]
    out = [each.ref for reason in found.left_out for each in reason.people]
    assert acted | {*waiting, *out} == {each.key.ref for each in plan.entries}
    assert len(set(waiting)) == len(waiting)
    assert len(set(out)) == len(out)
    assert not set(out) & (acted | set(waiting))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "empty"),
        ("  ", "empty"),
        (3.0, "3"),
        (True, "yes"),
        (date(2026, 3, 20), "20 March 2026"),
        (Blank("Zoom link"), "‹Zoom link›"),
        (CellError("#REF!"), "#REF!"),
        (RowRef("Team", "7"), "Team/7"),
        (["a", "b"], "a, b"),
        ("a\x1b[2J\r\nb\u202e", "a[2J b"),
        ("x" * 500, "x" * 199 + "…"),
    ],
)
def test_a_cell_is_shown_in_words(value, text):
    assert shown(value) == text


@given(some.text())
def test_a_line_is_one_line_whatever_a_cell_holds(text):
    line = one_line(text)
    assert len(line) <= 200
    assert len(line.splitlines()) <= 1
    assert "\x1b" not in line


def test_small_words():
    assert (counted(1, "person", "people"), counted(0, "cell")) == ("1 person", "0 cells")
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert when(datetime(2026, 3, 17, 18, tzinfo=UTC)) == "Tue 17 March 2026, 18:00 UTC"
    assert str(Someone(RowRef("People", "7"), "Ana", 3)) == "Ana (row 3)"
    assert str(Someone(RowRef("People", "7"), "  ")) == "7"
