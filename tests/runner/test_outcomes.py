"""Outcomes stand in the plan's order, whichever worker was through first."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, strategies as st

from sheetflow.runner.outcomes import Outcomes
from sheetflow.values import Entry, Key, Noop, Outcome, Status, Word

AT = datetime(2026, 3, 14, 12, tzinfo=UTC)


def outcome(place: int) -> Outcome:
    """What became of the entry at a place."""
    entry = Entry(Key("main", "r", "s", "People", f"p{place}"), "email", "Ana", Noop("no"))
    return Outcome(entry, Status(Word.SKIPPED, "no"), AT)


@given(st.lists(st.integers(0, 3), max_size=60))
def test_each_stream_rises_and_so_does_the_whole(workers: list[int]):
    found = Outcomes()
    streams = [found.stream() for _ in range(4)]
    for place, worker in enumerate(workers):
        streams[worker].append((place, outcome(place)))
    assert len(found) == len(workers)
    assert found == [outcome(place) for place in range(len(workers))]
