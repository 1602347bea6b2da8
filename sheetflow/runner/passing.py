"""What a plan did not do, told as it was planned; and what of it the ledger has to keep."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sheetflow.ledger.lanes import Lane
from sheetflow.ledger.records import Record
from sheetflow.runner.selecting import Records
from sheetflow.values import Entry, Noop, Outcome, State


@dataclass(frozen=True)
class PassingOn:
    """Entries of a plan that do nothing become outcomes.

    Where a row that has `begun` stops, the ledger keeps the step, so that it is finished later even
    if the recipe would no longer choose the row. Of what a guard holds, it keeps since when; and of
    a step for several people, that one of them was left out, so that it does not count as finished.
    """

    records: Records
    begun: Collection[str]
    run: str
    now: Callable[[], datetime]

    def outcomes(self, entries: Iterable[Entry], lane: Lane) -> Iterator[Outcome]:
        """One outcome for each entry; what is kept is durable when the lane is left."""
        for entry in entries:
            assert isinstance(entry.deed, Noop)
            known = self._record(entry)
            held = entry.deed.guard and (entry.deed.word.stops or entry.deed.part or known)
            waits = entry.deed.word.stops and entry.key.row in self.begun
            state = State.WAITING if held or waits else None
            outcome = Outcome(entry, entry.deed.status, self.now(), state)
            outcome = replace(outcome, retry_at=entry.deed.until)
            if (held and not _says_so(known, outcome)) or (waits and known is None):
                lane.finish(outcome, run=self.run)
            yield outcome

    def _record(self, entry: Entry) -> Record | None:
        found = self.records.get((entry.key.step, entry.key.row), ())
        return next((record for record in found if record.key == entry.key), None)


def _says_so(known: Record | None, outcome: Outcome) -> bool:
    """Whether the ledger has it held for the same reason already."""
    return known is not None and (known.status, known.retry_at) == (
        outcome.status,
        outcome.retry_at,
    )
