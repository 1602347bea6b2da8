"""Where a ledger is kept: an SQLite file, or a PostgreSQL database by its URL."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from secrets import token_hex
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool, Pool, QueuePool

from sheetflow.errors import LedgerError, SetupError
from sheetflow.ledger.troubles import told_in_words

PATIENCE = timedelta(seconds=30)
"""How long to wait for another program that is writing to the same ledger."""

_KEEPALIVE = {"idle": 30, "interval": 10, "count": 3}
"""Seconds, seconds and tries until either side knows that the other is gone: a minute."""


_LIKE_THIS = "Write sqlite:///ledger.db, or postgresql://user@host/name."


@dataclass(frozen=True)
class Database:
    """An open database. `name` is what errors call it; `path` is its file, where it is one."""

    engine: Engine
    name: str
    path: Path | None = None

    def close(self) -> None:
        """Let go of it."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment of the ledger."""
        with told_in_words(self.name), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: durable when left, undone by an exception."""
        with self.kept() as connection, told_in_words(self.name), connection.begin():
            yield connection

    @contextmanager
    def kept(self) -> Iterator[Connection]:
        """A connection for writing that stays the same one until this is left."""
        with told_in_words(self.name):
            connection = self.engine.connect().execution_options(sheetflow_writes=True)
        try:
            yield connection
        finally:
            connection.close()


def place(where: str | Path) -> Path | URL:
    """The file or PostgreSQL database meant by a path or URL. Raises SetupError for any other."""
    if isinstance(where, Path):
        return where.absolute()
    url = _parsed(where)
    match url.get_backend_name():
        case "sqlite" if url.database:
            return Path(url.database).absolute()
        case "postgresql" | "postgres":
            return url
        case other:
            raise SetupError(f'The ledger cannot be kept in "{other}".', hint=_LIKE_THIS)


def open_database(
    where: Path | URL, *, read_only: bool = False, patience: timedelta = PATIENCE
) -> Database | None:
    """The database at that place, or None when only reading and there is no such file.

    Raises LedgerError when it cannot be opened, and SetupError when its driver is missing.
    """
    if isinstance(where, Path):
        return _sqlite(where, read_only=read_only, patience=patience)
    return _postgres(where, read_only=read_only, patience=patience)


def in_memory() -> Database:
    """An empty database that is gone when closed; for reading where there is no ledger yet."""
    name = f"file:sheetflow-{token_hex(8)}?mode=memory&cache=shared"
    return Database(_sqlite_engine(name, PATIENCE, (), QueuePool), "in memory")


def copy_in_memory(database: Database) -> Database:
    """The same SQLite ledger in memory, where it may be changed without touching the file."""
    copy = in_memory()
    with database.reading() as source, copy.kept() as target:
        old, new = source.connection.driver_connection, target.connection.driver_connection
        assert isinstance(old, sqlite3.Connection)
        assert isinstance(new, sqlite3.Connection)
        old.backup(new)
    return Database(copy.engine, database.name)


def _parsed(where: str) -> URL:
    try:
        return make_url(where)
    except ArgumentError:
        raise SetupError("The address of the ledger cannot be read.", hint=_LIKE_THIS) from None


def _sqlite(path: Path, *, read_only: bool, patience: timedelta) -> Database | None:
    name = str(path)
    with told_in_words(name):
        if read_only and not path.exists():
            return None
        if not read_only:
            _make_file(path)
    pragmas = ("query_only=ON",) if read_only else ("synchronous=FULL", "fullfsync=ON")
    engine = _engine_of_file(f"{path.as_uri()}?{_mode(path, read_only)}", patience, pragmas)
    return Database(engine, name, path)


def _make_file(path: Path) -> None:
    """An empty file that only its owner can read, unless there is one already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _mode(path: Path, read_only: bool) -> str:
    """How SQLite is to open the file.

    Even a reader needs its two helper files beside a ledger, and takes them away again. Where it
    cannot make them nobody else can either, so the file is read as one that does not change.
    """
    if not read_only or (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return "mode=rw"
    return "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "mode=ro&immutable=1"


@lru_cache(maxsize=4)
def _engine_of_file(uri: str, patience: timedelta, pragmas: tuple[str, ...]) -> Engine:
    """The engine of a file, for whoever opens it again: it knows how our questions are written.

    It holds no connection, so that it need not be closed.
    """
    return _sqlite_engine(uri, patience, pragmas, NullPool)


def _sqlite_engine(
    uri: str, patience: timedelta, pragmas: tuple[str, ...], pool: type[Pool]
) -> Engine:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            uri,
            uri=True,
            timeout=patience.total_seconds(),
            isolation_level=None,  # transactions begin where _begin says, and nowhere else
            check_same_thread=False,
        )
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=pool, hide_parameters=True)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    """A writer takes the write lock at once, so that it never finds itself behind what it read."""
    writes = connection.get_execution_options().get("sheetflow_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def use_write_ahead_log(database: Database) -> None:
    """Have an SQLite ledger keep its log apart, so that others read while one writes."""
    if database.path is None:
        return
    with database.kept() as connection, told_in_words(database.name):
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        mode = raw.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode != "wal":
        raise LedgerError(
            f"The ledger {database.name} cannot keep a write-ahead log.",
            hint="Keep it on a disk of this machine, not in a shared network folder.",
        )


def _postgres(url: URL, *, read_only: bool, patience: timedelta) -> Database:
    _need_psycopg()
    settings = {
        "synchronous_commit": "on",
        "lock_timeout": int(patience.total_seconds() * 1000),
        "default_transaction_read_only": "on" if read_only else "off",
        **{f"tcp_keepalives_{name}": value for name, value in _KEEPALIVE.items()},
    }
    given = url.query.get("options", "")
    options = " ".join([str(given), *(f"-c {name}={value}" for name, value in settings.items())])
    arguments: dict[str, Any] = {
        **{f"keepalives_{name}": value for name, value in _KEEPALIVE.items()},
        "connect_timeout": 10,
        "application_name": "sheetflow",
        "options": options.strip(),
    }
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args=arguments,
        pool_size=2,
        pool_pre_ping=True,  # a server may restart while `serve` waits for the next run
        hide_parameters=True,
    )
    shown = url.set(drivername="postgresql", query={})
    return Database(engine, shown.render_as_string(hide_password=True))


def _need_psycopg() -> None:
    try:
        import psycopg  # noqa: F401 - an extra: asked for only where it is needed
    except ImportError:
        raise SetupError(
            "PostgreSQL needs one more package.", hint='Run: pip install "sheetflow[postgres]"'
        ) from None
