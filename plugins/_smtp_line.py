"""One connection to a mail server, and what each of its answers means for a mail.

The moment that matters is the dot that ends the mail. Until it is written nothing was handed over,
and a line that drops may be tried again. After it, only the server's answer can tell; without one
the mail may be on its way, and nobody sends it again by themselves.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from sheetflow import (
    Mail,
    NotAllowed,
    NotKnown,
    Receipt,
    Refused,
    Secret,
    SheetflowError,
    TooFast,
    Unreachable,
    statuses,
)

_POLICY = re.compile(r"5\.7\.\d+")
"""Enhanced status codes (RFC 3463) for "not allowed", which is no word about the address."""
_LONGEST_ANSWER = 200
_DOT = b".\r\n"
"""Ends a mail. From here on, it may have been taken."""

_Refusal = Callable[[int, str], SheetflowError]
_Step = tuple[str, int, _Refusal]
"""A command, the answer that lets the mail go on, and what it means that the server says no."""

_GOODBYE = 2.0  # seconds for an answer that changes nothing


@dataclass(frozen=True)
class Server:
    """Where the mail server is and how it is spoken to. `timeout` is in seconds, for each step."""

    host: str
    port: int
    security: str
    user: str
    password: Secret | None
    timeout: float
    tls: ssl.SSLContext


class Line:
    """One open connection, signed in and ready for a mail.

    `closed_early` says whether it ended before a mail's dot, as one does that nobody used for long.
    """

    def __init__(self, server: Server) -> None:
        """Open it. Raises NotAllowed, TooFast or Unreachable."""
        self._server = server
        self.closed_early = self._wants_mail = False
        try:
            self._smtp = _connected(server)
            _prepare(self._smtp, server)
        except (SheetflowError, OSError, UnicodeError) as error:
            self.drop()
            raise _not_opened(error, server) from None

    def handing_over(self, mail: Mail) -> Generator[None, None, Receipt]:
        """Hand one mail for one address over, pausing wherever the server has to be waited for.

        Whoever has several lines goes on with the next one meanwhile. Raises whichever error says
        what became of the mail.
        """
        yield from self._offer(mail)
        try:
            self._smtp.send(_stuffed(mail.content) + _DOT)
        except OSError:  # the dot goes last: an error says that it did not get out of this machine
            raise self._gone() from None
        yield
        return self._end()

    def reset(self) -> bool:
        """Make it ready for the next mail; False when it is of no more use."""
        try:
            lost = self.closed_early or self._wants_mail  # it would take our next words for a mail
            return not lost and self._smtp.rset()[0] == 250
        except OSError:
            return False

    def hang_up(self) -> None:
        """Say goodbye and close, whether the server still listens or not."""
        with contextlib.suppress(OSError):
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(_GOODBYE)
                self._smtp.quit()
        self.drop()

    def drop(self) -> None:
        """Close without a word."""
        if hasattr(self, "_smtp"):
            self._smtp.close()

    def _offer(self, mail: Mail) -> Generator[None, None, None]:
        """Everything before the mail itself: nothing is handed over yet."""
        options = ""
        if not (mail.sender + mail.to).isascii():
            if not self._smtp.has_extn("smtputf8"):
                raise Refused(f"the mail service cannot write to {mail.to}")
            self._smtp.command_encoding = "utf-8"
            options = " SMTPUTF8"
        steps: tuple[_Step, ...] = (
            (f"MAIL FROM:<{mail.sender}>{options}", 250, self._sender_refused),
            (f"RCPT TO:<{mail.to}>", 250, _recipient_refused),
            ("DATA", 354, _content_refused),
        )
        in_one_breath = self._smtp.has_extn("pipelining")
        for some in [steps] if in_one_breath else [(step,) for step in steps]:
            self._say_all(some)
            yield
            self._hear_all(some)

    def _end(self) -> Receipt:
        """The one answer that counts."""
        try:
            code, text = self._smtp.getreply()
        except OSError:
            raise self._dropped_after() from None
        if 200 <= code < 300:
            return Receipt(_shown(text))
        if 400 <= code < 500:
            raise TooFast(f"the mail server {self._server.host} is busy")
        if 500 <= code < 600:
            raise _content_refused(code, _shown(text))
        raise NotKnown(f"the mail server {self._server.host} gave no clear answer")

    def _dropped_after(self) -> NotKnown:
        return NotKnown(f"the line to {self._server.host} dropped after the mail")

    def _say_all(self, steps: Sequence[_Step]) -> None:
        """Say them in one breath."""
        try:
            self._smtp.send("".join(f"{command}\r\n" for command, _, _ in steps))
        except OSError:
            raise self._gone() from None

    def _hear_all(self, steps: Sequence[_Step]) -> None:
        """Hear every answer; the first that is a no counts."""
        no: SheetflowError | None = None
        for command, wanted, refused in steps:
            try:
                self._hear(wanted, refused)
            except SheetflowError as error:
                no = no or error
            else:
                self._wants_mail = no is not None and command == "DATA"
            if self.closed_early:
                break
        if no is not None:
            raise no

    def _hear(self, wanted: int, refused: _Refusal) -> None:
        try:
            code, text = self._smtp.getreply()
        except OSError:
            raise self._gone() from None
        if code == wanted or (wanted == 250 and code == 251):
            return
        if 500 <= code < 600:
            raise refused(code, _shown(text))
        if 400 <= code < 500:
            self.closed_early = code == 421
            raise TooFast(f"the mail server {self._server.host} is busy")
        raise self._gone()

    def _gone(self) -> Unreachable:
        self.closed_early = True
        return Unreachable(f"the line to the mail server {self._server.host} dropped")

    def _sender_refused(self, code: int, text: str) -> SheetflowError:
        if code == 552:
            return _content_refused(code, text)
        return NotAllowed(
            f"the mail server {self._server.host} does not let us send from this address",
            hint="Use an address that belongs to the account.",
        )


def _recipient_refused(code: int, text: str) -> SheetflowError:
    if code in (550, 551, 553) and not _POLICY.match(text):
        return Refused(statuses.no_such_address().text)
    return _content_refused(code, text)


def _content_refused(_code: int, _text: str) -> SheetflowError:
    return Refused(statuses.refused_content().text)


def _not_opened(error: Exception, server: Server) -> SheetflowError:
    """What it means that no line could be opened: nothing was handed over."""
    where = f"the mail server {server.host}"
    match error:
        case SheetflowError():
            return error
        case smtplib.SMTPAuthenticationError() if error.smtp_code < 500:
            return TooFast(f"{where} is busy")
        case smtplib.SMTPAuthenticationError():
            cure = "Check user and password; many providers want a password for programs."
            return NotAllowed(f"{where} does not accept our user and password", hint=cure)
        case smtplib.SMTPNotSupportedError():
            return NotAllowed(f"{where} offers no way to sign in", hint="Check port and security.")
        case smtplib.SMTPResponseException() if error.smtp_code < 500:
            return TooFast(f"{where} is busy")
        case smtplib.SMTPResponseException():
            return NotAllowed(f"{where} does not talk to us", hint="Ask your provider why.")
        case smtplib.SMTPServerDisconnected():
            return Unreachable(f"{where} cannot be reached")
        case smtplib.SMTPException():
            return NotAllowed(f"{where} offers no way to sign in", hint="Ask your provider.")
        case UnicodeError():
            return NotAllowed("the password has letters that this mail server cannot take")
        case ssl.SSLCertVerificationError():
            cure = "Check the name of the host, or name the server's own certificate."
            return NotAllowed(f"{where} shows a certificate that is not to be trusted", hint=cure)
        case ssl.SSLError():
            return NotAllowed(f"{where} speaks no TLS here", hint="Check port and security.")
        case _:
            return Unreachable(f"{where} cannot be reached")


def _connected(server: Server) -> smtplib.SMTP:
    """A connection that has been greeted. Raises OSError, of which smtplib's errors are a kind."""
    name = socket.gethostname()
    ours = name if "." in name and name.isascii() else "[127.0.0.1]"  # RFC 5321 §4.1.3
    place = (server.host, server.port, ours)
    smtp = (
        smtplib.SMTP_SSL(*place, timeout=server.timeout, context=server.tls)
        if server.security == "tls"
        else smtplib.SMTP(*place, timeout=server.timeout)
    )
    if smtp.sock is not None:  # small commands must not wait for each other
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return smtp


def _prepare(smtp: smtplib.SMTP, server: Server) -> None:
    """Encryption where it is asked for, then signing in."""
    smtp.ehlo_or_helo_if_needed()
    if server.security == "starttls":
        if not smtp.has_extn("starttls"):
            raise NotAllowed(
                f"the mail server {server.host} offers no encryption",
                hint="Ask your provider for a port with TLS.",
            )
        code, _ = smtp.starttls(context=server.tls)
        if code != 220:
            raise TooFast(f"the mail server {server.host} is busy")
        smtp.ehlo_or_helo_if_needed()
    if server.password is not None:
        smtp.login(server.user, server.password.reveal())


def _stuffed(content: bytes) -> bytes:
    """The mail with CRLF line ends, and a second dot before each line that begins with one."""
    if content.count(b"\n") != content.count(b"\r\n"):
        content = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    if not content.endswith(b"\r\n"):
        content += b"\r\n"
    content = content.replace(b"\r\n.", b"\r\n..")
    return b"." + content if content.startswith(b".") else content


def _shown(text: bytes) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text.decode("utf-8", "replace"))
    return shown[:_LONGEST_ANSWER]
