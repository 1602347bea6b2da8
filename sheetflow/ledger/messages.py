"""The messages that went out, as they were: kept only where the workspace asks, and not for long.

A message is written in the transaction in which it is written down that it is being handed over, so
that one of which nobody knows whether it arrived can be read, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Index, String, Table, delete, insert, select

from sheetflow.ledger.encoding import as_text, from_text
from sheetflow.ledger.schema import Moment, Words, metadata
from sheetflow.values import Entry

LONGEST = 20_000
"""Characters of one text that are kept: ten pages."""
SWEEP = 5_000
"""How many are let go of in one statement, so that none takes long."""

messages = Table(
    "messages",
    metadata,
    Column("digest", String(32), primary_key=True),
    Column("run", String(40), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("message", Words, nullable=False),
)
Index("messages_by_time", messages.c.at)


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
    for digest, run in lines:
        one = (messages.c.digest == digest, messages.c.run == run)
        connection.execute(delete(messages).where(*one))
    if lines:
        connection.execute(insert(messages), list(lines.values()))


def forget(connection: Connection, before: datetime) -> None:
    """Let go of all that were kept before a moment."""
    m = messages.c
    old = select(m.digest, m.run).where(m.at < before).limit(SWEEP)
    while found := connection.execute(old).all():
        for digest, run in found:
            connection.execute(delete(messages).where(m.digest == digest, m.run == run))


def read(connection: Connection, digests: Iterable[str]) -> Mapping[str, list[Kept]]:
    """The messages of these changes, by the digest of their key; the latest try first."""
    m = messages.c
    query = select(messages).where(m.digest.in_(sorted(set(digests)))).order_by(m.at.desc())
    found: dict[str, list[Kept]] = {}
    for line in connection.execute(query):
        said = from_text(line.message)
        to, subject, text = said["to"], said["subject"], said["text"]
        found.setdefault(line.digest, []).append(Kept(line.run, line.at, tuple(to), subject, text))
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
