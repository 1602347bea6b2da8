"""What becomes of a mail, for each word of a mail server and each way in which it can fail."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from sheetflow_plugins.smtp import Smtp

from sheetflow import (
    Mail,
    NotAllowed,
    NotKnown,
    Receipt,
    Refused,
    RowStopped,
    Secret,
    TooFast,
    Unreachable,
)
from sheetflow.errors import PlanningWrote
from sheetflow.network.door import Door
from sheetflow.plugin.testing import MailerContract
from tests.plugins._scripted_smtp import DROP, HANG, ScriptedServer, scripted

MAIL = Mail(
    "hello@riverside.example",
    "ana@example.org",
    "<1@riverside.example>",
    b"Subject: Hi\r\n\r\nDear Ana,\r\n.\r\n..and more\r\n",
)
NO_SUCH_ADDRESS = "address does not exist. Maybe phone?"
REFUSED = "the mail service refused this message"


@contextmanager
def mailer(server: ScriptedServer, **more: Any) -> Iterator[Smtp]:
    """An open smtp connection to a scripted server."""
    settings = Smtp.Settings(
        **{"host": "127.0.0.1", "port": server.port, "security": "none", "timeout": 1, **more}
    )
    smtp = Smtp(settings, door=Door(may_write=True), folder=Path("/nowhere"))
    try:
        yield smtp
    finally:
        smtp.close()


def test_a_mail_is_taken_as_it_is_and_the_servers_word_is_the_receipt() -> None:
    with scripted() as server, mailer(server) as smtp:
        assert smtp.deliver(MAIL) == Receipt("2.0.0 queued as 77")
    assert server.taken == [(MAIL.sender, MAIL.to, MAIL.content)]


PIPELINING = {"EHLO": "250-here\r\n250 PIPELINING"}
"""A server that hears several commands at once, as RFC 2920 has it."""


@pytest.mark.parametrize("usual", [{}, PIPELINING], ids=["one by one", "pipelined"])
@pytest.mark.parametrize(
    ("verb", "answer", "outcome"),
    [
        ("CONNECT", "421 too many", TooFast),
        ("CONNECT", "554 go away", NotAllowed),
        ("CONNECT", DROP, Unreachable),
        ("CONNECT", HANG, Unreachable),
        ("EHLO", DROP, Unreachable),
        ("EHLO", "421 later", Unreachable),
        ("MAIL", "421 later", TooFast),
        ("MAIL", "451 later", TooFast),
        ("MAIL", "530 sign in first", NotAllowed),
        ("MAIL", "550 not yours", NotAllowed),
        ("MAIL", "552 too large", Refused),
        ("MAIL", DROP, Unreachable),
        ("MAIL", HANG, Unreachable),
        ("MAIL", "what", Unreachable),
        ("RCPT", "421 later", TooFast),
        ("RCPT", "450 greylisted", TooFast),
        ("RCPT", "550 5.1.1 no such user", Refused),
        ("RCPT", "550 5.7.1 relaying denied", Refused),
        ("RCPT", DROP, Unreachable),
        ("RCPT", HANG, Unreachable),
        ("DATA", "421 later", TooFast),
        ("DATA", "451 later", TooFast),
        ("DATA", "554 no", Refused),
        ("DATA", DROP, Unreachable),
        ("DATA", HANG, Unreachable),
        ("DOT", "421 later", TooFast),
        ("DOT", "451 4.3.0 later", TooFast),
        ("DOT", "452 full", TooFast),
        ("DOT", "550 spam", Refused),
        ("DOT", "554 5.7.1 no", Refused),
        ("DOT", DROP, NotKnown),
        ("DOT", HANG, NotKnown),
        ("DOT", "gibberish", NotKnown),
        ("DOT", "354 what", NotKnown),
        ("DOT", "2" * 9000, NotKnown),
    ],
)
def test_each_failure_says_what_became_of_the_mail(
    verb: str, answer: str, outcome: type[Exception], usual: dict[str, str]
) -> None:
    with scripted({**usual, verb: answer}) as server, mailer(server) as smtp:
        with pytest.raises(outcome) as caught:
            smtp.deliver(MAIL)
        assert type(caught.value) is outcome
    may_have_it = outcome is NotKnown
    assert len(server.taken) <= may_have_it
    assert answer not in (DROP, HANG) or len(server.taken) == may_have_it


@pytest.mark.parametrize("rcpt", ["550 5.1.1 no such user", "450 greylisted"])
def test_no_mail_follows_a_no_even_if_the_server_would_take_it(rcpt: str) -> None:
    with scripted({**PIPELINING, "RCPT": rcpt}, once=True) as server, mailer(server) as smtp:
        with pytest.raises((Refused, TooFast)):
            smtp.deliver(MAIL)
        smtp.deliver(MAIL)
    assert server.taken == [(MAIL.sender, MAIL.to, MAIL.content)]
    assert server.connections == 2


def test_commands_go_at_once_and_the_mail_only_when_all_were_answered() -> None:
    with scripted(PIPELINING) as server, mailer(server) as smtp:
        smtp.deliver(MAIL)
        smtp.deliver(MAIL)
    commands = [f"MAIL FROM:<{MAIL.sender}>", f"RCPT TO:<{MAIL.to}>", "DATA"]
    assert server.talk[1:7] == [*commands, *commands]
    assert server.taken == [(MAIL.sender, MAIL.to, MAIL.content)] * 2


def test_a_line_that_drops_in_the_middle_of_the_mail_may_be_tried_again() -> None:
    long = Mail(MAIL.sender, MAIL.to, MAIL.id, b"x" * 70 + b"\r\n" * 4_000_000)
    with scripted({"BODY": DROP}) as server, mailer(server) as smtp, pytest.raises(Unreachable):
        smtp.deliver(long)
    assert server.taken == []


def test_a_server_that_cannot_be_found_may_be_asked_again() -> None:
    with scripted() as server:
        pass
    with mailer(server) as smtp, pytest.raises(Unreachable, match="cannot be reached"):
        smtp.deliver(MAIL)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("550 5.1.1 no such user", NO_SUCH_ADDRESS),
        ("550 no mailbox", NO_SUCH_ADDRESS),
        ("553 5.1.3 bad address", NO_SUCH_ADDRESS),
        ("550 5.7.1 relaying denied", REFUSED),
        ("554 5.5.1 no valid recipients", REFUSED),
    ],
)
def test_a_refused_address_is_told_in_words_that_help(answer: str, words: str) -> None:
    with (
        scripted({"RCPT": answer}) as server,
        mailer(server) as smtp,
        pytest.raises(Refused) as caught,
    ):
        smtp.deliver(MAIL)
    assert caught.value.message == words


def test_taken_and_then_dropped_at_the_goodbye_is_sent() -> None:
    with scripted({"QUIT": DROP}) as server, mailer(server) as smtp:
        assert smtp.deliver(MAIL) == Receipt("2.0.0 queued as 77")
        smtp.close()
    assert len(server.taken) == 1


def test_connections_are_kept_and_never_more_than_allowed() -> None:
    with scripted() as server, mailer(server, connections=3) as smtp:
        assert smtp.parallel == 3
        with ThreadPoolExecutor(8) as pool:
            receipts = list(pool.map(smtp.deliver, [MAIL] * 60))
    assert len(server.taken) == len(receipts) == 60
    assert server.connections <= 3


def to(*names: str) -> list[Mail]:
    """A mail to each of these."""
    return [Mail(MAIL.sender, f"{name}@example.org", f"<{name}@x>", MAIL.content) for name in names]


@pytest.mark.parametrize("words", [{}, PIPELINING])
def test_several_go_at_the_same_time_each_on_a_line_of_its_own(words: dict[str, str]) -> None:
    with scripted(words) as server, mailer(server, connections=3) as smtp:
        assert smtp.together == 3
        found = smtp.deliver_many(to("ana", "bo", "cem", "di", "ed"))
    assert found == [Receipt("2.0.0 queued as 77")] * 5
    names = [address.partition("@")[0] for _, address, _ in server.taken]
    assert sorted(names) == ["ana", "bo", "cem", "di", "ed"]
    assert server.connections == 3


def test_what_one_of_several_meets_is_no_word_about_the_others() -> None:
    with scripted({"RCPT": "550 5.1.1 no such user"}, once=True) as server:
        with mailer(server) as smtp:
            found = smtp.deliver_many([*to("ana", "bo"), Mail("a@b.example", "odd", "<1@x>", b"")])
        refused = [result for result in found if isinstance(result, Refused)]
        assert len(refused) == 1
        assert found.count(Receipt("2.0.0 queued as 77")) == 1
        assert isinstance(found[2], RowStopped)
        assert len(server.taken) == 1


def test_of_several_only_the_one_whose_line_dropped_after_the_dot_is_in_doubt() -> None:
    with scripted({"DOT": DROP}, once=True) as server, mailer(server) as smtp:
        found = smtp.deliver_many(to("ana", "bo", "cem"))
    assert sum(isinstance(result, NotKnown) for result in found) == 1
    assert found.count(Receipt("2.0.0 queued as 77")) == 2
    assert len(server.taken) == 3


def test_many_who_send_several_at_once_share_the_lines_and_never_wait_for_each_other() -> None:
    with (
        scripted() as server,
        mailer(server, connections=3) as smtp,
        ThreadPoolExecutor(4) as pool,
    ):
        found = list(pool.map(smtp.deliver_many, [to("ana", "bo", "cem")] * 10))
    assert found == [[Receipt("2.0.0 queued as 77")] * 3] * 10
    assert len(server.taken) == 30
    assert server.connections <= 3


def test_after_a_refused_mail_the_connection_serves_the_next() -> None:
    with scripted({"RCPT": "550 no"}, once=True) as server, mailer(server) as smtp:
        with pytest.raises(Refused):
            smtp.deliver(MAIL)
        smtp.deliver(MAIL)
    assert (server.connections, len(server.taken)) == (1, 1)
    assert server.talk[3:5] == ["rset", "MAIL FROM:<hello@riverside.example>"]


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("answer", [DROP, "421 idle for too long"])
def test_a_kept_connection_that_went_stale_is_opened_anew(verb: str, answer: str) -> None:
    with scripted(once=True) as server, mailer(server) as smtp:
        smtp.deliver(MAIL)
        server.script[verb] = answer
        smtp.deliver(MAIL)
    assert (server.connections, len(server.taken)) == (2, 2)


@pytest.mark.parametrize("answer", [DROP, "421 closing", "451 later"])
def test_on_a_kept_connection_nothing_is_repeated_after_the_dot(answer: str) -> None:
    with scripted(once=True) as server, mailer(server) as smtp:
        smtp.deliver(MAIL)
        server.script["DOT"] = answer
        with pytest.raises((NotKnown, TooFast)):
            smtp.deliver(MAIL)
    assert sum(line.startswith("MAIL") for line in server.talk) == 2


def test_a_stale_connection_is_tried_anew_once_only() -> None:
    with scripted() as server, mailer(server) as smtp:
        smtp.deliver(MAIL)
        server.script["MAIL"] = DROP
        with pytest.raises(Unreachable):
            smtp.deliver(MAIL)
    assert server.connections == 2


def test_signing_in_that_fails_is_not_allowed_and_tells_no_secret() -> None:
    secret = "correct horse"
    script = {"AUTH": f"535 5.7.8 {secret} is wrong"}
    with (
        scripted(script) as server,
        mailer(server, user="hello", password=Secret(secret)) as smtp,
        pytest.raises(NotAllowed) as caught,
    ):
        smtp.deliver(MAIL)
    assert str(caught.value) == (
        "the mail server 127.0.0.1 does not accept our user and password Check user and password;"
        " many providers want a password for programs."
    )
    assert caught.value.__suppress_context__
    assert secret not in repr(smtp.settings)


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        ({"AUTH": "454 4.7.0 later"}, TooFast),
        ({"AUTH": DROP}, Unreachable),
        ({"EHLO": "250 here"}, NotAllowed),
        ({"EHLO": "250-here\r\n250 AUTH GSSAPI"}, NotAllowed),
    ],
)
def test_signing_in_can_fail_in_other_ways(
    script: dict[str, str], outcome: type[Exception]
) -> None:
    with (
        scripted(script) as server,
        mailer(server, user="hello", password=Secret("x")) as smtp,
        pytest.raises(outcome),
    ):
        smtp.deliver(MAIL)


def test_a_password_that_cannot_be_sent_is_not_shown_either() -> None:
    with (
        scripted() as server,
        mailer(server, user="hello", password=Secret("pässwört")) as smtp,
        pytest.raises(NotAllowed, match="letters that this mail server cannot take") as caught,
    ):
        smtp.deliver(MAIL)
    assert "wört" not in f"{caught.value!r}{caught.value.args}"


def test_while_planning_no_connection_is_even_opened() -> None:
    with scripted() as server:
        settings = Smtp.Settings(host="127.0.0.1", port=server.port, security="none")
        smtp = Smtp(settings, door=Door(may_write=False), folder=Path("/nowhere"))
        with pytest.raises(PlanningWrote):
            smtp.deliver(MAIL)
    assert server.connections == 0


def test_a_server_without_encryption_gets_nothing() -> None:
    with (
        scripted() as server,
        mailer(server, security="starttls") as smtp,
        pytest.raises(NotAllowed, match="offers no encryption"),
    ):
        smtp.deliver(MAIL)
    assert not any(line.startswith(("AUTH", "MAIL")) for line in server.talk)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("a@x.org>,<b@y.org", 'is "a@x.org>,<b@y.org" right?'),
        ("a@x.org\r\nRCPT TO:<b@y.org>", "right?"),
        ("a@x.org, b@y.org", "right?"),
    ],
)
def test_only_ever_one_recipient(address: str, words: str) -> None:
    with scripted() as server, mailer(server) as smtp, pytest.raises(RowStopped) as caught:
        smtp.deliver(Mail(MAIL.sender, address, MAIL.id, MAIL.content))
    assert words in str(caught.value)
    assert server.talk == []


def test_a_name_in_other_letters_needs_a_server_that_can() -> None:
    mail = Mail(MAIL.sender, "josé@example.org", MAIL.id, MAIL.content)
    with (
        scripted() as server,
        mailer(server) as smtp,
        pytest.raises(Refused, match="cannot write to josé"),
    ):
        smtp.deliver(mail)
    able = {"EHLO": "250-here\r\n250 SMTPUTF8"}
    with scripted(able) as server, mailer(server) as smtp:
        smtp.deliver(mail)
    assert server.talk[1:3] == [
        "MAIL FROM:<hello@riverside.example> SMTPUTF8",
        "RCPT TO:<josé@example.org>",
    ]


def test_a_domain_in_other_letters_is_written_as_the_network_knows_it() -> None:
    with scripted() as server, mailer(server) as smtp:
        smtp.deliver(Mail(MAIL.sender, "ana@exämple.org", MAIL.id, MAIL.content))
    assert server.taken[0][1] == "ana@xn--exmple-cua.org"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"security": "none"}, "anybody on the way can read the mails"),
        ({"user": "hello"}, "user and password go together"),
        ({"password": Secret("x")}, "user and password go together"),
        ({"port": 70000}, "not a port"),
        ({"connections": 0}, "from 1 to 50"),
        ({"timeout": 0}, "from 1 to 600"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Smtp.Settings(**{"host": "smtp.example.org", **settings})


class Sink(Message):
    """Keeps what a real mail server was given."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[Any] = []

    def handle_message(self, message: Any) -> None:
        """Keep it."""
        self.taken.append(message)


CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""A key that is no secret, and a certificate for localhost with it, valid until 2126."""


@contextmanager
def real_server() -> Iterator[tuple[Controller, Sink]]:
    """aiosmtpd with STARTTLS and a password, as a provider would have it."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(CERTIFICATE)
    sink = Sink()

    def signs_in(
        server: SMTP, session: Any, envelope: Any, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=data == LoginPassword(b"hello", b"correct horse"))

    settings: dict[str, Any] = {
        "tls_context": tls,
        "require_starttls": True,
        "auth_required": True,
        "authenticator": signs_in,
    }
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port, **settings)
    controller.start()
    try:
        yield controller, sink
    finally:
        controller.stop()


def settings_for(controller: Controller, **more: Any) -> Smtp.Settings:
    """How to reach it."""
    return Smtp.Settings(
        **{"host": "localhost", "port": controller.port, "user": "hello", "timeout": 5}
        | {"password": Secret("correct horse"), **more}
    )


def test_a_real_server_takes_mails_over_tls_with_its_own_certificate() -> None:
    with real_server() as (controller, sink):
        settings = settings_for(controller, certificate=str(CERTIFICATE))
        smtp = Smtp(settings, door=Door(may_write=True), folder=Path("/nowhere"))
        smtp.deliver(MAIL)
        smtp.deliver(MAIL)
        smtp.close()
    assert [message["X-RcptTo"] for message in sink.taken] == [MAIL.to, MAIL.to]
    assert sink.taken[0].get_payload() == "Dear Ana,\r\n.\r\n..and more\r\n"


def test_a_certificate_that_nobody_vouches_for_is_not_trusted() -> None:
    with real_server() as (controller, sink):
        smtp = Smtp(settings_for(controller), door=Door(may_write=True), folder=Path("/nowhere"))
        with pytest.raises(NotAllowed, match="not to be trusted"):
            smtp.deliver(MAIL)
    assert sink.taken == []


def test_speaking_tls_to_a_plain_server_says_what_to_check() -> None:
    with (
        scripted() as server,
        mailer(server, security="tls") as smtp,
        pytest.raises(NotAllowed, match="speaks no TLS here"),
    ):
        smtp.deliver(MAIL)


class TestTheContract(MailerContract):
    connector = Smtp

    @pytest.fixture(autouse=True)
    def _server(self) -> Iterator[None]:
        with scripted() as server:
            self.settings = {
                "host": "127.0.0.1",
                "port": server.port,
                "security": "none",
                "user": "us@example.org",
                "password": Secret("a-secret-word"),
            }
            yield
