"""What the clock has to do beside recipes, such as the digest: when it is due, and who does it.

A due time is moved on before anything is done, in one statement, so that it happens at most once:
whoever dies in between has done it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from sheetflow.ledger.databases import Database
from sheetflow.ledger.sheet_schema import errands
from sheetflow.values import digest

Next = Callable[[datetime], datetime]
"""The first due moment after another one."""

AHEAD = timedelta(days=15)
"""How far a due moment may lie ahead before it is the clock that was wrong."""


@dataclass(frozen=True)
class Due:
    """An errand in our hands: when it was due, when it is due next, and when it was done last."""

    at: datetime
    next_at: datetime
    last_at: datetime | None


@dataclass(frozen=True)
class Errands:
    """The errands of one chapter in an open ledger. All methods raise LedgerError if it fails."""

    database: Database
    chapter: str

    def take(self, name: str, schedule: str, now: datetime, following: Next) -> Due | None:
        """The errand, if it is due and nobody else has it; missed moments are one.

        One that is new, or whose schedule was changed, is due first at its next moment.
        """
        place = digest(self.chapter, name)
        e = errands.c
        query = select(e.schedule, e.due_at, e.last_at).where(e.digest == place)
        with self.database.reading() as connection:
            known = connection.execute(query).one_or_none()
        if known is None or known.schedule != schedule or known.due_at > now + AHEAD:
            last = known.last_at if known is not None else now
            self._begin(place, name, schedule, following(now), last or now)
            return None
        if known.due_at > now:
            return None
        next_at = following(now)
        mine = update(errands).where(e.digest == place, e.due_at == known.due_at)
        with self.database.writing() as connection:
            if connection.execute(mine.values(due_at=next_at)).rowcount != 1:
                return None
        return Due(known.due_at, next_at, known.last_at)

    def done(self, name: str, at: datetime) -> None:
        """Note that it was done, or may have been."""
        mine = update(errands).where(errands.c.digest == digest(self.chapter, name))
        with self.database.writing() as connection:
            connection.execute(mine.values(last_at=at))

    def put_off(self, name: str, due: Due, until: datetime) -> None:
        """Have it done later, since it was certainly not; at its next moment, if that is sooner."""
        e = errands.c
        place = digest(self.chapter, name)
        mine = update(errands).where(e.digest == place, e.due_at == due.next_at)
        with self.database.writing() as connection:
            connection.execute(mine.values(due_at=min(until, due.next_at)))

    def _begin(
        self, place: str, name: str, schedule: str, due_at: datetime, last_at: datetime
    ) -> None:
        line = {
            "digest": place,
            "chapter": self.chapter,
            "name": name,
            "schedule": schedule,
            "due_at": due_at,
            "last_at": last_at,
        }
        with self.database.writing() as connection:
            connection.execute(delete(errands).where(errands.c.digest == place))
            connection.execute(insert(errands), line)
