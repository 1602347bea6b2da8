"""Whether everything a workspace declares can be reached, and is as it was declared. Only reads."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sheetflow.errors import SheetflowError, TableReadOnly
from sheetflow.plugin.connector import Finding
from sheetflow.plugin.listener import Listener
from sheetflow.runner.answering import open_of
from sheetflow.runner.renamed import table_question
from sheetflow.runner.session import Session
from sheetflow.tables import statuses
from sheetflow.tables.source import MakesLog
from sheetflow.tables.table import Table
from sheetflow.workspace import Workspace


@dataclass(frozen=True)
class Examined:
    """One connection, table or other part of a workspace, and what was found."""

    kind: str
    name: str
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is amiss."""
        return all(finding.ok for finding in self.findings)


def examine(workspace: Workspace, only: str = "") -> Iterator[Examined]:
    """Each part of the workspace, as it is asked; `only` is the name of one of them."""
    with workspace.open_session(may_write=False) as session:
        if not only:
            yield Examined("ledger", "", (*_ledger(session), *_answers(session)))
        for name, declared in workspace.settings.connections.items():
            if only in ("", name):
                yield Examined(
                    "connection",
                    f"{name} ({declared.connector})",
                    (*_connection(session, name), *_calls(session, workspace, name)),
                )
        names = [only] if only in workspace.settings.tables else []
        names = names if only else workspace.settings.with_people
        with contextlib.suppress(SheetflowError):  # what is amiss is told of each table below
            session.tools.expect(names)
        for name in names:
            yield Examined("table", name, tuple(_table(session, name)))


def make_logs(workspace: Workspace, only: str = "") -> Iterator[Examined]:
    """Make the logs that tables name and that are not there yet, where their service lets us."""
    declared = workspace.settings.tables
    with workspace.open_session(may_write=True) as session:
        for name in [only] if only in declared else () if only else declared:
            try:
                spec = declared[name]
                source = session.tools.connection(spec.connector).open_table(spec.place)
                made = source.make_log() if isinstance(source, MakesLog) else ""
            except SheetflowError as error:
                yield Examined("table", name, (Finding.amiss("log", error),))
            else:
                if made:
                    yield Examined("table", name, (Finding("log", True, f"made {made}"),))


def _ledger(session: Session) -> Iterator[Finding]:
    runs = session.ledger.runs(1)
    zone = session.tools.clock.zone
    known = (
        f"the last run was {statuses.moment(runs[0].begun_at.astimezone(zone))}"
        if runs
        else "nothing has run yet"
    )
    yield Finding("reading", True, known)


def _answers(session: Session) -> Iterator[Finding]:
    """Answers by links that the sheet does not say yet, where something stands in their way."""
    stuck = [reply for reply in open_of(session) if reply.says]
    if stuck:
        reasons = list(dict.fromkeys(reply.says for reply in stuck))
        says = f"{_count(len(stuck), 'answer')} not in the sheet: {'; '.join(reasons[:3])}"
        cure = "sheetflow person NAME, or the dashboard's page of what waits, tell each of them."
        yield Finding("answers by link", False, says, cure)


def _connection(session: Session, name: str) -> Iterable[Finding]:
    try:
        found = tuple(session.tools.connection(name).examine())
    except SheetflowError as error:
        return (Finding.amiss("credentials", error),)
    return found or (Finding("settings", True, "nothing to sign in to"),)


def _calls(session: Session, workspace: Workspace, name: str) -> Iterator[Finding]:
    """Where its service is to call, for a connection that was set up for that."""
    with contextlib.suppress(SheetflowError):  # what is wrong with it was told above
        connection = session.tools.connection(name)
        if isinstance(connection, Listener) and connection.listens:
            address = workspace.settings.hook_address(name)
            says = f"heard at {address}" if address else "not heard: there is no address"
            cure = "" if address else "Write public_url: in sheetflow.yaml, see docs/webhooks.md."
            yield Finding("calls of the service", bool(address), says, cure)


def _table(session: Session, name: str) -> Iterator[Finding]:
    try:
        table = session.tools.table(name)
    except SheetflowError as error:
        yield Finding.amiss("reading", error)
        return
    yield Finding("reading", True, f"{_count(len(table.rows), 'row')}")
    yield from _columns(table)
    if table.halted:
        yield Finding("rows", False, table.halted)
    if unclear := table_question(table, session):
        yield Finding("ledger", False, unclear)
    try:
        table.ready()
        yield Finding("writing", True, "can be written")
    except TableReadOnly:
        yield Finding("writing", True, "can only be read, to look things up in it")
    except SheetflowError as error:
        yield Finding.amiss("writing", error)


def _columns(table: Table) -> Iterator[Finding]:
    """Whether the columns that the settings name are there; ours are made when they are needed."""
    spec = table.spec
    person = spec.person
    named = (*person.names, person.email, person.phone, person.time_zone, person.consent)
    wanted = dict.fromkeys((*filter(None, named), *spec.columns, *spec.key))
    found = []
    for name in wanted:
        try:
            found.append(table.column(name))
        except SheetflowError as error:
            yield Finding.amiss("columns", error)
    if len(found) == len(wanted):
        yield Finding("columns", True, f"found {', '.join(dict.fromkeys(found)) or 'none needed'}")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")
