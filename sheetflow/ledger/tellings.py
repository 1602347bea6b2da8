"""When each table was told something: a moment in a sheet that the ledger does not know of shows
that the ledger is older than the sheet, because an old copy of it was put back or it was lost.

It stands here before it stands in the sheet, and never the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Column, Connection, Table, select

from sheetflow.ledger.databases import Database
from sheetflow.ledger.facts import read_meta
from sheetflow.ledger.inserting import insert_into
from sheetflow.ledger.schema import Words, metadata
from sheetflow.ledger.troubles import legible
from sheetflow.ledger.writer import Writer

FROM = "tellings from"
"""The latest moment that a ledger knew of when it was taught to keep these."""

LATE = timedelta(minutes=10)
"""How long after that the sheet may still have been told of it, at most."""

tellings = Table(
    "tellings",
    metadata,
    Column("chapter", Words, primary_key=True),
    Column("table_name", Words, primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("wall", BigInteger, primary_key=True, autoincrement=False),
)


@dataclass(frozen=True)
class Told:
    """A moment as a cell holds it: on a clock on the wall, or in a zone of its own.

    >>> Told.wall(datetime(2026, 3, 14, 12, 5))
    Told(second=1773489900, is_wall=True)
    """

    second: int
    is_wall: bool

    @classmethod
    def wall(cls, moment: datetime) -> Told:
        """A time of day without a zone, as it was read."""
        return cls(_seconds(moment.replace(tzinfo=UTC)), is_wall=True)

    @classmethod
    def instant(cls, moment: datetime) -> Told:
        """A moment that says its zone."""
        return cls(_seconds(moment), is_wall=False)


@dataclass(frozen=True)
class Known:
    """The moments at which one table was told something, in whole seconds."""

    instants: frozenset[int]
    walls: frozenset[int]
    since: datetime | None

    def knows(self, told: Told, at: datetime) -> bool:
        """Whether this was one of them; `at` is the same as a moment, by the table's zone.

        Spreadsheets round, and some programs save a file without its seconds.
        """
        if self.since is not None and at <= self.since + LATE:
            return True
        known = self.walls if told.is_wall else self.instants
        near = range(told.second - 1, told.second + (60 if told.second % 60 == 0 else 2))
        return any(second in known for second in near)


@dataclass(frozen=True)
class Tellings:
    """The moments at which the tables of one chapter were told something."""

    database: Database
    chapter: str

    def known(self, table: str) -> Known:
        """Those of one table. Raises LedgerError if the ledger cannot be read."""
        t = tellings.c
        query = select(t.at, t.wall).where(t.chapter == self.chapter, t.table_name == table)
        with self.database.reading() as connection, legible():
            found = connection.execute(query).all()
            since = read_meta(connection, FROM)
            return Known(
                frozenset(at for at, _ in found),
                frozenset(wall for _, wall in found),
                datetime.fromisoformat(since) if since else None,
            )

    def remember(
        self, writer: Writer, table: str, moments: Iterable[datetime], zone: ZoneInfo
    ) -> None:
        """Note that a table in this zone is about to be told something. Raises LedgerError."""
        lines = [
            (_seconds(at), _seconds(at.astimezone(zone).replace(tzinfo=UTC))) for at in moments
        ]
        with writer.transaction() as connection:
            note(connection, self.chapter, table, lines)


def note(
    connection: Connection, chapter: str, table: str, lines: Iterable[tuple[int, int]]
) -> None:
    """Keep these moments, each as an instant and on the wall."""
    place = {"chapter": chapter, "table_name": table}
    new = [{**place, "at": at, "wall": wall} for at, wall in sorted(set(lines))]
    if new:
        connection.execute(insert_into(connection, tellings).on_conflict_do_nothing(), new)


def _seconds(moment: datetime) -> int:
    """Whole seconds since 1970; what is left of the second is cut off, as in a cell."""
    return int(moment.timestamp() // 1)
