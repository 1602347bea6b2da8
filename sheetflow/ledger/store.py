"""The ledger: what was meant for each row, and what became of it.

with Ledger.open(Path("ledger.db")) as ledger:
    ledger.records("", "welcome")              # planning: what is known already
    with ledger.applying("welcome") as turn:   # one process at a time
        run = turn.begin("welcome", "", plan.fingerprint, plan.made_at)
        with turn.lane() as lane:              # one for each thread
            lane.hand_over(entry, run=run, at=now)
            ...                                # the deed
            lane.finish(outcome)
        turn.end(run, {"sent": 1})
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Self

from sheetflow.clock import Clock
from sheetflow.errors import LedgerError
from sheetflow.ledger import backups, contacts, history, lines, sheets
from sheetflow.ledger.applying import Applying
from sheetflow.ledger.asks import Asks, read_asks
from sheetflow.ledger.databases import (
    PATIENCE,
    Database,
    copy_in_memory,
    in_memory,
    open_database,
    place,
    use_write_ahead_log,
)
from sheetflow.ledger.decisions import Decided, Decisions, Watch, decided
from sheetflow.ledger.facts import read_epoch, read_meta, write_meta
from sheetflow.ledger.lanes import Committer
from sheetflow.ledger.locks import wait_for_migrations
from sheetflow.ledger.migrations import Migration, all_migrations, migrate, refuse_newer, version
from sheetflow.ledger.recalled import Recalled
from sheetflow.ledger.records import Contact, Record, Run, Said
from sheetflow.ledger.schema import UNTOLD, records
from sheetflow.ledger.turns import take_turn
from sheetflow.values import Key, State


@dataclass(frozen=True)
class Ledger:
    """An open ledger. Reading is free to any thread; writing takes a turn, `applying`."""

    database: Database
    clock: Clock
    read_only: bool = False

    @classmethod
    def open(
        cls,
        url: str | Path,
        *,
        read_only: bool = False,
        clock: Clock | None = None,
        patience: timedelta = PATIENCE,
        in_question: bool = False,
    ) -> Self:
        """Open the ledger at a path or URL; it is made, and brought up to date, unless `read_only`.

        Read-only, it writes nothing at all, and one that does not exist yet is empty. `patience` is
        how long to wait for another program. Only `in_question`, one that may be an old copy is
        opened. Raises LedgerError when it cannot be trusted, and SetupError for no address.
        """
        clock, known, where = clock or Clock(), all_migrations(), place(url)
        if isinstance(where, Path) and not in_question:
            backups.refuse_lost(where)
        database = open_database(where, read_only=read_only, patience=patience)
        if database is None:
            return cls(_empty(known, clock), clock, read_only)
        try:
            if not in_question:
                backups.refuse_older(database)
            return cls(_up_to_date(database, known, clock, read_only=read_only), clock, read_only)
        except BaseException:
            database.close()
            raise

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def salt(self) -> str:
        """A random text of this ledger's own, the same for ever; empty while there is no ledger."""
        with self.database.reading() as connection:
            return read_meta(connection, "salt")

    @property
    def epoch(self) -> int:
        """How many turns at applying there were. It never falls, unless an old copy is put back."""
        with self.database.reading() as connection:
            return read_epoch(connection)

    def record(self, key: Key) -> Record | None:
        """What is known of one key."""
        with self.database.reading() as connection:
            return lines.read(connection, [key.digest]).get(key.digest)

    def records(self, chapter: str, recipe: str, *, step: str | None = None) -> Recalled:
        """All that is known of a recipe, or of one step, by (step, row id); the oldest first."""
        c = records.c
        only = () if step is None else (c.step == step,)
        with self.database.reading() as connection:
            return Recalled(
                history.streamed(connection, c.chapter == chapter, c.recipe == recipe, *only)
            )

    def untold(self, chapter: str, recipe: str, table: str | None = None) -> Iterator[Record]:
        """What the sheet does not show yet, the oldest first; not what is being handed over.

        It streams.
        """
        c = records.c
        known = (c.chapter == chapter, c.recipe == recipe, c.state != State.HANDING_OVER.value)
        with self.database.reading() as connection:
            for record in history.streamed(connection, *known, UNTOLD):
                if table in (None, record.key.table):
                    yield record

    def statuses(self, chapter: str, table: str) -> Mapping[str, Mapping[str, Said]]:
        """What each recipe last had each row of the table say: by row id, then by recipe."""
        with self.database.reading() as connection:
            return sheets.read_statuses(connection, chapter, table)

    def asks(self, chapter: str, table: str) -> Asks:
        """What people are asked to let go out, by row id and recipe."""
        with self.database.reading() as connection:
            return read_asks(connection, chapter, table)

    def identities(self, chapter: str, table: str) -> Mapping[str, Mapping[str, str]]:
        """What was remembered of each row of the table, by row id."""
        with self.database.reading() as connection:
            return sheets.read_identities(connection, chapter, table)

    def history(
        self, person: str = "", recipe: str = "", *, run: str = "", limit: int = 50
    ) -> Sequence[Record]:
        """The latest records, newest first: of one person by part of a name or a row's id, of one
        recipe, of one run."""
        with self.database.reading() as connection:
            return history.latest(connection, person=person, recipe=recipe, run=run, limit=limit)

    def every(self, *, recipe: str = "", since: datetime | None = None) -> Iterator[Record]:
        """Every record, the oldest first: of one recipe, and from a moment on. It streams."""
        with self.database.reading() as connection:
            yield from history.each(connection, recipe=recipe, since=since)

    def runs(self, limit: int = 50, *, recipe: str = "") -> Sequence[Run]:
        """The latest runs, newest first, with what became of their changes."""
        with self.database.reading() as connection:
            return history.runs_of(connection, recipe=recipe, limit=limit)

    def contacts(self, since: datetime) -> Mapping[str, Sequence[Contact]]:
        """What reached whom after `since`, or may have, over all recipes; by keyed digest."""
        with self.database.reading() as connection:
            return contacts.read(connection, since)

    def handed_to(self, whom: Iterable[str]) -> frozenset[str]:
        """The digests of the keys of all that was handed over to one of these keyed digests."""
        with self.database.reading() as connection:
            return contacts.of(connection, whom)

    def held_since(self, chapter: str, recipe: str) -> Mapping[str, datetime]:
        """Since when each change of the recipe waits that never went out, by its key's digest."""
        with self.database.reading() as connection:
            return history.held_since(connection, chapter, recipe)

    def reached(self, chapter: str, recipe: str, *, limit: int) -> Sequence[int]:
        """How many people the latest finished runs that reached anybody reached, newest first."""
        with self.database.reading() as connection:
            return history.reached_by_latest(connection, chapter, recipe, limit)

    def decided(self, chapter: str, recipe: str) -> Decided:
        """What people have decided about a recipe, and whom nobody may write to."""
        with self.database.reading() as connection:
            return decided(connection, chapter, recipe)

    def watch(self) -> Watch:
        """Sees whether anything was decided since; close it after use."""
        return Watch(self.database)

    @property
    def decisions(self) -> Decisions:
        """The way to decide something. Raises LedgerError when opened for reading only."""
        self._must_write()
        return Decisions(self.database)

    @contextmanager
    def applying(self, what: str) -> Iterator[Applying]:
        """Take the turn at applying; `what` tells others who has it ("the recipe welcome").

        Raises LedgerBusy while another process has it, and LedgerError when the ledger is damaged.
        """
        self._must_write()
        with take_turn(self.database, what, at=self.clock.now()) as (writer, left_over):
            yield Applying(writer, Committer(writer), self.clock, left_over)

    def _must_write(self) -> None:
        if self.read_only:
            raise LedgerError(
                "This ledger was opened for reading only.",
                hint="This is a fault in Sheetflow: please report it.",
            )


