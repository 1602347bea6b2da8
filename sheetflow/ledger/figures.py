"""What pictures are drawn from: how much went out each day, how far rows came, who has how many.

It is written at the end of each run, in the same transaction. Of a run that was killed the next
one writes down what went out; how many rows it had found is not known then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from sheetflow.ledger.records import STATUS_STEP, Figures, Funnel, Load
from sheetflow.ledger.schema import UNENDED, Moment, Words, metadata, records, runs
from sheetflow.values import State, digest

ENDS = (State.DONE, State.REFUSED, State.NOT_KNOWN)
"""What becomes of something that was handed over."""

funnels = Table(
    "funnels",
    metadata,
    Column("run", String(40), primary_key=True),
    *(Column(name, Integer) for name in ("matched", "held", "done")),
)

days = Table(
    "days",
    metadata,
    Column("chapter", Words, primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("recipe", Words, primary_key=True),
    Column("word", String(20), primary_key=True),
    Column("count", Integer, nullable=False),
)

loads = Table(
    "loads",
    metadata,
    Column("digest", String(32), primary_key=True),
    *(Column(name, Words, nullable=False) for name in ("chapter", "recipe", "step", "name")),
    Column("load", Integer, nullable=False),
    Column("room", Integer),
    Column("at", Moment, nullable=False),
)
Index("loads_of_a_recipe", loads.c.chapter, loads.c.recipe)


def keep(connection: Connection, run: str, figures: Figures, at: datetime) -> None:
    """Keep the figures of a run."""
    line = connection.execute(select(runs.c.chapter, runs.c.recipe).where(runs.c.id == run)).one()
    place = {"chapter": line.chapter, "recipe": line.recipe}
    funnel = figures.funnel
    found = {"matched": funnel.matched, "held": funnel.held, "done": funnel.done}
    connection.execute(insert(funnels), {"run": run, **found})
    _add(connection, place, figures.went_out)
    _keep_loads(connection, place, figures.loads, at)


def keep_of_killed(connection: Connection, zone: tzinfo) -> None:
    """Count what the runs sent that were killed before their end. No other run may be under way."""
    unheard = (
        select(runs.c.id, runs.c.chapter, runs.c.recipe)
        .outerjoin(funnels, funnels.c.run == runs.c.id)
        .where(UNENDED, funnels.c.run.is_(None))
    )
    for line in connection.execute(unheard).all():
        place = {"chapter": line.chapter, "recipe": line.recipe}
        _add(connection, place, _went_out(connection, line.id, zone))
        connection.execute(insert(funnels), {"run": line.id})


def went_out(
    connection: Connection, chapter: str, since: date, *, recipe: str = ""
) -> dict[tuple[date, str], int]:
    """How much was handed over since a day, by day and by what became of it."""
    d = days.c
    query = (
        select(d.day, d.word, func.sum(d.count))
        .where(d.chapter == chapter, d.day >= since.isoformat())
        .group_by(d.day, d.word)
    )
    if recipe:
        query = query.where(d.recipe == recipe)
    return {
        (date.fromisoformat(day), word): count for day, word, count in connection.execute(query)
    }


def latest_funnel(
    connection: Connection, chapter: str, recipe: str
) -> tuple[str, datetime, Funnel] | None:
    """How far the rows came in the latest run that came to its end: its id, when it was, the rows.

    Only the latest runs are looked at; who was killed twenty times in a row has other worries.
    """
    r, f = runs.c, funnels.c
    latest = (
        select(r.id, r.chapter, r.begun_at)
        .where(r.recipe == recipe)
        .order_by(r.begun_at.desc(), r.id.desc())
        .limit(20)
        .subquery()
    )
    query = (
        select(latest.c.id, latest.c.begun_at, f.matched, f.held, f.done)
        .join(funnels, f.run == latest.c.id)
        .where(f.matched.is_not(None), latest.c.chapter == chapter)
        .order_by(latest.c.begun_at.desc(), latest.c.id.desc())
        .limit(1)
    )
    line = connection.execute(query).one_or_none()
    if line is None:
        return None
    return line.id, line.begun_at, Funnel(line.matched, line.held, line.done)


def loads_of(
    connection: Connection, chapter: str, recipe: str
) -> tuple[datetime | None, dict[str, list[Load]]]:
    """Who has how many rows as of the latest run, and when that was; by step, the fullest first."""
    c = loads.c
    query = (
        select(c.step, c.name, c.load, c.room, c.at)
        .where(c.chapter == chapter, c.recipe == recipe)
        .order_by(c.step, c.load.desc(), c.name)
    )
    found: dict[str, list[Load]] = {}
    at = None
    for step, name, load, room, moment in connection.execute(query):
        found.setdefault(step, []).append(Load(name, load, room))
        at = moment
    return at, found


def _went_out(connection: Connection, run: str, zone: tzinfo) -> Mapping[tuple[date, str], int]:
    r = records.c
    query = select(r.at, r.word).where(
        r.run == run,
        r.step != STATUS_STEP,
        r.state.in_([state.value for state in ENDS]),
        or_(r.reference != "", r.state != State.DONE.value),
    )
    return Counter((at.astimezone(zone).date(), word) for at, word in connection.execute(query))


def _add(
    connection: Connection, place: Mapping[str, str], counts: Mapping[tuple[date, str], int]
) -> None:
    d = days.c
    for (day, word), count in counts.items():
        line = {**place, "day": day.isoformat(), "word": word}
        same = [d[name] == value for name, value in line.items()]
        found = connection.execute(update(days).where(*same).values(count=d.count + count))
        if not found.rowcount:
            connection.execute(insert(days), {**line, "count": count})


def _keep_loads(
    connection: Connection,
    place: Mapping[str, str],
    found: Mapping[str, Iterable[Load]],
    at: datetime,
) -> None:
    of_it = (loads.c.chapter == place["chapter"], loads.c.recipe == place["recipe"])
    connection.execute(delete(loads).where(*of_it))
    lines = [
        {
            **place,
            "digest": digest(place["chapter"], place["recipe"], step, number),
            "step": step,
            "name": load.name,
            "load": load.load,
            "room": load.room,
            "at": at,
        }
        for step, several in found.items()
        for number, load in enumerate(several)
    ]
    if lines:
        connection.execute(insert(loads), lines)
