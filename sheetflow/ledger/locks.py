"""One applying process for each ledger, by a lock that the system frees only when it dies.

A paused process keeps its lock, however long; a killed one loses it at once.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from sheetflow.errors import LedgerBusy
from sheetflow.ledger.troubles import told_in_words

_OURS = 0x5EE7F10  # any number will do, as long as every Sheetflow takes the same
DUE = _OURS + 2
"""The number of the lock of whoever runs what is due."""


@dataclass(frozen=True)
class Holder:
    """Who is applying: what it does, in which process of which machine, since when."""

    what: str
    pid: int
    host: str
    since: str

    @classmethod
    def this_process(cls, what: str, at: datetime) -> Holder:
        """This process, holding from `at`."""
        return cls(what, os.getpid(), socket.gethostname(), f"{at:%Y-%m-%d %H:%M} {at.tzname()}")

    @classmethod
    def from_text(cls, text: str | None) -> Holder | None:
        """The holder that `text` was made from, None for none."""
        return cls(**json.loads(text)) if text else None

    def __str__(self) -> str:
        return f"{self.what} (process {self.pid} on {self.host}), since {self.since}"

    @property
    def text(self) -> str:
        """The holder as the ledger keeps it."""
        return json.dumps(asdict(self))


@contextmanager
def file_lock(ledger: Path, ending: str = "lock") -> Iterator[bool]:
    """Hold the file of that ending beside this ledger; gives False when another has it."""
    from filelock import FileLock, Timeout

    lock = FileLock(ledger.with_name(f"{ledger.name}.{ending}"), thread_local=False)
    taken = True
    with told_in_words(str(ledger)):
        try:
            lock.acquire(blocking=False)
        except Timeout:
            taken = False
    try:
        yield taken
    finally:
        lock.release()


@contextmanager
def advisory_lock(connection: Connection, number: int = _OURS) -> Iterator[bool]:
    """Hold PostgreSQL's lock of that number for this schema; gives False when another has it.

    The lock and all that is written share this one connection: whoever loses it writes no more.
    """
    with connection.begin():
        taken = bool(connection.scalar(text(f"SELECT pg_try_advisory_lock({number}, {_SCHEMA})")))
    try:
        yield taken
    finally:
        if taken and not connection.invalidated and not connection.closed:
            with suppress(DBAPIError), connection.begin():  # a broken connection holds no lock
                connection.execute(text(f"SELECT pg_advisory_unlock({number}, {_SCHEMA})"))


def wait_for_migrations(connection: Connection) -> None:
    """Have the transaction wait until no other brings this schema up to date.

    In SQLite every transaction that writes is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_OURS + 1}, {_SCHEMA})"))


def busy(name: str, holder: Holder | None) -> LedgerBusy:
    """The error for the second process that wants to apply."""
    return LedgerBusy(
        f"The ledger {name} is in use: {holder or 'another process'}.",
        hint="Wait until it has finished, or stop it; nothing was changed.",
    )


_SCHEMA = "hashtext(current_schema()::text)"
