"""What holds for every request and answer: which methods, which names, and what browsers may do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = ("GET", "HEAD", "POST")
LARGEST_BODY = 64 * 1024
"""Bytes of a form; the largest one has a few hundred letters."""
LONGEST_PATH = 2_000

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # with no-referrer a browser hides the Origin of our own forms as well, and we want to see it
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "x-robots-tag": "noindex",
}


@dataclass
class Headed:
    """Around an application: every answer has the headers that it has not got, of errors too."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and add to what comes back."""

        async def send_headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_headed)


@dataclass
class Hardening:
    """Around an application, in front of it: what is refused here is told in one plain line.

    `answers_to` says whether a request with this Host header is meant for it.
    """

    app: ASGIApp
    answers_to: Callable[[str], bool]
    methods: Sequence[str] = METHODS
    largest_body: int = LARGEST_BODY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may come in."""
        refused = self._refused(scope) if scope["type"] == "http" else None
        await Headed(refused or self.app)(scope, receive, send)

    def _refused(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if scope["method"] not in self.methods:
            allow = {"allow": ", ".join(self.methods)}
            return PlainTextResponse("This cannot be done here.\n", 405, headers=allow)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self.answers_to(hosts[0]):
            return PlainTextResponse("Nothing is served here under this name.\n", 421)
        if len(scope["path"]) > LONGEST_PATH:
            return PlainTextResponse("This address is too long.\n", 414)
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length) > self.largest_body:
            return PlainTextResponse("This is too much for a form.\n", 413)
        return None
