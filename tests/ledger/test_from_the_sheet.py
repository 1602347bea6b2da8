"""What is asked and ticked in sheets, and errands of the clock, over both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from sheetflow.ledger.asks import Ask
from sheetflow.ledger.controls import Control, Controls
from sheetflow.ledger.errands import Errands
from sheetflow.ledger.store import Ledger
from tests.ledger.examples import NOW

DAY = timedelta(days=1)


@pytest.fixture
def ledger(address: str) -> Iterator[Ledger]:
    with closing(Ledger.open(address)) as made:
        yield made


def tomorrow(after: datetime) -> datetime:
    return after + DAY


def test_asks_are_kept_ticked_and_forgotten(ledger: Ledger):
    first = Ask("news", "a", "tick", {"k": "c m"}, NOW)
    with ledger.applying("test") as turn:
        turn.remember_asks("main", "People", "news", {"a": first, "b": None})
        turn.remember_asks("main", "People", "more", {"a": Ask("more", "a", "too", {}, NOW)})
        turn.remember_ticks("main", "People", "news", ["a"])
        given = ledger.asks("main", "People")["a"]["news"].given_at
        turn.remember_asks("main", "People", "more", {"a": None})
    (kept,) = ledger.asks("main", "People")["a"].values()
    assert given is not None
    assert kept == Ask("news", "a", "tick", {"k": "c m"}, NOW, given)
    assert ledger.asks("main", "Other") == {}


def test_lines_of_one_place_are_not_those_of_another(ledger: Ledger):
    here = Controls(ledger.database, "main", "here")
    line = Control("news", True, {"Next run": "soon"}, "look")
    here.keep(line)
    here.keep(line)
    assert here.all() == {"news": line}
    assert Controls(ledger.database, "main", "there").all() == {}


def test_an_errand_is_done_once_for_each_due_time(ledger: Ledger):
    errands = Errands(ledger.database, "main")
    assert errands.take("digest", "daily", NOW, tomorrow) is None
    assert errands.take("digest", "daily", NOW + DAY / 2, tomorrow) is None
    due = errands.take("digest", "daily", NOW + 3 * DAY, tomorrow)
    assert due is not None
    assert (due.at, due.next_at, due.last_at) == (NOW + DAY, NOW + 4 * DAY, NOW)
    assert errands.take("digest", "daily", NOW + 3 * DAY, tomorrow) is None
    errands.put_off("digest", due, NOW + 3 * DAY + DAY / 24)
    again = errands.take("digest", "daily", NOW + 3 * DAY + DAY / 12, tomorrow)
    assert again is not None
    errands.done("digest", NOW + 3 * DAY)
    later = errands.take("digest", "daily", NOW + 5 * DAY, tomorrow)
    assert later is not None
    assert later.last_at == NOW + 3 * DAY


def test_another_schedule_begins_anew_and_a_clock_far_ahead_is_not_believed(ledger: Ledger):
    errands = Errands(ledger.database, "main")
    errands.take("digest", "daily", NOW, tomorrow)
    assert errands.take("digest", "weekly", NOW + 2 * DAY, tomorrow) is None
    errands.take("digest", "daily", NOW + 400 * DAY, tomorrow)
    assert errands.take("digest", "daily", NOW, tomorrow) is None
    assert errands.take("digest", "daily", NOW + 2 * DAY, tomorrow) is not None
