"""Taking a turn at applying: the lock, the turn's number, what the turn before left over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from sqlalchemy import Connection, select

from sheetflow.ledger import backups, lines, moves
from sheetflow.ledger.databases import Database
from sheetflow.ledger.facts import read_epoch, read_meta, write_meta
from sheetflow.ledger.locks import Holder, advisory_lock, busy, file_lock
from sheetflow.ledger.records import Record
from sheetflow.ledger.schema import UNTOLD, records
from sheetflow.ledger.troubles import damaged, legible, told_in_words
from sheetflow.ledger.writer import Writer
from sheetflow.values import State


@contextmanager
def take_turn(
    database: Database, what: str, *, at: datetime
) -> Iterator[tuple[Writer, tuple[Record, ...]]]:
    """Hold the ledger's lock; gives a writer, and what the turn before was handing over.

    Raises LedgerBusy while another process holds it, and LedgerError when the ledger is damaged or
    older than it was at the last turn.
    """
    with database.kept() as connection, _lock(database, connection) as taken:
        with told_in_words(database.name):
            if not taken:
                raise busy(database.name, _holder(connection))
            _refuse_damaged(database, connection)
            backups.refuse_older(database)
            turn = _begin_turn(database, connection, Holder.this_process(what, at), at)
            backups.remember(database)
        yield turn


def _holder(connection: Connection) -> Holder | None:
    with connection.begin(), legible():
        return Holder.from_text(read_meta(connection, "holder"))


def _refuse_damaged(database: Database, connection: Connection) -> None:
    """Raise LedgerError unless every page and index of an SQLite file fits together."""
    if database.path:
        with connection.begin():
            if connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar() != "ok":
                raise damaged(database.name)


def _begin_turn(
    database: Database, connection: Connection, holder: Holder, at: datetime
) -> tuple[Writer, tuple[Record, ...]]:
    with connection.begin():
        epoch = read_epoch(connection) + 1
        write_meta(connection, "epoch", str(epoch))
        write_meta(connection, "holder", holder.text)
        found = select(*lines.COLUMNS).where(UNTOLD, records.c.state == State.HANDING_OVER.value)
        before = lines.records_of(connection.execute(found))
        left = tuple(moves.left_over(record, at) for record in before)
        lines.write(connection, left, known=[record.key.digest for record in left])
    return Writer(connection, database.name, epoch), left


def _lock(database: Database, connection: Connection) -> AbstractContextManager[bool]:
    return file_lock(database.path) if database.path else advisory_lock(connection)
