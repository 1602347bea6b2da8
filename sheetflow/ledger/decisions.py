"""What people decide beside runs: whom never to write to, what is switched on, what has their Go.

Each decision is one short transaction that waits for no run, so that it counts from the next
message on, in a run that is under way too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass
from datetime import datetime
from secrets import token_hex

from sqlalchemy import ColumnElement, Connection, Table, bindparam, delete, insert, select, update

from sheetflow.ledger.databases import Database
from sheetflow.ledger.facts import read_meta, write_meta
from sheetflow.ledger.records import BY_LINK, Approval, Item, Suppression, Switch
from sheetflow.ledger.schema import approvals, baselines, suppressions, switches
from sheetflow.ledger.troubles import legible, told_in_words
from sheetflow.values import RowRef, digest

COUNT = "decisions"
"""How often anything was decided; whoever keeps a copy sees by it that it is out of date."""


@dataclass(frozen=True)
class Decisions:
    """The decisions in an open ledger. Writing raises LedgerError when it cannot be written."""

    database: Database

    def suppress(self, asked: Suppression) -> bool:
        """Put somebody on the list; whether they were not on it yet.

        If they were, nothing changes, but that what a link did becomes the decision of a person.
        """
        with self._deciding() as connection:
            there = select(suppressions.c.who).where(suppressions.c.whom == asked.whom)
            put_by = connection.scalar(there)
            if put_by is None:
                connection.execute(insert(suppressions), asdict(asked))
            elif put_by == BY_LINK != asked.who:
                theirs = update(suppressions).where(suppressions.c.whom == asked.whom)
                connection.execute(theirs.values(who=asked.who, why=asked.why))
        return put_by is None

    def lift(self, whom: str, *, put_by: str = "") -> bool:
        """Take somebody off the list; whether they were on it, put there by `put_by` if named."""
        named = suppressions.c.whom == whom
        theirs = named & (suppressions.c.who == put_by) if put_by else named
        with self._deciding() as connection:
            done = connection.execute(delete(suppressions).where(theirs))
        return bool(done.rowcount)

    def switch(
        self,
        chapter: str,
        recipe: str,
        new: Switch,
        *,
        here_before: Iterable[RowRef] = (),
        here_no_more: Iterable[RowRef] = (),
    ) -> None:
        """Switch a recipe on or off, and keep which rows were there before.

        `here_no_more` are rows that an earlier switching-on may have kept, and that are let go of.
        """
        name, place = digest(chapter, recipe), {"chapter": chapter, "recipe": recipe}
        with self._deciding() as connection:
            connection.execute(delete(switches).where(switches.c.digest == name))
            connection.execute(insert(switches), {"digest": name, **place, **asdict(new)})
            _forget_before(connection, chapter, recipe, here_no_more)
            _keep_before(connection, place, here_before, new.since)

    def approve(self, chapter: str, recipe: str, given: Approval) -> None:
        """Keep that somebody gave their Go to a plan; the latest one counts."""
        line = {
            "id": token_hex(20),
            "chapter": chapter,
            "recipe": recipe,
            "fingerprint": given.fingerprint,
            "plan": given.plan,
            "who": given.who,
            "at": given.at,
            "changes": json.dumps([astuple(item) for item in given.items], ensure_ascii=False),
        }
        with self._deciding() as connection:
            connection.execute(insert(approvals), line)

    @contextmanager
    def _deciding(self) -> Iterator[Connection]:
        with self.database.writing() as connection:
            yield connection
            write_meta(connection, COUNT, str(count(connection) + 1))


@dataclass
class Watch:
    """Sees whether anything was decided, often and cheaply: it keeps its connection."""

    database: Database
    _connection: Connection | None = None

    def count(self) -> int:
        """How often anything was decided until now. Raises LedgerError when it cannot be read."""
        with told_in_words(self.database.name):
            if self._connection is None:
                self._connection = self.database.engine.connect()
            if self.database.path:  # one question to SQLite is a transaction of its own
                return count(self._connection)
            with self._connection.begin():
                return count(self._connection)

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@dataclass(frozen=True)
class Decided:
    """All that was decided about one recipe, and whom nobody may write to, at one moment."""

    count: int
    suppressions: Mapping[str, Suppression]
    switch: Switch | None
    here_before: frozenset[RowRef]
    approval: Approval | None


def decided(connection: Connection, chapter: str, recipe: str) -> Decided:
    """What was decided until now."""
    return Decided(
        count(connection),
        read_suppressions(connection),
        read_switch(connection, chapter, recipe),
        read_baseline(connection, chapter, recipe),
        read_approval(connection, chapter, recipe),
    )


def count(connection: Connection) -> int:
    """How often anything was decided. Raises LedgerError when that is no number."""
    with legible():
        return int(read_meta(connection, COUNT) or 0)


def read_suppressions(connection: Connection) -> dict[str, Suppression]:
    """Who asked not to be written to, by keyed digest."""
    s = suppressions.c
    query = select(s.whom, s.channel, s.why, s.who, s.since).order_by(s.since)
    return {line.whom: Suppression(*line) for line in connection.execute(query)}


def read_suppression(connection: Connection, whom: str) -> Suppression | None:
    """Whether somebody asked not to be written to, by keyed digest."""
    s = suppressions.c
    query = select(s.whom, s.channel, s.why, s.who, s.since).where(s.whom == whom)
    line = connection.execute(query).one_or_none()
    return Suppression(*line) if line else None


def read_switch(connection: Connection, chapter: str, recipe: str) -> Switch | None:
    """Whether a recipe is on or off; None when nobody ever said."""
    s = switches.c
    query = select(s.is_on, s.why, s.who, s.since).where(s.digest == digest(chapter, recipe))
    line = connection.execute(query).one_or_none()
    return Switch(*line) if line else None


def read_baseline(connection: Connection, chapter: str, recipe: str) -> frozenset[RowRef]:
    """The rows that were there before the recipe was switched on, and stay as they are."""
    b = baselines.c
    query = select(b.table_name, b.row_id).where(*_of(baselines, chapter, recipe))
    return frozenset(RowRef(table, row) for table, row in connection.execute(query))


def read_approval(connection: Connection, chapter: str, recipe: str) -> Approval | None:
    """The latest Go that somebody gave to a plan of this recipe."""
    a = approvals.c
    query = (
        select(a.fingerprint, a.plan, a.who, a.at, a.changes).order_by(a.at.desc(), a.id).limit(1)
    )
    line = connection.execute(query.where(*_of(approvals, chapter, recipe))).one_or_none()
    if line is None:
        return None
    with legible():
        items = tuple(Item(*found) for found in json.loads(line.changes))
    return Approval(line.fingerprint, line.plan, line.who, line.at, items)


def _forget_before(
    connection: Connection, chapter: str, recipe: str, rows: Iterable[RowRef]
) -> None:
    gone = [{"this": digest(chapter, recipe, row.table, row.row)} for row in rows]
    if gone:
        this = baselines.c.digest == bindparam("this")
        connection.execute(delete(baselines).where(this), gone)


def _keep_before(
    connection: Connection, place: Mapping[str, str], rows: Iterable[RowRef], since: datetime
) -> None:
    known = read_baseline(connection, place["chapter"], place["recipe"])
    new = [
        {
            **place,
            "digest": digest(place["chapter"], place["recipe"], row.table, row.row),
            "table_name": row.table,
            "row_id": row.row,
            "since": since,
        }
        for row in sorted(set(rows) - known)
    ]
    if new:
        connection.execute(insert(baselines), new)


def _of(table: Table, chapter: str, recipe: str) -> tuple[ColumnElement[bool], ...]:
    return (table.c.chapter == chapter, table.c.recipe == recipe)
