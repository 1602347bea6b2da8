"""What people answer where nobody knows whether something was handed over: who, what and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Literal

from sqlalchemy import Column, Connection, Index, String, Table, insert, select

from sheetflow.ledger.schema import Moment, Words, metadata

What = Literal["it went out", "send again", "not sure after all"]
"""The last one takes "send again" back, while nothing was sent again."""

answers = Table(
    "answers",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("digest", String(32), nullable=False),
    Column("answer", String(20), nullable=False),
    Column("who", Words, nullable=False),
    Column("at", Moment, nullable=False),
)
Index("answers_about_a_change", answers.c.digest, answers.c.at)


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered about one change, and when."""

    answer: str
    who: str
    at: datetime


def write(connection: Connection, key_digest: str, answer: Answer) -> None:
    """Keep an answer about the change of that key; those before stay."""
    line = {"id": token_hex(20), "digest": key_digest}
    said = {"answer": answer.answer, "who": answer.who, "at": answer.at}
    connection.execute(insert(answers), {**line, **said})


def read(connection: Connection, digests: Iterable[str]) -> Mapping[str, Answer]:
    """The latest answer about each of these changes, by the digest of its key."""
    a = answers.c
    query = (
        select(a.digest, a.answer, a.who, a.at)
        .where(a.digest.in_(sorted(set(digests))))
        .order_by(a.at)
    )
    return {line.digest: Answer(*line[1:]) for line in connection.execute(query)}
