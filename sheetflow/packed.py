"""Very many texts and numbers, each in a few bytes: what a table of a million rows is known by.

    ids = Texts(["ana", "bo"])
    ids.add("cy")                 # 2, its number
    ids.find("bo"), ids[2]        # 1, "cy"

A `dict` of as many would take ten times the memory, as every text and number in it is an object.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from sheetflow.sequences import LongSequence
from sheetflow.spool import Spool

S = TypeVar("S")
T = TypeVar("T")

IN_A_DICT = 16_384
"""Texts up to which a dict is no burden, and several times as fast."""

_NONE = 0xFFFFFFFF
"""Stands for no number; so there are at most four thousand million texts."""


class Texts(LongSequence[str]):
    """Different texts, numbered from 0 in the order in which they came."""

    def __init__(self, texts: Iterable[str] = (), *, in_a_dict: int = IN_A_DICT) -> None:
        self._bytes = bytearray()
        self._starts = array("Q", [0])
        self._few: dict[str, int] | None = {}
        self._most_few = in_a_dict
        self._slots = _empty(0)
        for text in texts:
            self.add(text)

    def add(self, text: str) -> int:
        """The number of the text; a new one, if it was not there yet."""
        if self._few is not None:
            return self._add_to_few(text, self._few)
        key = _key(text)
        slot = self._slot(key)
        number = self._slots[slot]
        if number == _NONE:
            number = self._slots[slot] = len(self)
            self._append(key)
            if 3 * number > 2 * len(self._slots):
                self._make_room(2 * len(self._slots))
        return number

    def find(self, text: str) -> int | None:
        """The number of the text, if it is there."""
        if self._few is not None:
            return self._few.get(text)
        number = self._slots[self._slot(_key(text))]
        return None if number == _NONE else number

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and self.find(text) is not None

    def __len__(self) -> int:
        return len(self._starts) - 1

    def _at(self, number: int) -> str:
        return self._key_at(number).decode("utf-8", "surrogatepass")

    def _key_at(self, number: int) -> bytearray:
        return self._bytes[self._starts[number] : self._starts[number + 1]]

    def _append(self, key: bytes) -> None:
        self._bytes += key
        self._starts.append(len(self._bytes))

    def _add_to_few(self, text: str, few: dict[str, int]) -> int:
        number = few.setdefault(text, len(few))
        if number == len(self):
            self._append(_key(text))
            if len(few) > self._most_few:
                self._few = None
                self._make_room(_slots_for(len(self)))
        return number

    def _slot(self, key: bytes) -> int:
        """Where the number of this text is kept, or would be: beside others of the same hash."""
        slots, starts, last = self._slots, self._starts, len(self._slots) - 1
        slot = hash(key) & last
        while (number := slots[slot]) != _NONE:
            start = starts[number]
            if starts[number + 1] - start == len(key) and self._bytes.startswith(key, start):
                break
            slot = slot + 1 & last
        return slot

    def _make_room(self, size: int) -> None:
        self._slots = slots = _empty(size)
        last = len(slots) - 1
        for number in range(len(self)):  # all are different: no need to compare them
            slot = hash(bytes(self._key_at(number))) & last
            while slots[slot] != _NONE:
                slot = slot + 1 & last
            slots[slot] = number


class Chains:
    """Numbers by place: of one place, those that were put there, in their order."""

    def __init__(self) -> None:
        self._first = array("I")
        self._last = array("I")
        self._numbers = array("Q")
        self._next = array("I")

    def put(self, place: int, number: int) -> None:
        """Put a number from 0 at a place, counted from 0."""
        link = len(self._numbers)
        self._numbers.append(number)
        self._next.append(_NONE)
        if place >= len(self._first):
            more = array("I", [_NONE]) * (place + 1 - len(self._first))
            self._first.extend(more)
            self._last.extend(more)
        if self._first[place] == _NONE:
            self._first[place] = link
        else:
            self._next[self._last[place]] = link
        self._last[place] = link

    def at(self, place: int) -> Iterator[int]:
        """The numbers at a place."""
        link = self._first[place] if place < len(self._first) else _NONE
        while link != _NONE:
            yield self._numbers[link]
            link = self._next[link]

    def take(self, place: int) -> int | None:
        """The first number at a place, which is taken away from there."""
        link = self._first[place]
        if link == _NONE:
            return None
        self._first[place] = self._next[link]
        return self._numbers[link]

    def __len__(self) -> int:
        """How many places there may be something at."""
        return len(self._first)


class Lookup:
    """Numbers by text: of one text, those that were put there, in their order."""

    def __init__(self) -> None:
        self._texts = Texts()
        self._chains = Chains()

    def put(self, text: str, number: int) -> int:
        """Put a number from 0 below the text; gives how many texts came before this one."""
        found = self._texts.add(text)
        self._chains.put(found, number)
        return found

    def of(self, text: str) -> Iterator[int]:
        """The numbers below a text."""
        found = self._texts.find(text)
        return iter(()) if found is None else self._chains.at(found)

    def take(self, text: str) -> int | None:
        """The first number below a text, which is taken away from there."""
        found = self._texts.find(text)
        return None if found is None else self._chains.take(found)

    @property
    def texts(self) -> Sequence[str]:
        """The texts, in the order in which they came."""
        return self._texts

    def __len__(self) -> int:
        return len(self._texts)

    def at(self, number: int) -> Iterator[int]:
        """The numbers below the text that came as the first, second and so on, counted from 0."""
        return self._chains.at(number)


class Groups(Mapping[str, tuple[T, ...]]):
    """Items by text: of one text, in the order in which they came. Most of them are in a file."""

    def __init__(self, pairs: Iterable[tuple[str, T]] = ()) -> None:
        self._items: Spool[T] = Spool()
        self._places = Lookup()
        for text, item in pairs:
            self._places.put(text, len(self._items))
            self._items.append(item)

    def __getitem__(self, text: str) -> tuple[T, ...]:
        found = tuple([self._items[place] for place in self._places.of(text)])
        if not found:
            raise KeyError(text)
        return found

    def __contains__(self, text: object) -> bool:
        return text in self._places.texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._places.texts)

    def __len__(self) -> int:
        return len(self._places)


def _key(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _slots_for(texts: int) -> int:
    """A power of two that leaves half of the slots empty, or more."""
    return 1 << (2 * texts).bit_length()


def _empty(slots: int) -> array[int]:
    return array("I", b"\xff\xff\xff\xff" * slots)
