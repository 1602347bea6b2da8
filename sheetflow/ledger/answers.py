"""What people answer where nobody knows whether something was handed over: who, what and when.

An answer waits for no run: it moves only what is *not known*, which no run touches by itself, and
it moves it only if nothing else has moved it meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from secrets import token_hex

from sqlalchemy import Column, Connection, Index, String, Table, insert, select, update

from sheetflow.ledger import lines, moves
from sheetflow.ledger.databases import Database
from sheetflow.ledger.moves import Settlement
from sheetflow.ledger.records import Record
from sheetflow.ledger.schema import Moment, Words, metadata, records
from sheetflow.values import State, Status

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


class Said(StrEnum):
    """What may be answered. The last one takes AGAIN back, while nothing was sent again."""

    WENT_OUT = "it went out"
    AGAIN = "send it again"
    NOT_SURE = "not sure after all"


_MOVES = {
    Said.WENT_OUT: (State.NOT_KNOWN, State.DONE),
    Said.AGAIN: (State.NOT_KNOWN, State.WAITING),
    Said.NOT_SURE: (State.WAITING, State.NOT_KNOWN),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered about one change, and when."""

    said: Said
    who: str
    at: datetime


@dataclass(frozen=True)
class Answers:
    """The way to answer, in an open ledger. Raises LedgerError when it cannot be written."""

    database: Database

    def give(self, digest: str, answer: Answer, status: Status) -> Record | None:
        """Settle the change of that key as somebody answered; the row is told `status`.

        None, and nothing is changed, when there is nothing to answer any more.
        """
        before, after = _MOVES[answer.said]
        r = records.c
        with self.database.writing() as connection:
            if answer.said is Said.NOT_SURE and not _just_said(connection, digest, Said.AGAIN):
                return None
            found = lines.read(connection, [digest]).get(digest)
            taken = update(records).where(r.digest == digest, r.state == before.value)
            if found is None or not connection.execute(taken.values(state=after.value)).rowcount:
                return None
            settled = moves.settle(found, Settlement(after, answer.at, status=status))
            lines.write(connection, [settled], known=[digest])
            line = {"id": token_hex(20), "digest": digest, "answer": answer.said.value}
            connection.execute(insert(answers), {**line, "who": answer.who, "at": answer.at})
        return settled


def read(connection: Connection, digests: Iterable[str]) -> Mapping[str, list[Answer]]:
    """The answers about each of these changes, by the digest of its key; the oldest first."""
    a = answers.c
    found: dict[str, list[Answer]] = {}
    for some in lines.in_parts(sorted(set(digests))):
        query = select(a.digest, a.answer, a.who, a.at).where(a.digest.in_(some)).order_by(a.at)
        for digest, said, who, at in connection.execute(query):
            found.setdefault(digest, []).append(Answer(Said(said), who, at))
    return found


def _just_said(connection: Connection, digest: str, said: Said) -> bool:
    """Whether that was the last answer, and the change is as that answer left it."""
    given = read(connection, [digest]).get(digest, [])
    found = lines.read(connection, [digest]).get(digest)
    return bool(given and given[-1].said is said and found and found.at == given[-1].at)
