"""What a service calls by itself: one POST after the other to an address of this machine."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

HERE = ("127.0.0.1", "localhost", "::1")
PATIENCE = 3.0
"""Seconds for whoever is called: what Zoom and Slack allow."""


class Courier:
    """Sends in a thread of its own, in order. To other machines nothing is sent."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, bytes]] = []
        """The status and body of each answer; 0 for none."""
        self._pool: ThreadPoolExecutor | None = None
        self._last: Future[None] | None = None
        self._lock = threading.Lock()

    def post(self, address: str, headers: Mapping[str, str], body: bytes) -> None:
        """Send it, and do not wait for the answer."""
        if urlsplit(address).hostname not in HERE:
            return
        with self._lock:
            self._pool = self._pool or ThreadPoolExecutor(1, "courier")
            self._last = self._pool.submit(self._sent, address, dict(headers), body)

    def wait(self) -> None:
        """Wait until all that was sent so far was answered."""
        if self._last is not None:
            self._last.result()

    def ask(self, address: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Send it, and wait for the answer."""
        return _answer(address, headers, body)

    def _sent(self, address: str, headers: Mapping[str, str], body: bytes) -> None:
        self.answers.append(_answer(address, headers, body))


def _answer(address: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
    request = urllib.request.Request(address, body, dict(headers), method="POST")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, error.read()
    except (URLError, OSError):
        return 0, b""
