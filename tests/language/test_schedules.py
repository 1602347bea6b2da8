"""When a recipe runs and when a step is repeated, as people write it."""

from __future__ import annotations

from contextlib import suppress
from datetime import time, timedelta

import pytest
from hypothesis import given, strategies as st

from sheetflow.language.durations import LONGEST, duration_in_words, parse_duration
from sheetflow.language.problems import Mistake
from sheetflow.language.schedules import (
    AGAINS,
    SCHEDULES,
    Again,
    Schedule,
    parse_again,
    parse_schedule,
)

EXAMPLES = (
    'Write it like "every 15 minutes", "every hour", "every day at 09:00",'
    ' "every weekday at 09:00", "every monday at 18:30", "every monday and thursday at 18:30"'
    ' or "on change".'
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("every 15 minutes", Schedule(every=timedelta(minutes=15))),
        ("every minute", Schedule(every=timedelta(minutes=1))),
        ("Every  Hour", Schedule(every=timedelta(hours=1))),
        ("every 2 hours", Schedule(every=timedelta(hours=2))),
        ("every day at 09:00", Schedule(days=(0, 1, 2, 3, 4, 5, 6), at=time(9))),
        ("every weekday at 9:00", Schedule(days=(0, 1, 2, 3, 4), at=time(9))),
        ("every monday at 18:30", Schedule(days=(0,), at=time(18, 30))),
        ("every Thursday and Monday at 18:30", Schedule(days=(0, 3), at=time(18, 30))),
        ("every monday, tuesday, and sunday at 0:05", Schedule(days=(0, 1, 6), at=time(0, 5))),
        ("on change", Schedule(on_change=True)),
    ],
)
def test_a_schedule_is_read_as_it_is_said(text: str, expected: Schedule):
    assert parse_schedule(text) == expected


@pytest.mark.parametrize("text", SCHEDULES)
def test_a_schedule_in_words_is_what_was_written(text: str):
    assert str(parse_schedule(text)) == text


@pytest.mark.parametrize(
    ("text", "what", "cure"),
    [
        ("weekly", '"weekly" is not a time to run at.', EXAMPLES),
        ("every 0 minutes", '"every 0 minutes" is not a time to run at.', EXAMPLES),
        ("every 3 weeks", '"every 3 weeks" is not a time to run at.', EXAMPLES),
        ("0 9 * * 1", '"0 9 * * 1" is not a time to run at.', EXAMPLES),
        ("every tusday at 9:00", '"tusday" is not a day.', 'Did you mean "tuesday"?'),
        ("every day at 25:00", '"25:00" is not a time of day.', "Write it like 09:00 or 18:30."),
    ],
)
def test_any_other_schedule_is_told_with_examples(text: str, what: str, cure: str):
    with pytest.raises(Mistake) as found:
        parse_schedule(text)
    assert (found.value.what, found.value.cure) == (what, cure)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("every 7 days", Again(every=timedelta(days=7))),
        ("every 7 days, at most 3 times", Again(every=timedelta(days=7), times=3)),
        ("Every 2 weeks, at most 1 time", Again(every=timedelta(weeks=2), times=1)),
        ("when Starts changes", Again(columns=("Starts",))),
        ("when First call changes", Again(columns=("First call",))),
        ("when Starts or Place changes", Again(columns=("Starts", "Place"))),
        ("When Starts  or Place or Host changes", Again(columns=("Starts", "Place", "Host"))),
        ("when Starts or Starts changes", Again(columns=("Starts",))),
        ('when "Town or city" changes', Again(columns=("Town or city",))),
        ('when Starts or "Town or city" changes', Again(columns=("Starts", "Town or city"))),
        ("when Origin or Colour changes", Again(columns=("Origin", "Colour"))),
    ],
)
def test_a_repetition_is_read_as_it_is_said(text: str, expected: Again):
    assert parse_again(text) == expected


@pytest.mark.parametrize("text", ["every day", "twice", "every 7 days, at most 0 times", "when"])
def test_any_other_repetition_is_told_with_examples(text: str):
    with pytest.raises(Mistake) as found:
        parse_again(text)
    assert found.value.what == f'"{text}" does not say when to do it again.'
    assert all(f'"{example}"' in found.value.cure for example in AGAINS)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30 minutes", 30),
        ("1 minute", 1),
        ("1 hour 30 minutes", 90),
        ("1 hour and 30 minutes", 90),
        ("2 DAYS", 2880),
        ("2 weeks, 1 day", 21600),
        ("90min", None),
        ("an hour", None),
        ("1.5 hours", None),
        ("0 minutes", None),
        ("1 hour 2 hours", None),
        ("9999 weeks", None),
        ("", None),
    ],
)
def test_a_length_of_time_has_one_meaning_or_none(text: str, minutes: int | None):
    expected = None if minutes is None else timedelta(minutes=minutes)
    assert parse_duration(text) == expected


@given(st.integers(1, int(LONGEST / timedelta(minutes=1))))
def test_a_length_of_time_in_words_is_the_same_length(minutes: int):
    length = timedelta(minutes=minutes)
    assert parse_duration(duration_in_words(length)) == length


@given(st.text(max_size=60) | st.text("every day at 09:15, monday", max_size=40))
def test_no_text_is_worse_than_a_mistake(text: str):
    with suppress(Mistake):
        assert parse_schedule(str(parse_schedule(text))) == parse_schedule(text)
    with suppress(Mistake):
        parse_again(text)
