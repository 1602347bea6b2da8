"""`sheetflow connect` tries a connection, and keeps it only when it works."""

from __future__ import annotations

import os
import pty
import select
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.commands.conftest import Call

PASSWORD = "s3cret: with # and spaces"


class Letters:
    """A mail server that lets one person in, and counts mails."""

    def __init__(self) -> None:
        self.mails = 0

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.mails += 1
        return "250 OK"


def _who(server, session, envelope, mechanism, data):
    sound = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
    return AuthResult(success=sound, handled=False)


@pytest.fixture
def letters():
    handler = Letters()
    with socket.create_server(("127.0.0.1", 0)) as free:
        handler.port = free.getsockname()[1]
    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=handler.port,
        authenticator=_who,
        auth_require_tls=False,
    )
    controller.start()
    yield handler
    controller.stop()
    assert handler.mails == 0, "connecting sent a mail"


def _settings(letters: Letters, **more: str) -> list[str]:
    known = {"host": "127.0.0.1", "port": str(letters.port), "security": "none", "user": "ana"}
    return [part for key, value in (known | more).items() for part in ("--set", f"{key}={value}")]


def test_what_works_is_kept_with_its_secret_in_a_file_of_its_own(
    call: Call, workspace: Path, letters: Letters
):
    before = (workspace / "sheetflow.yaml").read_text()
    (workspace / "typed.txt").write_text(PASSWORD + "\n")
    said = call(
        "connect", "smtp", "--as", "post", "--yes", *_settings(letters, password="typed.txt")
    )
    assert said.code == 0, said.err
    assert "    ok     signing in: let in as ana at 127.0.0.1:" in said.out
    after = (workspace / "sheetflow.yaml").read_text()
    added = (
        "  post:\n"
        "    connector: smtp\n"
        "    host: 127.0.0.1\n"
        f"    port: {letters.port}\n"
        "    security: none\n"
        "    user: ana\n"
        "    password: {file: secrets/post-password}\n"
    )
    assert after == before.replace("    folder: outbox\n", f"    folder: outbox\n{added}")
    secret = workspace / "secrets" / "post-password"
    assert secret.read_text() == PASSWORD + "\n"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert (workspace / "secrets" / ".gitignore").read_text() == "*\n"
    assert PASSWORD not in said.out + said.err + after
    assert call("doctor", "post").code == 0


def test_what_does_not_work_is_not_kept(call: Call, workspace: Path, letters: Letters):
    before = (workspace / "sheetflow.yaml").read_text()
    (workspace / "typed.txt").write_text("wrong")
    said = call("connect", "smtp", "--yes", *_settings(letters, password="typed.txt"))
    assert said.code == 1
    assert "    amiss  signing in: " in said.out
    assert said.err == ("It does not work yet. Nothing was written; mend it and begin again.\n")
    assert (workspace / "sheetflow.yaml").read_text() == before
    assert not (workspace / "secrets").exists()


def test_a_name_that_is_taken_is_not_taken_twice(call: Call, workspace: Path):
    said = call("connect", "outbox", "--yes")
    assert (said.code, said.err) == (
        2,
        'There is a connection "outbox" already. Take another name.\n',
    )


def test_settings_that_cannot_be_right_are_told(call: Call):
    said = call("connect", "room", "--yes", "--set", "link=http://meet.example.org/us")
    assert said.code == 2
    assert '"http://meet.example.org/us" is not a link.' in said.err
    said = call("connect", "room", "--yes", "--set", "lnk=https://meet.example.org/us")
    assert said.err == 'room has no setting "lnk". It has: link.\n'


def test_connections_on_one_line_are_left_to_their_author(call: Call, workspace: Path):
    settings = workspace / "sheetflow.yaml"
    settings.write_text(
        "organization: {name: Spring, time_zone: Europe/Berlin}\n"
        "connections: {outbox: {connector: outbox}}\n"
    )
    said = call("connect", "room", "--yes", "--set", "link=https://meet.example.org/us")
    assert said.code == 2
    assert said.err == (
        "Your connections are written on one line in sheetflow.yaml, so nothing was added. "
        "Write below connections:\n"
        "  room:\n"
        "    connector: room\n"
        '    link: "https://meet.example.org/us"\n'
    )


def test_a_file_without_connections_gets_them(call: Call, workspace: Path):
    settings = workspace / "sheetflow.yaml"
    settings.write_text("organization: {name: Spring, time_zone: Europe/Berlin}\n")
    said = call("connect", "room", "--yes", "--set", "link=https://meet.example.org/us")
    assert said.code == 0, said.err
    assert settings.read_text().endswith(
        '\n\nconnections:\n  room:\n    connector: room\n    link: "https://meet.example.org/us"\n'
    )


def test_without_anybody_to_ask_it_says_so(call: Call):
    said = call("connect", "room")
    assert (said.code, said.err) == (
        2,
        "There is nobody to ask. Give the settings with --set, and --yes.\n",
    )


def test_somebody_at_a_terminal_is_led_through_it(workspace: Path):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "sheetflow", "connect", "room"]
    process = subprocess.Popen(
        command, cwd=workspace, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True
    )
    os.close(theirs)
    answers = [("A name for it", ""), ("link", "https://meet.example.org/us"), ("Write it", "y")]
    shown = _talked(ours, answers)
    assert process.wait(timeout=20) == 0, shown
    os.close(ours)
    assert "Open a room with your provider" in shown
    assert "link: The address of the room" in shown
    assert "Try it any time: sheetflow doctor room" in shown
    assert 'link: "https://meet.example.org/us"' in (workspace / "sheetflow.yaml").read_text()


def _talked(terminal: int, answers: list[tuple[str, str]]) -> str:
    """What was shown, after each question at the end of it was answered."""
    shown, since, until = "", "", time.monotonic() + 20
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            read = os.read(terminal, 4096).decode()
        except OSError:  # the other end was closed
            return shown
        shown, since = shown + read, since + read
        last = since.rstrip().rpartition("\n")[2]
        if answers and answers[0][0] in last and since.endswith(": "):
            os.write(terminal, f"{answers.pop(0)[1]}\n".encode())
            since = ""
    return shown
