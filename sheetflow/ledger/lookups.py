"""What pages look up in a long ledger: why rows stop, counted as it changes; rows by an address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from sheetflow.ledger.schema import Words, identities, metadata
from sheetflow.values import RowRef, Status, digest

causes = Table(
    "causes",
    metadata,
    *(Column(name, Words, primary_key=True) for name in ("chapter", "recipe", "table_name")),
    Column("word", String(20), primary_key=True),
    Column("status", Words, primary_key=True),
    Column("count", Integer, nullable=False),
)

addresses = Table(
    "addresses",
    metadata,
    Column("mark", String(32), primary_key=True),
    Column("digest", String(32), primary_key=True),
)
Index("addresses_of_a_row", addresses.c.digest)

_KEY = ("chapter", "recipe", "table_name", "word", "status")
_ONE = [causes.c[name] == bindparam(f"this_{name}") for name in _KEY]
_MORE = update(causes).where(*_ONE).values(count=causes.c.count + bindparam("more"))
_GONE = delete(causes).where(causes.c.count <= 0)


@dataclass(frozen=True, slots=True)
class Cause:
    """One sentence that rows say now, of one recipe and table, and how many say it."""

    word: str
    text: str
    recipe: str
    table: str
    count: int


def causes_of(connection: Connection, chapter: str) -> list[Cause]:
    """Why rows wait for a person or for time, the most frequent first."""
    c = causes.c
    query = (
        select(c.word, c.status, c.recipe, c.table_name, c.count)
        .where(c.chapter == chapter)
        .order_by(c.count.desc(), c.status)
    )
    return [Cause(*line) for line in connection.execute(query).all()]


def count_causes(
    connection: Connection,
    place: Mapping[str, str],
    moved: Iterable[tuple[Status | None, Status | None]],
) -> None:
    """Count anew for rows of one `place` that said one thing and now say another, or nothing.

    `place` names the chapter, the recipe and the table.
    """
    more: Counter[tuple[str, str]] = Counter()
    for before, after in moved:
        for status, step in ((before, -1), (after, 1)):
            if status is not None and status.word.stops:
                more[status.word.value, status.text] += step
    for (word, text), count in more.items():
        if count:
            _count(connection, {**place, "word": word, "status": text}, count)
    if min(more.values(), default=0) < 0:
        connection.execute(_GONE)


def _count(connection: Connection, key: Mapping[str, str], count: int) -> None:
    this = {f"this_{name}": key[name] for name in _KEY}
    if not connection.execute(_MORE, {"more": count, **this}).rowcount:
        connection.execute(insert(causes), {**key, "count": count})


def remember_addresses(
    connection: Connection, marks: Mapping[str, Mapping[str, str]], known: Iterable[str]
) -> None:
    """Have rows found by the digest of their address; by the digest of a row, what is known of it.

    `known` are the rows that may have been found by another address before.
    """
    away = [{"this": name} for name in known]
    if away:
        connection.execute(delete(addresses).where(addresses.c.digest == bindparam("this")), away)
    lines = [
        {"mark": mark["email"], "digest": name} for name, mark in marks.items() if mark.get("email")
    ]
    if lines:
        connection.execute(insert(addresses), lines)


def rows_marked(connection: Connection, chapter: str, mark: str) -> list[RowRef]:
    """The rows whose address was remembered by this digest."""
    i = identities.c
    query = (
        select(i.table_name, i.row_id)
        .join(addresses, addresses.c.digest == i.digest)
        .where(addresses.c.mark == mark, i.chapter == chapter)
    )
    return [RowRef(table, row) for table, row in connection.execute(query)]


def row_digest(chapter: str, ref: RowRef) -> str:
    """The digest under which a row is remembered. Anybody who knows its id can make it."""
    return digest(chapter, ref.table, ref.row)


def row_of(connection: Connection, name: str) -> RowRef | None:
    """The row that is remembered under this digest."""
    i = identities.c
    query = select(i.table_name, i.row_id).where(i.digest == name)
    line = connection.execute(query).one_or_none()
    return RowRef(*line) if line is not None else None
