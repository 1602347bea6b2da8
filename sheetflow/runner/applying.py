"""A Plan becomes Outcomes: the intent before, the deed, the receipt after.

Applying does what the plan said and nothing else. It goes step by step over all rows; a row that
fails stops there, the others go on. Within a step, what awaits another change comes after it. What
one worker does with an entry is in `handing_over`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sheetflow.errors import LedgerError
from sheetflow.language.recipe import Recipe, Step
from sheetflow.ledger.applying import Applying
from sheetflow.ledger.records import Reach
from sheetflow.packed import Texts
from sheetflow.plugin.action import Action
from sheetflow.runner.awaiting import those_that_await
from sheetflow.runner.gate import Gate
from sheetflow.runner.handing_over import Numbered, Worker
from sheetflow.runner.linking import with_own_links
from sheetflow.runner.outcomes import Outcomes
from sheetflow.runner.passing import PassingOn
from sheetflow.runner.planning import action_of, stops
from sheetflow.runner.session import Session
from sheetflow.spool import Spool
from sheetflow.values import Entry, Outcome, Plan, State, Status

Progress = Callable[[Outcome, int, int], None]
"""Told after each entry: its outcome, how many are through, and of how many."""

STATUS_STEP = "status"
"""The step under which the ledger keeps what a row was told."""


@dataclass
class Applier:
    """One plan on its way into the world. `interrupted` makes it stop after what is in flight.

    Workers share it: `gate`, `records` and `given` are what they ask.
    """

    recipe: Recipe
    plan: Plan
    session: Session
    applying: Applying
    run: str
    progress: Progress = lambda _outcome, _count, _all: None
    interrupted: threading.Event = field(default_factory=threading.Event)
    outcomes: Outcomes = field(default_factory=Outcomes)
    remarks: set[str] = field(default_factory=set)
    given: dict[str, dict[str, Any]] = field(default_factory=dict)
    _stopped: set[str] = field(default_factory=set)
    _all_stopped: bool = False
    _held_at: dict[str, str] = field(default_factory=dict)
    _broken: Exception | None = None
    _through: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def apply(self) -> Sequence[Outcome]:
        """Apply all of the plan. Raises LedgerError when the ledger cannot be written any more."""
        self.gate = Gate(self.recipe, self.session, self.plan.entries)
        try:
            return self._all_steps()
        finally:
            self.gate.close()

    # What workers ask and tell

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be begun."""
        return self.interrupted.is_set() or self._broken is not None

    def passes_by(self, entry: Entry) -> bool:
        """Whether the row takes no further step, or not this one: an earlier one is held back."""
        row, step = entry.key.row, entry.key.step
        return self._all_stopped or row in self._stopped or self._held_at.get(row, step) != step

    def hold(self, entry: Entry) -> None:
        """Hold back what comes after this step for the same row. Others at the same step go on."""
        if entry.on_failure != "continue":
            with self._lock:
                self._held_at[entry.key.row] = entry.key.step

    def stop_everything(self) -> None:
        """Nothing more of this plan is to be done."""
        self._all_stopped = True

    def conclude(self, outcome: Outcome, *, stop: bool) -> None:
        """An entry is through: what its row knows now, and whether it goes on."""
        with self._lock:
            if stop and (outcome.status.word.stops or outcome.state is None):
                self._stop(outcome.entry)
            self._note(outcome)
            self._through += 1
            count = self._through
        self.progress(outcome, count, self._total)
        try:
            self.session.registry.hook.after_apply(outcome=outcome)
        except Exception as error:  # noqa: BLE001 - what is done is done; the rest must be told
            self.remarks.add(f"A plugin failed when told of an outcome: {type(error).__name__}.")

    def outcome(self, entry: Entry, status: Status, state: State | None) -> Outcome:
        """What became of an entry just now."""
        return Outcome(entry, status, self.now(), state)

    def reach(self, entry: Entry) -> Reach | None:
        """Whom it goes to, for whoever counts."""
        change = entry.change
        if change is None or not change.to:
            return None
        whom = tuple(map(self.gate.name_of, change.to))
        return Reach(whom, change.channel, entry.kind)

    def as_it_goes_out(self, entry: Entry) -> Entry:
        """The entry with its message's links as they are for its recipient."""
        return with_own_links(entry, self.session.tools.links, self._salt)

    def now(self) -> datetime:
        """This moment."""
        return self.session.tools.clock.now()

    # The way through the steps

    def _all_steps(self) -> Sequence[Outcome]:
        self.gate.weigh(self.plan.changes)
        self._total = len(self.plan.changes)
        self._salt = self.session.ledger.salt
        self.records = self.session.ledger.records(self.plan.chapter, self.plan.recipe)
        self._begun = self._rows_begun()
        self._pass_on("")
        for step in self.recipe.steps:
            self._pass_on(step.id)
            self._step(step)
            if self._broken is not None:
                raise self._broken
        return self.outcomes

    def _rows_begun(self) -> Texts:
        """Of the rows that stop somewhere, those for which something is or was to be done."""
        stop = Texts(entry.key.row for entry in self.plan.entries if stops(entry))
        begun = Texts(row for step, row in self.records if step != STATUS_STEP)
        for entry in self.plan.changes if stop else ():
            if entry.key.row in stop:
                begun.add(entry.key.row)
        return begun

    def _at(self, step: str, *, changes: bool) -> Iterator[Numbered]:
        """The entries of a step that do something, or those that do not."""
        for place, entry in enumerate(self.plan.entries):
            if entry.key.step == step and (entry.change is not None) == changes:
                yield place, entry

    def _step(self, step: Step) -> None:
        if next(self._at(step.id, changes=True), None) is None:
            return
        action = action_of(step, self.session)
        later: Spool[Numbered] = Spool()
        try:
            self._hand_out(step, action, those_that_await(self._at(step.id, changes=True), later))
            if len(later) and not self.is_over:
                known = self.session.ledger.records(
                    self.plan.chapter, self.plan.recipe, step=step.id
                )
                self.records = {**self.records, **known}
                self._hand_out(step, action, later)
        finally:
            action.close()

    def _hand_out(self, step: Step, action: Action[Any], entries: Iterable[Numbered]) -> None:
        waiting = _Shared(entries)
        workers = max(1, action.parallel // action.together)
        with ThreadPoolExecutor(workers, thread_name_prefix="apply") as pool:
            self._wait([pool.submit(self._work, step, action, waiting) for _ in range(workers)])

    def _wait(self, done: Sequence[Any]) -> None:
        """Wait for the workers; an interrupt lets them finish what is in flight."""
        while True:
            try:
                for future in done:
                    future.result()
                return
            except KeyboardInterrupt:
                self.interrupted.set()
            except LedgerError as error:
                self._broken = self._broken or error
                return

    def _work(self, step: Step, action: Action[Any], waiting: Iterator[Numbered]) -> None:
        with self._lock:
            stream = self.outcomes.stream()
        try:
            with ExitStack() as stack:
                lanes = [stack.enter_context(self.applying.lane()) for _ in range(action.together)]
                Worker(self, step, action, lanes, stream).work(waiting)
        except LedgerError as error:
            self._broken = error
            raise

    def _pass_on(self, step: str) -> None:
        """What the plan did not do is told as it was planned."""
        passing = PassingOn(self.records, self._begun, self.run, self.now)
        stream = self.outcomes.stream()
        with self.applying.lane() as lane:
            for place, entry in self._at(step, changes=False):
                for outcome in passing.outcomes([entry], lane):
                    self._note(outcome)
                    stream.append((place, outcome))

    def _note(self, outcome: Outcome) -> None:
        gives = outcome.receipt.gives if outcome.receipt else outcome.entry.deed.gives
        if gives:
            self.given.setdefault(outcome.entry.key.row, {}).update(gives)

    def _stop(self, entry: Entry) -> None:
        if entry.on_failure == "stop everything":
            self._all_stopped = True
        elif entry.on_failure != "continue":
            self._stopped.add(entry.key.row)


class _Shared(Iterator[Numbered]):
    """Entries that several workers pull from, each going to one of them."""

    def __init__(self, entries: Iterable[Numbered]) -> None:
        self._entries = iter(entries)
        self._lock = threading.Lock()

    def __next__(self) -> Numbered:
        with self._lock:
            return next(self._entries)
