"""How far each watcher was heard, and what may have changed since, as the ledger keeps it.

A mark stands for the state of one table elsewhere. It is another one when the table may have
changed; who remembers the mark that was there before, knows that it has not looked since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, String, Table, Text, delete, insert, select
from sqlalchemy.types import TypeEngine

from sheetflow.ledger.databases import Database
from sheetflow.ledger.schema import STOPPED, Moment, Words, metadata, statuses
from sheetflow.values import Word, digest

Place = tuple[str, str]
"""A connection that tells of a table, and what it calls the table."""


def _needed(name: str, kind: type[TypeEngine[str]]) -> Column[str]:
    return Column(name, kind, nullable=False)


watches = Table(
    "watches",
    metadata,
    Column("digest", String(32), primary_key=True),
    _needed("chapter", Words),
    _needed("connection", Words),
    _needed("token", Text),
    Column("looked_at", Moment),
    Column("swept_at", Moment),
    _needed("subscription", Text),
    Column("subscribed_until", Moment),
)

marks = Table(
    "marks",
    metadata,
    Column("digest", String(32), primary_key=True),
    _needed("chapter", Words),
    _needed("connection", Words),
    _needed("place", Words),
    _needed("mark", Words),
)


@dataclass(frozen=True, slots=True)
class Watch:
    """How far one connection was heard: its own token, and when it was asked and swept last.

    `subscription` is what it knows of the calls that it asked its service for, which end at
    `subscribed_until`.
    """

    connection: str
    token: str = ""
    looked_at: datetime | None = None
    swept_at: datetime | None = None
    subscription: str = ""
    subscribed_until: datetime | None = None


_KEPT = [column for column in watches.c if column.name not in ("digest", "chapter")]


@dataclass(frozen=True)
class Watches:
    """The watches and marks of one chapter, read and written in the transaction of a connection."""

    chapter: str

    def all(self, connection: Connection) -> Mapping[str, Watch]:
        """Every watch, by connection."""
        query = select(*_KEPT).where(watches.c.chapter == self.chapter)
        return {line.connection: Watch(*line) for line in connection.execute(query)}

    def marks(self, connection: Connection) -> Mapping[Place, str]:
        """The mark of each place; "" where its connection would not hear of it."""
        m = marks.c
        query = select(m.connection, m.place, m.mark).where(m.chapter == self.chapter)
        return {(name, place): mark for name, place, mark in connection.execute(query)}

    def keep(self, connection: Connection, found: Watch) -> None:
        """Put a watch in the place of the one before."""
        name = digest(self.chapter, found.connection)
        connection.execute(delete(watches).where(watches.c.digest == name))
        line = {"digest": name, "chapter": self.chapter, **asdict(found)}
        connection.execute(insert(watches), line)

    def mark(self, connection: Connection, found: Mapping[Place, str]) -> None:
        """Set these marks."""
        for (name, place), mark in found.items():
            known = digest(self.chapter, name, place)
            connection.execute(delete(marks).where(marks.c.digest == known))
            line = {"digest": known, "chapter": self.chapter, "mark": mark}
            connection.execute(insert(marks), {**line, "connection": name, "place": place})

    def forget(self, connection: Connection, places: Iterable[Place]) -> None:
        """Take these marks away."""
        for name, place in places:
            known = digest(self.chapter, name, place)
            connection.execute(delete(marks).where(marks.c.digest == known))


def recipes_that_wait(database: Database, chapter: str) -> frozenset[str]:
    """The recipes with rows that wait for time to pass. Raises LedgerError."""
    s = statuses.c
    query = select(s.recipe).where(s.chapter == chapter, s.word == Word.WAITING.value, STOPPED)
    with database.reading() as connection:
        return frozenset(line.recipe for line in connection.execute(query.distinct()))
