"""Connections that keep the server waiting are closed, and nobody has very many of them.

Whoever opens a connection and sends half a request, a letter a minute, costs nothing and keeps a
place that somebody else needs. uvicorn waits for them for ever.
"""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from sheetflow.hosting.sight import is_loopback

WITHIN = 15.0
"""Seconds within which a request, or its body, must come; it may take up to twice as long."""
EACH = 64
"""Connections of one address at once; ten browsers open as many. A proxy here has as many as
there are."""
ALL = 256
"""Connections at once; the next one is told to come again."""

_OWING = (h11.IDLE, h11.SEND_BODY)
"""What a client is doing from whom something must still come."""


class Impatient(H11Protocol):
    """HTTP as uvicorn speaks it, to clients that do not keep it waiting."""

    _timer: asyncio.TimerHandle | None = None
    within: float = WITHIN

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait; or not at all, if there are too many from there."""
        super().connection_made(transport)
        if self._are_too_many():
            transport.abort()
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def _are_too_many(self) -> bool:
        where = self.client[0] if self.client else ""
        if is_loopback(where):
            return False
        others = (getattr(each, "client", None) for each in self.connections)
        return sum(1 for client in others if client is not None and client[0] == where) > EACH

    def _wait(self) -> None:
        """Look again in a while whether it is still the same request, at the same point."""
        now = (self.cycle, self.conn.their_state)
        self._timer = self.loop.call_later(self.within, self._look, *now)

    def _look(self, request: object, doing: object) -> None:
        """Close the connection if what the client owed at the last look, it still owes."""
        if self.cycle is request and self.conn.their_state is doing and doing in _OWING:
            self.transport.abort()
        else:
            self._wait()
