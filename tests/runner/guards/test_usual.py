"""Suddenly many more people than ever before: nobody is reached until somebody looked."""

from __future__ import annotations

import pytest

from tests.runner.guards.mailings import Mailing, goes, held, person


def runs_of(mailing: Mailing, *counts: int) -> None:
    """Runs that reach so many new people each, on days of their own."""
    everybody: list[dict[str, str]] = []
    for count in counts:
        everybody += [person(f"p{len(everybody) + n}") for n in range(count)]
        mailing.people(everybody)
        mailing.run()
        mailing.later(days=1)
    assert len(mailing.came) == sum(counts)


def more_people(mailing: Mailing, count: int) -> None:
    known = [row for row in mailing.tables["People"] if not row["Code"].startswith("new")]
    mailing.people([*known, *(person(f"new{n}") for n in range(count))])


def test_three_times_the_largest_is_still_usual(mailing: Mailing):
    runs_of(mailing, 8, 10, 9)
    more_people(mailing, 30)
    assert len(goes(mailing.plan())) == 30
    more_people(mailing, 31)
    says = "Waiting — 31 people now, usually 8 to 10. Needs a Go: sheetflow approve news"
    assert set(held(mailing.plan()).values()) == {("usual", says)}
    mailing.run()
    assert len(mailing.came) == 27


@pytest.mark.parametrize(("count", "reached"), [(20, 20), (21, 0)])
def test_up_to_twenty_people_are_never_too_many(mailing: Mailing, count: int, reached: int):
    runs_of(mailing, 1, 1, 1)
    more_people(mailing, count)
    assert len(goes(mailing.plan())) == reached


def test_with_fewer_than_three_runs_nothing_is_usual_yet(mailing: Mailing):
    mailing.recipe(more="limits: {people_per_run: 500}\n")
    runs_of(mailing, 1, 1)
    more_people(mailing, 100)
    assert len(goes(mailing.plan())) == 100


def test_runs_that_reached_nobody_say_nothing(mailing: Mailing):
    mailing.recipe(more="limits: {people_per_run: 500}\n")
    runs_of(mailing, 30, 30, 30)
    for _ in range(12):
        mailing.run()
    more_people(mailing, 90)
    assert len(goes(mailing.plan())) == 90


def test_a_go_lets_exactly_this_many_out(mailing: Mailing):
    runs_of(mailing, 1, 1, 1)
    more_people(mailing, 40)
    mailing.agree()
    mailing.run()
    assert len(mailing.came) == 43
