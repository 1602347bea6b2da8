"""The promise, against a model in plain Python: whatever happens in whatever order, a key that was
done, or may have been, is never handed over again on its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sheetflow.errors import LedgerError
from sheetflow.ledger.applying import Applying
from sheetflow.ledger.lanes import Lane
from sheetflow.ledger.refusals import NotHandedOver
from sheetflow.ledger.store import Ledger
from sheetflow.values import State
from tests.ledger.examples import NOW, SENT, entry, outcome

ROWS = ["ana", "bo", "lee"]
ENDS = [State.DONE, State.REFUSED, State.NOT_KNOWN, State.WAITING]


@dataclass
class Known:
    """What must be true of one key."""

    state: State | None = None
    durable: State | None = None
    attempts: int = 0
    due: datetime = NOW
    deeds_since_allowed: int = 0
    lane: int = -1


@dataclass
class Model:
    """A ledger of a few rows, as the promise has it."""

    rows: dict[str, Known] = field(default_factory=lambda: {row: Known() for row in ROWS})

    def durable_on(self, lane: int) -> None:
        """What this lane had finished cannot be lost any more."""
        for known in self.rows.values():
            if known.lane == lane:
                known.durable = known.state

    def crash(self) -> None:
        """The process dies: what was not durable is forgotten, what was in hand is not known."""
        for known in self.rows.values():
            known.state = known.durable
            if known.state is State.HANDING_OVER:
                known.state = known.durable = State.NOT_KNOWN
            known.lane = -1

    def may_go(self, row: str, at: datetime) -> bool:
        known = self.rows[row]
        waits = known.state is State.WAITING and (not known.attempts or known.due <= at)
        return known.state is None or waits


class Promise(RuleBasedStateMachine):
    """Two lanes of a process that dies now and then, and a person who settles what is open."""

    address: str
    chapters: Iterator[int]

    @initialize()
    def begin(self) -> None:
        self.chapter = f"chapter {next(self.chapters)}"
        self.model = Model()
        self.at = NOW
        self.open()

    def open(self) -> None:
        self.stack = ExitStack()
        self.ledger = self.stack.enter_context(Ledger.open(self.address))
        self.turn: Applying = self.stack.enter_context(self.ledger.applying("a test"))
        self.lanes: list[Lane] = [self.turn.lane() for _ in range(2)]

    def entry(self, row: str, text: str = "Hello"):
        return entry(row, chapter=self.chapter, text=text)

    @rule(row=st.sampled_from(ROWS), lane=st.sampled_from([0, 1]), text=st.sampled_from("ab"))
    def hand_over(self, row: str, lane: int, text: str) -> None:
        known, allowed = self.model.rows[row], self.model.may_go(row, self.at)
        finished_elsewhere = known.state != known.durable and known.lane != lane
        try:
            attempt = self.lanes[lane].hand_over(self.entry(row, text), run="r", at=self.at)
        except NotHandedOver:
            assert not allowed or finished_elsewhere
            self.model.durable_on(lane)
            return
        assert allowed
        self.model.durable_on(lane)
        known.attempts += 1
        known.deeds_since_allowed += 1
        assert attempt == known.attempts
        known.state = known.durable = State.HANDING_OVER
        known.lane = lane

    @rule(row=st.sampled_from(ROWS), end=st.sampled_from(ENDS))
    def finish(self, row: str, end: State) -> None:
        known = self.model.rows[row]
        if known.state is not State.HANDING_OVER:
            return
        due = self.at + timedelta(minutes=5)
        of = outcome(self.entry(row), end, at=self.at, retry_at=due)
        self.lanes[known.lane].finish(of)
        known.state, known.due = end, due
        if end is State.WAITING:
            known.deeds_since_allowed = 0

    @rule(lane=st.sampled_from([0, 1]))
    def flush(self, lane: int) -> None:
        self.lanes[lane].flush()
        self.model.durable_on(lane)

    @rule(row=st.sampled_from(ROWS))
    def hold(self, row: str) -> None:
        known = self.model.rows[row]
        if known.state != known.durable:
            return
        until = self.at + timedelta(minutes=5)
        held = outcome(self.entry(row), State.WAITING, at=self.at)
        self.turn.hold(held.entry, held.status, until=until, run="r", at=self.at)
        if known.state in (None, State.WAITING):
            known.state, known.durable, known.due = State.WAITING, State.WAITING, until

    @rule(row=st.sampled_from(ROWS), end=st.sampled_from(ENDS))
    def settle(self, row: str, end: State) -> None:
        known = self.model.rows[row]
        if known.state != known.durable:
            return
        allowed = known.state in (State.NOT_KNOWN, State.WAITING) or (
            known.state is State.REFUSED and end is State.WAITING
        )
        try:
            self.turn.settle(self.entry(row).key, end, None, SENT, self.at)
        except LedgerError:
            assert not allowed
            return
        assert allowed
        known.state, known.durable, known.due = end, end, self.at
        if end is State.WAITING:
            known.deeds_since_allowed = 0

    @rule()
    def time_passes(self) -> None:
        self.at += timedelta(minutes=3)

    @rule()
    def the_process_dies_and_another_one_starts(self) -> None:
        self.stack.close()  # the lanes are simply gone, with all they had not made durable
        before = {row for row in ROWS if self.model.rows[row].durable is State.HANDING_OVER}
        self.model.crash()
        self.open()
        left = {r.key.row for r in self.turn.left_over if r.key.chapter == self.chapter}
        assert left == before

    @precondition(lambda self: hasattr(self, "ledger"))
    @invariant()
    def the_ledger_is_what_the_model_says(self) -> None:
        found = self.ledger.records(self.chapter, "welcome")
        for row, known in self.model.rows.items():
            records = found.get(("email", row), ())
            assert [record.state for record in records] == (
                [known.durable] if known.durable else []
            )
            assert all(record.at.tzinfo is UTC for record in records)

    @precondition(lambda self: hasattr(self, "model"))
    @invariant()
    def no_deed_is_done_twice_unless_it_was_surely_not_done(self) -> None:
        assert all(known.deeds_since_allowed <= 1 for known in self.model.rows.values())

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()


@pytest.fixture
def promise(address: str) -> type[Promise]:
    """The machine over one database; each of its examples is a chapter of its own."""
    chapters = iter(range(10_000))
    return type("ThePromise", (Promise,), {"address": address, "chapters": chapters})


def test_nothing_is_handed_over_again_that_was_done_or_may_have_been(promise: type[Promise]):
    run_state_machine_as_test(
        promise, settings=settings(max_examples=40, stateful_step_count=25, derandomize=True)
    )
