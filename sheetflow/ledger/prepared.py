"""Statements that go with every message: SQLAlchemy puts each into words once, and no more.

With all its layers it takes longer over such a statement than SQLite takes to carry it out. The
tables stay what says which columns there are and how values are kept in them; only the way from
there to the driver is shorter.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

_Convert = Callable[[Any], Any] | None
"""How a value becomes another on its way, None for as it is."""


@dataclass(frozen=True)
class Prepared:
    """One statement; its values are the mappings that SQLAlchemy itself would be given.

    What goes wrong is raised as by `Connection.execute`, but for SQLite by its own driver.
    """

    statement: ClauseElement

    def many(self, connection: Connection, lines: Sequence[Mapping[str, Any]]) -> None:
        """Do it once for each of `lines`, of which there is at least one."""
        form = _form(self.statement, connection.dialect)
        if raw := _sqlite(connection):
            raw.executemany(form.text, map(form.in_order, lines))
        else:
            connection.exec_driver_sql(form.text, [form.by_name(line) for line in lines])

    def rows(self, connection: Connection, line: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """What it finds, as the values that were written."""
        form = _form(self.statement, connection.dialect)
        if raw := _sqlite(connection):
            found: Iterable[Sequence[Any]] = raw.execute(form.text, form.in_order(line))
        else:
            found = connection.exec_driver_sql(form.text, form.by_name(line))
        return [form.read(one) for one in found]


@dataclass(frozen=True)
class _Form:
    """A statement in one database's words: its values in their order, and what comes back."""

    text: str
    values: tuple[tuple[str, _Convert], ...]
    columns: tuple[_Convert, ...]

    def in_order(self, line: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values for a driver that counts them."""
        return tuple([write(line[name]) if write else line[name] for name, write in self.values])

    def by_name(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """The values for a driver that knows them by name."""
        return {name: write(line[name]) if write else line[name] for name, write in self.values}

    def read(self, found: Sequence[Any]) -> tuple[Any, ...]:
        """A line as its columns' types have it."""
        pairs = zip(self.columns, found, strict=True)
        return tuple([read(value) if read else value for read, value in pairs])


@lru_cache(maxsize=64)
def _form(statement: ClauseElement, dialect: Dialect) -> _Form:
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    names = compiled.positiontup if compiled.positional else list(compiled.binds)
    columns = getattr(statement, "selected_columns", ())
    return _Form(
        str(compiled),
        tuple((name, _writes(compiled.binds[name].type, dialect)) for name in names or ()),
        tuple(_reads(column.type, dialect) for column in columns),
    )


def _writes(kind: TypeEngine[Any], dialect: Dialect) -> _Convert:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reads(kind: TypeEngine[Any], dialect: Dialect) -> _Convert:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _sqlite(connection: Connection) -> sqlite3.Connection | None:
    raw = connection.connection.driver_connection
    return raw if isinstance(raw, sqlite3.Connection) else None
