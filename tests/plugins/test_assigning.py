"""The laws of a fair assignment, checked against every possible assignment of small cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import product

from hypothesis import given, settings, strategies as some
from sheetflow_plugins._assigning import Placing, Taker, first, place

COACHES = ("ana", "bo", "cy", "dee")


@some.composite
def cases(draw, rows=6, coaches=4):
    takers = {
        name: Taker(name, load := draw(some.integers(0, 3)), draw(room_over(load)), rank)
        for rank, name in enumerate(COACHES[:coaches])
    }
    groups = some.sets(some.sampled_from(sorted(takers))).map(lambda group: tuple(sorted(group)))
    names = some.sampled_from([f"v{number}" for number in range(20)])
    return draw(some.dictionaries(names, groups, max_size=rows)), takers


def room_over(load):
    return some.one_of(some.none(), some.integers(0, load + 3))


def loads_after(takers: Mapping[str, Taker], pairs: Mapping[str, str]) -> Counter[str]:
    given = Counter(pairs.values())
    return Counter({taker.id: taker.load + given[taker.id] for taker in takers.values()})


def pairs_of(placed: Mapping[str, Placing]) -> dict[str, str]:
    return {row: placing.taker for row, placing in placed.items()}


def unevenness(takers, pairs):
    return sum(load**2 for load in loads_after(takers, pairs).values())


def every_way(rows, takers):
    """All ways to place any of the rows without giving a taker more than there is room for."""
    choices = [(None, *group) for group in rows.values()]
    for chosen in product(*choices):
        pairs = {row: taker for row, taker in zip(rows, chosen, strict=True) if taker}
        given = Counter(pairs.values())
        if all(
            takers[taker].room is None or takers[taker].load + more <= takers[taker].room
            for taker, more in given.items()
        ):
            yield pairs


@given(cases(rows=5, coaches=3))
@settings(max_examples=150, deadline=None)
def test_nobody_waits_who_could_be_placed_and_no_other_way_is_more_even(case):
    rows, takers = case
    pairs = pairs_of(place(rows, takers))
    ways = list(every_way(rows, takers))
    most = max(len(way) for way in ways)
    assert len(pairs) == most
    assert unevenness(takers, pairs) == min(
        unevenness(takers, way) for way in ways if len(way) == most
    )


@given(cases(rows=5, coaches=3))
@settings(max_examples=100, deadline=None)
def test_preferring_the_first_places_as_many_and_as_far_up_the_list_as_can_be(case):
    rows, takers = case
    pairs = pairs_of(place(rows, takers, first))
    ways = list(every_way(rows, takers))
    most = max(len(way) for way in ways)

    def depth(way):
        return sum(takers[taker].rank for taker in way.values())

    assert len(pairs) == most
    assert depth(pairs) == min(depth(way) for way in ways if len(way) == most)


@given(cases(rows=12))
@settings(deadline=None)
def test_nobody_gets_more_than_there_is_room_for_or_whom_they_may_not_have(case):
    rows, takers = case
    placed = place(rows, takers)
    after = loads_after(takers, pairs_of(placed))
    assert all(placing.taker in rows[row] for row, placing in placed.items())
    assert all(
        taker.room is None or after[taker.id] <= max(taker.room, taker.load)
        for taker in takers.values()
    )


@given(cases(rows=12))
@settings(deadline=None)
def test_nobody_gets_one_more_while_another_with_room_has_two_fewer(case):
    rows, takers = case
    placed = place(rows, takers)
    after = loads_after(takers, pairs_of(placed))
    for row, placing in placed.items():
        for other in rows[row]:
            if takers[other].has_room(after[other]):
                assert after[other] >= after[placing.taker] - 1


@given(cases(rows=12), some.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_rows_and_takers_does_not_matter(case, random):
    rows, takers = case
    shuffled_rows = dict(random.sample(sorted(rows.items()), len(rows)))
    shuffled_takers = dict(random.sample(sorted(takers.items()), len(takers)))
    assert place(shuffled_rows, shuffled_takers) == place(rows, takers)


@given(cases(rows=12))
@settings(deadline=None)
def test_the_load_that_is_told_counts_up_to_the_load_in_the_end(case):
    rows, takers = case
    placed = place(rows, takers)
    told = {
        taker.id: [placed[row].load for row in sorted(placed) if placed[row].taker == taker.id]
        for taker in takers.values()
    }
    after = loads_after(takers, pairs_of(placed))
    assert told == {
        taker.id: list(range(taker.load + 1, after[taker.id] + 1)) for taker in takers.values()
    }


def test_somebody_with_a_choice_moves_over_for_somebody_without():
    takers = {"ana": Taker("ana", room=1), "bo": Taker("bo", load=4)}
    placed = place({"v1": ("ana", "bo"), "v2": ("ana",)}, takers)
    assert placed == {"v1": Placing("bo", 5, "for others"), "v2": Placing("ana", 1, "only")}


def test_with_no_room_for_all_the_first_ids_have_it():
    placed = place(dict.fromkeys(("v3", "v1", "v2"), ("ana",)), {"ana": Taker("ana", room=2)})
    assert sorted(placed) == ["v1", "v2"]


def test_the_one_with_the_fewest_is_taken_and_said_to_be():
    takers = {"ana": Taker("ana", load=3), "bo": Taker("bo", load=1, room=5)}
    assert place({"v1": ("ana", "bo")}, takers) == {"v1": Placing("bo", 2, "best")}


def test_several_thousand_rows_are_placed_evenly():
    takers = {f"c{number:03}": Taker(f"c{number:03}", room=30) for number in range(200)}
    regions = [tuple(sorted(takers))[start : start + 12] for start in range(0, 190, 9)]
    rows = {f"v{number:05}": regions[number % len(regions)] for number in range(4000)}
    after = loads_after(takers, pairs_of(place(rows, takers)))
    assert sum(after.values()) == 4000
    assert max(after.values()) <= 30
