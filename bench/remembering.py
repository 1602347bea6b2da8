"""The floor of the promise: the bare job, which remembers each mail and nothing else.

    python -m bench.remembering FOLDER PORT

Before a mail is handed over, a line in SQLite says so and is on the disk; after it, the line says
what became of it. As many mails as there are connections share a commit, the end of some and the
beginning of the next, as with Sheetflow. Nobody is asked, checked, recognised or told.
"""

from __future__ import annotations

import csv
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest
from pathlib import Path

from bench.bare import CONNECTIONS, Line, Mail, form_in, mail_for

Named = tuple[str, Mail]
"""An address, and the mail to it."""

_NOBODY: Named = ("", (b"", b""))


def main(folder: Path, port: int) -> None:
    """Do the job in the workspace `folder`."""
    table = folder / "people.csv"
    with table.open(newline="", encoding="utf-8") as file:
        headers, *rows = csv.reader(file)
    form = form_in(folder / "plain")
    send(((row[1], mail_for(row, form)) for row in rows), port, Memory(folder / "memory.db"))
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[*headers, "Status"], *([*row, "Sent"] for row in rows)])


class Memory:
    """One line for each mail: handing over, then sent."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute("CREATE TABLE mails (address TEXT PRIMARY KEY, state TEXT)")

    def turn(self, sent: Sequence[str], going: Sequence[str]) -> None:
        """Have it on the disk that some were sent, and that others go out now."""
        ends = [("sent", address) for address in sent]
        begins = [(address, "handing over") for address in going]
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany("UPDATE mails SET state = ? WHERE address = ?", ends)
        self._database.executemany("INSERT INTO mails VALUES (?, ?)", begins)
        self._database.execute("COMMIT")


def send(mails: Iterator[Named], port: int, memory: Memory) -> None:
    """All of them, one on each connection at a time."""
    lines = [Line(port) for _ in range(CONNECTIONS)]
    sent: list[str] = []
    waiting: list[str] = []
    while some := list(islice(mails, CONNECTIONS)):
        _remember(lines, memory, sent, waiting)
        for line, (_, mail) in zip_longest(lines, some, fillvalue=_NOBODY):
            line.say(*mail)  # its commands; the mail itself goes when the memory has it
        sent, waiting = waiting, [address for address, _ in some]
    _remember(lines, memory, sent, waiting)
    for line in lines:
        line.hang_up()
    memory.turn(waiting, ())


def _remember(
    lines: Sequence[Line], memory: Memory, sent: Sequence[str], going: Sequence[str]
) -> None:
    for line in lines:
        line.hear()
    memory.turn(sent, going)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
