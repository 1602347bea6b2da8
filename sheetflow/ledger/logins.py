"""Who is logged in to the dashboard, and who tried to: shared by every copy of it, over restarts.

Neither the names of sessions nor those who tried can be read back: both are kept as digests.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Index, Integer, String, Table, delete, insert, select, update

from sheetflow.ledger.databases import Database
from sheetflow.ledger.schema import Moment, Words, metadata

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("name", Words, nullable=False),
    Column("proof", String(64), nullable=False),
    Column("began", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
)

tries = Table(
    "tries",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("latest", Moment, nullable=False),
)
Index("tries_by_time", tries.c.latest)


@dataclass(frozen=True, slots=True)
class Login:
    """One browser that somebody logged in with; `proof` is a digest of what let them in."""

    digest: str
    name: str
    proof: str
    began: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class Tries:
    """How often somebody tried in vain, and when last."""

    count: int
    latest: datetime


@dataclass(frozen=True)
class Logins:
    """The logins in an open ledger. Every method raises LedgerError when that cannot be used."""

    database: Database

    def find(self, digest: str) -> Login | None:
        """The login of that name."""
        with self.database.reading() as connection:
            line = connection.execute(
                select(sessions).where(sessions.c.digest == digest)
            ).one_or_none()
        return Login(*line) if line is not None else None

    def keep(self, login: Login, *, ended_before: datetime) -> None:
        """Keep a login, and let go of those that began before a moment and are over by now."""
        line = {name: getattr(login, name) for name in login.__slots__}
        with self.database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.began < ended_before))
            connection.execute(insert(sessions), line)

    def saw(self, digest: str, at: datetime) -> None:
        """Note that a login is in use."""
        with self.database.writing() as connection:
            connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen=at))

    def end(self, digest: str) -> None:
        """End a login, everywhere."""
        with self.database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest))

    def tries(self, digests: list[str]) -> dict[str, Tries]:
        """How often each of these tried in vain."""
        query = select(tries).where(tries.c.digest.in_(digests))
        with self.database.reading() as connection:
            found = connection.execute(query)
            return {name: Tries(count, latest) for name, count, latest in found}

    def count(self, digests: list[str], at: datetime, *, forgotten_after: timedelta) -> None:
        """Count one more try for each, and forget those that were long ago."""
        with self.database.writing() as connection:
            connection.execute(delete(tries).where(tries.c.latest < at - forgotten_after))
            for digest in digests:
                one = tries.c.digest == digest
                more = update(tries).where(one).values(count=tries.c.count + 1, latest=at)
                if not connection.execute(more).rowcount:
                    connection.execute(insert(tries), {"digest": digest, "count": 1, "latest": at})

    def forgive(self, forgotten: str, one_less: str) -> None:
        """Forget one's tries altogether, and take one try off another's."""
        with self.database.writing() as connection:
            connection.execute(delete(tries).where(tries.c.digest == forgotten))
            less = update(tries).where(tries.c.digest == one_less, tries.c.count > 0)
            connection.execute(less.values(count=tries.c.count - 1))
