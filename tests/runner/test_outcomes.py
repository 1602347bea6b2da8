"""Outcomes stand in the plan's order, whichever worker was through first."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, strategies as st

from sheetflow.runner.outcomes import Outcomes
from sheetflow.values import Entry, Key, Noop, Outcome, Status, Word

AT = datetime(2026, 3, 14, 12, tzinfo=UTC)


def entry(place: int, why: str = "no") -> Entry:
    """The entry at a place of the plan."""
    return Entry(Key("main", "r", "s", "People", f"p{place}"), "email", "Ana", Noop(why))


def outcome(of: Entry) -> Outcome:
    """What became of an entry."""
    return Outcome(of, Status(Word.SKIPPED, "no"), AT)


@given(st.lists(st.integers(0, 4), max_size=60))
def test_each_stream_rises_and_so_does_the_whole(workers: list[int]):
    found = Outcomes([entry(place) for place in range(len(workers))])
    streams = [found.stream() for _ in range(4)]
    for place, worker in enumerate(workers):
        if worker < len(streams):  # the last one stands for a run that was stopped there
            streams[worker].note(place, outcome(entry(place)))
    through = [place for place, worker in enumerate(workers) if worker < len(streams)]
    assert len(found) == len(through)
    assert found == [outcome(entry(place)) for place in through]


def test_an_entry_that_was_planned_anew_is_kept_as_it_went_out():
    found = Outcomes([entry(0), entry(1)])
    stream = found.stream()
    stream.note(0, outcome(entry(0)))
    stream.note(1, outcome(entry(1, "later")), as_planned=False)
    assert found == [outcome(entry(0)), outcome(entry(1, "later"))]
