"""A copy of a ledger, for a rehearsal that must know all and leave no trace."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete, insert, select

from sheetflow.ledger.schema import metadata, migrations
from sheetflow.ledger.store import Ledger

_AT_ONCE = 1_000


def copy_to(ledger: Ledger, path: Path) -> None:
    """Make a ledger of its own at `path` that knows what this one knows, wherever that is kept."""
    with (
        Ledger.open(path, clock=ledger.clock) as copy,
        ledger.database.reading() as old,
        copy.database.writing() as new,
    ):
        for table in metadata.sorted_tables:
            if table is migrations:
                continue  # the copy has its own, and they are the same
            found = old.execute(select(table)).mappings()
            first = found.fetchmany(_AT_ONCE)
            if first:
                new.execute(delete(table))
            while first:
                new.execute(insert(table), [dict(row) for row in first])
                first = found.fetchmany(_AT_ONCE)
