"""A service on this machine that answers as it is told, and keeps all that it was asked."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sheetflow.network.door import Door
from sheetflow.network.pacing import Pacer, Waiting
from sheetflow.network.retrying import Retrying


@dataclass(frozen=True)
class Reply:
    """What is answered: `dropped` means the line is cut after the request was read whole."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    dropped: bool = False
    cut_short: bool = False
    drips: float = 0.0
    """Seconds between two bytes of its body, or else of its head."""
    drips_headers: bool = False


@dataclass
class Scripted:
    """The service's side: what it will answer, in this order and then always OK, and who asked."""

    replies: list[Reply] = field(default_factory=list)
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    url: str = ""


@contextmanager
def scripted(replies: Iterable[Reply] = ()) -> Iterator[Scripted]:
    """The service, running."""
    service = Scripted(list(replies))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            service.asked.append((self.command, self.path, body))
            service.signatures.append(self.headers.get("Authorization", ""))
            self._answer(service.replies.pop(0) if service.replies else Reply())

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - http.server's own names

        def _answer(self, reply: Reply) -> None:
            self.close_connection = reply.dropped or reply.cut_short
            if reply.dropped:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            length = len(reply.body) + (5 if reply.cut_short else 0)
            self.send_header("Content-Length", str(length))
            self.send_header("Content-Type", "application/json")
            if not reply.drips:
                self.end_headers()
                self.wfile.write(reply.body)
                return
            head = b"".join(self._headers_buffer) if reply.drips_headers else b""
            if reply.drips_headers:
                self._headers_buffer = []
            else:
                self.end_headers()
            with suppress(OSError):  # nobody listens any more
                for byte in head or reply.body:
                    time.sleep(reply.drips)
                    self.wfile.write(bytes([byte]))

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Hourglass:
    """Time that passes only when somebody sleeps, and how long each slept."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.seconds += seconds


def door(*, may_write: bool = True, glass: Hourglass | None = None, **retrying: float) -> Door:
    """A door at which nobody waits for real, and where chance always says the same."""
    glass = glass or Hourglass()
    pacer = Pacer(Waiting(glass.now, glass.sleep))
    return Door(
        may_write=may_write,
        pacer=pacer,
        retrying=Retrying(chance=lambda: 1.0, **retrying),  # type: ignore[arg-type]  # tests pass numbers
    )
