"""Rows that were told something which this ledger has forgotten, since an old copy of it was put
back: what a recipe may have done for them by then is not done again on its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Index, String, Table, delete, insert, select
from sqlalchemy.types import TypeEngine

from sheetflow.ledger.databases import Database
from sheetflow.ledger.schema import Moment, Words, metadata
from sheetflow.values import digest


def _needed(name: str, kind: type[TypeEngine[Any]]) -> Column[Any]:
    return Column(name, kind, nullable=False)


lost = Table(
    "lost",
    metadata,
    Column("digest", String(32), primary_key=True),
    _needed("chapter", Words),
    _needed("recipe", Words),
    _needed("table_name", Words),
    _needed("row_id", Words),
    _needed("is_done", Boolean),
    _needed("has_id", Boolean),
    _needed("told_at", Moment),
    _needed("since", Moment),
)
Index("lost_of_a_recipe", lost.c.chapter, lost.c.recipe)


@dataclass(frozen=True, slots=True)
class Lost:
    """What a recipe may have done for a row that the ledger knows nothing of.

    `is_done` says that a person takes it as done; else nobody knows. `has_id` says that its id
    stood in the sheet; without, a service cannot be asked, as it may know the row by another.
    `told_at` is when the row was told, and `since` when a person said so.
    """

    recipe: str
    table_name: str
    row_id: str
    is_done: bool
    has_id: bool
    told_at: datetime
    since: datetime


def read_lost(database: Database, chapter: str, recipe: str) -> Mapping[str, Lost]:
    """What is forgotten of a recipe, by row id. Raises LedgerError if the ledger fails."""
    s = lost.c
    query = select(s.recipe, s.table_name, s.row_id, s.is_done, s.has_id, s.told_at, s.since)
    with database.reading() as connection:
        found = connection.execute(query.where(s.chapter == chapter, s.recipe == recipe)).all()
    return {line.row_id: Lost(*line) for line in found}


def keep_lost(connection: Connection, chapter: str, rows: Iterable[Lost]) -> None:
    """Keep these; a row that was lost before is lost from the later moment on."""
    for row in rows:
        name = digest(chapter, row.recipe, row.table_name, row.row_id)
        connection.execute(delete(lost).where(lost.c.digest == name))
        connection.execute(insert(lost), {"digest": name, "chapter": chapter, **asdict(row)})
