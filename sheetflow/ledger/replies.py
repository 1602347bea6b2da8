"""What people answer by the links in their messages, and whether the sheet says so yet.

An answer is kept before whoever gave it reads "noted". It waits for no run, and a run takes it from
here into the sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any, Literal

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    Row,
    String,
    Table,
    insert,
    or_,
    select,
    text,
    update,
)

from sheetflow.ledger import lines
from sheetflow.ledger.databases import Database
from sheetflow.ledger.encoding import as_text, from_text
from sheetflow.ledger.records import Record
from sheetflow.ledger.schema import Moment, Words, contacts, metadata, records
from sheetflow.values import RowRef, State

Fate = Literal["noted", "written", "overtaken", "kept back", "settled"]
"""What became of an answer: it waits for the sheet; the sheet says so; a later one was given before
it could; somebody had changed the cell, which stays; and somebody has seen that since."""

OPEN = text("state IN ('noted', 'kept back')")
"""Answers that must still be seen to; the index is used by queries that say it so."""

replies = Table(
    "replies",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("digest", String(32), nullable=False),
    Column("mark", String(16), nullable=False),
    *(
        Column(name, Words, nullable=False)
        for name in (
            *("chapter", "recipe", "table_name", "row_id", "column_name"),
            *("label", "value", "was", "who"),
        )
    ),
    Column("whom", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("state", String(20), nullable=False),
    Column("says", Words, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("try_at", Moment),
    Column("done_at", Moment),
)
Index(
    "replies_open",
    replies.c.chapter,
    replies.c.try_at,
    info={"only": OPEN},
)
Index("replies_to_a_message", replies.c.digest, replies.c.at)
Index("replies_of_a_row", replies.c.table_name, replies.c.row_id)
Index("replies_of_somebody", replies.c.whom)

HANDED_OVER = (State.DONE, State.NOT_KNOWN, State.HANDING_OVER)
"""States in which somebody has the message, or may have it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: who gave it to which message, what it writes where, and what became of it.

    `digest` is that of the message's key, `mark` its link, and `whom` a keyed digest of the address
    that it went to. `was` is the cell as it was when the message was made. `says` tells why it is
    not in the sheet yet.
    """

    id: str
    digest: str
    mark: str
    chapter: str
    recipe: str
    ref: RowRef
    column: str
    label: str
    value: str
    was: Any
    who: str
    whom: str
    at: datetime
    state: Fate = "noted"
    says: str = ""
    tries: int = 0
    try_at: datetime | None = None
    done_at: datetime | None = None

    @property
    def cell(self) -> tuple[RowRef, str]:
        """Which cell it is about."""
        return self.ref, self.column


def new_id(at: datetime) -> str:
    """A name for an answer; a later one sorts after it."""
    return f"{at:%Y%m%d%H%M%S%f}-{token_hex(6)}"


def message_of(connection: Connection, digest: str) -> Record | None:
    """The record of a message that was handed over, or may have been; None for any other."""
    found = lines.read(connection, [digest]).get(digest)
    return found if found is not None and found.state in HANDED_OVER else None


def given_to(connection: Connection, digest: str) -> list[Reply]:
    """The answers to one message, the oldest first."""
    r = replies.c
    query = select(replies).where(r.digest == digest).order_by(r.at, r.id)
    return [_reply(line) for line in connection.execute(query)]


def whom_of(connection: Connection, digest: str) -> str:
    """The keyed digest of the address that a message went to; "" if nobody knows."""
    query = select(contacts.c.whom).where(contacts.c.digest == digest).limit(1)
    return connection.scalar(query) or ""


def open_replies(
    connection: Connection, chapter: str, *, due_by: datetime | None = None
) -> list[Reply]:
    """Answers that are not in the sheet yet, the oldest first; with `due_by` those to try by it."""
    r = replies.c
    query = select(replies).where(OPEN, r.chapter == chapter)
    if due_by is not None:
        query = query.where(or_(r.try_at.is_(None), r.try_at <= due_by))
    return [_reply(line) for line in connection.execute(query.order_by(r.at, r.id))]


def replies_of(
    connection: Connection, refs: Iterable[RowRef], whom: Iterable[str] = ()
) -> list[Reply]:
    """All answers about these rows, and all from these addresses, the oldest first."""
    r, found = replies.c, dict[str, Reply]()
    for ref in set(refs):
        query = select(replies).where(r.table_name == ref.table, r.row_id == ref.row)
        found.update({line.id: _reply(line) for line in connection.execute(query)})
    for some in lines.in_parts(sorted(set(whom))):
        query = select(replies).where(r.whom.in_(some))
        found.update({line.id: _reply(line) for line in connection.execute(query)})
    return sorted(found.values(), key=lambda reply: (reply.at, reply.id))


def written_by_us(connection: Connection, ref: RowRef, column: str) -> list[Any]:
    """Every value that Sheetflow itself put into a cell, by a step or after an answer."""
    r = records.c
    query = select(*lines.COLUMNS).where(
        r.table_name == ref.table, r.row_id == ref.row, r.state == State.DONE.value
    )
    steps = lines.records_of(connection.execute(query))
    found = [record.cells[column] for record in steps if column in record.cells]
    a = replies.c
    answered = select(a.value).where(
        a.table_name == ref.table,
        a.row_id == ref.row,
        a.column_name == column,
        a.state == "written",
    )
    return [*found, *connection.scalars(answered)]


@dataclass(frozen=True)
class Replies:
    """Keeps answers, and what became of them. Raises LedgerError when it cannot be written."""

    database: Database

    def note(self, reply: Reply) -> None:
        """Keep an answer; durable when this returns."""
        with self.database.writing() as connection:
            connection.execute(insert(replies), _line(reply))

    def change(self, changed: Sequence[Reply]) -> None:
        """Keep what became of answers, all in one transaction."""
        if not changed:
            return
        with self.database.writing() as connection:
            for reply in changed:
                after = update(replies).where(replies.c.id == reply.id)
                connection.execute(after.values(_fate(reply)))


def _line(reply: Reply) -> dict[str, Any]:
    return {
        "id": reply.id,
        "digest": reply.digest,
        "mark": reply.mark,
        "chapter": reply.chapter,
        "recipe": reply.recipe,
        "table_name": reply.ref.table,
        "row_id": reply.ref.row,
        "column_name": reply.column,
        "label": reply.label,
        "value": reply.value,
        "was": as_text({"was": reply.was}),
        "who": reply.who,
        "whom": reply.whom,
        "at": reply.at,
        **_fate(reply),
    }


def _fate(reply: Reply) -> dict[str, Any]:
    names = ("state", "says", "tries", "try_at", "done_at")
    return {name: getattr(reply, name) for name in names}


def _reply(line: Row[Any]) -> Reply:
    kept = line._asdict()
    names = ("id", "digest", "mark", "chapter", "recipe", "label", "value", "who", "whom", "at")
    return Reply(
        **{name: kept[name] for name in names},
        **{name: kept[name] for name in ("state", "says", "tries", "try_at", "done_at")},
        ref=RowRef(kept["table_name"], kept["row_id"]),
        column=kept["column_name"],
        was=from_text(kept["was"])["was"],
    )
