"""Where turns at asking services are given: in the ledger, to all who share it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sheetflow.errors import SheetflowError
from sheetflow.network.pacing import Decide, OwnShelf, Shelf, Waiting

if TYPE_CHECKING:
    from sheetflow.ledger.pace import Pace

T = TypeVar("T")


class SharedShelf(Shelf):
    """The ledger's shelf. Where it cannot be had, this process paces itself alone.

    `address` says where the ledger is. No ledger is made for it: before the first run there is
    nobody to share with.
    """

    def __init__(self, address: Callable[[], str | Path]) -> None:
        self._address = address
        self._own = OwnShelf(Waiting())
        self._pace: Pace | None = None
        self._missing = False
        self._lock = threading.Lock()

    def change(self, names: Sequence[str], decide: Decide[T]) -> T:
        """As any shelf does."""
        pace = self._shared()
        if pace is not None:
            try:
                return pace.change(names, decide)
            except SheetflowError:  # whoever writes into the ledger is told what is the matter
                self._missing = True
        return self._own.change(names, decide)

    @property
    def lasts(self) -> bool:
        """Whether there is a ledger that it stands in."""
        return self._pace is not None and not self._missing

    def close(self) -> None:
        """Let go of the ledger, and see anew next time whether there is one."""
        with self._lock:
            self._missing = False
            if self._pace is not None:
                self._pace.close()

    def _shared(self) -> Pace | None:
        with self._lock:
            if self._missing:
                return None
            if self._pace is None:
                self._pace = self._found()
            return self._pace

    def _found(self) -> Pace | None:
        from sheetflow.ledger.databases import place
        from sheetflow.ledger.pace import Pace

        try:
            return Pace(place(self._address()))
        except SheetflowError:  # an address that is none, or a secret that is not there
            self._missing = True
            return None
