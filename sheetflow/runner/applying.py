"""A Plan becomes Outcomes: the intent before, the deed, the receipt after.

Applying does what the plan said and nothing else. It goes step by step over all rows; a row that
fails stops there, the others go on. Within a step, what awaits another change comes after it. What
the workers share is their `course`; what one of them does with an entry is in `handing_over`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

from sheetflow.errors import LedgerError
from sheetflow.language.recipe import Step
from sheetflow.ledger.records import STATUS_STEP
from sheetflow.packed import Texts
from sheetflow.plugin.action import Action
from sheetflow.runner.awaiting import those_that_await
from sheetflow.runner.confirming import confirm
from sheetflow.runner.course import Course
from sheetflow.runner.handing_over import Numbered, Worker
from sheetflow.runner.outcomes import Outcomes
from sheetflow.runner.passing import PassingOn
from sheetflow.runner.planning import action_of, stops
from sheetflow.spool import Spool
from sheetflow.values import Outcome


class Applier:
    """Takes one plan through its steps, with as many workers as each action bears."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._outcomes = Outcomes(course.plan.entries)
        self._lock = threading.Lock()

    def apply(self) -> Sequence[Outcome]:
        """Apply all of the plan. Raises LedgerError when the ledger cannot be written any more."""
        try:
            return self._all_steps()
        finally:
            self._course.gate.close()

    def _all_steps(self) -> Sequence[Outcome]:
        course, plan = self._course, self._course.plan
        course.gate.weigh(plan.changes)
        course.records = course.session.ledger.records(plan.chapter, plan.recipe)
        self._begun = self._rows_begun()
        self._pass_on("")
        for step in course.recipe.steps:
            self._pass_on(step.id)
            self._step(step)
            if course.broken is not None:
                raise course.broken
        return self._outcomes

    def _rows_begun(self) -> Texts:
        """Of the rows that stop somewhere, those for which something is or was to be done."""
        plan = self._course.plan
        stop = Texts(entry.key.row for entry in plan.entries if stops(entry))
        begun = Texts(row for step, row in self._course.records if step != STATUS_STEP)
        for entry in plan.changes if stop else ():
            if entry.key.row in stop:
                begun.add(entry.key.row)
        return begun

    def _at(self, step: str, *, changes: bool) -> Iterator[Numbered]:
        """The entries of a step that do something, or those that do not."""
        for place, entry in enumerate(self._course.plan.entries):
            if entry.key.step == step and (entry.change is not None) == changes:
                yield place, entry

    def _step(self, step: Step) -> None:
        if next(self._at(step.id, changes=True), None) is None:
            return
        course, plan = self._course, self._course.plan
        action = action_of(step, course.session)
        later: Spool[Numbered] = Spool()
        try:
            self._hand_out(step, action, those_that_await(self._at(step.id, changes=True), later))
            if len(later) and not course.is_over:
                known = course.session.ledger.records(plan.chapter, plan.recipe, step=step.id)
                course.records = {**course.records, **known}
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
                self._course.interrupted.set()
            except LedgerError as error:
                self._course.broken = self._course.broken or error
                return

    def _work(self, step: Step, action: Action[Any], waiting: Iterator[Numbered]) -> None:
        course = self._course
        with self._lock:
            stream = self._outcomes.stream()
        try:
            with ExitStack() as stack:
                lane = course.applying.lane
                lanes = [stack.enter_context(lane()) for _ in range(action.together)]
                Worker(course, step, action, lanes, stream).work(waiting)
        except LedgerError as error:
            course.broken = error
            raise

    def _pass_on(self, step: str) -> None:
        """What the plan did not do is told as it was planned."""
        course = self._course
        passing = PassingOn(course.records, self._begun, course.run, course.now)
        stream = self._outcomes.stream()
        with course.applying.lane() as lane:
            for place, entry in self._at(step, changes=False):
                settled = [confirm(entry, course, lane)] if entry.confirmed else None
                for outcome in settled or passing.outcomes([entry], lane):
                    course.note(outcome)
                    stream.note(place, outcome)


class _Shared(Iterator[Numbered]):
    """Entries that several workers pull from, each going to one of them."""

    def __init__(self, entries: Iterable[Numbered]) -> None:
        self._entries = iter(entries)
        self._lock = threading.Lock()

    def __next__(self) -> Numbered:
        with self._lock:
            return next(self._entries)
