"""An emulator on a free port, in a thread of this process.

with serving("google", data={"spreadsheets": [...]}) as emulator:
    requests.get(emulator.url + "/v4/spreadsheets/...")
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.emulators.asgi import ABORT, Endpoint
from tests.emulators.exchange_log import ExchangeLog
from tests.emulators.exchanging import Service
from tests.emulators.faults import FaultPlan

NAMES = ("airtable", "google", "slack", "zoom")
STARTS_WITHIN = 10.0  # seconds


class _Protocol(H11Protocol):
    """HTTP/1.1, whose connections the app can close without a reply."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        # head and body of an answer are two packets; the second must not wait for the client
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state = {**self.app_state, ABORT: transport.abort}


class _Server(uvicorn.Server):
    """A server that starts in any thread and stops at once."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None

    async def main_loop(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self.ready.set()
        counter = 0
        while not await self.on_tick(counter):
            counter += 10
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), timeout=1.0)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        while self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks)

    def stop(self) -> None:
        self.should_exit = True
        if self._loop and self._over:
            self._loop.call_soon_threadsafe(self._over.set)


def load(
    name: str,
    *,
    data: Mapping[str, Any] | None = None,
    clock: Callable[[], datetime] | None = None,
    **options: Any,
) -> Service:
    """The emulated service of this name, with its data; raises KeyError for an unknown name."""
    if name not in NAMES:
        raise KeyError(name)
    module = importlib.import_module(f"tests.emulators.{name}")
    service: Service = module.make_service(data=data or {}, clock=clock, **options)
    return service


def server(service: Service, host: str, port: int, **options: Any) -> tuple[_Server, Endpoint]:
    """A server for the service, and the endpoint that holds its log and fault plan."""
    endpoint = Endpoint(service, **options)
    config = uvicorn.Config(
        endpoint,
        host=host,
        port=port,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=60,
    )
    return _Server(config), endpoint


@dataclass
class Emulator:
    """A running emulator."""

    url: str
    service: Service
    log: ExchangeLog
    faults: FaultPlan

    @property
    def world(self) -> Any:
        """What it holds; take `world.lock` to change it."""
        return self.service.world

    @property
    def exchanges(self) -> list[dict[str, Any]]:
        """What was asked and answered so far, as in the log."""
        return self.log.exchanges

    def asked(self, method: str) -> list[dict[str, Any]]:
        """The exchanges of one method, by its id."""
        return [one for one in self.exchanges if one["id"] == method]

    def between(self, function: Callable[[Any], None], **when: Any) -> None:
        """Call `function(world)` once, just before the next request that `when` is about."""
        self.faults.add(when=when, do={"call": function}, times=1)

    def state(self) -> dict[str, Any]:
        """All that is held, in the form of the data file."""
        with self.world.lock:
            return self.service.state()

    def violations(self) -> list[str]:
        """Where answers departed from the service's own description."""
        return [
            f"{line['id']}: {text}"
            for line in self.exchanges
            for text in line.get("violations", ())
        ]


@contextlib.contextmanager
def serving(
    name: str,
    *,
    data: Mapping[str, Any] | None = None,
    faults: Iterable[Mapping[str, Any]] = (),
    quotas: bool = False,
    clock: Callable[[], datetime] | None = None,
    log: Path | None = None,
) -> Iterator[Emulator]:
    """Run an emulator while the block lasts; answers that break the service's description fail."""
    service = load(name, data=data, clock=clock, quotas=quotas)
    exchange_log, plan = ExchangeLog(log), FaultPlan.of(faults)
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    running, _ = server(service, "127.0.0.1", port, log=exchange_log, faults=plan)
    thread = threading.Thread(
        target=lambda: asyncio.run(running._serve(sockets=[listening])), name=f"{name} emulator"
    )
    thread.start()
    try:
        assert running.ready.wait(STARTS_WITHIN), f"the {name} emulator did not start"
        emulator = Emulator(f"http://127.0.0.1:{port}", service, exchange_log, plan)
        yield emulator
    finally:
        running.stop()
        thread.join()
        listening.close()
    broken = emulator.violations()
    assert not broken, "answers unlike the service's own description:\n" + "\n".join(broken)
