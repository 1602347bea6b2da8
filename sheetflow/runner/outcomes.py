"""What became of a plan's entries, in the plan's order, whoever was through first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from operator import itemgetter

from sheetflow.sequences import LongSequence
from sheetflow.spool import Spool
from sheetflow.values import Entry, Outcome, Receipt, State, Status

_Noted = tuple[int, Entry | None, Status, datetime, State | None, Receipt | None, datetime | None]
"""The place of an entry in the plan, the entry where it is not the plan's, and its outcome."""

_HELD = 1_280
"""Outcomes of one worker that are held in memory; there may be eight of them."""


class Stream:
    """Outcomes of one worker, whose entries' places in the plan only ever rise."""

    def __init__(self) -> None:
        self.noted: Spool[_Noted] = Spool(held=_HELD)

    def note(self, place: int, outcome: Outcome, *, as_planned: bool = True) -> None:
        """One more. `as_planned` means that its entry is the plan's: it is not kept twice."""
        entry = None if as_planned else outcome.entry
        found = (outcome.status, outcome.at, outcome.state, outcome.receipt, outcome.retry_at)
        self.noted.append((place, entry, *found))


class Outcomes(LongSequence[Outcome]):
    """The outcomes of a run of a plan with `entries`: noted in streams, and read as one."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._streams: list[Stream] = []

    def stream(self) -> Stream:
        """A new stream to note outcomes in; each worker needs its own."""
        stream = Stream()
        self._streams.append(stream)
        return stream

    def __iter__(self) -> Iterator[Outcome]:
        entries, come_to = iter(self._entries), 0
        for noted in heapq.merge(*self._noted(), key=itemgetter(0)):
            place, entry, status, at, state, receipt, retry_at = noted
            planned = next(islice(entries, place - come_to, None))
            come_to = place + 1
            yield Outcome(entry or planned, status, at, state, receipt, retry_at)

    def __len__(self) -> int:
        return sum(map(len, self._noted()))

    def _noted(self) -> Iterator[Spool[_Noted]]:
        return (stream.noted for stream in self._streams)
