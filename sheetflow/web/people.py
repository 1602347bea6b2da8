"""One person: found by what was typed, then all that happened with them; and the do-not-write list.

An address or a name is only ever sent in the body of a form, so that none stands in a log or in a
browser's history; pages of people are named by keyed digests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from starlette.responses import RedirectResponse, Response

from sheetflow.ledger import answers, browsing, lookups
from sheetflow.ledger.answers import Answer
from sheetflow.ledger.decisions import read_suppression
from sheetflow.ledger.records import STATUS_STEP, Record, Suppression
from sheetflow.reporting.groups import one_line
from sheetflow.reporting.people import People, Person
from sheetflow.runner.session import Session
from sheetflow.tables.handles import Handle, handles_in
from sheetflow.values import RowRef
from sheetflow.web import replied, settling
from sheetflow.web.letters import Letters
from sheetflow.web.naming import Named, handle_name, read_name
from sheetflow.web.pages import moment, page
from sheetflow.web.runs import told_record
from sheetflow.web.sessions import Undo
from sheetflow.web.visit import Refused, Visit
from sheetflow.workspace import CHAPTER

if TYPE_CHECKING:
    from sqlalchemy import Connection

LONGEST = 254
"""Characters of the longest address there is (RFC 5321, 4.5.3.1.3, without its brackets)."""
FOUND = 50
"""How many people of one name are offered."""
EVENTS = 500
"""How many of the latest events a page tells."""


def people(visit: Visit) -> Response:
    """The form in which somebody is searched for."""
    return page(visit.session, "people.html", title="Find a person", visit=visit, found=None)


def find(visit: Visit) -> Response:
    """Whoever is meant by an address, a number, or a part of a name."""
    wanted = visit.form.get("person", "").strip()[:LONGEST]
    if not wanted:
        return visit.done("/people", "Write an address or a name.", bad=True)
    workspace = visit.site.workspace()
    handles = handles_in(wanted, workspace.settings.organization.country)
    with workspace.open_session(may_write=False) as session:
        if len(handles) == 1 and session.ledger.salt:
            return RedirectResponse(f"/people/{handle_name(handles[0], session.ledger.salt)}", 303)
        everybody = People(session, workspace.settings.with_people)
        found = everybody.found(wanted)
        told = [_candidate(visit, one, session) for one in found[:FOUND]]
        unread = [one_line(why, 300) for why in everybody.unread.values()]
    if len(told) == 1 and not unread:
        return RedirectResponse(told[0]["path"], 303)
    return page(
        visit.session,
        "people.html",
        title="Find a person",
        visit=visit,
        found=told,
        more=max(len(found) - FOUND, 0),
        unread=unread,
    )


def person(visit: Visit) -> Response:
    """All that happened with one person, the latest first."""
    named = read_name(visit.path["person"])
    if named is None:
        raise Refused(404, "There is no such page. Search for the person again.")
    workspace = visit.site.workspace()
    with visit.site.reading(workspace) as (connection, salt):
        found = _Somebody(visit, named, salt).read(connection)
        letters = Letters(connection, workspace).of(record for record, _ in found.events[:EVENTS])
        listed = read_suppression(connection, named.digest)
        zone = workspace.clock.zone
        answered = replied.events(connection, found.rows, named.digest, zone)
    return page(
        visit.session,
        "person.html",
        title=found.name or "Somebody",
        visit=visit,
        path=f"/people/{visit.path['person']}",
        named=named,
        rows=sorted({ref.table for ref in found.rows}),
        events=_latest_first(
            answered,
            (
                (
                    record.at,
                    {
                        **told_record(record, zone),
                        "tie": tie,
                        "letters": letters.get(record.key.digest, ()),
                        "unsure": settling.questions(record),
                        "answers": settling.told(found.answers.get(record.key.digest, ()), zone),
                    },
                )
                for record, tie in found.events[:EVENTS]
            ),
        ),
        more=max(len(found.events) - EVENTS, 0),
        suppression=_told_suppression(listed, zone) if listed else None,
    )


def _latest_first(*several: Iterable[tuple[datetime, Mapping[str, Any]]]) -> list[Any]:
    """What happened, by time; of one moment in the order in which it was given."""
    found = [each for some in several for each in some]
    return [told for _, told in sorted(found, key=lambda one: one[0], reverse=True)]


def suppress(visit: Visit) -> Response:
    """Never write to somebody again."""
    named = _by_handle(visit)
    path = f"/people/{visit.path['person']}"
    workspace = visit.site.workspace()
    why = one_line(visit.form.get("why", ""))
    asked = Suppression(named.digest, named.kind, why, visit.who, workspace.clock.now())
    with workspace.ledger(read_only=False) as ledger:
        is_new = ledger.decisions.suppress(asked)
    if not is_new:
        return visit.done(path, "They were on the list already.")
    text = "Nobody writes to them any more: no recipe, of whatever kind."
    return visit.done(path, text, Undo("Write to them again", f"{path}/lift"))


def lift(visit: Visit) -> Response:
    """Take somebody off the list."""
    named = _by_handle(visit)
    path = f"/people/{visit.path['person']}"
    with visit.site.workspace().ledger(read_only=False) as ledger:
        was_there = ledger.decisions.lift(named.digest)
    if not was_there:
        return visit.done(path, "They were not on the list.")
    undo = Undo("Put them on the list again", f"{path}/suppress")
    return visit.done(path, "They may be written to again.", undo)


def _by_handle(visit: Visit) -> Named:
    """Somebody named by an address or number. Raises Refused for a row, which has no one of it."""
    named = read_name(visit.path["person"])
    if named is None or named.kind == "row":
        raise Refused(404, "Search for the person by their address or number first.")
    return named


@dataclass(frozen=True)
class _Found:
    name: str
    rows: Sequence[RowRef]
    events: Sequence[tuple[Record, str]]
    answers: Mapping[str, Sequence[Answer]]


@dataclass(frozen=True)
class _Somebody:
    """Reads what the ledger knows of whoever a name in an address stands for."""

    visit: Visit
    named: Named
    salt: str

    def read(self, connection: Connection) -> _Found:
        rows = self._rows(connection)
        own = browsing.of_rows(connection, rows)
        known = {record.key.digest for record in own}
        mails = browsing.reached(connection, self.named.digest) if self.named.kind != "row" else []
        events = [(record, "") for record in own]
        events += [
            (record, f"a message about {one_line(record.who) or 'a row'} of {record.key.table}")
            for record in mails
            if record.key.digest not in known
        ]
        events.sort(key=lambda event: _in_order(event[0]), reverse=True)
        named = next((record.who for record, tie in events if record.who and not tie), "")
        told = answers.read(connection, (record.key.digest for record, _ in events[:EVENTS]))
        return _Found(one_line(named), rows, events, told)

    def _rows(self, connection: Connection) -> Sequence[RowRef]:
        if self.named.kind == "email":
            return lookups.rows_marked(connection, CHAPTER, self.named.mark)
        if self.named.kind == "phone":
            return ()
        row = self.visit.site.names.row(connection, self.named.digest, self.salt)
        if row is None:
            raise Refused(404, "This person cannot be found any more. Search for them again.")
        return (row,)


def _in_order(record: Record) -> tuple[Any, bool]:
    """By time; of what happened in one moment, the row was told last."""
    return record.at, record.key.step == STATUS_STEP


def _candidate(visit: Visit, one: Person, session: Session) -> dict[str, Any]:
    """Somebody whom a search found: by their one address where they have one, else by their row."""
    handles = _emails(one.address)
    salt = session.ledger.salt
    name = (
        handle_name(handles[0], salt)
        if len(handles) == 1
        else visit.site.names.row_name(one.ref, salt)
    )
    return {"text": one_line(one), "path": f"/people/{name}"}


def _emails(text: str) -> list[Handle]:
    return [handle for handle in handles_in(text) if handle.channel == "email"]


def _told_suppression(listed: Suppression, zone: Any) -> dict[str, Any]:
    return {
        "since": moment(listed.since, zone),
        "who": one_line(listed.who),
        "why": one_line(listed.why),
    }
