"""A Plan becomes Outcomes: the intent before, the deed, the receipt after.

Applying does what the plan said and nothing else. It goes step by step over all rows; a row that
fails stops there, the others go on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from sheetflow.errors import LedgerError, NotAllowed, RowStopped
from sheetflow.language.recipe import Recipe, Step
from sheetflow.ledger.applying import Applying
from sheetflow.ledger.lanes import Lane
from sheetflow.ledger.records import Reach
from sheetflow.ledger.refusals import NotHandedOver
from sheetflow.plugin.action import Action
from sheetflow.plugin.guard import Held
from sheetflow.runner.doing import ask, do
from sheetflow.runner.filling import filled
from sheetflow.runner.freshness import changed_since
from sheetflow.runner.gate import Gate
from sheetflow.runner.passing import PassingOn
from sheetflow.runner.planning import action_of
from sheetflow.runner.session import Session
from sheetflow.tables import statuses
from sheetflow.tables.handles import keyed, normal_handle
from sheetflow.values import Entry, Outcome, Plan, Receipt, State, Status, Word

Progress = Callable[[Outcome, int, int], None]
"""Told after each entry: its outcome, how many are through, and of how many."""

STATUS_STEP = "status"
"""The step under which the ledger keeps what a row was told."""


@dataclass
class Applier:
    """One plan on its way into the world. `interrupted` makes it stop after what is in flight."""

    recipe: Recipe
    plan: Plan
    session: Session
    applying: Applying
    run: str
    progress: Progress = lambda _outcome, _count, _all: None
    interrupted: threading.Event = field(default_factory=threading.Event)
    outcomes: list[Outcome] = field(default_factory=list)
    remarks: set[str] = field(default_factory=set)
    _stopped: set[str] = field(default_factory=set)
    _held_at: dict[str, str] = field(default_factory=dict)
    _given: dict[str, dict[str, Any]] = field(default_factory=dict)
    _broken: Exception | None = None
    _through: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def apply(self) -> Sequence[Outcome]:
        """Apply all of the plan. Raises LedgerError when the ledger cannot be written any more."""
        self._gate = Gate(self.recipe, self.session, self.plan.entries)
        try:
            return self._all_steps()
        finally:
            self._gate.close()

    def _all_steps(self) -> Sequence[Outcome]:
        self._gate.weigh(self.plan.changes)
        self._total = len(self.plan.changes)
        self._salt = self.session.ledger.salt
        self._records = self.session.ledger.records(self.plan.chapter, self.plan.recipe)
        self._begun = {entry.key.row for entry in self.plan.changes}
        self._begun |= {row for step, row in self._records if step != STATUS_STEP}
        self._pass_on(entry for entry in self.plan.entries if not entry.key.step)
        for step in self.recipe.steps:
            entries = [entry for entry in self.plan.entries if entry.key.step == step.id]
            self._pass_on(entry for entry in entries if not entry.change)
            self._step(step, [entry for entry in entries if entry.change])
            if self._broken is not None:
                raise self._broken
        order = {entry.key: place for place, entry in enumerate(self.plan.entries)}
        return sorted(self.outcomes, key=lambda outcome: order[outcome.entry.key])

    def _step(self, step: Step, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        action = action_of(step, self.session)
        waiting = _Shared(entries)
        workers = max(1, min(action.parallel, len(entries)))
        try:
            with ThreadPoolExecutor(workers, thread_name_prefix="apply") as pool:
                done = [pool.submit(self._work, step, action, waiting) for _ in range(workers)]
                self._wait(done)
        finally:
            action.close()

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

    def _work(self, step: Step, action: Action[Any], waiting: Iterator[Entry]) -> None:
        with self.applying.lane() as lane:
            for entry in waiting:
                if self.interrupted.is_set() or self._broken is not None:
                    return
                if entry.key.row in self._stopped or self._held_before(entry):
                    continue
                try:
                    self._one(step, action, entry, lane)
                except LedgerError as error:
                    self._broken = error
                    raise

    def _one(self, step: Step, action: Action[Any], entry: Entry, lane: Lane) -> None:
        """One entry from its last questions to its outcome."""
        before = self._done_before(entry)
        if before is not None:
            self._conclude(before, lane, remember=False, stop=False)
            return
        changed = changed_since(entry, self.session)
        if changed is not None:
            self._conclude(changed, lane, remember=False)
            return
        if entry.asked_again:
            self.applying.settle(entry.key, State.WAITING, None, None, self._now())
        elif entry.doubtful and not self._found_absent(action, entry, lane):
            return
        try:
            entry = self._filled(entry, step)
        except RowStopped as stop:
            self._conclude(self._outcome(entry, stop.status, State.WAITING), lane)
            return
        held = self._gate.ask(entry)
        if held is not None:
            self._hold(entry, held, lane)
            return
        if _has_deed(action):
            refusal = self._handed_over(entry, lane)
            if refusal is not None:
                self._conclude(refusal, lane)
                return
        self._conclude(self._deed(action, entry), lane)

    def _done_before(self, entry: Entry) -> Outcome | None:
        """What an entry came to that another run has done since the plan was made."""
        for record in self._records.get((entry.key.step, entry.key.row), ()):
            if record.key == entry.key and record.state is State.DONE:
                status = record.status or Status(Word.DONE)
                receipt = Receipt(record.reference, record.gives)
                return replace(self._outcome(entry, status, None), receipt=receipt)
        return None

    def _handed_over(self, entry: Entry, lane: Lane) -> Outcome | None:
        """Make the intent durable; or the outcome, when the ledger does not let it go out."""
        memory, now = _memory(entry), self._now()
        try:
            lane.hand_over(entry, run=self.run, at=now, data=memory, reach=self._reach(entry))
        except NotHandedOver as refusal:
            record = refusal.record
            if record.state is not State.REFUSED or record.content == entry.content:
                return self._outcome(entry, record.status or statuses.not_sure(entry.who), None)
            # It was turned down and has been mended since, so it is another try of the same key.
            self.applying.settle(entry.key, State.WAITING, None, None, now)
            lane.hand_over(entry, run=self.run, at=now, data=memory, reach=self._reach(entry))
        return None

    def _reach(self, entry: Entry) -> Reach | None:
        """Whom it goes to, for whoever counts."""
        change = entry.change
        if change is None or not change.to:
            return None
        whom = tuple(keyed(self._salt, normal_handle(address)) for address in change.to)
        return Reach(whom, change.channel, entry.kind)

    def _filled(self, entry: Entry, step: Step) -> Entry:
        return filled(
            entry,
            step,
            self.session,
            row_name=self.recipe.row,
            given=self._given.get(entry.key.row, {}),
            records=self._records,
        )

    def _hold(self, entry: Entry, held: Held, lane: Lane) -> None:
        """Hold it, and what comes after this step for the same row."""
        if entry.on_failure != "continue":
            with self._lock:
                self._held_at[entry.key.row] = entry.key.step
        outcome = self._outcome(entry, held.status, State.WAITING)
        self._conclude(replace(outcome, retry_at=held.until), lane, stop=False)

    def _held_before(self, entry: Entry) -> bool:
        """Whether an earlier step of the row is held back. Others at the same step go on."""
        return self._held_at.get(entry.key.row, entry.key.step) != entry.key.step

    def _found_absent(self, action: Action[Any], entry: Entry, lane: Lane) -> bool:
        """Whether the service is sure that this never arrived; otherwise it is concluded here."""
        outcome = ask(action, entry, self._now())
        if outcome is None:
            self.applying.settle(entry.key, State.WAITING, None, None, self._now())
            return True
        assert outcome.state is not None
        found = (outcome.state, outcome.receipt, outcome.status, outcome.at)
        self.applying.settle(entry.key, *found, run=self.run)
        self._conclude(outcome, lane, remember=False)
        return False

    def _deed(self, action: Action[Any], entry: Entry) -> Outcome:
        """Tell the plugins, and do it. Who is not let in stops the whole run."""
        try:
            self.session.registry.hook.before_apply(entry=entry)
        except Exception as error:  # noqa: BLE001 - nothing was done yet, whatever it was
            text = f"a plugin stopped this ({type(error).__name__})"
            return self._outcome(entry, Status(Word.NEEDS_YOU, text), State.WAITING)
        try:
            return do(action, entry, self._now())
        except NotAllowed as error:
            self._stopped.update(other.key.row for other in self.plan.changes)
            return self._outcome(entry, Status(Word.NEEDS_YOU, error.message), State.WAITING)

    def _outcome(self, entry: Entry, status: Status, state: State | None) -> Outcome:
        return Outcome(entry, status, self._now(), state)

    def _conclude(
        self, outcome: Outcome, lane: Lane, *, remember: bool = True, stop: bool = True
    ) -> None:
        if remember:
            lane.finish(outcome, run=self.run, data=_memory(outcome.entry))
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

    def _note(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        gives = outcome.receipt.gives if outcome.receipt else outcome.entry.deed.gives
        self._given.setdefault(outcome.entry.key.row, {}).update(gives)

    def _stop(self, entry: Entry) -> None:
        if entry.on_failure == "stop everything":
            self._stopped.update(other.key.row for other in self.plan.changes)
        elif entry.on_failure != "continue":
            self._stopped.add(entry.key.row)

    def _pass_on(self, entries: Iterator[Entry]) -> None:
        """What the plan did not do is told as it was planned."""
        passing = PassingOn(self._records, self._begun, self.run, self._now)
        with self.applying.lane() as lane:
            for outcome in passing.outcomes(entries, lane):
                self._note(outcome)

    def _now(self) -> Any:
        return self.session.tools.clock.now()


def _has_deed(action: Action[Any]) -> bool:
    return type(action).apply is not Action.apply


def _memory(entry: Entry) -> dict[str, Any]:
    """What the next time should know: the cells as they were before, and the meeting as it was."""
    change = entry.change
    meeting = change.data.get("meeting") if change else None
    memory: dict[str, Any] = {"was": dict(entry.was)} if entry.was else {}
    return memory | ({"meeting": meeting} if meeting else {})


class _Shared(Iterator[Entry]):
    """Entries that several workers pull from, each going to one of them."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = iter(entries)
        self._lock = threading.Lock()

    def __next__(self) -> Entry:
        with self._lock:
            return next(self._entries)
