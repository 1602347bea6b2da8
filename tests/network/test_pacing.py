"""Never more than a limit allows in any window, and never longer waiting than that takes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from sheetflow.network.pacing import Left, Pacer, Turn, Waiting
from sheetflow.network.services import Charge, Limit
from sheetflow.network.windows import SLACK, SLOTS, Window, read_used, written
from tests.network.service import Hourglass

LIMIT = Limit(5, "second", "all")
WINDOW = 1.0 * SLACK
SURE = WINDOW - 1 / SLOTS
"""Seconds in which there are never more, however they lie: still longer than the limit's own."""


@given(
    st.lists(
        st.tuples(st.floats(0, 2, allow_nan=False), st.integers(1, 5)), min_size=1, max_size=40
    )
)
def test_no_window_holds_more_than_the_limit(requests: list[tuple[float, int]]):
    glass = Hourglass()
    pacer = Pacer(Waiting(glass.now, glass.sleep))
    made: list[tuple[float, int]] = []
    for idle, units in requests:
        glass.sleep(idle)
        _, wait, _ = pacer.turn("Board", {"": [Charge(LIMIT, units)]}, patience=1e9)
        glass.sleep(wait)
        made.append((glass.now(), units))
    for start, _ in made:
        within = sum(units for at, units in made if start <= at < start + SURE - 1e-4)
        assert within <= LIMIT.count


@given(st.integers(1, 30))
def test_nobody_waits_while_there_is_room(count: int):
    glass = Hourglass()
    pacer = Pacer(Waiting(glass.now, glass.sleep))
    for _ in range(count):
        _, wait, _ = pacer.turn("Board", {"": [Charge(LIMIT)]}, patience=1e9)
        glass.sleep(wait)
    full = (count - 1) // LIMIT.count
    assert abs(glass.now() - full * WINDOW) < 1e-6


def test_a_wait_that_is_too_long_is_told_and_not_counted():
    pacer = Pacer(Waiting(lambda: 0.0, lambda _: None))
    day = [Charge(Limit(2, "day", "host"))]
    assert [pacer.turn("Board", {"": day}, patience=60.0)[1] for _ in range(2)] == [0.0, 0.0]
    waits = [pacer.turn("Board", {"": day}, patience=60.0)[1] for _ in range(3)]
    assert waits == [pytest.approx(86_400.0 * SLACK)] * 3


def test_two_limits_hold_together():
    glass = Hourglass()
    pacer = Pacer(Waiting(glass.now, glass.sleep))
    both = [Charge(Limit(5, "second", "base")), Charge(Limit(6, "minute", "token"))]
    waits = []
    for _ in range(8):
        _, wait, _ = pacer.turn("Board", {"": both}, patience=1e9)
        glass.sleep(wait)
        waits.append(round(wait, 3))
    assert waits == [0, 0, 0, 0, 0, 1.1, 64.9, 0]


def test_who_was_told_to_pause_pauses_and_others_go_on():
    glass = Hourglass()
    pacer = Pacer(Waiting(glass.now, glass.sleep))
    pacer.pause("Board", "one", 30.0)
    assert pacer.turn("Board", {"one": [], "two": []}, patience=60.0) == Turn("two", 0.0)
    assert pacer.turn("Board", {"one": []}, patience=60.0) == Turn("one", 30.0)


def test_it_says_what_is_left():
    glass = Hourglass()
    pacer = Pacer(Waiting(glass.now, glass.sleep))
    for _ in range(3):
        pacer.turn("Board", {"": [Charge(LIMIT)]}, patience=60.0)
    assert pacer.left() == [Left("Board", LIMIT, used=3)]
    assert pacer.left()[0].units == 2
    glass.sleep(WINDOW)
    assert pacer.left() == [Left("Board", LIMIT, used=0)]


def test_what_a_service_pauses_may_be_less_than_an_identity():
    glass = Hourglass()
    pacer = Pacer(Waiting(glass.now, glass.sleep))
    pacer.pause("Board", "base one", 30.0)
    waits = [
        pacer.turn("Board", {"me": []}, patience=60.0, pauses={"me": base}).wait
        for base in ("base one", "base two")
    ]
    assert waits == [30.0, 0.0]


MONTH = Limit(3, "month", "calls")
FIRST_OF_MARCH = datetime(2026, 3, 1, tzinfo=UTC).timestamp()


def test_a_month_is_one_of_the_calendar():
    glass = Hourglass(FIRST_OF_MARCH - 60.0)
    pacer = Pacer(Waiting(glass.now, glass.sleep))
    turns = [pacer.turn("Board", {"": [Charge(MONTH)]}, patience=10.0) for _ in range(4)]
    assert turns == [*[Turn("", 0.0)] * 3, Turn("", 60.0, MONTH)]
    glass.sleep(60.0)
    assert pacer.turn("Board", {"": [Charge(MONTH)]}, patience=10.0) == Turn("", 0.0)
    assert pacer.left() == [Left("Board", MONTH, used=1)]


def test_what_has_no_limit_is_only_counted():
    glass = Hourglass(FIRST_OF_MARCH)
    pacer = Pacer(Waiting(glass.now, glass.sleep))
    calls = Limit(0, "month", "calls")
    for _ in range(1_000):
        assert pacer.turn("Board", {"": [Charge(calls)]}, patience=0.0).wait == 0.0
    assert pacer.left() == [Left("Board", calls, used=1_000)]


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(1, 6)), min_size=1, max_size=30))
def test_what_is_promised_for_later_counts_as_well(asked: list[tuple[float, int]]):
    """Requests in any order, some of which another limit holds back: no window has too many."""
    window, used, now = Window(LIMIT), read_used(""), 0.0
    for later, units in asked:
        at = window.free_at(used, units, now + later)
        assert at >= now + later
        used = read_used(written(window.taken(used, min(units, LIMIT.count), at, now)))
    slots = sorted(used)
    for first in slots:
        assert sum(used[slot] for slot in slots if first <= slot < first + 44) <= LIMIT.count
