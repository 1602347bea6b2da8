"""Inserting what may be there already, in the words of either database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert


def insert_into(connection: Connection, table: Table) -> SqliteInsert | PostgresInsert:
    """An INSERT that can say ON CONFLICT. Only what is known of this database is imported."""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as insert_in_sqlite

        return insert_in_sqlite(table)
    from sqlalchemy.dialects.postgresql import insert as insert_in_postgres

    return insert_in_postgres(table)
