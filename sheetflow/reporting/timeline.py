"""All that ever happened with one person, over all recipes and tables, the oldest first.

A record is about somebody if it is about their row, if it reached their address, or if it gave them
to somebody else's row, as an assignment does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sheetflow.ledger.records import STATUS_STEP, Record
from sheetflow.ledger.replies import Reply, replies_of
from sheetflow.reporting.people import People, Person
from sheetflow.runner.session import Session
from sheetflow.tables.handles import handles_in, keyed
from sheetflow.values import RowRef
from sheetflow.workspace import Workspace


@dataclass(frozen=True)
class Known:
    """Somebody by all that the ledger knows of them: their rows, and what went to their addresses.

    `reached` are digests of keys, `whom` keyed digests of their addresses.
    """

    rows: frozenset[RowRef]
    reached: frozenset[str]
    whom: frozenset[str] = frozenset()

    def tie(self, record: Record) -> str:
        """What a record has to do with them: "row", "reached", "given", or "" for nothing."""
        if record.key.ref in self.rows:
            return "row"
        if record.key.digest in self.reached:
            return "reached"
        gifts = (value for value in record.gives.values() if isinstance(value, RowRef))
        return "given" if not self.rows.isdisjoint(gifts) else ""


@dataclass(frozen=True)
class Event:
    """One line of a timeline: a record, and what it has to do with the person."""

    record: Record
    tie: str

    @property
    def order(self) -> tuple[datetime, bool]:
        """By time; of what happened in one moment, the row was told last."""
        return self.record.at, self.record.key.step == STATUS_STEP


@dataclass(frozen=True)
class Answered:
    """One line of a timeline: an answer that the person gave, or somebody else about their row."""

    reply: Reply
    tie: str

    @property
    def order(self) -> tuple[datetime, bool]:
        """By time."""
        return self.reply.at, False


@dataclass(frozen=True)
class Timeline:
    """One person under all their rows, and what happened."""

    people: tuple[Person, ...]
    events: tuple[Event | Answered, ...]


def timelines(
    workspace: Workspace, wanted: str, *, since: datetime | None = None
) -> list[Timeline]:
    """The timeline of everybody meant by an address, a name or a row; one for each person.

    Rows with one address are one person. Raises SetupError when nobody is found.
    """
    with workspace.open_session(may_write=False) as session:
        groups = _groups(wanted, session, workspace.settings.with_people)
        events: list[list[Event | Answered]] = [
            list(_answers(known, session, since)) for _, known in groups
        ]
        for record in session.ledger.every(since=since):
            for (_, known), found in zip(groups, events, strict=True):
                if tie := known.tie(record):
                    found.append(Event(record, tie))
    return [
        Timeline(tuple(people), tuple(sorted(found, key=lambda event: event.order)))
        for (people, _), found in zip(groups, events, strict=True)
    ]


def _answers(known: Known, session: Session, since: datetime | None) -> Iterator[Answered]:
    with session.ledger.database.reading() as connection:
        found = replies_of(connection, known.rows, known.whom)
    for reply in found:
        if since is None or reply.at >= since:
            yield Answered(reply, "row" if reply.ref in known.rows else "reached")


def known_as(wanted: str, session: Session, tables: Sequence[str]) -> Known:
    """Everybody meant, taken together. Raises SetupError when nobody is found."""
    found = [known for _, known in _groups(wanted, session, tables)]
    return Known(
        frozenset().union(*(known.rows for known in found)),
        frozenset().union(*(known.reached for known in found)),
        frozenset().union(*(known.whom for known in found)),
    )


def _groups(
    wanted: str, session: Session, tables: Sequence[str]
) -> Sequence[tuple[Sequence[Person], Known]]:
    people = People(session, tables)
    found = people.found(wanted, session.ledger.every())
    own = _handles(wanted)
    if not found:
        known = _known((), own, session)
        if not known.reached:
            raise people.nobody(wanted)
        return [((), known)]
    groups: dict[object, list[Person]] = {}
    for person in found:
        together = own or _handles(person.address) or person.ref
        groups.setdefault(together, []).append(person)
    return [(some, _known(some, own, session)) for some in groups.values()]


def _known(people: Sequence[Person], own: Sequence[str], session: Session) -> Known:
    handles = {*own, *(handle for person in people for handle in _handles(person.address))}
    whom = [keyed(session.ledger.salt, handle) for handle in handles]
    rows = frozenset(person.ref for person in people)
    return Known(rows, session.ledger.handed_to(whom), frozenset(whom))


def _handles(text: str) -> tuple[str, ...]:
    """Every e-mail address in a text, as addresses are compared."""
    return tuple(handle.text for handle in handles_in(text) if handle.channel == "email")
