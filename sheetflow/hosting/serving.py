"""`sheetflow serve`: one thread runs what is due, another sees that somebody hears if it is not.

The main thread oversees, and waits for signals: at the first, what is being handed over is finished
and the sheet is told; at the second, all ends at once, as if the power were gone.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from sheetflow.clock import Clock
from sheetflow.errors import SheetflowError
from sheetflow.hosting.bell import Bell
from sheetflow.hosting.journal import Journal
from sheetflow.hosting.overseer import Overseer
from sheetflow.hosting.rounds import Round, Rounds

LOOK = 5.0
"""Seconds between two looks at files and at the ledger, at most; a change is seen within them."""

SHORTEST = 0.05
"""Seconds between two rounds, at least."""

AFTER_TROUBLE = 15.0
"""Seconds until it is tried again, when nothing at all could run."""

OVERSEE = 10.0
"""Seconds between two looks at what is owed."""

STOPS_WITHIN = timedelta(seconds=75)
"""How long the end may take; systemd kills after 90 seconds."""

OVER, NEWS = 0, 255
"""What the bell says when the work is over, and when there is something to see: no signals."""

Wait = Callable[[float], bool]


@dataclass
class Serving:
    """A scheduler for one workspace. `bell` rings for signals, and when there is something to see.

    `trouble` is what keeps everything from running, or "".
    """

    rounds: Rounds
    overseer: Overseer
    clock: Clock
    journal: Journal
    stop: threading.Event = field(default_factory=threading.Event)
    bell: Bell = field(default_factory=Bell)
    trouble: str = ""
    _is_new: bool = True
    _hurry: threading.Event = field(default_factory=threading.Event)

    @property
    def ready(self) -> bool:
        """Whether it runs what is due: it has looked around, and is not about to end."""
        return self.rounds.seen is not None and not self.trouble and not self.stop.is_set()

    def hurry(self) -> None:
        """Look at once: somebody says that something changed. From any thread."""
        self._hurry.set()

    def work(self, wait: Wait | None = None) -> None:
        """Go round after round until it is stopped. Whatever goes wrong is told and tried again."""
        pausing = wait or self._wait
        try:
            while not self.stop.is_set():
                pausing(self._round())
        finally:
            self.rounds.close()
            self.bell.ring(OVER)

    def oversee(self, worker: threading.Thread) -> bool:
        """Watch over the worker until it ends; whether it ended in order and in time."""
        ends_by: float | None = None
        while True:
            number = self._signalled(ends_by)
            if number == OVER:
                worker.join()
                return self.stop.is_set()
            asked = number not in (None, NEWS)
            late = ends_by is not None and time.monotonic() >= ends_by
            if ends_by is not None and (asked or late):
                self.journal.say("stopped at once", late=late)
                return False
            if asked:
                self.journal.say("stopping", signal=number, running=self.rounds.tally.going or None)
                ends_by = time.monotonic() + STOPS_WITHIN.total_seconds()
                self.stop.set()
                self.hurry()
            self.look()

    def look(self) -> None:
        """See what is owed, and alert."""
        seen = self.rounds.seen
        try:
            self.overseer.check(seen.roll if seen else None, self.trouble)
        except Exception as error:  # noqa: BLE001 - the overseer must outlive whatever it sees
            self._our_fault(error)

    def _wait(self, seconds: float) -> bool:
        self._hurry.wait(seconds)
        self._hurry.clear()
        return self.stop.is_set()

    def _signalled(self, ends_by: float | None) -> int | None:
        """The next signal; None if none came for a while."""
        left = OVERSEE if ends_by is None else max(ends_by - time.monotonic(), 0.0)
        return self.bell.heard(min(left, OVERSEE))

    def _round(self) -> float:
        """One round; gives the seconds until the next."""
        try:
            found = self.rounds.go(self.stop)
        except SheetflowError as error:
            return self._troubled(str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round may do better
            self._our_fault(error)
            return self._troubled(f"Sheetflow made a mistake: {type(error).__name__}.")
        if found.ended or self.trouble or self._is_new:
            self._is_new, self.trouble = False, ""
            self.bell.ring(NEWS)
        return self._pause(found)

    def _pause(self, found: Round) -> float:
        """Until something is due, or until it is time to look whether anything has changed."""
        if found.elsewhere or found.survey.next_at is None:
            return LOOK
        left = (found.survey.next_at - self.clock.now()).total_seconds()
        return min(max(left, SHORTEST), LOOK)

    def _troubled(self, says: str) -> float:
        self.rounds.close()
        if says != self.trouble:
            self.journal.say("nothing can run", says=says)
            self.trouble = says
            self.bell.ring(NEWS)
        return AFTER_TROUBLE

    def _our_fault(self, error: Exception) -> None:
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{place.filename}:{place.lineno}"
        self.journal.say("our fault", error=type(error).__name__, where=where)
