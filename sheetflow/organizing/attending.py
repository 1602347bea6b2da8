"""Looks after what organizers see, beside the runs: in a thread of its own."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from sheetflow.clock import Clock
from sheetflow.hosting.journal import Journal
from sheetflow.hosting.roster import Roster
from sheetflow.organizing.controlling import Controlling
from sheetflow.organizing.digesting import Digesting

LOOK = 5.0
"""Seconds between two looks; a file that was saved is seen within them."""

ENDS_WITHIN = 15.0
"""Seconds that a look may take to its end when all stops."""


class Errand(Protocol):
    """Something to be looked after, now and then. Nothing it does may be lost by dying in it."""

    def look(self) -> None:
        """See whether there is anything to do, and do it."""

    def close(self) -> None:
        """Let go of everything."""


@dataclass
class Attending:
    """Looks after several things, one after the other. What goes wrong in one stops no other."""

    errands: tuple[Errand, ...]
    journal: Journal
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def look(self) -> None:
        """Look after each of them once."""
        with self._turn:
            for errand in self.errands:
                try:
                    errand.look()
                except Exception as error:  # noqa: BLE001 - the others must be looked after all the same
                    place = traceback.extract_tb(error.__traceback__)[-1]
                    where = f"{place.filename}:{place.lineno}"
                    self.journal.say("our fault", error=type(error).__name__, where=where)

    def begin(self) -> None:
        """Look again and again until `end`, in a thread."""
        self._over.clear()
        self._thread = threading.Thread(target=self._work, name="organizing", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop looking, after the look that is under way; and let go of everything."""
        self._stop()
        self.close()

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Look again and again as long as this is entered."""
        self.begin()
        try:
            yield
        finally:
            self._stop()

    def close(self) -> None:
        """Let go of everything."""
        for errand in self.errands:
            errand.close()

    def _stop(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join(ENDS_WITHIN)
            self._thread = None

    def _work(self) -> None:
        while not self._over.is_set():
            self.look()
            self._over.wait(LOOK)


def attending(roster: Roster, clock: Clock, journal: Journal) -> Attending:
    """Whoever looks after the control table of a workspace, and sends its digest.

    They read its files on their own, and what they ask of services counts with the rest.
    """
    own = Roster(roster.folder, clock, roster.bill)
    control = Controlling(own, clock, journal)
    return Attending((control, Digesting(own, clock, journal, control)), journal)
