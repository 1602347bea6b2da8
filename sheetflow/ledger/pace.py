"""What all processes that share a ledger asked of services lately: short texts by name.

Whoever looks at some of them is alone with these for the moment of one transaction, and waits for
nothing in it. Seconds are the database's own: machines need not agree on the time. Whoever begins
to look takes away what is long over, in one statement; nobody looks so often that it would matter.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias, TypeVar

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Integer,
    Table,
    bindparam,
    delete,
    inspect,
    select,
    text,
    update,
)

from sheetflow.errors import LedgerError
from sheetflow.ledger.databases import Database, open_database
from sheetflow.ledger.inserting import insert_into
from sheetflow.ledger.schema import Words, metadata
from sheetflow.ledger.troubles import told_in_words

T = TypeVar("T")

Decide: TypeAlias = Callable[[float, Mapping[str, str]], tuple[T, Mapping[str, str]]]
"""Told the seconds since 1970 and the texts: what is found, and the texts that change."""

PATIENCE = timedelta(seconds=5)
"""How long to wait for the database: whoever only counts gives way to whoever hands over."""

pace = Table(
    "pace",
    metadata,
    Column("name", Words, primary_key=True),
    Column("state", Words, nullable=False),
    Column("changed", Integer),
)
"""`changed` is a day, counted from 1970."""

KEPT = 32
"""Days after which a text matters no more: what is counted is counted for a month at most, and
nobody pauses for more than thirty days (`Limit.per` and `LONGEST_WAIT` of the network)."""

_DAY = 86_400

_NOW = {
    "sqlite": text("SELECT (julianday('now') - 2440587.5) * 86400.0"),
    "postgresql": text("SELECT extract(epoch FROM clock_timestamp())::float8"),
}
"""Seconds since 1970."""

_SET = (
    update(pace)
    .where(pace.c.name == bindparam("one"))
    .values(state=bindparam("state", type_=Words), changed=bindparam("today"))
)

_OLD = select(pace.c.name).where(pace.c.changed < bindparam("day"))
_OVER = delete(pace).where(pace.c.name.in_(_OLD.with_for_update(skip_locked=True)))


class Pace:
    """The texts in one ledger. Any thread may use it; the connection is kept until `close`."""

    lasts = True

    def __init__(self, where: Path | URL) -> None:
        self._where = where
        self._lock = threading.Lock()
        self._open: tuple[Connection, Database] | None = None
        self._closing: Callable[[], object] = lambda: None

    def change(self, names: Sequence[str], decide: Decide[T]) -> T:
        """Have `decide` look at these, "" where there is none, and keep what it changes.

        It is told the seconds since 1970. Raises LedgerError where there is no ledger that may be
        written, or an older one.
        """
        with self._lock:
            connection, database = self._connected()
            try:
                with told_in_words(database.name):
                    while (found := _alone(connection, set(names), decide)) is None:
                        _make_lines(connection, names)
                return found[0]
            except LedgerError:
                self._let_go()  # it may be broken: the next one is new
                raise

    def close(self) -> None:
        """Let the connection go."""
        with self._lock:
            self._let_go()

    def _connected(self) -> tuple[Connection, Database]:
        if self._open is None:
            connection, database, held = _opened(self._where)
            self._open = connection, database
            self._closing = weakref.finalize(self, held.close)  # whoever forgets to close it
        return self._open

    def _let_go(self) -> None:
        self._open = None
        with told_in_words("ledger"):
            self._closing()


def _opened(where: Path | URL) -> tuple[Connection, Database, ExitStack]:
    if isinstance(where, Path) and not where.exists():
        raise LedgerError(f"There is no ledger {where} yet.", hint="The first run makes it.")
    with ExitStack() as held:
        database = open_database(where, patience=PATIENCE)
        assert database is not None  # it is opened for writing
        held.callback(database.close)
        connection = held.enter_context(database.kept())
        with told_in_words(database.name):
            raw = connection.connection.driver_connection
            if isinstance(raw, sqlite3.Connection):
                # After a power cut some requests may not be counted; no message depends on it.
                raw.execute("PRAGMA synchronous=NORMAL")
            with connection.begin():
                known = inspect(connection).has_table(pace.name) and {
                    column["name"] for column in inspect(connection).get_columns(pace.name)
                } == set(pace.c.keys())
        if not known:
            raise LedgerError(
                f"The ledger {database.name} is an older one.", hint="The next run renews it."
            )
        with told_in_words(database.name), connection.begin():
            connection.execute(_OVER, {"day": int(_now(connection) // _DAY) - KEPT})
        return connection, database, held.pop_all()


def _now(connection: Connection) -> float:
    return float(connection.scalar(_NOW[connection.dialect.name]) or 0.0)


def _alone(connection: Connection, names: Set[str], decide: Decide[T]) -> tuple[T] | None:
    """What is decided while nobody else changes these texts; None where one has no line yet."""
    query = select(pace).where(pace.c.name.in_(names)).order_by(pace.c.name).with_for_update()
    with connection.begin():
        kept = {line.name: line.state for line in connection.execute(query)}
        if len(kept) < len(names):
            return None
        now = _now(connection)
        found, changed = decide(now, kept)
        lines = [
            {"one": name, "state": state, "today": int(now // _DAY)}
            for name, state in sorted(changed.items())
        ]
        if lines:
            connection.execute(_SET, lines)
        return (found,)


def _make_lines(connection: Connection, names: Sequence[str]) -> None:
    """See that each name has a line, in a transaction of its own: two who add lines while each
    holds some that the other wants would wait for each other for ever.
    """
    with connection.begin():
        today = int(_now(connection) // _DAY)
        lines = [{"name": name, "state": "", "changed": today} for name in sorted(set(names))]
        connection.execute(insert_into(connection, pace).on_conflict_do_nothing(), lines)
