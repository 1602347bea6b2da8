"""While tests run there is no network: whatever reaches for it fails, and is remembered."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sheetflow.errors import SetupError

_REACHING = {
    "socket.connect": 1,
    "socket.bind": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "socket.getnameinfo": 0,
}
"""What Python audits before it uses the network, and which argument says whom it would reach."""


class Silence:
    """Shuts the network for all threads of this process, as long as anybody holds it shut."""

    def __init__(self) -> None:
        self._holders: list[list[str]] = []
        self._lock = threading.Lock()
        self._listening = False

    @contextmanager
    def held(self) -> Iterator[list[str]]:
        """Hold the network shut. Gives a list to which every attempt to use it is added."""
        attempts: list[str] = []
        with self._lock:
            if not self._listening:
                sys.addaudithook(self._hear)  # it stays as long as the process, and costs little
                self._listening = True
            self._holders.append(attempts)
        try:
            yield attempts
        finally:
            with self._lock:
                self._holders = [holder for holder in self._holders if holder is not attempts]

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if not self._holders or not event.startswith("socket."):
            return
        if event == "socket.__new__":
            if args[1] in (socket.AF_UNIX, -1):
                return  # a pair of pipes inside the process; connecting one is heard below
            whom = "the network"
        elif event in _REACHING:
            whom = _address(args[_REACHING[event]])
        else:
            return
        for attempts in self._holders:
            attempts.append(whom)
        raise no_network(whom)


def no_network(whom: str) -> SetupError:
    """The sentence for whoever tried."""
    return SetupError(
        f"A test has no network, and something tried to use it: {whom}.",
        hint="Only a plugin can do that while planning; it must ask a connection instead.",
    )


def _address(found: object) -> str:
    if isinstance(found, tuple) and len(found) >= 2:
        return f"{found[0]}:{found[1]}"
    return found.decode("ascii", "replace") if isinstance(found, bytes) else str(found)


SILENCE = Silence()
"""The one of this process: Python's audit hooks cannot be taken away, so there is no second."""
