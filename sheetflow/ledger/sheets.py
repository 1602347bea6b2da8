"""What the ledger remembers of a table: what its rows were told, and who they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select

from sheetflow.ledger.encoding import as_text, from_text
from sheetflow.ledger.lines import status_of
from sheetflow.ledger.lookups import count_causes, remember_addresses
from sheetflow.ledger.records import Said
from sheetflow.ledger.schema import identities, statuses
from sheetflow.ledger.troubles import legible
from sheetflow.values import Status, digest


def read_statuses(connection: Connection, chapter: str, table: str) -> dict[str, dict[str, Said]]:
    """What each recipe last had each row of the table say: by row id, then by recipe."""
    s = statuses.c
    query = select(s.row_id, s.recipe, s.word, s.status, s.at)
    found: dict[str, dict[str, Said]] = {}
    lines = connection.execute(query.where(s.chapter == chapter, s.table_name == table))
    with legible():
        for row, recipe, word, text, at in lines:
            found.setdefault(row, {})[recipe] = Said(status_of(word, text), at)
    return found


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
    before = read_statuses(connection, chapter, table)
    new = {row: status for row, status in said.items() if _said(before, row, recipe) != status}
    place = {"chapter": chapter, "table_name": table, "recipe": recipe}
    _replace(
        connection,
        statuses,
        gone=(digest(chapter, table, recipe, row) for row in new),
        new=[
            {
                **place,
                "digest": digest(chapter, table, recipe, row),
                "at": at,
                "row_id": row,
                "word": status.word.value,
                "status": status.text,
            }
            for row, status in new.items()
            if status
        ],
    )
    moved = [(_said(before, row, recipe), status) for row, status in new.items()]
    count_causes(connection, place, moved)


def read_identities(
    connection: Connection, chapter: str, table: str
) -> dict[str, Mapping[str, str]]:
    """What was remembered of each row of the table, by row id."""
    i = identities.c
    query = select(i.row_id, i.marks).where(i.chapter == chapter, i.table_name == table)
    with legible():
        return {row: from_text(marks) for row, marks in connection.execute(query)}


def write_identities(
    connection: Connection, chapter: str, table: str, marks: Mapping[str, Mapping[str, str]]
) -> None:
    """Remember these rows, by row id. Rows not named stay as they are: they may come back."""
    before = read_identities(connection, chapter, table)
    new = {row: mark for row, mark in marks.items() if before.get(row) != mark}
    _replace(
        connection,
        identities,
        gone=(digest(chapter, table, row) for row in new if row in before),
        new=[
            {
                "digest": digest(chapter, table, row),
                "chapter": chapter,
                "table_name": table,
                "row_id": row,
                "marks": as_text(mark),
            }
            for row, mark in new.items()
        ],
    )
    named = {digest(chapter, table, row): mark for row, mark in new.items()}
    known = (digest(chapter, table, row) for row in new if row in before)
    remember_addresses(connection, named, known)


def _said(before: Mapping[str, Mapping[str, Said]], row: str, recipe: str) -> Status | None:
    said = before.get(row, {}).get(recipe)
    return said.status if said else None


def _replace(
    connection: Connection, table: Table, *, gone: Iterable[str], new: list[dict[str, Any]]
) -> None:
    away = [{"this": name} for name in gone]
    if away:
        connection.execute(delete(table).where(table.c.digest == bindparam("this")), away)
    if new:
        connection.execute(insert(table), new)
