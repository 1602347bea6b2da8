"""A mail server that takes everything, keeps nothing and counts: `python -m bench.sink`.

It prints its port, and offers PIPELINING (RFC 2920). `Sink` starts one in a process of its own, and
may have it answer late: each mail so long after its last byte, on each connection by itself.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
_END = b"\r\n.\r\n"
_TAKEN = b"250 taken\r\n"
_ANSWERS = {
    b"EHLO": b"250-sink\r\n250-PIPELINING\r\n250-SMTPUTF8\r\n250 8BITMIME\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}


class Conversation(asyncio.Protocol):
    """One connection: answers to whole lines, and to the dot at the end of a mail."""

    taken = 0
    late = 0.0
    """Seconds until a mail is answered."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._out = transport
        self._heard = b""
        self._in_mail = self._is_busy = False
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer all that is whole by now, in one write."""
        self._heard += data
        self._go_on()

    def _go_on(self, answers: bytes = b"") -> None:
        answers += b"".join(self._answers())
        if answers:
            self._out.write(answers)

    def _at_last(self) -> None:
        """Answer a mail, and what was said after it."""
        self._is_busy = False
        self._go_on(_TAKEN)

    def _answers(self) -> Iterator[bytes]:
        while not self._is_busy:
            found, mark, rest = self._heard.partition(_END if self._in_mail else b"\r\n")
            if not mark:
                return
            self._heard = rest
            if self._in_mail:
                Conversation.taken += 1
                self._in_mail = False
                if Conversation.late:
                    self._is_busy = True
                    asyncio.get_running_loop().call_later(Conversation.late, self._at_last)
                else:
                    yield _TAKEN
            else:
                yield self._answer(found)

    def _answer(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        self._in_mail = verb == b"DATA"
        if verb == b"XCNT":
            count, Conversation.taken = Conversation.taken, 0
            return b"250 %d\r\n" % count
        if verb == b"XLAT":
            Conversation.late = int(line[5:]) / 1000
        return _ANSWERS.get(verb, b"250 ok\r\n")


@dataclass(frozen=True)
class Sink:
    """A running one, on this machine."""

    port: int

    def count(self) -> int:
        """How many mails it took since it was last asked."""
        return int(self._told("XCNT").split()[1])

    def answer_after(self, milliseconds: int) -> None:
        """From now on, answer each mail so long after it came."""
        self._told(f"XLAT {milliseconds}")

    def _told(self, command: str) -> bytes:
        with (
            socket.create_connection(("127.0.0.1", self.port)) as line,
            line.makefile("rb") as heard,
        ):
            heard.readline()
            line.sendall(f"{command}\r\n".encode())
            return heard.readline()


@contextmanager
def running_sink() -> Iterator[Sink]:
    """One in a process of its own, gone when this is left."""
    command = [sys.executable, "-m", "bench.sink"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield Sink(int(process.stdout.readline()))
        finally:
            process.terminate()


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Conversation, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
