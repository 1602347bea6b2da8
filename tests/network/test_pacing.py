"""Never more than a limit allows in any window, and never longer waiting than that takes."""

from __future__ import annotations

from hypothesis import given, strategies as st

from sheetflow.network.pacing import SLACK, Left, Pacer, Waiting
from sheetflow.network.services import Charge, Limit
from tests.network.service import Hourglass

LIMIT = Limit(5, "second", "all")
WINDOW = 1.0 * SLACK


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
        _, wait = pacer.turn("Board", {"": [Charge(LIMIT, units)]}, patience=1e9)
        glass.sleep(wait)
        made.append((glass.now(), units))
    for start, _ in made:
        within = sum(units for at, units in made if start <= at < start + WINDOW - 1e-6)
        assert within <= LIMIT.count


@given(st.integers(1, 30))
def test_nobody_waits_while_there_is_room(count: int):
    glass = Hourglass()
    pacer = Pacer(Waiting(glass.now, glass.sleep))
    for _ in range(count):
        _, wait = pacer.turn("Board", {"": [Charge(LIMIT)]}, patience=1e9)
        glass.sleep(wait)
    full = (count - 1) // LIMIT.count
    assert abs(glass.now() - full * WINDOW) < 1e-6


def test_a_wait_that_is_too_long_is_told_and_not_counted():
    pacer = Pacer(Waiting(lambda: 0.0, lambda _: None))
    day = [Charge(Limit(2, "day", "host"))]
    assert [pacer.turn("Board", {"": day}, patience=60.0)[1] for _ in range(2)] == [0.0, 0.0]
    waits = [pacer.turn("Board", {"": day}, patience=60.0)[1] for _ in range(3)]
    assert waits == [86_400.0 * SLACK] * 3


def test_two_limits_hold_together():
    glass = Hourglass()
    pacer = Pacer(Waiting(glass.now, glass.sleep))
    both = [Charge(Limit(5, "second", "base")), Charge(Limit(6, "minute", "token"))]
    waits = []
    for _ in range(8):
        _, wait = pacer.turn("Board", {"": both}, patience=1e9)
        glass.sleep(wait)
        waits.append(round(wait, 3))
    assert waits == [0, 0, 0, 0, 0, 1.1, 64.9, 0]


def test_who_was_told_to_pause_pauses_and_others_go_on():
    glass = Hourglass()
    pacer = Pacer(Waiting(glass.now, glass.sleep))
    pacer.pause("Board", "one", 30.0)
    assert pacer.turn("Board", {"one": [], "two": []}, patience=60.0) == ("two", 0.0)
    assert pacer.turn("Board", {"one": []}, patience=60.0) == ("one", 30.0)


def test_it_says_what_is_left():
    glass = Hourglass()
    pacer = Pacer(Waiting(glass.now, glass.sleep))
    for _ in range(3):
        pacer.turn("Board", {"": [Charge(LIMIT)]}, patience=60.0)
    assert pacer.left() == [Left("Board", LIMIT, 2)]
    glass.sleep(WINDOW)
    assert pacer.left() == [Left("Board", LIMIT, 5)]
