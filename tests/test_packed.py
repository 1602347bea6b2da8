"""Texts and numbers in a few bytes each are what a dict and a list of them would be."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, strategies as st

from sheetflow.packed import Groups, Lookup, Texts
from sheetflow.sequences import Made, Picked
from sheetflow.spool import Spool

few = st.sampled_from(["", "a", "b", "ab", "é", "\ud800", "a\0"])
texts = st.lists(few | st.text(max_size=4), max_size=60)


@given(texts, few, st.sampled_from([0, 3, 100]))
def test_texts_are_numbered_as_they_come_and_found_again(
    found: list[str], other: str, in_a_dict: int
):
    plain = dict.fromkeys(found)
    packed = Texts(in_a_dict=in_a_dict)
    assert [packed.add(text) for text in found] == [list(plain).index(text) for text in found]
    assert packed == list(plain)
    assert [packed[number] for number in range(len(packed))] == list(plain)
    assert [packed.find(text) for text in plain] == list(range(len(plain)))
    assert (other in packed) == (other in plain)
    assert 7 not in packed


def test_many_texts_are_found_again():
    packed = Texts(f"row {number}" for number in range(20_000))
    assert [packed.find(f"row {number}") for number in range(20_000)] == list(range(20_000))
    assert packed.find("row 20000") is None


@given(st.lists(st.tuples(few, st.integers(0, 2**40) | st.none()), max_size=60))
def test_numbers_stand_below_texts_in_their_order(deeds: list[tuple[str, int | None]]):
    plain: dict[str, list[int]] = {}
    packed = Lookup()
    for text, number in deeds:
        if number is None:
            assert packed.take(text) == (plain[text].pop(0) if plain.get(text) else None)
        else:
            plain.setdefault(text, []).append(number)
            assert packed.put(text, number) == list(plain).index(text)
    assert packed.texts == list(plain)
    assert len(packed) == len(plain)
    assert {text: list(packed.of(text)) for text in plain} == plain
    assert [list(packed.at(number)) for number in range(len(packed))] == list(plain.values())
    assert list(packed.of("nowhere")) == []


@given(st.lists(st.tuples(few, st.integers()), max_size=60), few)
def test_items_stand_below_texts(pairs: list[tuple[str, int]], other: str):
    plain: dict[str, tuple[int, ...]] = {}
    for text, item in pairs:
        plain[text] = (*plain.get(text, ()), item)
    packed = Groups(pairs)
    assert packed == plain
    assert list(packed) == list(plain)
    assert (other in packed, packed.get(other)) == (other in plain, plain.get(other))


@given(st.sets(st.integers(0, 299)), st.sets(st.integers(0, 299)), st.booleans())
def test_those_picked_stand_at_their_places(places: set[int], others: set[int], long: bool):
    items: Sequence[int] = Spool(range(300), held=0) if long else range(300)
    rising = sorted(places)
    picked = Picked(items, rising, {place: -place for place in others})
    plain = [-place if place in others else place for place in rising]
    assert list(picked) == plain
    assert [picked[number] for number in range(len(picked))] == plain
    assert picked == plain


def test_what_is_made_of_others_is_made_when_asked_for():
    asked: list[int] = []

    def double(number: int) -> int:
        asked.append(number)
        return 2 * number

    made = Made(range(5), double)
    assert asked == []
    assert (made[1], made[-1], asked) == (2, 8, [1, 4])
    assert made == [0, 2, 4, 6, 8]
    with pytest.raises(IndexError):
        made[5]
