"""A mail server that follows a script: at one verb, for one mail, it does what a test says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

DROP = "drop"
HANG = "hang"
Script = Mapping[str, str]
"""For a verb (CONNECT, EHLO, AUTH, MAIL, RCPT, DATA, BODY, DOT, RSET, QUIT), an answer, or DROP or
HANG. DROP at BODY closes in the middle of the mail, DROP at DOT after having taken it."""

_USUAL = {
    "CONNECT": "220 ready",
    "EHLO": "250-here\r\n250-AUTH PLAIN\r\n250 8BITMIME",
    "HELO": "250 here",
    "AUTH": "235 welcome",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "DOT": "250 2.0.0 queued as 77",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


@dataclass
class ScriptedServer:
    """What came in: mails taken (sender, recipient, content), and every line of the talk."""

    script: dict[str, str]
    port: int = 0
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)
    talk: list[str] = field(default_factory=list)
    connections: int = 0
    once: bool = False
    """Whether the script holds for the first time only, and all goes well after."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, verb: str) -> str:
        """What to say at a verb."""
        return self.script.get(verb) or _USUAL.get(verb, "500 what?")

    def serve(self, client: socket.socket) -> None:
        """One connection, to its end."""
        with self._lock:
            self.connections += 1
        with client, suppress(OSError), client.makefile("rb") as lines:
            if not self._said(client, "CONNECT"):
                return
            sender = recipient = ""
            for line in lines:
                command = line.decode("utf-8", "replace").strip()
                verb = command[:4].upper()
                self.talk.append(command)
                inside = command.partition("<")[2].partition(">")[0]
                sender = inside if verb == "MAIL" else sender
                recipient = inside if verb == "RCPT" else recipient
                answer = self._said(client, verb)
                if not answer or verb == "QUIT":
                    return
                if answer.startswith("354") and not self._mail(client, lines, sender, recipient):
                    return

    def _mail(
        self, client: socket.socket, lines: Iterator[bytes], sender: str, recipient: str
    ) -> bool:
        if self.answer("BODY") == DROP:
            client.recv(10)
            return False
        content = self._content(lines)
        if content is None:
            return False
        answer = self._next("DOT")
        if answer in (DROP, HANG) or answer.startswith("2"):
            self.taken.append((sender, recipient, content))
        return bool(self._say(client, answer))

    def _said(self, client: socket.socket, verb: str) -> str:
        return self._say(client, self._next(verb))

    def _next(self, verb: str) -> str:
        with self._lock:
            found = self.answer(verb)
            if self.once:
                self.script.pop(verb, None)
        return found

    @staticmethod
    def _say(client: socket.socket, answer: str) -> str:
        if answer == HANG:
            client.settimeout(5)
            client.recv(1)
            return ""
        if answer == DROP:
            return ""
        client.sendall(answer.encode() + b"\r\n")
        return "" if answer.startswith("421") else answer

    @staticmethod
    def _content(lines: Iterator[bytes]) -> bytes | None:
        content = []
        for line in lines:
            if line == b".\r\n":
                return b"".join(content)
            content.append(line.removeprefix(b"."))
        return None


@contextmanager
def scripted(script: Script | None = None, *, once: bool = False) -> Iterator[ScriptedServer]:
    """A server on this machine that follows `script`."""
    server = ScriptedServer(dict(script or {}), once=once)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]
        thread = threading.Thread(target=_accept, args=(listening, server), daemon=True)
        thread.start()
        yield server
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _accept(listening: socket.socket, server: ScriptedServer) -> None:
    while True:
        try:
            client, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=server.serve, args=(client,), daemon=True).start()
