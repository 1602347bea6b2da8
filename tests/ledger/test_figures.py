"""What pictures are drawn from: the same from both databases, also after a kill."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sheetflow.ledger import figures
from sheetflow.ledger.records import Figures, Funnel, Load
from sheetflow.ledger.store import Ledger
from sheetflow.values import State
from tests.ledger.examples import NOW, UNSURE, entry, outcome

TODAY = NOW.date()


def ran(ledger: Ledger, found: Figures, *, recipe="welcome", later=0) -> str:
    at = NOW + timedelta(hours=later)
    with ledger.applying("a test") as turn:
        run = turn.begin(recipe, "", "f", at, at=at)
        turn.end(run, {}, figures=found, at=at)
    return run


def test_what_went_out_adds_up_by_day_and_word(ledger: Ledger):
    funnel = Funnel(5, 1, 4)
    yesterday = TODAY - timedelta(days=1)
    ran(ledger, Figures(funnel, {(TODAY, "Sent"): 3, (yesterday, "Sent"): 1}))
    ran(ledger, Figures(funnel, {(TODAY, "Sent"): 2, (TODAY, "Not sure"): 1}), recipe="other")
    with ledger.database.reading() as connection:
        everything = figures.went_out(connection, "", yesterday)
        one = figures.went_out(connection, "", TODAY, recipe="other")
        assert figures.went_out(connection, "another chapter", yesterday) == {}
    assert everything == {(TODAY, "Sent"): 5, (TODAY, "Not sure"): 1, (yesterday, "Sent"): 1}
    assert one == {(TODAY, "Sent"): 2, (TODAY, "Not sure"): 1}


def test_the_funnel_is_that_of_the_latest_run_that_ended(ledger: Ledger):
    ran(ledger, Figures(Funnel(9, 9, 0)))
    run = ran(ledger, Figures(Funnel(7, 2, 5)), later=1)
    with ledger.applying("a test") as turn:
        turn.begin("welcome", "", "f", NOW, at=NOW + timedelta(hours=2))
    with ledger.database.reading() as connection:
        found = figures.latest_funnel(connection, "", "welcome")
        assert figures.latest_funnel(connection, "", "other") is None
    assert found == (run, NOW + timedelta(hours=1), Funnel(7, 2, 5))


def test_who_has_how_many_is_what_the_latest_run_says(ledger: Ledger):
    ran(ledger, Figures(Funnel(1, 0, 1), loads={"assign": [Load("Gone", 9, 9)]}))
    few = [Load("Ana", 1, 3), Load("Bo", 4), Load("Ana", 2, 3)]
    ran(ledger, Figures(Funnel(1, 0, 1), loads={"assign": few}), later=1)
    with ledger.database.reading() as connection:
        at, found = figures.loads_of(connection, "", "welcome")
        assert figures.loads_of(connection, "", "other") == (None, {})
    assert at == NOW + timedelta(hours=1)
    assert found == {"assign": [Load("Bo", 4), Load("Ana", 2, 3), Load("Ana", 1, 3)]}


@pytest.mark.parametrize("times", [1, 2])
def test_what_a_killed_run_sent_is_counted_once_by_the_next_one(ledger: Ledger, times):
    with ledger.applying("a test") as turn:
        run = turn.begin("welcome", "", "f", NOW, at=NOW)
        with turn.lane() as lane:
            for row in ("ana", "bo", "cy"):
                lane.hand_over(entry(row), run=run, at=NOW)
                lane.finish(outcome(entry(row)), run=run)
            lane.hand_over(entry("di"), run=run, at=NOW)
            lane.finish(outcome(entry("di"), State.NOT_KNOWN, status=UNSURE), run=run)
            lane.finish(outcome(entry("ed"), State.WAITING), run=run)
            lane.finish(outcome(entry("ana", step="status", occasion=run)), run=run)
    for later in range(times):
        ran(ledger, Figures(Funnel(0, 0, 0)), later=later + 1)
    with ledger.database.reading() as connection:
        assert figures.went_out(connection, "", date(2026, 1, 1)) == {
            (TODAY, "Sent"): 3,
            (TODAY, "Not sure"): 1,
        }
