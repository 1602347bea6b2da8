"""Ctrl-C while something is being handed over: finish it, tell the sheet, then stop."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

_FINISHING = b"\nStopping: what is being handed over is finished first, and the sheet is told.\n"


@contextmanager
def stopping_in_order() -> Iterator[threading.Event]:
    """Ctrl-C, or being told to end, only sets the event that is given; at the end all is as before.

    A second Ctrl-C finds the old ways, and interrupts at once.
    """
    stop = threading.Event()
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}

    def asked_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        os.write(2, _FINISHING)  # a handler may not use streams that are being written to
        _restore(before)

    for name in before:
        signal.signal(name, asked_to_stop)
    try:
        yield stop
    finally:
        _restore(before)


def _restore(before: Mapping[signal.Signals, Any]) -> None:
    for name, handler in before.items():
        signal.signal(name, handler)
