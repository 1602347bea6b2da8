"""A process that applies, for tests that kill it: python worker.py ADDRESS DEEDS ROWS LANES PLAN

It hands ROWS rows over in LANES threads. Each deed is a line in the file DEEDS, which stands for
the mail that cannot be called back. PLAN says what happens on the way:

    work              nothing
    kill:PLACE:N      it kills itself at PLACE of the Nth row; places are those of `at` below
    hold              it stops in the middle of the first row, says so, and goes on when told to
    full:N            no file may grow any more from the Nth row on
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Lock

from sheetflow.errors import LedgerBusy, LedgerError
from sheetflow.ledger.applying import Applying
from sheetflow.ledger.refusals import NotHandedOver
from sheetflow.ledger.store import Ledger
from sheetflow.values import Entry
from tests.ledger.examples import NOW, entry, outcome

PLACES = ("before the hand-over", "before the deed", "after the deed", "after the end")


@dataclass
class Worker:
    """Does the deeds, and meets its fate at the place where the plan says so."""

    deeds: Path
    plan: str
    numbers: dict[str, count[int]] = field(default_factory=lambda: {p: count(1) for p in PLACES})
    lock: Lock = field(default_factory=Lock)

    def work(self, turn: Applying, entries: list[Entry]) -> None:
        with turn.lane() as lane:
            for one in entries:
                self.at(PLACES[0])
                try:
                    lane.hand_over(one, run="run", at=NOW)
                except NotHandedOver:
                    continue
                self.at(PLACES[1])
                self.do(one)
                self.at(PLACES[2])
                lane.finish(outcome(one))
                self.at(PLACES[3])

    def do(self, one: Entry) -> None:
        deed = os.open(self.deeds, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(deed, f"{one.key.row}\n".encode())
        os.close(deed)

    def at(self, place: str) -> None:
        with self.lock:
            number = next(self.numbers[place])
        if self.plan == f"kill:{place}:{number}":
            os.kill(os.getpid(), signal.SIGKILL)
        if (self.plan, place, number) == ("hold", PLACES[1], 1):
            print("holding", flush=True)
            sys.stdin.readline()
        if (self.plan, place) == (f"full:{number}", PLACES[0]):
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main(address: str, deeds: str, rows: str, lanes: str, plan: str) -> None:
    worker = Worker(Path(deeds), plan)
    entries = [entry(f"row {number}") for number in range(int(rows))]
    shares = [entries[lane :: int(lanes)] for lane in range(int(lanes))]
    with Ledger.open(address) as ledger, turn_of(ledger) as turn:
        print("applying", flush=True)
        with ThreadPoolExecutor(int(lanes)) as threads:
            list(threads.map(lambda share: worker.work(turn, share), shares))


@contextmanager
def turn_of(ledger: Ledger) -> Iterator[Applying]:
    """The turn, once whoever has it has died or finished."""
    with ExitStack() as stack:
        turn = None
        while turn is None:
            try:
                turn = stack.enter_context(ledger.applying("a worker"))
            except LedgerBusy:
                time.sleep(0.02)
        yield turn


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except LedgerError as error:
        print(f"refused: {error}", flush=True)
