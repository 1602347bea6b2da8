"""The limit: the standard library alone, with commands and mails sent ahead of their answers.

    python -m bench.bare wire FOLDER PORT    the same bytes again and again
    python -m bench.bare job FOLDER PORT     table read, mails put together, statuses written

A few connections are kept, and each carries one mail after the other; the end of a mail and the
commands of the next go in one write.
"""

from __future__ import annotations

import csv
import itertools
import socket
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

CONNECTIONS = 4
"""As many as Sheetflow has in the same bench."""

Mail = tuple[bytes, bytes]
"""The commands before a mail, and the mail with its dot."""

_HEAD = """\
From: Riverside Volunteers <hello@example.org>
To: {name} <{email}>
Subject: Welcome to Riverside Volunteers, {name}
Date: Sat, 14 Mar 2026 12:00:00 +0100
Message-ID: <{email}>
List-Unsubscribe: <mailto:stop@example.org>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="=_"

--=_
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

"""
_BETWEEN = """
--=_
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit

"""
_END = "\n--=_--\n.\n"


def main(job: str, folder: Path, port: int) -> None:
    """Do one job in the workspace `folder`."""
    table = folder / "people.csv"
    with table.open(newline="", encoding="utf-8") as file:
        headers, *rows = csv.reader(file)
    form = form_in(folder / "plain")
    if job == "wire":
        send([mail_for(rows[0], form)] * len(rows), port)
        return
    send((mail_for(row, form) for row in rows), port)
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[*headers, "Status"], *([*row, "Sent"] for row in rows)])


def send(mails: Iterable[Mail], port: int) -> None:
    """All of them, one after the other on each connection in turn."""
    lines = [Line(port) for _ in range(CONNECTIONS)]
    for line, mail in zip(itertools.cycle(lines), mails, strict=False):
        line.hear()
        line.say(*mail)
    for line in lines:
        line.hang_up()


class Line:
    """A connection that has said a mail's commands, and holds the mail until they are answered."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answers = self._socket.makefile("rb")
        self._socket.sendall(b"HELO bench\r\n")
        self._open, self._mail = 2, b""

    def hear(self) -> None:
        """Wait for all answers that are not heard yet."""
        for _ in range(self._open):
            if self._answers.readline()[:1] not in (b"2", b"3"):
                raise OSError("refused")
        self._open = 0

    def say(self, commands: bytes, mail: bytes) -> None:
        """Send the mail before, and the commands of this one, if there are any."""
        self._socket.sendall(self._mail + commands)
        self._open, self._mail = 3 * bool(commands) + bool(self._mail), mail

    def hang_up(self) -> None:
        """Send the last mail, and leave."""
        self.hear()
        self._socket.sendall(self._mail + b"QUIT\r\n")
        self._open = 1 + bool(self._mail)
        self.hear()
        self._answers.close()
        self._socket.close()


def form_in(folder: Path) -> str:
    """The whole mail with places for str.format."""
    text, page = ((folder / f"welcome.{end}").read_text("utf-8") for end in ("txt", "html"))
    whole = (text + _BETWEEN + page).replace("{{ ", "\0").replace(" }}", "\1")
    whole = whole.replace("{", "{{").replace("}", "}}").replace("\0", "{").replace("\1", "}")
    return (_HEAD + whole + _END).replace("\n", "\r\n")


def mail_for(row: Sequence[str], form: str) -> Mail:
    """The mail to the person in a row, with its commands."""
    name, email, region, signed_up = row[:4]
    organization = "Riverside Volunteers"
    mail = form.format(
        name=name, email=email, region=region, signed_up=signed_up, organization=organization
    )
    commands = f"MAIL FROM:<hello@example.org>\r\nRCPT TO:<{email}>\r\nDATA\r\n"
    return commands.encode(), mail.encode()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
