"""What each system itself called the columns of a table, under the names that people gave them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sheetflow.ledger.databases import Database
from sheetflow.ledger.facts import read_meta, write_meta
from sheetflow.values import digest


def read_columns(database: Database, chapter: str, table: str) -> Mapping[str, str]:
    """The lasting name of each column by the name that it had when it was read for a run."""
    with database.reading() as connection:
        found: dict[str, str] = json.loads(read_meta(connection, _name(chapter, table)) or "{}")
    return found


def remember_columns(
    database: Database, chapter: str, table: str, columns: Mapping[str, str]
) -> None:
    """Remember these, besides those that were known before."""
    name = _name(chapter, table)
    with database.writing() as connection:
        known = json.loads(read_meta(connection, name) or "{}")
        write_meta(connection, name, json.dumps({**known, **columns}, sort_keys=True))


def _name(chapter: str, table: str) -> str:
    return f"columns {digest(chapter, table)}"
