"""The changes that the ledger's tables have gone through: numbered, applied once, written down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from importlib.resources import files

from sqlalchemy import Connection, func, insert, inspect, select

from sheetflow.errors import LedgerError
from sheetflow.ledger.schema import migrations as applied

_NAME = re.compile(r"(\d{4})_(\w+)\.sql")


@dataclass(frozen=True, order=True)
class Migration:
    """One change of the tables: statements that every database we use understands."""

    number: int
    name: str
    sql: str

    @cached_property
    def statements(self) -> list[str]:
        """The statements one by one, without comments."""
        code = re.sub(r"--.*", "", self.sql)
        return [part.strip() for part in code.split(";") if part.strip()]


@cache
def all_migrations() -> tuple[Migration, ...]:
    """Every migration this version of Sheetflow knows, the first one first. Read once."""
    found = ((_NAME.fullmatch(file.name), file) for file in files(__name__).iterdir())
    return tuple(
        sorted(
            Migration(int(name[1]), name[2], file.read_text(encoding="utf-8"))
            for name, file in found
            if name
        )
    )


def version(connection: Connection) -> int:
    """The number of the last migration applied to this database, 0 for an empty one."""
    if not inspect(connection).has_table(applied.name):
        return 0
    return connection.scalar(select(func.max(applied.c.number))) or 0


def refuse_newer(found: int, known: Iterable[Migration], name: str) -> None:
    """Raise LedgerError when the database called `name` is at a version after all `known` ones."""
    latest = max(migration.number for migration in known)
    if found > latest:
        raise LedgerError(
            f"The ledger {name} was made by a newer Sheetflow "
            f"(its tables are at version {found}; this one knows {latest}).",
            hint="Update Sheetflow: pip install --upgrade sheetflow",
        )


def migrate(connection: Connection, known: Sequence[Migration], *, at: datetime) -> None:
    """Apply what is missing, in order, in the transaction that `connection` is in."""
    applied.create(connection, checkfirst=True)
    done = set(connection.scalars(select(applied.c.number)))
    for migration in known:
        if migration.number not in done:
            for statement in migration.statements:
                connection.exec_driver_sql(statement)
            row = {"number": migration.number, "name": migration.name, "applied_at": at}
            connection.execute(insert(applied), row)
