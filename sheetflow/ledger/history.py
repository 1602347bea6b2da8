"""Looking back: the latest records and runs, or every record from the first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import ColumnElement, Connection, TextClause, func, select

from sheetflow.ledger import lines
from sheetflow.ledger.encoding import from_text
from sheetflow.ledger.records import NOTHING, Record, Run
from sheetflow.ledger.schema import records, runs
from sheetflow.ledger.troubles import legible
from sheetflow.values import State

_AT_ONCE = 500
"""How many records are held in memory while all are read."""


def latest(
    connection: Connection, *, person: str, recipe: str, run: str, limit: int
) -> list[Record]:
    """The latest records, newest first; `person` is part of a name, or a row's id."""
    r = records.c
    query = select(r.digest, r.who, r.row_id).order_by(r.at.desc(), r.since.desc(), r.digest)
    if recipe:
        query = query.where(r.recipe == recipe)
    if run:
        query = query.where(r.run == run)
    lines_found = connection.execute(query)
    wanted = _folded(person)
    matching = (
        digest for digest, who, row in lines_found if wanted in _folded(who) or person == row
    )
    digests = list(islice(matching, limit))
    found = lines.read(connection, digests)
    return [found[digest] for digest in digests]


def each(
    connection: Connection, *, recipe: str = "", since: datetime | None = None
) -> Iterator[Record]:
    """Every record, the oldest first, read as it is asked for and never all at once."""
    query = select(*lines.COLUMNS).order_by(records.c.at, records.c.since, records.c.digest)
    if recipe:
        query = query.where(records.c.recipe == recipe)
    if since is not None:
        query = query.where(records.c.at >= since)
    found = connection.execution_options(yield_per=_AT_ONCE).execute(query)
    for some in found.partitions():
        yield from lines.records_of(some)


def streamed(connection: Connection, *where: ColumnElement[bool] | TextClause) -> Iterator[Record]:
    """The records of which all this holds, the oldest first; never all at once."""
    query = select(*lines.COLUMNS).where(*where).order_by(records.c.since, records.c.occasion)
    with legible():
        found = connection.execution_options(yield_per=_AT_ONCE).execute(query)
        for some in found.partitions():
            yield from lines.records_of(some)


def runs_of(connection: Connection, *, recipe: str, limit: int) -> Sequence[Run]:
    """The latest runs, newest first."""
    query = select(runs).order_by(runs.c.begun_at.desc(), runs.c.id.desc()).limit(limit)
    if recipe:
        query = query.where(runs.c.recipe == recipe)
    found = connection.execute(query).all()
    words = _words(connection, [line.id for line in found])
    return [
        Run(
            line.id,
            line.chapter,
            line.recipe,
            line.fingerprint,
            line.made_at,
            line.begun_at,
            line.ended_at,
            from_text(line.summary),
            words.get(line.id, NOTHING),
            line.reached,
        )
        for line in found
    ]


def reached_by_latest(
    connection: Connection, chapter: str, recipe: str, limit: int
) -> tuple[int, ...]:
    """How many people each of the latest finished runs reached, of those that reached anybody."""
    r = runs.c
    query = (
        select(r.reached)
        .where(r.chapter == chapter, r.recipe == recipe, r.ended_at.is_not(None), r.reached > 0)
        .order_by(r.begun_at.desc(), r.id.desc())
        .limit(limit)
    )
    return tuple(connection.scalars(query))


def held_since(connection: Connection, chapter: str, recipe: str) -> dict[str, datetime]:
    """Since when each change of the recipe waits that never went out, by the digest of its key."""
    r = records.c
    query = select(r.digest, r.since).where(
        r.chapter == chapter, r.recipe == recipe, r.state == State.WAITING.value
    )
    return {line.digest: line.since for line in connection.execute(query)}


def _words(connection: Connection, ids: Iterable[str]) -> dict[str, Mapping[str, int]]:
    """How many records say which word, by the run that was the last to touch them."""
    found: dict[str, dict[str, int]] = {}
    for some in lines.in_parts(list(ids)):
        query = select(records.c.run, records.c.word, func.count()).where(records.c.run.in_(some))
        for run, word, count in connection.execute(query.group_by(records.c.run, records.c.word)):
            found.setdefault(run, {})[word] = count
    return dict(found)


def _folded(text: str) -> str:
    """A name as it is searched for: capitals and ways of writing an accent make no difference."""
    return unicodedata.normalize("NFKC", text).casefold()
