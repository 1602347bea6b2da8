"""What a run has asked of each service: requests by nature, what was turned down, time waited."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping

from sheetflow.network.services import Meaning, Nature


class Bill:
    """Counted over all threads of this process."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, Nature]] = Counter()
        self._faults: Counter[tuple[str, Meaning]] = Counter()
        self._waited: Counter[str] = Counter()
        self._lock = threading.Lock()

    def count(self, service: str, nature: Nature) -> None:
        """One more request was sent."""
        with self._lock:
            self._requests[service, nature] += 1

    def told(self, service: str, meaning: Meaning) -> None:
        """One more request was turned down."""
        with self._lock:
            self._faults[service, meaning] += 1

    def waited(self, service: str, seconds: float) -> None:
        """So much longer was waited for the service's sake."""
        with self._lock:
            self._waited[service] += seconds  # type: ignore[assignment]  # a Counter may hold floats

    @property
    def requests(self) -> Mapping[tuple[str, Nature], int]:
        """How many requests were sent, by service and nature."""
        return dict(self._requests)

    @property
    def faults(self) -> Mapping[tuple[str, Meaning], int]:
        """How many were turned down, by service and meaning."""
        return dict(self._faults)

    def sentence(self) -> str:
        """`Google Sheets: 1 read, 1 write. Gmail: 3 writes.`, or "" when nothing was asked."""
        parts: dict[str, list[str]] = {}
        for service in sorted({service for service, _ in self._requests}):
            reads = self._requests[service, "read"]
            writes = self._requests[service, "write"] + self._requests[service, "repeatable write"]
            counted = [_counted(reads, "read"), _counted(writes, "write")]
            parts[service] = [text for text in counted if text]
        return " ".join(f"{service}: {', '.join(texts)}." for service, texts in parts.items())


def _counted(count: int, what: str) -> str:
    return "" if not count else f"{count:,} {what}" + ("" if count == 1 else "s")
