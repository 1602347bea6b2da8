"""What became of a plan's entries, in the plan's order, whoever was through first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from operator import itemgetter

from sheetflow.spool import LongSequence, Spool
from sheetflow.values import Outcome

Stream = Spool[tuple[int, Outcome]]
"""Outcomes of one worker, each with its entry's place in the plan, which only ever rises."""

_HELD = 1_280
"""Outcomes of one worker that are held in memory; there may be eight of them."""


class Outcomes(LongSequence[Outcome]):
    """The outcomes of a run. They are noted in streams, and read as one."""

    def __init__(self) -> None:
        self._streams: list[Stream] = []

    def stream(self) -> Stream:
        """A new stream to note outcomes in; each worker needs its own."""
        stream: Stream = Spool(held=_HELD)
        self._streams.append(stream)
        return stream

    def __iter__(self) -> Iterator[Outcome]:
        for _, outcome in heapq.merge(*self._streams, key=itemgetter(0)):
            yield outcome

    def __len__(self) -> int:
        return sum(map(len, self._streams))
