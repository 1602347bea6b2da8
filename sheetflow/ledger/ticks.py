"""When each recipe is due next, and who takes care of it, as the ledger keeps it.

`schedule` forgets when a program ends, and two programs that ask it get two answers. What stands
here is one answer for all, and moves from one moment to the next by one statement, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from sheetflow.ledger.databases import Database
from sheetflow.ledger.inserting import insert_into
from sheetflow.ledger.locks import DUE, advisory_lock, file_lock
from sheetflow.ledger.schema import switches, ticks
from sheetflow.values import digest

_KEPT = [column for column in ticks.c if column.name not in ("digest", "chapter")]
_TOLD_APART = ("schedule", "due_at", "taken_at", "taken_by", "tries", "last_at")
"""What is different after every move of a tick."""


@dataclass(frozen=True, slots=True)
class Tick:
    """When a recipe is due next, and what came of it last.

    `schedule` is what `due_at` was worked out from; without a `due_at` it is not due by the clock.
    `owed_since` is when the run was due that has not been finished yet, and `tries` how often it
    was begun. `taken_at` and `taken_by` stand there while somebody runs it. `last_at` and `outcome`
    are of the run before. `seen` is the state of its tables that was looked at last.
    """

    recipe: str
    schedule: str
    due_at: datetime | None = None
    owed_since: datetime | None = None
    taken_at: datetime | None = None
    taken_by: str = ""
    tries: int = 0
    last_at: datetime | None = None
    outcome: str = ""
    seen: str = ""

    def owed(self, now: datetime) -> datetime | None:
        """Since when a run is owed, None while none is."""
        if self.owed_since is not None:
            return self.owed_since
        return self.due_at if self.due_at is not None and self.due_at <= now else None


@dataclass(frozen=True)
class Ticks:
    """The ticks of one chapter in an open ledger. All methods raise LedgerError if it fails."""

    database: Database
    chapter: str

    def all(self) -> Mapping[str, Tick]:
        """Every tick, by recipe."""
        query = select(*_KEPT).where(ticks.c.chapter == self.chapter)
        with self.database.reading() as connection:
            return {line.recipe: Tick(*line) for line in connection.execute(query)}

    def switched_on(self) -> Mapping[str, datetime]:
        """The recipes that are switched on, and since when."""
        s = switches.c
        query = select(s.recipe, s.since).where(s.chapter == self.chapter, s.is_on)
        with self.database.reading() as connection:
            return {line.recipe: line.since for line in connection.execute(query)}

    def move(self, before: Tick | None, after: Tick) -> bool:
        """Put `after` in the place of `before`; False, and nothing, if somebody else was first."""
        name = digest(self.chapter, after.recipe)
        with self.database.writing() as connection:
            if before is not None:
                same = [_is(field, getattr(before, field)) for field in _TOLD_APART]
                moved = update(ticks).where(ticks.c.digest == name, *same).values(asdict(after))
                return connection.execute(moved).rowcount == 1
            line = {"digest": name, "chapter": self.chapter, **asdict(after)}
            made = insert_into(connection, ticks).values(line).on_conflict_do_nothing()
            return connection.execute(made.returning(ticks.c.digest)).first() is not None

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Take the turn at what is due; gives False while another has it.

        It ends with the process that has it: then nobody runs what is marked as taken.
        """
        if self.database.path:
            with file_lock(self.database.path, "due.lock") as taken:
                yield taken
        else:
            with self.database.kept() as connection, advisory_lock(connection, DUE) as taken:
                yield taken


def _is(field: str, value: object) -> ColumnElement[bool]:
    return ticks.c[field].is_not_distinct_from(value)
