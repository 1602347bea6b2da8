"""The addresses that a monitor asks: `/healthz`, `/readyz` and `/metrics`; nothing of anybody."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from typing import TYPE_CHECKING

from sheetflow.errors import LedgerError, SetupError
from sheetflow.hosting import metrics
from sheetflow.hosting.health import as_json
from sheetflow.hosting.serving import Serving
from sheetflow.hosting.sight import Sight, sight_of
from sheetflow.secrets import Secret

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

HOSTS = ("localhost", "127.0.0.1", "[::1]", "::1")
"""Addresses of this machine alone."""

PATHS = ("/healthz", "/readyz", "/metrics")

HIGHEST = 65_535
"""The port with the highest number that there is (RFC 9293, 3.1)."""

STARTS_WITHIN = 10.0  # seconds


def application(serving: Serving, token: Secret | None = None) -> Starlette:
    """The pages, over what a scheduler knows. With `token`, all of it is told from anywhere."""
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse, PlainTextResponse
    from starlette.routing import Route

    def healthz(request: Request) -> Response:
        health, sight = serving.overseer.health, sight_of(request, token)
        code = 200 if health.ok else 503
        if sight is Sight.NOTHING:
            return _unknown()
        if sight is Sight.ONE_WORD:
            return PlainTextResponse("ok\n" if health.ok else "not well\n", code)
        if "json" in request.headers.get("accept", ""):
            return JSONResponse(as_json(health), code)
        return PlainTextResponse("\n".join(health.reasons or ["ok"]) + "\n", code)

    def readyz(request: Request) -> Response:
        sight = sight_of(request, token)
        if sight is Sight.NOTHING:
            return _unknown()
        if serving.ready:
            return PlainTextResponse("ready\n")
        why = serving.trouble if sight is Sight.ALL else ""
        return PlainTextResponse(f"{why or 'not ready'}\n", 503)

    def figures(request: Request) -> Response:
        if sight_of(request, token) is not Sight.ALL:
            return _unknown()
        kind = "text/plain; version=0.0.4; charset=utf-8"
        return PlainTextResponse(_figures(serving), media_type=kind)

    pages = dict(zip(PATHS, (healthz, readyz, figures), strict=True))
    return Starlette(
        routes=[Route(path, page, methods=["GET"]) for path, page in pages.items()],
    )


def _unknown() -> Response:
    """What somebody is told who may not know."""
    from starlette.responses import PlainTextResponse

    text = "This is told on this machine alone, and to whoever has the token.\n"
    return PlainTextResponse(text, 401, headers={"www-authenticate": 'Bearer realm="monitors"'})


def only_there() -> Starlette:
    """The same pages where nothing is run: they say that the program is there."""
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    def there(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    return Starlette(routes=[Route(path, there, methods=["GET"]) for path in PATHS[:2]])


def _figures(serving: Serving) -> str:
    try:
        stopped = serving.overseer.stopped()
    except LedgerError:
        stopped = {}
    return metrics.page(
        serving.rounds.tally,
        serving.rounds.roster.bill,
        serving.overseer.ticks.values(),
        stopped,
        healthy=serving.overseer.health.ok,
        now=serving.clock.now(),
    )


class Endpoints:
    """A server for an application, in a thread of its own."""

    def __init__(self, app: Starlette, host: str, port: int, *, has_login: bool = False) -> None:
        self._app = app
        self._socket = _listening(host, port, has_login=has_login)
        self._ready = threading.Event()
        self._over: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="endpoints", daemon=True)

    @property
    def address(self) -> str:
        """Where it is: `http://127.0.0.1:8484`."""
        host, port = self._socket.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()
        self._ready.wait(STARTS_WITHIN)

    def stop(self) -> None:
        """Answer no more."""
        if self._loop is not None and self._over is not None:
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join(STARTS_WITHIN)
        self._socket.close()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        """Without uvicorn's own loop, which wakes ten times a second to see whether it is over."""
        from uvicorn import Config, Server

        from sheetflow.hosting.patience import ALL, Impatient

        config = Config(
            self._app,
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # who asks is decided by the application, from the real peer
            http=Impatient,
            ws="none",
            lifespan="off",
            timeout_keep_alive=30,
            limit_concurrency=ALL,
        )
        config.load()
        server = Server(config)
        server.lifespan = config.lifespan_class(config)
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        await server.startup(sockets=[self._socket])
        self._ready.set()
        await self._over.wait()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(server.shutdown(sockets=[self._socket]), 2.0)


def _listening(host: str, port: int, *, has_login: bool) -> socket.socket:
    """The socket; without a login, one that only this machine can reach. Raises SetupError."""
    if host not in HOSTS and not has_login:
        raise SetupError(
            f"There is no login yet, so {host} would let everybody in.",
            hint="Leave --host away, and let a proxy with a login of its own come in from outside.",
        )
    if not 0 <= port <= HIGHEST:
        raise SetupError(f"{port} is no port.", hint=f"Take a number from 1 to {HIGHEST}.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host.strip("[]"), port), family=family)
    except OSError as error:
        raise SetupError(
            f"Port {port} of {host} cannot be used: {error.strerror}.",
            hint="Is another sheetflow serve running? Choose another one: --port 8485.",
        ) from None
    # head and body of an answer are two packets; the second must not wait 40 ms for the client
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
