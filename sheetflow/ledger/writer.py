"""The one connection an applying process writes through, a transaction at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
    def transaction(self) -> Iterator[Connection]:
        """A transaction: durable when left, undone by an exception.

        Raises LedgerError when it cannot be written, or when our turn is over.
        """
        with self._turn, told_in_words(self.name):
            if self.connection.invalidated or self.connection.closed:
                raise self._over()
            with self.connection.begin():
                if read_epoch(self.connection) != self.epoch:
                    raise self._over()
                yield self.connection

    def _over(self) -> LedgerError:
        return LedgerError(
            f"This process has lost the ledger {self.name}, perhaps to another one.",
            hint="Nothing more is handed over. Start again.",
        )
