"""The ledger's tables, as the migrations leave them, and how our values are kept in them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

from sheetflow.clock import aware

_UNSAFE = re.compile("[\\\\\x00\ud800-\udfff]")
_ESCAPED = re.compile(r"\\([0-9a-f]{4})")


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, whatever zone it came in or the database thinks in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as the database keeps it: SQLite has no zones, so there it carries none."""
        if value is None:
            return None
        moment = aware(value).astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as we know it."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Any text at all. A cell may hold what a database refuses: a NUL, half a character."""

    impl = Text
    cache_ok = True

    def process_bind_param(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002 - the same for all
    ) -> str | None:
        """The text with what cannot be kept, and the backslash, as a backslash and four digits."""
        if value is None or not _UNSAFE.search(value):
            return value
        return _UNSAFE.sub(lambda found: f"\\{ord(found[0]):04x}", value)

    def process_result_value(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002 - the same for all
    ) -> str | None:
        """The text as it was."""
        if value is None or "\\" not in value:
            return value
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)


def _needed(name: str, kind: Any, **more: Any) -> Column[Any]:
    return Column(name, kind, nullable=False, **more)


metadata = MetaData()

UNTOLD = text("NOT told")
"""Which records the small index holds; a query uses it only when it says so in these words."""

migrations = Table(
    "migrations",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    _needed("name", Text),
    _needed("applied_at", Moment),
)

meta = Table("meta", metadata, Column("name", Text, primary_key=True), _needed("value", Text))

records = Table(
    "records",
    metadata,
    Column("digest", String(32), primary_key=True),
    _needed("chapter", Words),
    _needed("recipe", Words),
    _needed("step", Words),
    _needed("table_name", Words),
    _needed("row_id", Words),
    _needed("occasion", Words),
    _needed("state", String(20)),
    _needed("action", Words),
    _needed("content", String(32)),
    _needed("who", Words),
    _needed("word", String(20)),
    _needed("status", Words),
    _needed("reference", Words),
    _needed("gives", Text),
    _needed("cells", Text),
    _needed("data", Text),
    _needed("since", Moment),
    _needed("at", Moment),
    Column("retry_at", Moment),
    _needed("attempt", Integer),
    _needed("told", Boolean),
    _needed("run", String(40)),
)
Index("records_of_a_recipe", records.c.chapter, records.c.recipe)
Index("records_of_a_run", records.c.run)
Index(
    "records_untold",
    records.c.chapter,
    records.c.recipe,
    sqlite_where=UNTOLD,
    postgresql_where=UNTOLD,
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(40), primary_key=True),
    _needed("chapter", Words),
    _needed("recipe", Words),
    _needed("fingerprint", Words),
    _needed("made_at", Moment),
    _needed("begun_at", Moment),
    Column("ended_at", Moment),
    _needed("summary", Text),
)

statuses = Table(
    "statuses",
    metadata,
    Column("digest", String(32), primary_key=True),
    _needed("chapter", Words),
    _needed("table_name", Words),
    _needed("row_id", Words),
    _needed("recipe", Words),
    _needed("word", String(20)),
    _needed("status", Words),
    _needed("at", Moment),
)
Index("statuses_of_a_table", statuses.c.chapter, statuses.c.table_name)

identities = Table(
    "identities",
    metadata,
    Column("digest", String(32), primary_key=True),
    _needed("chapter", Words),
    _needed("table_name", Words),
    _needed("row_id", Words),
    _needed("marks", Text),
)
Index("identities_of_a_table", identities.c.chapter, identities.c.table_name)
