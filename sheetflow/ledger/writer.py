"""The one connection an applying process writes through, a transaction at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import Connection

from sheetflow.errors import LedgerError
from sheetflow.ledger.facts import read_epoch
from sheetflow.ledger.troubles import told_in_words


@dataclass
class Writer:
    """Lets one thread at a time write, as long as this process is the one that may.

    `epoch` is the number of this process's turn. A later turn in the ledger means that another
    process took over, whatever happened to our lock; then everything is refused.
    """

    connection: Connection
    name: str
    epoch: int
    _turn: Lock = field(default_factory=Lock)

    @contextmanager
    def transaction(self, *, prepared: bool = False) -> Iterator[Connection]:
        """A transaction: durable when left, undone by an exception.

        In one for `prepared` statements alone, nothing else may be executed. Raises LedgerError
        when it cannot be written, or when our turn is over.
        """
        with self._turn, told_in_words(self.name):
            if self.connection.invalidated or self.connection.closed:
                raise self._over()
            with self._begun(prepared=prepared):
                if read_epoch(self.connection) != self.epoch:
                    raise self._over()
                yield self.connection

    def _begun(self, *, prepared: bool) -> AbstractContextManager[object]:
        raw = self.connection.connection.driver_connection
        if prepared and isinstance(raw, sqlite3.Connection):
            return _of_sqlite(raw)
        return self.connection.begin()

    def _over(self) -> LedgerError:
        return LedgerError(
            f"This process has lost the ledger {self.name}, perhaps to another one.",
            hint="Nothing more is handed over. Start again.",
        )


@contextmanager
def _of_sqlite(raw: sqlite3.Connection) -> Iterator[None]:
    """A transaction as SQLAlchemy would make it, which takes longer over it than SQLite does."""
    raw.execute("BEGIN IMMEDIATE")
    try:
        yield
        raw.commit()
    except BaseException:
        raw.rollback()
        raise
