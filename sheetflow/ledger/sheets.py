"""What the ledger remembers of a table: what its rows were told, and who they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Table, bindparam, delete, insert, select

from sheetflow.ledger.encoding import as_text, from_text
from sheetflow.ledger.lines import in_parts, status_of
from sheetflow.ledger.lookups import count_causes, remember_addresses
from sheetflow.ledger.recalled import ByRow, Single
from sheetflow.ledger.records import Said
from sheetflow.ledger.schema import identities, statuses
from sheetflow.ledger.troubles import legible
from sheetflow.values import Status, digest

_AT_ONCE = 500
"""How many lines are held in memory while all are read."""

# Each asks for `some` digests that it is handed: a statement that has them in itself is a knot of
# objects, which stays with all its digests until Python looks for knots. With very many rows, it
# looks too seldom.
_SOME: BindParameter[Sequence[str]] = bindparam("some", expanding=True)
_SAID = select(statuses.c.digest, statuses.c.word, statuses.c.status).where(
    statuses.c.digest.in_(_SOME)
)
_KNOWN = select(identities.c.digest, identities.c.marks).where(identities.c.digest.in_(_SOME))


def read_statuses(
    connection: Connection, chapter: str, table: str
) -> Mapping[str, Mapping[str, Said]]:
    """What each recipe last had each row of the table say: by row id, then by recipe."""
    s = statuses.c
    query = select(s.row_id, s.recipe, s.word, s.status, s.at)
    query = query.where(s.chapter == chapter, s.table_name == table)
    with legible():
        lines = connection.execution_options(yield_per=_AT_ONCE).execute(query)
        return ByRow(
            (row, recipe, Said(status_of(word, text), at)) for row, recipe, word, text, at in lines
        )


def write_statuses(
    connection: Connection,
    chapter: str,
    table: str,
    recipe: str,
    said: Mapping[str, Status | None],
    *,
    at: datetime,
) -> None:
    """Remember what `recipe` now has rows say, by row id; None forgets what a row said."""
    names = {digest(chapter, table, recipe, row): row for row in said}
    before = _said_before(connection, names)
    new = {name: said[row] for name, row in names.items() if before.get(name) != said[row]}
    place = {"chapter": chapter, "table_name": table, "recipe": recipe}
    _replace(
        connection,
        statuses,
        gone=(name for name in new if name in before),
        new=[
            {
                **place,
                "digest": name,
                "at": at,
                "row_id": names[name],
                "word": status.word.value,
                "status": status.text,
            }
            for name, status in new.items()
            if status
        ],
    )
    count_causes(connection, place, [(before.get(name), status) for name, status in new.items()])


def _said_before(connection: Connection, names: Iterable[str]) -> dict[str, Status]:
    """What of this was said before, by digest."""
    found: dict[str, Status] = {}
    for some in in_parts(list(names)):
        lines = connection.execute(_SAID, {"some": some})
        with legible():
            found |= {name: status_of(word, text) for name, word, text in lines}
    return found


def read_identities(
    connection: Connection, chapter: str, table: str
) -> Mapping[str, Mapping[str, str]]:
    """What was remembered of each row of the table, by row id."""
    i = identities.c
    query = select(i.row_id, i.marks).where(i.chapter == chapter, i.table_name == table)
    with legible():
        lines = connection.execution_options(yield_per=_AT_ONCE).execute(query)
        return Single((row, from_text(marks)) for row, marks in lines)


def write_identities(
    connection: Connection, chapter: str, table: str, marks: Mapping[str, Mapping[str, str]]
) -> None:
    """Remember these rows, by row id. Rows not named stay as they are: they may come back."""
    names = {digest(chapter, table, row): row for row in marks}
    before = _known_before(connection, names)
    new = {name: marks[row] for name, row in names.items() if before.get(name) != marks[row]}
    known = [name for name in new if name in before]
    _replace(
        connection,
        identities,
        gone=known,
        new=[
            {
                "digest": name,
                "chapter": chapter,
                "table_name": table,
                "row_id": names[name],
                "marks": as_text(mark),
            }
            for name, mark in new.items()
        ],
    )
    remember_addresses(connection, new, known)


def _known_before(connection: Connection, names: Iterable[str]) -> dict[str, Mapping[str, str]]:
    """What of these rows was remembered before, by digest."""
    found: dict[str, Mapping[str, str]] = {}
    for some in in_parts(list(names)):
        lines = connection.execute(_KNOWN, {"some": some})
        with legible():
            found |= {name: from_text(marks) for name, marks in lines}
    return found


def _replace(
    connection: Connection, table: Table, *, gone: Iterable[str], new: list[dict[str, Any]]
) -> None:
    away = [{"this": name} for name in gone]
    if away:
        connection.execute(delete(table).where(table.c.digest == bindparam("this")), away)
    if new:
        connection.execute(insert(table), new)
