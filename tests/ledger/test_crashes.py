"""Real processes, killed and paused: nothing is done twice, and nothing is lost from sight."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sheetflow.errors import LedgerBusy
from sheetflow.ledger.refusals import NeedsAPerson
from sheetflow.ledger.store import Ledger
from sheetflow.values import State
from tests.ledger.examples import LATER, entry
from tests.ledger.worker import PLACES

ROOT = Path(__file__).parents[2]
WORKER = Path(__file__).with_name("worker.py")
WITH_TESTS = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
}
"""The environment of a process that can import the tests too."""

PATIENCE = 30.0  # seconds; what is waited for takes less than one


@dataclass
class Workers:
    """Starts workers on one ledger, and knows what they did."""

    address: str
    deeds: Path

    def start(self, plan: str, *, rows: int = 12, lanes: int = 1) -> subprocess.Popen[str]:
        arguments = [self.address, self.deeds, rows, lanes, plan]
        return subprocess.Popen(
            [sys.executable, WORKER, *map(str, arguments)],
            env=WITH_TESTS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, plan: str, **more: int) -> tuple[int, str]:
        """The exit code and what was said."""
        with self.start(plan, **more) as worker:
            said, _ = worker.communicate(timeout=PATIENCE)
        return worker.returncode, said

    def done(self) -> Counter[str]:
        """How often each row's deed was done."""
        return Counter(self.deeds.read_text().split("\n")[:-1] if self.deeds.exists() else [])

    def states(self) -> dict[str, State]:
        """What the ledger says of each row."""
        with Ledger.open(self.address, read_only=True) as ledger:
            found = ledger.records("", "welcome")
        return {row: record.state for (_, row), (record,) in found.items()}


@pytest.fixture
def workers(address: str, tmp_path: Path) -> Workers:
    return Workers(address, tmp_path / "deeds")


@pytest.fixture
def holding(workers: Workers) -> Iterator[subprocess.Popen[str]]:
    """A worker that is in the middle of a deed and stays there."""
    with workers.start("hold", rows=1) as worker:
        assert worker.stdout is not None
        assert [worker.stdout.readline() for _ in range(2)] == ["applying\n", "holding\n"]
        yield worker
        worker.kill()


@pytest.mark.parametrize("lanes", [1, 4])
@pytest.mark.parametrize("place", PLACES)
def test_a_process_killed_anywhere_does_nothing_twice_and_loses_nothing(
    workers: Workers, place: str, lanes: int
):
    assert workers.run(f"kill:{place}:7", lanes=lanes) == (-signal.SIGKILL, "applying\n")
    after_the_kill = workers.states()
    in_hand = {row for row, state in after_the_kill.items() if state is State.HANDING_OVER}
    assert workers.done().keys() <= after_the_kill.keys()
    assert len(in_hand) <= lanes

    assert workers.run("work", lanes=lanes) == (0, "applying\n")
    rows = {f"row {number}" for number in range(12)}
    expected = {row: State.NOT_KNOWN if row in in_hand else State.DONE for row in rows}
    assert workers.states() == expected
    assert all(times == 1 for times in workers.done().values())
    assert rows - in_hand <= workers.done().keys() <= rows


def test_one_lane_killed_after_its_deed_leaves_exactly_that_row_unsure(workers: Workers):
    workers.run("kill:after the deed:7")
    workers.run("work")
    unsure = [row for row, state in workers.states().items() if state is State.NOT_KNOWN]
    assert unsure == ["row 6"]
    assert workers.done() == {f"row {number}": 1 for number in range(12)}


def test_a_ledger_survives_many_kills(workers: Workers):
    for number in (2, 3, 5):
        workers.run(f"kill:after the deed:{number}", rows=60, lanes=4)
    assert workers.run("work", rows=60, lanes=4)[0] == 0
    states = Counter(workers.states().values())
    assert states[State.DONE] + states[State.NOT_KNOWN] == 60
    assert set(workers.done().values()) == {1}


def test_a_paused_process_keeps_its_turn_and_its_row(workers: Workers, holding, address: str):
    holding.send_signal(signal.SIGSTOP)
    with Ledger.open(address) as ledger:
        for _ in range(3):
            with pytest.raises(LedgerBusy, match="in use: a worker"), ledger.applying("a test"):
                pytest.fail("the turn of a living process was taken")
        assert workers.states() == {"row 0": State.HANDING_OVER}
    holding.send_signal(signal.SIGCONT)
    assert holding.communicate("go on\n", timeout=PATIENCE) == ("", None)
    assert workers.states() == {"row 0": State.DONE}
    assert workers.done() == {"row 0": 1}


def test_a_killed_process_gives_its_turn_back_at_once(workers: Workers, holding, address: str):
    holding.kill()
    holding.wait(timeout=PATIENCE)
    with Ledger.open(address) as ledger:
        turn = ledger.applying("a test")
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                applying = turn.__enter__()
                break
            except LedgerBusy:  # PostgreSQL takes a moment to see that nobody is there
                assert time.monotonic() < deadline
                turn = ledger.applying("a test")
        assert [record.key.row for record in applying.left_over] == ["row 0"]
        with pytest.raises(NeedsAPerson):
            applying.lane().hand_over(entry("row 0"), run="run", at=LATER)
        turn.__exit__(None, None, None)
    assert workers.done() == {}


def test_processes_that_start_at_once_take_turns(workers: Workers):
    started = [workers.start("work", lanes=lanes) for lanes in (1, 2, 4)]
    for worker in started:
        with worker:
            assert worker.communicate(timeout=PATIENCE) == ("applying\n", None)
            assert worker.returncode == 0
    assert workers.done() == {f"row {number}": 1 for number in range(12)}
    assert set(workers.states().values()) == {State.DONE}
    with Ledger.open(workers.address, read_only=True) as ledger:
        assert ledger.epoch == 3