def _empty(known: Sequence[Migration], clock: Clock) -> Database:
    database = in_memory()
    with database.writing() as connection:
        migrate(connection, known, at=clock.now())
    return database


def _up_to_date(
    database: Database, known: Sequence[Migration], clock: Clock, *, read_only: bool
) -> Database:
    """The database, or a stand-in to read, at the version of this Sheetflow."""
    with database.reading() as connection:
        found = version(connection)
    refuse_newer(found, known, database.name)
    if found == known[-1].number:
        return database
    if read_only:
        with closing(database):
            return _stand_in(database, found, known, clock)
    use_write_ahead_log(database)
    with database.writing() as connection:
        wait_for_migrations(connection)
        migrate(connection, known, at=clock.now())
        if not read_meta(connection, "salt"):
            write_meta(connection, "salt", token_hex(16))
    return database


def _stand_in(database: Database, found: int, known: Sequence[Migration], clock: Clock) -> Database:
    """A ledger of an older version as this one would have it, without touching it."""
    if found == 0:
        return _empty(known, clock)
    if database.path is None:
        raise LedgerError(
            f"The ledger {database.name} was made by an older Sheetflow.",
            hint="Run a recipe once; that brings the ledger up to date.",
        )
    copy = copy_in_memory(database)
    with copy.writing() as connection:
        migrate(connection, known, at=clock.now())
    return copy
