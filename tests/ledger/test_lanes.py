"""Several threads handing over at once: few commits, and nothing lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from sheetflow.errors import LedgerError
from sheetflow.ledger.applying import Applying
from sheetflow.ledger.lanes import hand_over_together
from sheetflow.ledger.moves import Intent
from sheetflow.ledger.refusals import AlreadyDone, InProgress, NotHandedOver
from sheetflow.ledger.store import Ledger
from sheetflow.values import Entry, State
from tests.ledger.examples import NOW, entry, outcome


def hand_over_all(turn: Applying, entries: list[Entry]) -> list[Entry]:
    """Hand over one after the other in one lane; gives those that the ledger let through."""
    through = []
    with turn.lane() as lane:
        for one in entries:
            try:
                lane.hand_over(one, run="run", at=NOW)
            except NotHandedOver:
                continue
            through.append(one)
            lane.finish(outcome(one))
    return through


def test_the_end_of_one_shares_a_commit_with_the_beginning_of_the_next(
    ledger: Ledger, statements: Callable
):
    with ledger.applying("a test") as turn, statements(ledger, turn) as asked:
        hand_over_all(turn, [entry(f"row {number}") for number in range(10)])
    assert asked.count("COMMIT") - _unlocking(asked) == 11


def test_lanes_that_wait_at_once_share_a_commit(ledger: Ledger, statements: Callable):
    with ledger.applying("a test") as turn, ThreadPoolExecutor(8) as threads:
        with turn.writer.transaction(), statements(ledger, turn) as asked:
            lanes = [turn.lane() for _ in range(8)]
            waiting = [
                threads.submit(lane.hand_over, entry(f"row {number}"), run="run", at=NOW)
                for number, lane in enumerate(lanes)
            ]
            _, not_done = wait(waiting, timeout=0.3)
            assert len(not_done) == 8
        assert [one.result() for one in waiting] == [1] * 8
        assert asked.count("COMMIT") == 2  # ours, which they waited for, and theirs


def test_a_commit_waits_a_moment_for_the_lanes_that_are_still_busy(
    ledger: Ledger, statements: Callable
):
    with ledger.applying("a test") as turn, ThreadPoolExecutor(3) as threads:
        turn.committer.moment = 60
        lanes = [turn.lane().__enter__() for _ in range(3)]
        with statements(ledger, turn) as asked:
            handed = [
                threads.submit(lane.hand_over, entry(f"row {number}"), run="run", at=NOW)
                for number, lane in enumerate(lanes)
            ]
            wait(handed, timeout=50)
        assert asked.count("COMMIT") == 1
        turn.committer.moment = 0
        for number, lane in enumerate(lanes):
            lane.finish(outcome(entry(f"row {number}")))
            lane.__exit__(None, None, None)


def test_eight_lanes_lose_nothing_and_do_nothing_twice(ledger: Ledger):
    rows = [[entry(f"row {lane}-{number}") for number in range(40)] for lane in range(8)]
    with ledger.applying("a test") as turn, ThreadPoolExecutor(8) as threads:
        through = list(threads.map(lambda mine: hand_over_all(turn, mine), rows))
    assert through == rows
    found = [record for records in ledger.records("", "welcome").values() for record in records]
    assert Counter(record.state for record in found) == {State.DONE: 320}
    assert {record.key for record in found} == {one.key for mine in rows for one in mine}


def test_a_row_that_several_lanes_want_goes_through_one_of_them(ledger: Ledger):
    rows = [entry(f"row {number}") for number in range(20)]
    with ledger.applying("a test") as turn, ThreadPoolExecutor(8) as threads:
        through = list(threads.map(lambda _: hand_over_all(turn, rows), range(8)))
    assert Counter(one.key for mine in through for one in mine) == {one.key: 1 for one in rows}


def test_a_refusal_concerns_its_own_lane_only(ledger: Ledger):
    ana, bo = entry("ana"), entry("bo")
    with ledger.applying("a test") as turn, ThreadPoolExecutor(2) as threads:
        hand_over_all(turn, [ana])
        with turn.writer.transaction():
            again = threads.submit(turn.lane().hand_over, ana, run="run", at=NOW)
            other = turn.lane()
            first = threads.submit(other.hand_over, bo, run="run", at=NOW)
            wait([again, first], timeout=0.3)
        assert isinstance(again.exception(), AlreadyDone)
        assert first.result() == 1
        with pytest.raises(InProgress):
            turn.lane().hand_over(bo, run="run", at=NOW)
        other.finish(outcome(bo))
        other.flush()


def test_intents_of_several_lanes_share_a_commit_and_each_is_refused_alone(
    ledger: Ledger, statements: Callable
):
    ana, bo, cem = entry("ana"), entry("bo"), entry("cem")
    with ledger.applying("a test") as turn:
        hand_over_all(turn, [bo])
        lanes = [turn.lane() for _ in range(3)]
        intents = [Intent(of, "run", NOW) for of in (ana, bo, cem)]
        with statements(ledger, turn) as asked:
            refused = hand_over_together(list(zip(lanes, intents, strict=True)))
        assert asked.count("COMMIT") == 1
        assert [type(why) for why in refused] == [type(None), AlreadyDone, type(None)]
        assert ledger.record(ana.key).state is ledger.record(cem.key).state is State.HANDING_OVER
        for lane, of in ((lanes[0], ana), (lanes[2], cem)):
            lane.finish(outcome(of))
            lane.flush()
    assert {
        record.state for found in ledger.records("", "welcome").values() for record in found
    } == {State.DONE}


def test_a_commit_that_fails_fails_every_lane_in_it(ledger: Ledger):
    rows = [entry(f"row {number}") for number in range(4)]
    with ledger.applying("a test") as turn, ThreadPoolExecutor(4) as threads:
        with turn.writer.transaction() as connection:
            connection.exec_driver_sql("UPDATE meta SET value = '99' WHERE name = 'epoch'")
            waiting = [
                threads.submit(turn.lane().hand_over, one, run="run", at=NOW) for one in rows
            ]
            wait(waiting, timeout=0.3)
        for one in waiting:
            assert isinstance(one.exception(), LedgerError)
    assert ledger.records("", "welcome") == {}


def test_what_could_not_be_written_is_written_as_soon_as_it_can(ledger: Ledger):
    ana, bo = entry("ana"), entry("bo")

    def set_turn(connection, number):
        connection.exec_driver_sql(f"UPDATE meta SET value = '{number}' WHERE name = 'epoch'")

    with ledger.applying("a test") as turn, turn.lane() as lane:
        lane.hand_over(ana, run="run", at=NOW)
        lane.finish(outcome(ana))
        with turn.writer.transaction() as connection:
            set_turn(connection, 99)
        with pytest.raises(LedgerError):
            lane.hand_over(bo, run="run", at=NOW)
        with ledger.database.writing() as connection:
            set_turn(connection, 1)
    assert ledger.record(ana.key).state is State.DONE
    assert ledger.record(bo.key) is None


def test_an_interrupted_lane_lets_the_others_go_on(ledger: Ledger, monkeypatch):
    ana, bo = entry("ana"), entry("bo")

    def interrupt(*_):
        raise KeyboardInterrupt

    with ledger.applying("a test") as turn:
        with monkeypatch.context() as patch:
            patch.setattr("sheetflow.ledger.lanes._write", interrupt)
            with pytest.raises(KeyboardInterrupt):
                turn.lane().hand_over(ana, run="run", at=NOW)
        assert hand_over_all(turn, [bo]) == [bo]
    assert ledger.record(ana.key) is None


def _unlocking(asked: list[str]) -> int:
    """How many commits gave PostgreSQL's lock back."""
    return sum("pg_advisory_unlock" in one for one in asked)
