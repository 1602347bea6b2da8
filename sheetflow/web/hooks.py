"""Where services call: POST /hooks/NAME, for a connection of that name.

Reached under the public name without a login, a session or a form's token: the signature over the
body is what lets a call in. Forged ones learn nothing, whatever is wrong with them.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from starlette.responses import JSONResponse, PlainTextResponse, Response

from sheetflow.hosting.hearing import Hearing
from sheetflow.plugin.listener import Hook
from sheetflow.web.access import neighbourhood
from sheetflow.web.public import Asked, PublicPage
from sheetflow.web.visit import peer

PATH = "/hooks/{connection}"
LARGEST_BODY = 256 * 1024
"""Bytes of a call; the services that we know stay below 64 kB."""

FREE = 20
"""Forged calls from one address in a minute that are each told so."""
MINUTE = timedelta(minutes=1)
MOST = 10_000
"""Addresses that are remembered."""


@dataclass
class Forgers:
    """Counts forged calls by where they come from."""

    _counts: OrderedDict[str, tuple[datetime, int]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def counted(self, address: str, at: datetime) -> int:
        """How many came from there within this minute, with this one."""
        with self._lock:
            since, count = self._counts.pop(address, (at, 0))
            if not since <= at < since + MINUTE:
                since, count = at, 0
            self._counts[address] = (since, count + 1)
            while len(self._counts) > MOST:
                self._counts.popitem(last=False)
            return count + 1


def page(hearing: Hearing) -> PublicPage:
    """The door, over whoever takes the calls."""
    forgers = Forgers()

    def hear(asked: Asked) -> Response:
        workspace, hook = asked.site.workspace(), _hook(asked)
        how, answer = hearing.hear(workspace, asked.path["connection"], hook)
        if how != "refused":
            return PlainTextResponse("ok\n") if answer is None else JSONResponse(dict(answer))
        address = neighbourhood(peer(asked.request))
        if forgers.counted(address, hook.at) > FREE:
            wait = {"retry-after": str(int(MINUTE.total_seconds()))}
            return PlainTextResponse("Too many.\n", 429, headers=wait)
        return PlainTextResponse("This was not taken.\n", 401)

    return PublicPage(PATH, hear, ("POST",), LARGEST_BODY)


def _hook(asked: Asked) -> Hook:
    request = asked.request
    return Hook(
        request.method,
        tuple(request.headers.items()),
        dict(request.query_params),
        asked.body,
        asked.site.clock.now(),
    )
