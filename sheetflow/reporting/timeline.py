"""All that ever happened with one person, over all recipes and tables, the oldest first.

A record is about somebody if it is about their row, if it reached their address, or if it gave them
to somebody else's row, as an assignment does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sheetflow.ledger.records import Record
from sheetflow.ledger.replies import Reply, replies_of
from sheetflow.reporting.export import facts_of
from sheetflow.reporting.groups import one_line, when
from sheetflow.reporting.lines import filled
from sheetflow.reporting.people import People, Person
from sheetflow.reporting.replies import became, facts, said
from sheetflow.reporting.why import nobody
from sheetflow.runner.applying import STATUS_STEP
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
            raise nobody(people, wanted)
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


def timeline_text(found: Iterable[Timeline], zone: tzinfo) -> str:
    """The timelines in plain lines; times are in `zone`."""
    return filled(_lines(found, zone))


def _lines(found: Iterable[Timeline], zone: tzinfo) -> Iterator[str]:
    for number, timeline in enumerate(found):
        if number:
            yield ""
        yield from map(str, timeline.people)
        if not timeline.people:
            yield "This address is in no table now."
        if not timeline.events:
            yield "  Nothing was done yet."
        for event in timeline.events:
            yield f"  {_event_in_words(event, zone)}"


def _event_in_words(event: Event | Answered, zone: tzinfo) -> str:
    if isinstance(event, Answered):
        reply, about = event.reply, "" if event.tie == "row" else f" (about {event.reply.ref.row})"
        who, at = one_line(reply.who), when(reply.at.astimezone(zone))
        return f"{at}: {reply.recipe}, {who} {said(reply)}{about}: {became(reply, zone)}"
    record = event.record
    whose = {
        "row": "",
        "reached": f" (a message about {_about(record)})",
        "given": f" (chosen for {_about(record)})",
    }[event.tie]
    what = "the row was told" if record.key.step == STATUS_STEP else record.key.step
    at = when(record.at.astimezone(zone))
    return f"{at}: {record.key.recipe}, {what}{whose}: {_became(record, zone)}"


def _became(record: Record, zone: tzinfo) -> str:
    said = one_line(record.status or record.state.value)
    tries = f" (handed over {record.attempt} times)" if record.attempt > 1 else ""
    if record.retry_at is None:
        return f"{said}{tries}"
    return f"{said}{tries}. Tried again from {when(record.retry_at.astimezone(zone))}"


def _about(record: Record) -> str:
    return f"{one_line(record.who) or record.key.row} of {record.key.table}"


def timeline_json(found: Iterable[Timeline], zone: tzinfo) -> str:
    """The same for programs."""
    facts = [
        {
            "people": [_person_facts(person) for person in timeline.people],
            "timeline": [{**_facts(event, zone), "tie": event.tie} for event in timeline.events],
        }
        for timeline in found
    ]
    return json.dumps(facts, ensure_ascii=False, indent=2)


def _facts(event: Event | Answered, zone: tzinfo) -> Mapping[str, Any]:
    if isinstance(event, Answered):
        return facts(event.reply, zone)
    return facts_of(event.record, zone)


def _person_facts(person: Person) -> dict[str, Any]:
    return {
        "table": person.ref.table,
        "row": person.ref.row,
        "number": person.number,
        "name": person.name,
        "address": person.address,
    }
