"""Whom messages reached, over all recipes and chapters: who is kept as a keyed digest alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from sheetflow.ledger.prepared import Prepared
from sheetflow.ledger.records import Contact, Reach
from sheetflow.ledger.schema import contacts, records
from sheetflow.packed import Groups
from sheetflow.values import State

_INSERT = Prepared(insert(contacts))
_DELETE = Prepared(delete(contacts).where(contacts.c.digest == bindparam("this")))
_AT_ONCE = 500
"""How many contacts are held in memory while all are read."""

_MAY_HAVE_ARRIVED = (State.HANDING_OVER.value, State.DONE.value, State.NOT_KNOWN.value)


def write(
    connection: Connection, reached: Iterable[tuple[str, Reach, datetime]], *, again: Sequence[str]
) -> None:
    """Remember whom these changes reach, by the digest of their key.

    `again` are those that were tried before; then the new try is the one that counts.
    """
    if again:
        _DELETE.many(connection, [{"this": name} for name in again])
    lines = [
        {"digest": name, "whom": whom, "channel": reach.channel, "kind": kind, "at": at}
        for name, reach, at in reached
        for whom, kind in _kinds(reach).items()
    ]
    if lines:
        _INSERT.many(connection, lines)


def _kinds(reach: Reach) -> Mapping[str, str]:
    """Of which kind it is to each."""
    if not reach.kinds:
        return dict.fromkeys(reach.whom, reach.kind)
    return dict(zip(reach.whom, reach.kinds, strict=True))


def read(connection: Connection, since: datetime) -> Mapping[str, Sequence[Contact]]:
    """What reached whom after `since`, or may have; the oldest first."""
    c = contacts.c
    query = (
        select(c.whom, c.kind, c.at)
        .join(records, records.c.digest == c.digest)
        .where(c.at > since, records.c.state.in_(_MAY_HAVE_ARRIVED))
        .order_by(c.at)
    )
    lines = connection.execution_options(yield_per=_AT_ONCE).execute(query)
    return Groups((whom, Contact(kind, at)) for whom, kind, at in lines)


def of(connection: Connection, whom: Iterable[str]) -> frozenset[str]:
    """The keys, by their digests, of all changes that were handed over to one of these."""
    query = select(contacts.c.digest).where(contacts.c.whom.in_(sorted(set(whom))))
    return frozenset(connection.scalars(query))
