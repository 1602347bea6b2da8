"""What the ledger knows of itself: its salt, how many turns it has had, who holds it."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Connection, bindparam, delete, insert, select

from sheetflow.ledger.schema import meta
from sheetflow.ledger.troubles import legible

_VALUE = select(meta.c.value).where(meta.c.name == bindparam("this"))


def read_meta(connection: Connection, name: str) -> str:
    """A value the ledger keeps about itself; empty when it has none.

    This is asked at every commit and before every message, so SQLite is asked without layers.
    """
    raw = connection.connection.driver_connection
    if isinstance(raw, sqlite3.Connection):
        found = raw.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(found[0]) if found else ""
    return connection.scalar(_VALUE, {"this": name}) or ""


def write_meta(connection: Connection, name: str, value: str) -> None:
    """Keep a value about the ledger itself."""
    connection.execute(delete(meta).where(meta.c.name == name))
    connection.execute(insert(meta), {"name": name, "value": value})


def read_epoch(connection: Connection) -> int:
    """The number of the latest turn, 0 before the first. Raises LedgerError when it is none."""
    with legible():
        return int(read_meta(connection, "epoch") or 0)
