"""The messages that went out, as they were: kept only where the workspace asks, and not for long.

A message is written in the transaction in which it is written down that it is being handed over, so
that one of which nobody knows whether it arrived can be read, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Index, String, Table, bindparam, delete, insert, select

from sheetflow.ledger.encoding import as_text, from_text
from sheetflow.ledger.lines import in_parts
from sheetflow.ledger.prepared import Prepared
from sheetflow.ledger.schema import Moment, Words, metadata
from sheetflow.values import Entry

LONGEST = 20_000
"""Characters of one text that are kept: ten pages."""

messages = Table(
    "messages",
    metadata,
    Column("digest", String(32), primary_key=True),
    Column("run", String(40), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("message", Words, nullable=False),
)
Index("messages_by_time", messages.c.at)

_INSERT = Prepared(insert(messages))
_ONE_OF_RUN = Prepared(
    delete(messages).where(
        messages.c.digest == bindparam("this"), messages.c.run == bindparam("that")
    )
)
"""A change may be handed over twice in one run; then the latest is the one that counts."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One message as it was handed over in a run: to whom, and what it said."""

    run: str
    at: datetime
    to: tuple[str, ...]
    subject: str
    text: str


def write(connection: Connection, going: Iterable[tuple[Entry, str, datetime]]) -> None:
    """Keep the messages of changes that are about to be handed over: entry, run, moment."""
    lines = {
        (entry.key.digest, run): {
            "digest": entry.key.digest,
            "run": run,
            "at": at,
            "message": as_text(said),
        }
        for entry, run, at in going
        if (said := _said(entry))
    }
    if lines:
        again = [{"this": digest, "that": run} for digest, run in lines]
        _ONE_OF_RUN.many(connection, again)
        _INSERT.many(connection, list(lines.values()))


def forget(connection: Connection, until: datetime) -> None:
    """Let go of all that were kept until a moment."""
    connection.execute(delete(messages).where(messages.c.at <= until))


def read(
    connection: Connection, digests: Iterable[str], *, since: datetime, run: str = ""
) -> Mapping[str, list[Kept]]:
    """The messages of these changes since a moment, by their key's digest; the latest try first.

    Of all runs, or of one.
    """
    m = messages.c
    found: dict[str, list[Kept]] = {}
    for some in in_parts(sorted(set(digests))):
        query = select(messages).where(m.digest.in_(some), m.at >= since).order_by(m.at.desc())
        for line in connection.execute(query.where(m.run == run) if run else query):
            said = from_text(line.message)
            to, subject, text = tuple(said["to"]), said["subject"], said["text"]
            found.setdefault(line.digest, []).append(Kept(line.run, line.at, to, subject, text))
    return found


def _said(entry: Entry) -> Mapping[str, Any]:
    """What a change says to people, if it says anything: its letter."""
    letter = entry.change.data.get("letter") if entry.change else None
    if not isinstance(letter, Mapping) or not entry.change:
        return {}
    text = str(letter.get("text", ""))
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    to = list(entry.change.to) or [str(letter.get("to", ""))]
    return {"to": to, "subject": str(letter.get("subject", ""))[:LONGEST], "text": cut}
