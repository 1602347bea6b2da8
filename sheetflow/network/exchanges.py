"""An answer is whole after so many seconds, and no larger than so many bytes; else it is cut off.

requests bounds the time between two bytes and nothing else: a service that sends one byte at a time
would keep a run for ever. So every answer is read from a socket that knows when its time is over.
"""

from __future__ import annotations

import io
import socket
from collections.abc import Callable, Iterator
from functools import partial
from http.client import HTTPResponse
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection


class TooLarge(Exception):
    """An answer has more bytes than anything that is asked for."""


def hurry(manager: PoolManager, seconds: float, now: Callable[[], float]) -> None:
    """Let each answer that comes through the manager be whole `seconds` after it was asked for.

    Raises TimeoutError where it is read, as when no byte comes for too long.
    """
    answer: Any = partial(_InTime, seconds=seconds, now=now)

    class Plain(HTTPConnection):
        response_class = answer

    class Encrypted(HTTPSConnection):
        response_class = answer

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    manager.pool_classes_by_scheme = {"http": PlainPool, "https": EncryptedPool}


class Bounded:
    """The body of an answer, of which no more than `largest` bytes are given out."""

    def __init__(self, raw: Any, largest: int) -> None:
        self._raw = raw
        self._largest = largest

    def stream(self, amount: int, decode_content: bool | None = None) -> Iterator[bytes]:
        """The body in parts, unpacked. Raises TooLarge."""
        left = self._largest
        for part in self._raw.stream(amount, decode_content=decode_content):
            left -= len(part)
            if left < 0:
                raise TooLarge
            yield part

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


class _InTime(HTTPResponse):
    """An answer, read from a socket whose time is limited."""

    def __init__(
        self,
        sock: socket.socket,
        *args: Any,
        seconds: float,
        now: Callable[[], float],
        **named: Any,
    ) -> None:
        super().__init__(sock, *args, **named)
        self.fp.close()
        self.fp = io.BufferedReader(_Limited(sock, now() + seconds, now))


class _Limited(io.RawIOBase):
    """The bytes that come from a socket until a moment."""

    def __init__(self, sock: socket.socket, until: float, now: Callable[[], float]) -> None:
        super().__init__()
        self._socket = sock
        self._file = sock.makefile("rb", buffering=0)  # keeps it open while something is to come
        self._until, self._now = until, now

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - self._now()
        if left <= 0:
            raise TimeoutError("The answer took too long.")
        usual = self._socket.gettimeout()
        self._socket.settimeout(left if usual is None else min(left, usual))
        try:
            return self._file.readinto(buffer)
        finally:
            self._socket.settimeout(usual)

    def close(self) -> None:
        self._file.close()
        super().close()
