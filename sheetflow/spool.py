"""A list that may be very long: its beginning is held in memory, the rest in a file of its own.

    plan = Spool()
    plan.extend(entries)       # a million take as much memory as ten thousand
    for entry in plan: ...     # in the order in which they came, as often as one likes

What is in it are values: an item that is read again is equal to the one that was put there, and not
the same object. The file has no name and is gone with the list, or with the process.
"""

from __future__ import annotations

import io
import pickle
import tempfile
import threading
import weakref
import zlib
from array import array
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from copyreg import dispatch_table
from types import MappingProxyType
from typing import IO, Any, TypeVar

from sheetflow.sequences import LongSequence

T = TypeVar("T")

IN_MEMORY = 10_240
"""Items that are held in memory, with their messages some 40 MB; those of most plans all are."""

BLOCK = 64
"""Items that are written and read together: enough of them to be alike, which packs them small."""

_LATELY = 8
"""Blocks that are kept unpacked, for readers that jump between a few places."""


class Spool(LongSequence[T]):
    """Items in the order in which they were put in. Put in from one thread; read from any.

    The first `held` stay in memory.
    """

    def __init__(self, items: Iterable[T] = (), *, held: int | None = None) -> None:
        self._most_held = IN_MEMORY if held is None else held
        self._held: list[T] = []
        self._starts = array("Q")
        self._packed = 0
        self._unpacked: dict[int, list[T]] = {}
        self._open: list[T] = []
        self._lately: OrderedDict[int, list[T]] = OrderedDict()
        self._lock = threading.Lock()
        self._file: IO[bytes] | None = None
        self.extend(items)

    def append(self, item: T) -> None:
        """Put one more at the end."""
        if len(self._held) < self._most_held:
            self._held.append(item)
            return
        self._open.append(item)
        if len(self._open) == BLOCK:
            self._pack()

    def extend(self, items: Iterable[T]) -> None:
        """Put more at the end."""
        for item in items:
            self.append(item)

    def __len__(self) -> int:
        return len(self._held) + BLOCK * len(self._starts) + len(self._open)

    def __iter__(self) -> Iterator[T]:
        yield from self._held
        for number in range(len(self._starts)):
            yield from self._block(number)
        yield from self._open

    def _at(self, number: int) -> T:
        if number < len(self._held):
            return self._held[number]
        block, place = divmod(number - len(self._held), BLOCK)
        if block == len(self._starts):
            return self._open[place]
        items = self._lately.get(block)
        if items is None:
            items = self._lately[block] = self._block(block)
            if len(self._lately) > _LATELY:
                self._lately.popitem(last=False)
        return items[place]

    def _pack(self) -> None:
        start = self._packed
        try:
            packed = zlib.compress(_pickled(self._open), 1)
            self._write(packed)
            self._packed += len(packed)
        except (pickle.PicklingError, AttributeError, TypeError, OSError):
            # A plugin may put anything at all into its values, and a disk may be full. Then these
            # stay here: a run that has begun must not end for want of room to remember it.
            self._unpacked[len(self._starts)] = self._open
        self._starts.append(start)
        self._open = []

    def _write(self, packed: bytes) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="sheetflow-")  # noqa: SIM115 - see below
            weakref.finalize(self, self._file.close)  # it lives as long as the list does
        with self._lock:
            self._file.seek(self._packed)
            self._file.write(packed)
            self._file.flush()

    def _block(self, number: int) -> list[T]:
        if number in self._unpacked:
            return self._unpacked[number]
        assert self._file is not None
        start, ends = self._starts[number], [*self._starts[number + 1 : number + 2], self._packed]
        with self._lock:
            self._file.seek(start)
            packed = self._file.read(ends[0] - start)
        # Nobody else can write there: the file has no name, and was opened by us alone.
        items: list[T] = pickle.loads(zlib.decompress(packed))
        return items


def _view(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)


_REDUCERS = {**dispatch_table, MappingProxyType: lambda view: (_view, (dict(view),))}


def _pickled(items: object) -> bytes:
    written = io.BytesIO()
    pickler = pickle.Pickler(written, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _REDUCERS
    pickler.dump(items)
    return written.getvalue()
