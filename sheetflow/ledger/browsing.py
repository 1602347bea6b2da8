"""A few lines of a long ledger, each found by an index: what a page shows, and where it goes on.

A page goes on after the last line of the one before, and never counts lines from the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select

from sheetflow.ledger import lines
from sheetflow.ledger.encoding import from_text
from sheetflow.ledger.lookups import Cause
from sheetflow.ledger.records import Record, Run, Switch
from sheetflow.ledger.schema import (
    STOPPED,
    contacts,
    records,
    runs,
    statuses,
    switches,
    ticks,
)
from sheetflow.values import RowRef, State, Word

T = TypeVar("T")

_SAID = ("word", "status", "recipe", "chapter", "table_name")

Place = tuple[datetime, str]
"""Where a page ends: the moment and the name of its last line."""

_STOPPED = (
    select(statuses.c.row_id)
    .where(STOPPED, *(statuses.c[name] == bindparam(name) for name in _SAID))
    .where(statuses.c.row_id > bindparam("after"))
    .order_by(statuses.c.row_id)
    .limit(bindparam("most"))
)
"""Asked for each cause on a page, so it is put together once."""

AT_ONCE = 200
"""How many rows are asked for in one statement."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """One row that waits for a person or for time: who, and until when, as far as is known.

    `unsure` are the changes, by the digests of their keys, of which nobody knows whether they went
    out.
    """

    ref: RowRef
    who: str = ""
    until: datetime | None = None
    unsure: tuple[str, ...] = ()


def stopped(
    connection: Connection, chapter: str, cause: Cause, *, limit: int, after: str = ""
) -> list[RowRef]:
    """The rows that say the sentence of `cause`, by their ids, from the first after `after`."""
    said = {"word": cause.word, "status": cause.text, "recipe": cause.recipe}
    place = {"chapter": chapter, "table_name": cause.table, "after": after, "most": limit}
    return [
        RowRef(cause.table, row) for row in connection.scalars(_STOPPED, {**said, **place}).all()
    ]


def people_in(
    connection: Connection, refs: Iterable[RowRef], recipes: Iterable[str]
) -> dict[tuple[RowRef, str], Stopped]:
    """Who these rows are about and until when they wait, by row and recipe."""
    r = records.c
    only = r.recipe.in_(sorted(set(recipes)))
    found: dict[tuple[RowRef, str], Stopped] = {}
    for table, rows in _by_table(refs):
        query = select(r.row_id, r.recipe, r.who, r.state, r.retry_at, r.digest).order_by(r.digest)
        lines_found = connection.execute(
            query.where(r.table_name == table, r.row_id.in_(rows), only)
        ).all()
        for row, recipe, who, state, retry_at, digest in lines_found:
            place = (RowRef(table, row), recipe)
            before = found.get(place, Stopped(place[0]))
            until = retry_at if state == State.WAITING.value else None
            moments = [moment for moment in (before.until, until) if moment is not None]
            unsure = (digest,) if state == State.NOT_KNOWN.value else ()
            found[place] = Stopped(
                place[0], before.who or who, min(moments, default=None), before.unsure + unsure
            )
    return found


def latest_runs(
    connection: Connection, *, recipe: str = "", limit: int, before: Place | None = None
) -> list[Run]:
    """Runs, the newest first, of one recipe or of all, from the first one before a place on."""
    r = runs.c
    query = select(runs).order_by(r.begun_at.desc(), r.id.desc()).limit(limit)
    if recipe:
        query = query.where(r.recipe == recipe)
    if before is not None:
        query = query.where(
            or_(r.begun_at < before[0], and_(r.begun_at == before[0], r.id < before[1]))
        )
    return [_run(line) for line in connection.execute(query)]


def latest_run_of_each(connection: Connection) -> dict[str, Run]:
    """The latest run of every recipe that ever ran; from recipe to recipe, past all other runs."""
    r = runs.c
    first = select(func.min(r.recipe).label("recipe")).cte("each_recipe", recursive=True)
    after = select(func.min(r.recipe)).where(r.recipe > first.c.recipe).scalar_subquery()
    each = first.union_all(select(after).where(first.c.recipe.is_not(None)))
    latest = select(func.max(r.begun_at)).where(r.recipe == each.c.recipe).scalar_subquery()
    newest = select(each.c.recipe, latest).where(each.c.recipe.is_not(None))
    moments = {line[0]: line[1] for line in connection.execute(newest)}
    found: dict[str, Run] = {}
    for some in _parts(sorted(set(moments.values()))):
        query = select(runs).where(r.begun_at.in_(some)).order_by(r.id)
        for run in map(_run, connection.execute(query)):
            if moments[run.recipe] == run.begun_at:
                found[run.recipe] = run
    return found


def run_called(connection: Connection, run: str) -> Run | None:
    """The run of that id."""
    line = connection.execute(select(runs).where(runs.c.id == run)).one_or_none()
    return _run(line) if line is not None else None


def _run(line: Row[Any]) -> Run:
    return Run(
        line.id,
        line.chapter,
        line.recipe,
        line.fingerprint,
        line.made_at,
        line.begun_at,
        line.ended_at,
        from_text(line.summary),
        reached=line.reached,
    )


def words_of_run(connection: Connection, run: str) -> dict[str, int]:
    """How many records the run was the last to touch, by the word they say."""
    r = records.c
    query = select(r.word, func.count()).where(r.run == run).group_by(r.word)
    return {line[0]: line[1] for line in connection.execute(query)}


def of_run(
    connection: Connection, run: str, word: str, *, limit: int, after: Place | None = None
) -> list[Record]:
    """What the run brought to one word, in the order of time, from the first after a place on."""
    r = records.c
    query = (
        select(r.digest).where(r.run == run, r.word == word).order_by(r.at, r.digest).limit(limit)
    )
    if after is not None:
        query = query.where(or_(r.at > after[0], and_(r.at == after[0], r.digest > after[1])))
    digests = list(connection.scalars(query))
    found = lines.read(connection, digests)
    return [found[digest] for digest in digests]


def of_rows(connection: Connection, refs: Iterable[RowRef]) -> list[Record]:
    """All that is known of these rows, over all recipes, the oldest first."""
    r = records.c
    found: list[Record] = []
    for table, rows in _by_table(refs):
        query = select(*lines.COLUMNS).where(r.table_name == table, r.row_id.in_(rows))
        found += lines.records_of(connection.execute(query))
    return sorted(found, key=lambda record: (record.at, record.key))


def reached(connection: Connection, whom: str) -> list[Record]:
    """All that was handed over to somebody, by the keyed digest of an address."""
    digests = connection.scalars(select(contacts.c.digest).where(contacts.c.whom == whom))
    return sorted(lines.read(connection, digests).values(), key=lambda one: (one.at, one.key))


def was_handed_to_somebody(connection: Connection, digest: str) -> bool:
    """Whether the change of that key reaches people, or may have, and not only a service."""
    query = select(contacts.c.whom).where(contacts.c.digest == digest).limit(1)
    return connection.scalar(query) is not None


def all_switches(connection: Connection, chapter: str) -> dict[str, Switch]:
    """Which recipes were switched on or off, by recipe."""
    s = switches.c
    query = select(s.recipe, s.is_on, s.why, s.who, s.since).where(s.chapter == chapter)
    return {recipe: Switch(*line) for recipe, *line in connection.execute(query)}


def next_due(connection: Connection, chapter: str) -> dict[str, datetime]:
    """When each recipe is due next by the clock, as far as somebody has worked it out."""
    t = ticks.c
    query = select(t.recipe, t.due_at).where(t.chapter == chapter, t.due_at.is_not(None))
    return {line[0]: line[1] for line in connection.execute(query)}


def unfinished(connection: Connection, chapter: str) -> dict[str, tuple[datetime, str]]:
    """The recipes whose run was due and did not come to its end: when that was, and why."""
    t = ticks.c
    query = select(t.recipe, t.last_at, t.outcome).where(
        t.chapter == chapter,
        t.owed_since.is_not(None),
        t.taken_at.is_(None),
        t.last_at.is_not(None),
        t.tries > 0,
    )
    return {line[0]: (line[1], line[2]) for line in connection.execute(query)}


def _by_table(refs: Iterable[RowRef]) -> Iterator[tuple[str, Sequence[str]]]:
    """The rows by their tables, in parts; pairs of columns are a question no index answers."""
    tables: dict[str, set[str]] = {}
    for ref in refs:
        tables.setdefault(ref.table, set()).add(ref.row)
    for table, rows in tables.items():
        for some in _parts(sorted(rows)):
            yield table, some


def _parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in parts that fit into one statement."""
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]


PRESSING = (Word.NOT_SURE, Word.NEEDS_YOU, Word.WAITING, Word.SENT, Word.DONE, Word.SKIPPED)
"""The words in the order in which a person wants to see them."""
