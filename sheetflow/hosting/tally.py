"""What this process has done since it was started, counted for `/metrics`."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping

from sheetflow.hosting.unattended import Ended


class Tally:
    """Runs by recipe and how they ended, rows by the word they were told, how late runs began."""

    def __init__(self) -> None:
        self._runs: Counter[tuple[str, str]] = Counter()
        self._words: Counter[tuple[str, str]] = Counter()
        self._calls: Counter[tuple[str, str]] = Counter()
        self._late: dict[str, float] = {}
        self._going: str = ""
        self._lock = threading.Lock()

    def begun(self, recipe: str, late: float) -> None:
        """A run begins, so many seconds after it was due."""
        with self._lock:
            self._late[recipe], self._going = late, recipe

    def over(self, recipe: str) -> None:
        """It is over, however it went."""
        with self._lock:
            self._going = "" if self._going == recipe else self._going

    def ended(self, ended: Ended) -> None:
        """How it went."""
        with self._lock:
            self._runs[ended.recipe, ended.how] += 1
            for word, count in ended.words.items():
                self._words[ended.recipe, word] += count

    def called(self, connection: str, how: str) -> None:
        """A service called, or somebody in its name; "" for a connection that there is not."""
        with self._lock:
            self._calls[connection, how] += 1

    @property
    def calls(self) -> Mapping[tuple[str, str], int]:
        """How many calls there were, by connection and what became of them."""
        with self._lock:
            return dict(self._calls)

    @property
    def runs(self) -> Mapping[tuple[str, str], int]:
        """How many runs there were, by recipe and how they ended."""
        with self._lock:
            return dict(self._runs)

    @property
    def words(self) -> Mapping[tuple[str, str], int]:
        """How many rows were told what, by recipe and word."""
        with self._lock:
            return dict(self._words)

    @property
    def late(self) -> Mapping[str, float]:
        """How many seconds after it was due the latest run of each recipe began."""
        with self._lock:
            return dict(self._late)

    @property
    def going(self) -> str:
        """The recipe that is running now, or ""."""
        with self._lock:
            return self._going
