"""The ledger's tables, as the migrations leave them, and how our values are kept in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.types import UserDefinedType

from sheetflow.clock import aware

_UNSAFE = re.compile("[\\\\\x00\ud800-\udfff]")
_ESCAPED = re.compile(r"\\([0-9a-f]{4})")


class Moment(UserDefinedType[datetime]):
    """A moment in UTC, whatever zone it came in or the database thinks in.

    SQLite has no such type; there it is a text that sorts as the moments do.
    """

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The name of the type in both databases."""
        return "TIMESTAMP WITH TIME ZONE"

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """From a moment to what the database keeps. ValueError for a time without a zone."""
        written = _as_text if dialect.name == "sqlite" else _in_utc
        return lambda moment: None if moment is None else written(moment)

    def result_processor(
        self,
        dialect: Dialect,
        coltype: object,  # noqa: ARG002 - we know what we wrote
    ) -> Callable[[Any], datetime | None]:
        """From what the database keeps to a moment."""
        read = datetime.fromisoformat if dialect.name == "sqlite" else _in_utc
        return lambda kept: None if kept is None else read(kept)


class Words(UserDefinedType[str]):
    """Any text at all. A cell may hold what a database refuses: a NUL, half a character."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The name of the type in both databases."""
        return "TEXT"

    def bind_processor(
        self,
        dialect: Dialect,  # noqa: ARG002 - the same in all
    ) -> Callable[[Any], str]:
        """Write what cannot be kept, and the backslash, as a backslash and four digits."""
        return _escaped

    def result_processor(
        self,
        dialect: Dialect,  # noqa: ARG002 - the same in all
        coltype: object,  # noqa: ARG002 - we know what we wrote
    ) -> Callable[[Any], str]:
        """The text as it was."""
        return _unescaped


def _escaped(text: str) -> str:
    if _UNSAFE.search(text) is None:
        return text
    return _UNSAFE.sub(lambda found: f"\\{ord(found[0]):04x}", text)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "\\" in text else text


def _in_utc(moment: datetime) -> datetime:
    return aware(moment).astimezone(UTC)


def _as_text(moment: datetime) -> str:
    return _in_utc(moment).isoformat(timespec="microseconds")


def _needed(name: str, kind: Any, **more: Any) -> Column[Any]:
    return Column(name, kind, nullable=False, **more)


metadata = MetaData()


UNTOLD = text("NOT told")
"""Which records the small index holds; a query uses it only when it says so in these words.

An index has its condition as `info`: SQLAlchemy's own way to say it imports all of PostgreSQL's.
"""

STOPPED = text("word IN ('Needs you', 'Not sure', 'Waiting')")
"""Which rows wait for a person or for time; the index is used by queries that say it so."""

UNENDED = text("ended_at IS NULL")
"""Which runs are under way, or were killed; said so, a query finds them in a small index."""

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
    _needed("gives", Words),
    _needed("cells", Words),
    _needed("data", Words),
    _needed("since", Moment),
    _needed("at", Moment),
    Column("retry_at", Moment),
    _needed("attempt", Integer),
    _needed("told", Boolean),
    _needed("run", String(40)),
)
Index("records_of_a_recipe", records.c.chapter, records.c.recipe)
Index("records_of_a_run", records.c.run, records.c.word, records.c.at, records.c.digest)
Index("records_of_a_row", records.c.table_name, records.c.row_id)
Index(
    "records_untold",
    records.c.chapter,
    records.c.recipe,
    info={"only": UNTOLD},
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
    _needed("summary", Words),
    _needed("reached", Integer, server_default="0"),
)
Index("runs_by_time", runs.c.begun_at, runs.c.id)
Index("runs_of_a_recipe", runs.c.recipe, runs.c.begun_at, runs.c.id)
Index(
    "runs_without_an_end",
    runs.c.id,
    info={"only": UNENDED},
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
Index(
    "statuses_that_stop",
    statuses.c.chapter,
    statuses.c.word,
    statuses.c.recipe,
    statuses.c.status,
    statuses.c.table_name,
    statuses.c.row_id,
    info={"only": STOPPED},
)

identities = Table(
    "identities",
    metadata,
    Column("digest", String(32), primary_key=True),
    _needed("chapter", Words),
    _needed("table_name", Words),
    _needed("row_id", Words),
    _needed("marks", Words),
)
Index("identities_of_a_table", identities.c.chapter, identities.c.table_name)

contacts = Table(
    "contacts",
    metadata,
    Column("digest", String(32), primary_key=True),
    Column("whom", String(64), primary_key=True),
    _needed("channel", Words),
    _needed("kind", String(20)),
    _needed("at", Moment),
)
Index("contacts_by_time", contacts.c.at)
Index("contacts_of_somebody", contacts.c.whom)

suppressions = Table(
    "suppressions",
    metadata,
    Column("whom", String(64), primary_key=True),
    _needed("channel", Words),
    _needed("why", Words),
    _needed("who", Words),
    _needed("since", Moment),
)

switches = Table(
    "switches",
    metadata,
    Column("digest", String(32), primary_key=True),
    _needed("chapter", Words),
    _needed("recipe", Words),
    _needed("is_on", Boolean),
    _needed("why", Words),
    _needed("who", Words),
    _needed("since", Moment),
)

baselines = Table(
    "baselines",
    metadata,
    Column("digest", String(32), primary_key=True),
    _needed("chapter", Words),
    _needed("recipe", Words),
    _needed("table_name", Words),
    _needed("row_id", Words),
    _needed("since", Moment),
)
Index("baselines_of_a_recipe", baselines.c.chapter, baselines.c.recipe)

approvals = Table(
    "approvals",
    metadata,
    Column("id", String(40), primary_key=True),
    _needed("chapter", Words),
    _needed("recipe", Words),
    _needed("fingerprint", Words),
    _needed("plan", String(32)),
    _needed("who", Words),
    _needed("at", Moment),
    _needed("changes", Words),
)
Index("approvals_of_a_recipe", approvals.c.chapter, approvals.c.recipe)

ticks = Table(
    "ticks",
    metadata,
    Column("digest", String(32), primary_key=True),
    *(_needed(name, Words) for name in ("chapter", "recipe", "schedule")),
    *(Column(name, Moment) for name in ("due_at", "owed_since", "taken_at")),
    _needed("taken_by", Words),
    _needed("tries", Integer),
    Column("last_at", Moment),
    *(_needed(name, Words) for name in ("outcome", "seen")),
)

incidents = Table(
    "incidents",
    metadata,
    Column("name", String(32), primary_key=True),
    _needed("what", Words),
    _needed("since", Moment),
)
