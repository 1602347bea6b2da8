"""smtp: sends mail through a mail server, over TLS, on a few connections that are kept open.

    connections:
      mail:
        connector: smtp
        host: smtp.example.org
        user: hello@example.org
        password: {file: /run/secrets/smtp}

Ask your provider for the host, the port and a password for programs ("app password"): it can send
mail and nothing else, and can be taken back without changing your own. Google Workspace and
Microsoft 365 want it switched on first by whoever administers the account. 587 with `starttls` is
the usual port, 465 with `tls` the other one. Without TLS there is only a server on this machine.
"""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from sheetflow import (
    Connector,
    Finding,
    Mail,
    Mailer,
    NotAllowed,
    Receipt,
    Refused,
    Secret,
    SheetflowError,
    TooFast,
    Unreachable,
    hookimpl,
    option,
)

from ._mail import ascii_address
from ._smtp_line import Line, Server

Security = Literal["starttls", "tls", "none"]
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


class Smtp(Mailer):
    """A mail server, as a mail program would use it."""

    name = "smtp"

    @dataclass(frozen=True, kw_only=True)
    class Settings:
        """Where the server is, and how to sign in."""

        host: str = option("The mail server, such as smtp.example.org.")
        port: int = option("Its port; without it, the usual one for the security.", default=0)
        security: Security = option(
            "starttls or tls; none only for a server on this machine.", default="starttls"
        )
        user: str = option("The name to sign in with.", default="")
        password: Secret | None = option("The password, as a secret.", default=None)
        connections: int = option(
            "How many mails may go out at the same time; Microsoft 365 takes three.", default=3
        )
        timeout: int = option("Seconds to wait for each answer.", default=30)
        certificate: str = option(
            "A file with the certificate to trust, for a server with its own.", default=""
        )

        def __post_init__(self) -> None:
            for wrong in _mistakes(self):
                raise ValueError(wrong)

    settings: Settings

    def __init__(self, settings: Any, **given: Any) -> None:
        super().__init__(settings, **given)
        self._idle: list[Line] = []
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(settings.connections)

    @property
    def parallel(self) -> int:
        """As many as connections are allowed."""
        return self.settings.connections

    def deliver(self, mail: Mail) -> Receipt:
        """Hand one mail to the server.

        Raises Refused, TooFast, NotAllowed or Unreachable when it was certainly not taken, and
        NotKnown when the line dropped after the mail's last byte.
        """
        [result] = self.deliver_many([mail])
        if isinstance(result, Exception):
            raise result
        return result

    @property
    def together(self) -> int:
        """A mail on each connection."""
        return self.settings.connections

    def deliver_many(self, mails: Sequence[Mail]) -> Sequence[Receipt | Exception]:
        """Hand several over, each on a line of its own, without waiting for each of them in turn.

        A line that a server closed while nobody used it is no word about its mail, which goes over
        a new one.
        """
        results: list[Receipt | Exception] = []
        while len(results) < len(mails):
            with self._places(len(mails) - len(results)) as free:
                some = mails[len(results) :][:free]
                results += _all_at_once([self._on_a_line(mail) for mail in some])
        return results

    def examine(self) -> Iterator[Finding]:
        """Whether the server lets us in. No mail is begun."""
        server = self._server
        try:
            Line(server).hang_up()
        except SheetflowError as error:
            yield Finding.amiss("signing in", error)
            return
        who = f"as {server.user}" if server.user else "without a name"
        how = "not encrypted" if server.security == "none" else "encrypted"
        yield Finding("signing in", True, f"let in {who} at {server.host}:{server.port}, {how}")

    def close(self) -> None:
        """Hang up on all connections."""
        while (line := self._kept()) is not None:
            line.hang_up()

    @contextmanager
    def _places(self, wanted: int) -> Iterator[int]:
        """As many of the connections as are free now, at least one and at most those wanted."""
        self._free.acquire()
        count = 1
        try:
            while count < wanted and self._free.acquire(blocking=False):
                count += 1
            yield count
        finally:
            self._free.release(count)

    def _on_a_line(self, mail: Mail) -> Generator[None, None, Receipt]:
        """One mail on a line that was kept, or on a new one; it pauses where the server answers."""
        self.door.writing("a mail through the mail server")
        mail = Mail(ascii_address(mail.sender), ascii_address(mail.to), mail.id, mail.content)
        line = self._kept()
        if line is not None:
            try:
                return (yield from self._through(line, mail))
            except (TooFast, Unreachable):
                if not line.closed_early:
                    raise
        return (yield from self._through(Line(self._server), mail))

    def _through(self, line: Line, mail: Mail) -> Generator[None, None, Receipt]:
        try:
            receipt = yield from line.handing_over(mail)
        except (Refused, TooFast, NotAllowed):
            if line.reset():
                self._keep(line)
            else:
                line.drop()
            raise
        except BaseException:
            line.drop()
            raise
        self._keep(line)
        return receipt

    def _kept(self) -> Line | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _keep(self, line: Line) -> None:
        with self._lock:
            self._idle.append(line)

    @cached_property
    def _server(self) -> Server:
        settings = self.settings
        return Server(
            host=settings.host,
            port=settings.port or _PORTS[settings.security],
            security=settings.security,
            user=settings.user,
            password=settings.password,
            timeout=float(settings.timeout),
            tls=self._tls(),
        )

    def _tls(self) -> ssl.SSLContext:
        trusted = self.settings.certificate
        try:
            return ssl.create_default_context(cafile=self.folder / trusted if trusted else None)
        except (OSError, ssl.SSLError):
            raise NotAllowed(
                f"the certificate {trusted} cannot be read", hint="Check its name and its rights."
            ) from None


def _all_at_once(going: Sequence[Generator[None, None, Receipt]]) -> list[Receipt | Exception]:
    """What became of each mail; while the server has yet to answer for one, the next goes on."""
    results: dict[int, Receipt | Exception] = {}
    while len(results) < len(going):
        for number, each in enumerate(going):
            if number not in results:
                try:
                    next(each)
                except StopIteration as end:
                    results[number] = end.value
                except Exception as error:  # noqa: BLE001 - it is told for this mail, and no other
                    results[number] = error
    return [results[number] for number in range(len(going))]


def _mistakes(settings: Smtp.Settings) -> Iterator[str]:
    if settings.security == "none" and not _is_here(settings.host):
        yield "Without TLS, anybody on the way can read the mails. Write security: starttls."
    if bool(settings.user) != (settings.password is not None):
        yield "user and password go together. Write both or neither."
    if not 0 <= settings.port <= 65535:
        yield f"{settings.port} is not a port. Write 587 or 465, or leave it out."
    if not 1 <= settings.connections <= 50:
        yield "connections must be from 1 to 50."
    if not 1 <= settings.timeout <= 600:
        yield "timeout must be from 1 to 600 seconds."


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@hookimpl
def connectors() -> list[type[Connector]]:
    """The connector `smtp`."""
    return [Smtp]
