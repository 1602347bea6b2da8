"""What services called to say that something changed: each call once, and whether it still waits.

Of a call, its name and what it is about are kept, and nothing of its content.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, Connection, Index, String, Table, delete, select, update

from sheetflow.ledger.inserting import insert_into
from sheetflow.ledger.schema import Moment, Words, metadata
from sheetflow.ledger.troubles import legible
from sheetflow.values import digest

calls = Table(
    "calls",
    metadata,
    Column("digest", String(32), primary_key=True),
    Column("chapter", Words, nullable=False),
    Column("connection", Words, nullable=False),
    Column("about", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("waits", Boolean, nullable=False),
)
Index("calls_by_time", calls.c.at)
Index("calls_that_wait", calls.c.at, info={"only": calls.c.waits})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call that nobody has looked after yet.

    `about` are the places that it is about, None for all of the connection; `tables` are named by
    the workspace's own names.
    """

    digest: str
    connection: str
    at: datetime
    about: frozenset[str] | None = None
    tables: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Calls:
    """The calls of one chapter, read and written in the transaction of a connection."""

    chapter: str

    def take(
        self,
        connection: Connection,
        caller: str,
        event: str,
        at: datetime,
        *,
        about: frozenset[str] | None = None,
        tables: frozenset[str] = frozenset(),
    ) -> bool:
        """Write a call by the connection `caller` down; False for one that was before."""
        said = {"about": None if about is None else sorted(about), "tables": sorted(tables)}
        line = {
            "digest": digest(self.chapter, caller, event),
            "chapter": self.chapter,
            "connection": caller,
            "about": json.dumps(said),
            "at": at,
            "waits": True,
        }
        made = insert_into(connection, calls).values(line).on_conflict_do_nothing()
        return connection.execute(made.returning(calls.c.digest)).first() is not None

    def waiting(self, connection: Connection, limit: int) -> Sequence[Waiting]:
        """The calls that wait, the oldest first."""
        c = calls.c
        query = select(c.digest, c.connection, c.at, c.about)
        query = query.where(c.chapter == self.chapter, c.waits).order_by(c.at).limit(limit)
        return [_waiting(*line) for line in connection.execute(query)]

    def answered(self, connection: Connection, seen: Iterable[Waiting]) -> None:
        """Note that these were looked after."""
        for one in seen:
            done = update(calls).where(calls.c.digest == one.digest).values(waits=False)
            connection.execute(done)

    def all_answered(self, connection: Connection, callers: Iterable[str], at: datetime) -> None:
        """Note that all calls of these connections until `at` were looked after."""
        c = calls.c
        theirs = (c.chapter == self.chapter, c.waits, c.connection.in_([*callers]), c.at <= at)
        connection.execute(update(calls).where(*theirs).values(waits=False))

    def forget(self, connection: Connection, before: datetime) -> None:
        """Take away what is older."""
        connection.execute(delete(calls).where(calls.c.at < before))


def _waiting(name: str, connection: str, at: datetime, about: str) -> Waiting:
    with legible():
        said = json.loads(about)
        places, tables = said["about"], frozenset(said["tables"])
    return Waiting(name, connection, at, None if places is None else frozenset(places), tables)
