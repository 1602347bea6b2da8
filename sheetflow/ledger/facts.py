"""What the ledger knows of itself: its salt, its turn, who holds it."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from sheetflow.ledger.schema import meta


def read_meta(connection: Connection, name: str) -> str:
    """A value the ledger keeps about itself; empty when it has none."""
    return connection.scalar(select(meta.c.value).where(meta.c.name == name)) or ""


def write_meta(connection: Connection, name: str, value: str) -> None:
    """Keep a value about the ledger itself."""
    connection.execute(delete(meta).where(meta.c.name == name))
    connection.execute(insert(meta), {"name": name, "value": value})
