"""The course of a plan into the world: which rows still go on, and what each was given so far.

It is what the workers of a run share: they ask it before each entry, and tell it after.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sheetflow.language.recipe import Recipe
from sheetflow.ledger.applying import Applying
from sheetflow.ledger.records import Reach
from sheetflow.runner.gate import Gate
from sheetflow.runner.linking import with_own_links
from sheetflow.runner.selecting import Records
from sheetflow.runner.session import Session
from sheetflow.values import Entry, Outcome, Plan, State, Status

Progress = Callable[[Outcome, int, int], None]
"""Told after each entry: its outcome, how many are through, and of how many."""


@dataclass
class Course:
    """One plan on its way. `interrupted` makes it stop after what is in flight.

    `given` is what each row was given, `records` what the ledger knows, `remarks` what plugins did
    wrong, `broken` why the ledger cannot be written any more. Its gate is open: close it.
    """

    recipe: Recipe
    plan: Plan
    session: Session
    applying: Applying
    run: str
    progress: Progress = lambda _outcome, _count, _all: None
    interrupted: threading.Event = field(default_factory=threading.Event)
    remarks: set[str] = field(default_factory=set)
    given: dict[str, dict[str, Any]] = field(default_factory=dict)
    records: Records = field(default_factory=dict)
    broken: Exception | None = None
    _stopped: set[str] = field(default_factory=set)
    _all_stopped: bool = False
    _held_at: dict[str, str] = field(default_factory=dict)
    _through: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._total = len(self.plan.changes)
        self._salt = self.session.ledger.salt
        self._tells_plugins = bool(self.session.registry.hook.after_apply.get_hookimpls())
        self.gate = Gate(self.recipe, self.session, self.plan.entries)

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be begun."""
        return self.interrupted.is_set() or self.broken is not None

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
            self.note(outcome)
            self._through += 1
            count = self._through
        self.progress(outcome, count, self._total)
        try:
            if self._tells_plugins:
                self.session.registry.hook.after_apply(outcome=outcome)
        except Exception as error:  # noqa: BLE001 - what is done is done; the rest must be told
            self.remarks.add(f"A plugin failed when told of an outcome: {type(error).__name__}.")

    def note(self, outcome: Outcome) -> None:
        """Keep what an outcome gives to the later steps of its row."""
        gives = outcome.receipt.gives if outcome.receipt else outcome.entry.deed.gives
        if gives:
            self.given.setdefault(outcome.entry.key.row, {}).update(gives)

    def outcome(self, entry: Entry, status: Status, state: State | None) -> Outcome:
        """What became of an entry just now."""
        return Outcome(entry, status, self.now(), state)

    def reach(self, entry: Entry) -> Reach | None:
        """Whom it goes to, for whoever counts."""
        change = entry.change
        if change is None or not change.to:
            return None
        kinds = {
            self.gate.name_of(address): change.kind_for(address, entry.kind)
            for address in change.to
        }
        return Reach(tuple(kinds), change.channel, entry.kind, tuple(kinds.values()))

    def as_it_goes_out(self, entry: Entry) -> Entry:
        """The entry with its message's links as they are for its recipient."""
        return with_own_links(entry, self.session.tools.links, self._salt)

    def now(self) -> datetime:
        """This moment."""
        return self.session.tools.clock.now()

    def _stop(self, entry: Entry) -> None:
        if entry.on_failure == "stop everything":
            self._all_stopped = True
        elif entry.on_failure != "continue":
            self._stopped.add(entry.key.row)
