"""What wakes the main thread: signals, whichever thread gets them, and what other threads tell.

A thread that waits for a lock is not woken by a signal that another thread got. A byte that the
signal leaves in a pipe wakes whoever reads there.
"""

from __future__ import annotations

import select
import signal
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class Bell:
    """Numbers from 0 to 255, in the order in which they were rung."""

    def __init__(self) -> None:
        self._ours, self._theirs = socket.socketpair()
        for end in (self._ours, self._theirs):
            end.setblocking(False)

    def ring(self, number: int) -> None:
        """Wake whoever waits. A bell that rings already, unheard, needs no more."""
        try:
            self._theirs.send(bytes([number]))
        except BlockingIOError:
            return

    def heard(self, timeout: float) -> int | None:
        """The next number; None if the bell did not ring for so many seconds."""
        ready, _, _ = select.select([self._ours], [], [], timeout)
        return self._ours.recv(1)[0] if ready else None

    @contextmanager
    def signalled(self, numbers: Iterable[signal.Signals]) -> Iterator[None]:
        """As long as this lasts, these signals ring, and do nothing else. For the main thread."""
        before = {number: signal.signal(number, _let_ring) for number in numbers}
        woken = signal.set_wakeup_fd(self._theirs.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(woken)
            for number, handler in before.items():
                signal.signal(number, handler)

    def close(self) -> None:
        """Let go of the pipe."""
        self._ours.close()
        self._theirs.close()


def _let_ring(number: int, frame: object) -> None:
    """Nothing: that the signal came stands in the pipe."""
