"""A list that may be very long is the same list, wherever its items are."""

from __future__ import annotations

import errno
import io
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from sheetflow.sequences import Chosen
from sheetflow.spool import BLOCK, IN_MEMORY, Spool
from sheetflow.values import Blank, Change, Entry, Key, Noop, RowRef, Status, Word

MANY = IN_MEMORY + 3 * BLOCK + 5


def entry(number: int) -> Entry:
    """One of each kind of value that a plan holds."""
    key = Key("main", "welcome", "email", "People", f"r{number}")
    deed: Change | Noop = Noop("no address", Word.NEEDS_YOU)
    if number % 3:
        at = datetime(2026, 3, 14, 18, tzinfo=ZoneInfo("Europe/Berlin"))
        deed = Change(
            "email",
            data={"letter": {"text": f"Hi {number}"}, "at": at},
            gives=MappingProxyType({"link": Blank("link")}),
            done=Status(Word.SENT),
        )
    return Entry(key, "email", f"Ana {number}", deed, reads={RowRef("People", f"r{number}"): "d"})


def test_a_long_list_gives_back_equal_values_in_their_order():
    entries = [entry(number) for number in range(MANY)]
    spool = Spool(entries)
    assert len(spool) == MANY
    assert list(spool) == entries
    assert spool == entries
    assert entries == spool
    assert spool != entries[:-1]
    assert [found.content for found in spool] == [made.content for made in entries]


@given(st.integers(0, MANY), st.lists(st.integers(-MANY, MANY - 1), max_size=20))
@settings(max_examples=30)
def test_a_place_in_it_is_the_same_place_in_a_tuple(length: int, places: list[int]):
    plain = tuple(range(length))
    spool = Spool(plain)
    inside = [place for place in places if -length <= place < length]
    assert [spool[place] for place in inside] == [plain[place] for place in inside]
    assert spool[length // 3 : length : 7] == plain[length // 3 : length : 7]
    with pytest.raises(IndexError):
        spool[length]


def test_two_who_read_it_at_once_do_not_disturb_each_other():
    spool = Spool(range(MANY))
    assert all(one == other for one, other in zip(spool, spool, strict=True))


class Odd:
    """What no file can hold: a class that cannot be found by its name."""


Odd.__qualname__ = "nowhere.Odd"


def test_what_cannot_be_packed_stays_in_memory():
    items: list[Any] = [*range(IN_MEMORY), *(Odd() for _ in range(BLOCK)), *range(BLOCK)]
    spool = Spool(items)
    assert spool == items
    assert spool[IN_MEMORY + 1] is items[IN_MEMORY + 1]


def test_where_the_disk_has_no_room_it_stays_in_memory(monkeypatch: pytest.MonkeyPatch):
    class Full(io.BytesIO):
        def write(self, _content: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: Full())
    assert Spool(range(MANY)) == list(range(MANY))


def test_those_chosen_from_it_are_counted_and_gone_through():
    chosen = Chosen(Spool(range(MANY)), lambda number: number % 2)
    assert len(chosen) == MANY // 2
    assert chosen
    assert chosen[1] == 3
    assert chosen == list(range(1, MANY, 2))
    assert not Chosen((), bool)
    assert repr(chosen) == "Chosen(1, 3, 5, …)"
