"""What strangers send, read within bounds: of bytes, of seconds, and of how many send at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from sheetflow.web.access import is_loopback, neighbourhood
from sheetflow.web.visit import peer

WITHIN = 10.0
"""Seconds in which a body has to be there; services send theirs in one piece."""

AT_ONCE = 64
"""Bodies that are read at the same time: fewer than the connections that a server keeps, so that
whoever sends slowly keeps nobody from the rest."""

EACH = 8
"""Those of one address, so that one who sends slowly keeps nobody else from sending. A proxy here
that does not say for whom it asks has as many as there are."""

_LAST = {"connection": "close"}
"""What comes after a body that was not read to its end is no request."""


@dataclass
class Bodies:
    """Reads the bodies of one application; one thread, its event loop's."""

    within: float = WITHIN
    at_once: int = AT_ONCE
    each: int = EACH
    reading: Counter[str] = field(default_factory=Counter)

    async def read(self, request: Request, largest: int) -> bytes | Response:
        """The whole body; or what to answer instead, to one that is too large, slow or broken."""
        where = peer(request)
        whose = "" if is_loopback(where) else neighbourhood(where)
        if self.reading.total() >= self.at_once or (whose and self.reading[whose] >= self.each):
            answer = "Too many are sending just now. Please try again later.\n"
            return PlainTextResponse(answer, 503, headers={**_LAST, "retry-after": "10"})
        self.reading[whose] += 1
        try:
            async with asyncio.timeout(self.within):
                return await _read(request, largest)
        except TimeoutError:
            return PlainTextResponse("This took too long.\n", 408, headers=_LAST)
        except ClientDisconnect:
            return PlainTextResponse("This broke off.\n", 400, headers=_LAST)
        finally:
            self.reading[whose] -= 1
            self.reading += Counter()  # keeps those alone that read now


async def _read(request: Request, largest: int) -> bytes | Response:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > largest:  # whatever its head says of its length
            return PlainTextResponse("This is too much.\n", 413, headers=_LAST)
    return bytes(body)
