"""Values say what they are, and equal only what is equal."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from sheetflow.clock import Clock, aware, zone_named
from sheetflow.errors import SetupError
from sheetflow.values import STATUS_LENGTH, Change, Entry, Key, Status, Word, digest

json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(json_like, json_like)
def test_a_digest_is_equal_only_for_equal_values(first: object, second: object) -> None:
    same = repr(first) == repr(second)
    if same:
        assert digest(first) == digest(second)
    elif first != second:
        assert digest(first) != digest(second)


@given(st.text(), st.text())
def test_a_digest_knows_where_one_part_ends(first: str, second: str) -> None:
    assert (digest(first, second) == digest(first + second)) is False


@given(
    st.lists(json_like | st.text() | st.dictionaries(st.text(), st.text(), max_size=4), max_size=4)
)
def test_a_digest_of_texts_is_found_sooner_and_is_the_same(parts: list[object]) -> None:
    """Ledgers hold digests: what they say must never change."""
    whole = json.dumps(parts, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    assert digest(*parts) == hashlib.blake2b(whole, digest_size=16).hexdigest()


@given(st.text(max_size=300))
def test_a_status_is_one_short_line(text: str) -> None:
    shown = str(Status(Word.NEEDS_YOU, text))
    assert shown.startswith("Needs you")
    assert len(shown) <= len("Needs you — ") + STATUS_LENGTH
    assert len(shown.splitlines()) == 1


def test_a_new_occasion_keeps_what_lasts() -> None:
    first = Key("main", "calls", "meet", "Groups", "g1", "monday")
    second = Key("main", "calls", "meet", "Groups", "g1", "tuesday")
    assert first.digest != second.digest
    assert first.lasting == second.lasting


def test_the_content_of_an_entry_is_what_would_be_handed_over() -> None:
    key = Key("main", "cards", "post", "People", "a")
    card = Entry(key, "post", "Ana", Change("post a card", data={"text": "Hi"}))
    reworded = Entry(key, "post", "Ana R.", Change("post one card", data={"text": "Hi"}))
    other = Entry(key, "post", "Ana", Change("post a card", data={"text": "Ho"}))
    assert card.content == reworded.content
    assert card.content != other.content


def test_a_moment_without_a_zone_is_refused_at_the_door() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        aware(datetime(2026, 3, 14, 12))


def test_a_clock_reads_the_same_moment_in_another_zone() -> None:
    clock = Clock.at(datetime(2026, 3, 14, 23, 30, tzinfo=UTC))
    assert clock.in_zone(ZoneInfo("Europe/Berlin")).today().day == 15
    assert clock.today().day == 14


def test_a_zone_that_is_none_is_named_with_an_example() -> None:
    with pytest.raises(SetupError, match="Europe/Berlin"):
        zone_named("Berlin time")
