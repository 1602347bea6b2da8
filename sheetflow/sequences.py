"""Lists that may be very long and hold no item themselves: some of another list, or made from it.

changes = Chosen(entries, does_something)     # those for which it holds
first_ten = Picked(entries, range(10))        # those at these places
words = Made(entries, str)                    # each made anew when it is asked for
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Generic, SupportsIndex, TypeVar, overload

S = TypeVar("S")
T = TypeVar("T")


class LongSequence(Sequence[T], Generic[T]):
    """What these lists share: each is equal to any list or tuple with the same items in it."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, tuple | list | LongSequence):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # what can grow has no hash

    def __repr__(self) -> str:
        first = [repr(item) for item in islice(self, 3)]
        return f"{type(self).__name__}({', '.join(first)}{', …' * (len(self) > 3)})"

    @overload
    def __getitem__(self, place: SupportsIndex) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: SupportsIndex | slice) -> T | Sequence[T]:
        if type(place) is int and 0 <= place < len(self):  # as it nearly always is
            return self._at(place)
        if isinstance(place, slice):
            return tuple(self._at(number) for number in range(len(self))[place])
        return self._at(range(len(self))[place])

    def __iter__(self) -> Iterator[T]:
        return map(self._at, range(len(self)))

    def _at(self, number: int) -> T:
        """The item at a number from 0, which is there."""
        return next(islice(self, number, None))


class Chosen(LongSequence[T]):
    """Those of a sequence that something holds for; looked for anew by each who goes through."""

    def __init__(self, items: Sequence[T], holds: Callable[[T], object]) -> None:
        self._items = items
        self._holds = holds
        self._length: int | None = None

    def __iter__(self) -> Iterator[T]:
        return filter(self._holds, self._items)

    def __bool__(self) -> bool:
        return next(iter(self), None) is not None

    def __len__(self) -> int:
        if self._length is None:
            self._length = sum(1 for _ in self)
        return self._length


class Picked(LongSequence[T]):
    """Some of a sequence by their places in it, which rise; others may stand `instead` of some."""

    def __init__(
        self, items: Sequence[T], places: Sequence[int], instead: Mapping[int, T] | None = None
    ) -> None:
        self._items = items
        self._places = places
        self._instead = instead or {}

    def __len__(self) -> int:
        return len(self._places)

    def _at(self, number: int) -> T:
        place = self._places[number]
        return self._instead[place] if place in self._instead else self._items[place]

    def __iter__(self) -> Iterator[T]:
        items, come_to = iter(self._items), 0
        for place in self._places:
            item = next(islice(items, place - come_to, None))
            yield self._instead.get(place, item)
            come_to = place + 1


class Made(LongSequence[T]):
    """Items made from others, each when it is asked for and as often as it is."""

    def __init__(self, items: Sequence[S], make: Callable[[S], T]) -> None:
        self._items = items
        self._make = make

    def __len__(self) -> int:
        return len(self._items)

    def _at(self, number: int) -> T:
        return self._make(self._items[number])

    def __iter__(self) -> Iterator[T]:
        return map(self._make, self._items)
