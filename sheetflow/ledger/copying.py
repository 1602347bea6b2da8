"""Copies of a ledger: for a rehearsal that must know all and leave no trace, to be kept in a safe
place, and to be put back from there, also into another kind of database.
"""

from __future__ import annotations

import os
import pkgutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path

from sqlalchemy import Connection, delete, func, insert, inspect, select

import sheetflow.ledger
from sheetflow.clock import Clock
from sheetflow.errors import LedgerError, SetupError
from sheetflow.ledger import backups
from sheetflow.ledger.databases import Database, open_database
from sheetflow.ledger.facts import read_meta
from sheetflow.ledger.schema import metadata, migrations, records, runs
from sheetflow.ledger.store import Ledger
from sheetflow.ledger.troubles import damaged, told_in_words

_AT_ONCE = 1_000


def copy_to(ledger: Ledger, path: Path) -> None:
    """Make a ledger of its own at `path` that knows what this one knows, wherever that is kept."""
    with Ledger.open(path, clock=ledger.clock) as copy:
        _copy_rows(ledger.database, copy.database)


def back_up(ledger: Ledger, file: Path) -> None:
    """Leave a copy of one moment in `file`, while others go on writing: whole, or not at all.

    Whoever opens the copy as a ledger is asked whether it is the right one. Raises SetupError when
    there is something else in its place, and LedgerError when either cannot be read or written.
    """
    if file.exists() and not _is_copy(file):
        raise SetupError(f"{file} is there, and no copy of a ledger.", hint="Name another file.")
    draft = file.with_name(f"{file.name}.new")
    try:
        draft.unlink(missing_ok=True)
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        if ledger.database.path is None:
            draft.unlink()
            copy_to(ledger, draft)
        _closed_copy(ledger, draft, ledger.clock.now())
        draft.replace(file)
    except OSError as error:
        raise LedgerError(f"{file} cannot be written: {error.strerror}.") from None
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            draft.with_name(f"{draft.name}{ending}").unlink(missing_ok=True)


def put_back(file: Path, where: str | Path, clock: Clock) -> None:
    """Make the ledger at that path or URL what `file` is, a copy that `back_up` left.

    It is refused there until somebody says what is right. Raises SetupError when `file` is none, or
    when there is a ledger already that has run anything.
    """
    copy = open_database(file.absolute(), read_only=True) if file.is_file() else None
    if copy is None or not _is_ledger(file):
        raise SetupError(f"{file} is no copy of a ledger.", hint="Make one: sheetflow backup FILE")
    with closing(copy), Ledger.open(where, clock=clock, in_question=True) as ledger:
        with ledger.database.reading() as connection:
            if any(connection.scalar(select(func.count()).select_from(t)) for t in (records, runs)):
                raise SetupError(
                    f"There is a ledger at {ledger.database.name} already.",
                    hint="Move it away, or name an empty database, and try again.",
                )
        with Ledger.open(file.absolute(), clock=clock, read_only=True, in_question=True) as source:
            _copy_rows(source.database, ledger.database, mark=clock.now())


def _copy_rows(source: Database, target: Database, mark: datetime | None = None) -> None:
    """Everything that `source` knows at one moment; with `mark`, to be asked about."""
    describe_all()
    with _one_moment(source) as old, target.writing() as new:
        for table in metadata.sorted_tables:
            if table is migrations or not inspect(old).has_table(table.name):
                continue  # the copy has its own, and they are the same
            found = old.execute(select(table)).mappings()
            first = found.fetchmany(_AT_ONCE)
            if first:
                new.execute(delete(table))
            while first:
                new.execute(insert(table), [dict(row) for row in first])
                first = found.fetchmany(_AT_ONCE)
        if mark is not None:
            backups.mark_as_copy(new, mark)


def describe_all() -> None:
    """Have every table of the ledger known by name: some are described where they are used."""
    for module in pkgutil.iter_modules(sheetflow.ledger.__path__, "sheetflow.ledger."):
        import_module(module.name)


@contextmanager
def _one_moment(database: Database) -> Iterator[Connection]:
    """A connection that sees one moment of the ledger, however many questions it asks."""
    with told_in_words(database.name), database.engine.connect() as connection:
        if database.path is None and connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def _closed_copy(ledger: Ledger, draft: Path, at: datetime) -> None:
    """The copy in one file, marked, whole and on disk."""
    with told_in_words(str(draft)), closing(sqlite3.connect(draft, isolation_level=None)) as copy:
        if ledger.database.path is not None:
            with ledger.database.reading() as connection:
                raw = connection.connection.driver_connection
                assert isinstance(raw, sqlite3.Connection)
                raw.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("DELETE FROM meta WHERE name = ?", (backups.COPIED,))
        made = at.isoformat(timespec="seconds")
        copy.execute("INSERT INTO meta (name, value) VALUES (?, ?)", (backups.COPIED, made))
        if copy.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
            raise damaged(ledger.database.name)
    with draft.open("rb") as written:
        os.fsync(written.fileno())


def _is_ledger(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as found:
            return bool(found.execute("SELECT 1 FROM meta WHERE name = 'salt'").fetchone())
    except sqlite3.Error:
        return False


def _is_copy(file: Path) -> bool:
    if not _is_ledger(file):
        return False
    found = open_database(file.absolute(), read_only=True)
    assert found is not None
    with closing(found), found.reading() as connection:
        return bool(read_meta(connection, backups.COPIED))
