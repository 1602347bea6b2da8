"""Pages that anybody may open without a login: under the workspace's public name, and from here.

They know no session and set no cookies. What may be done on one hangs on a secret in its address,
or on a signature over its body, and never on who asks; so a form from another site can do nothing
that whoever made it could not do anyway.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from sheetflow.errors import SheetflowError
from sheetflow.web.access import host_name, is_own_name
from sheetflow.web.bodies import Bodies
from sheetflow.web.hardening import LARGEST_BODY, Hardening
from sheetflow.web.site import Site
from sheetflow.web.visit import places_of

LATER = 503
"""What a request is answered with that can be sent again; mail services and webhooks do so."""

_log = logging.getLogger("sheetflow.web")


@dataclass(frozen=True)
class Asked:
    """One request from anybody: its body is there in whole, and is not larger than was allowed."""

    site: Site
    request: Request
    body: bytes = b""

    @property
    def path(self) -> Mapping[str, str]:
        """What stands in the address where the page's path has a name."""
        return self.request.path_params

    @property
    def is_post(self) -> bool:
        """Whether something is to be done; otherwise nothing may change."""
        return self.request.method == "POST"


PublicView = Callable[[Asked], Response]


@dataclass(frozen=True)
class PublicPage:
    """One page: where it is, what answers there, and how much it may be sent.

    `methods` may be GET, which includes HEAD, and POST.
    """

    path: str
    view: PublicView
    methods: tuple[str, ...] = ("GET",)
    largest_body: int = LARGEST_BODY


def public_routes(site: Site, pages: Iterable[PublicPage]) -> list[BaseRoute]:
    """The pages as Starlette calls them; nothing else is reached through them."""

    def answers_to(host: str) -> bool:
        if is_own_name(host) or site.access.answers_to(host):
            return True
        public = site.public_name
        return bool(public) and host_name(host) == public

    bodies = Bodies()
    return [
        Route(
            page.path,
            Hardening(
                _Answering(site, page, bodies), answers_to, _with_head(page), page.largest_body
            ),
        )
        for page in pages
    ]


def _with_head(page: PublicPage) -> tuple[str, ...]:
    return tuple(
        each for name in page.methods for each in ((name, "HEAD") if name == "GET" else (name,))
    )


@dataclass(frozen=True)
class _Answering:
    """A page as an application. It runs in a thread, for it may wait for the ledger."""

    site: Site
    page: PublicPage
    bodies: Bodies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._response(request)
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        body = b""
        if request.method == "POST":
            read = await self.bodies.read(request, self.page.largest_body)
            if isinstance(read, Response):
                return read
            body = read
        return await run_in_threadpool(_safely, self.page.view, Asked(self.site, request, body))


def _safely(view: PublicView, asked: Asked) -> Response:
    """What the page answers. What goes wrong here is not told to whoever asks, and may be retried.

    An error's words can hold a path, a table's name or somebody's address.
    """
    try:
        return view(asked)
    except SheetflowError as error:
        _log.error("%s %s", type(error).__name__, places_of(error))
    except Exception as error:  # noqa: BLE001 - the border: strangers get one plain line
        _log.error("%s %s", type(error).__name__, places_of(error))
    return PlainTextResponse("This does not work just now. Please try again later.\n", LATER)
