"""How much is too much, as people write it."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from sheetflow.language.policies import (
    Cap,
    QuietHours,
    parse_approval,
    parse_caps,
    parse_quiet_hours,
)
from sheetflow.language.problems import Mistake

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "caps"),
    [
        ("1 a day", (Cap(1, DAY),)),
        ("1 a day, 3 a week", (Cap(1, DAY), Cap(3, 7 * DAY))),
        ("2 A Day and 10 a month", (Cap(2, DAY), Cap(10, 30 * DAY))),
        ("none", ()),
    ],
)
def test_caps(text: str, caps: tuple[Cap, ...]):
    assert parse_caps(text) == caps


@pytest.mark.parametrize("text", ["", "many", "0 a day", "1 an hour", "1 a day,", "-1 a day"])
def test_what_is_no_cap_is_told(text: str):
    with pytest.raises(Mistake, match="does not say how many"):
        parse_caps(text)


def test_quiet_hours():
    assert parse_quiet_hours("21:00 to 8:00") == QuietHours(time(21), time(8))
    assert parse_quiet_hours("None") is None


@pytest.mark.parametrize("text", ["", "night", "21:00", "25:00 to 8:00", "9 to 8", "9:00 to 09:00"])
def test_what_is_no_quiet_time_is_told(text: str):
    with pytest.raises(Mistake):
        parse_quiet_hours(text)


@pytest.mark.parametrize(
    ("hours", "at", "quiet"),
    [
        (QuietHours(time(21), time(8)), time(21), True),
        (QuietHours(time(21), time(8)), time(0), True),
        (QuietHours(time(21), time(8)), time(7, 59, 59), True),
        (QuietHours(time(21), time(8)), time(8), False),
        (QuietHours(time(21), time(8)), time(20, 59, 59), False),
        (QuietHours(time(12), time(14)), time(13), True),
        (QuietHours(time(12), time(14)), time(14), False),
    ],
)
def test_the_beginning_is_quiet_and_the_end_is_not(hours: QuietHours, at: time, quiet: bool):
    assert hours.hold(at) is quiet


def test_when_a_plan_needs_a_go():
    assert parse_approval("Always") == 0
    assert parse_approval("never") is None
    assert parse_approval("over 1 person") == 1
    assert parse_approval("over  200 people") == 200


@pytest.mark.parametrize("text", ["", "sometimes", "over many people", "200"])
def test_what_says_no_when_is_told(text: str):
    with pytest.raises(Mistake, match="does not say when to ask"):
        parse_approval(text)
