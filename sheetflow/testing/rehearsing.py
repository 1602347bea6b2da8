"""A rehearsal: a recipe runs for real over copies of the real tables, and nobody is reached.

The real workspace is only read, through a door that is shut. Then the recipe runs in a folder of
its own: mails and invitations become files, links are made up, and the ledger is a copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sheetflow.errors import SheetflowError
from sheetflow.language.recipe import Recipe
from sheetflow.ledger.copying import copy_to
from sheetflow.plugin.connector import Connector
from sheetflow.plugin.mailer import Mail, Mailer
from sheetflow.plugin.meetings import Appointment, Calendar
from sheetflow.runner.course import Progress
from sheetflow.runner.needs import expect_tables
from sheetflow.runner.running import Run, run
from sheetflow.runner.session import Session
from sheetflow.tables.memory_table import MemoryTable
from sheetflow.testing.copies import leave_workbook
from sheetflow.testing.silence import SILENCE
from sheetflow.testing.stand_ins import Rehearsal, RehearsalRegistry
from sheetflow.testing.standing_in import STAND_INS, CalendarStandIn, MailStandIn, StandIn
from sheetflow.values import Plan, Receipt, digest
from sheetflow.workspace import Workspace

LEDGER = "sheetflow.db"
WORKBOOK = "tables.xlsx"


@dataclass(frozen=True)
class Rehearsed:
    """What would have happened, and the folder with everything that would have gone out."""

    run: Run
    folder: Path
    mails: int
    invitations: int

    @property
    def whole(self) -> Plan:
        """What was done and what was written into the tables, as one plan to be shown."""
        done = [outcome.entry for outcome in self.run.outcomes]
        told = [outcome.entry for outcome in self.run.told]
        plan = self.run.plan
        return replace(plan, name=f"{plan.name} (rehearsal)", entries=(*done, *told))


def rehearse(
    recipe: Recipe, workspace: Workspace, folder: Path, progress: Progress | None = None
) -> Rehearsed:
    """Run `recipe` over copies, and leave all that comes of it in `folder`, which must be empty.

    Where somebody has to agree first, by a tick or a Go, that is taken as given: what they would
    agree to is what a rehearsal is to show. Raises TableError when a table cannot be read.
    """
    with workspace.open_session(may_write=False) as session:
        tables = _copies(recipe, workspace, session)
        copy_to(session.ledger, folder / LEDGER)
    stage = Rehearsal(
        folder,
        workspace.settings,
        RehearsalRegistry(workspace.folder),
        workspace.clock,
        given=tables,
        remembered_in=folder / LEDGER,
        stand_ins=LEAVING_FILES,
        known_recipes=workspace.recipes,
    )
    with SILENCE.held() as heard:
        agreed = replace(recipe, approve_rows=False, approve_over=None)
        done = run(agreed, stage, progress=progress or _nobody_watches)
    if heard:
        raise SheetflowError(f"A plugin tried to reach {heard[0]} in a rehearsal.")
    leave_workbook(tables, folder / WORKBOOK)
    return Rehearsed(done, folder, _count(folder, "*.eml"), _count(folder, "*.ics"))


def _copies(recipe: Recipe, workspace: Workspace, session: Session) -> dict[str, MemoryTable]:
    """Every table that the recipe may ask for, as it is now; each spreadsheet is read once."""
    wanted: list[str] = []
    noting = replace(session, tools=replace(session.tools, expect=wanted.extend))
    expect_tables(recipe, noting)
    names = list(_with_those_pointed_at(wanted, workspace))
    session.tools.expect(names)
    return {name: _copy(name, workspace, session) for name in names}


def _copy(name: str, workspace: Workspace, session: Session) -> MemoryTable:
    spec = workspace.settings.tables[name]
    source = session.tools.connection(spec.connector).open_table(spec.place)
    return MemoryTable.copy_of(source.read(), source.name)


def _with_those_pointed_at(names: Iterable[str], workspace: Workspace) -> Iterator[str]:
    waiting, seen = list(names), set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in seen or name not in workspace.settings.tables:
            continue
        seen.add(name)
        yield name
        columns = workspace.settings.tables[name].columns.values()
        waiting += [column.table for column in columns if column.table]


def _count(folder: Path, pattern: str) -> int:
    return sum(1 for _ in folder.rglob(pattern))


def _nobody_watches(_outcome: object, _count: int, _all: int) -> None:
    """Progress that nobody is shown."""


class MailIntoFolder(MailStandIn):
    """Puts every mail into the folder of the rehearsal, as a file for any mail program."""

    leaves_files = True

    def deliver(self, mail: Mail) -> Receipt:
        """Leave it as a file."""
        found = super().deliver(mail)
        _leave(self.folder / "outbox" / f"{_label(mail.to)}-{digest(mail.id)[:12]}.eml", self, mail)
        return found


class InvitationIntoFolder(CalendarStandIn):
    """Puts every meeting into the folder of the rehearsal, as a file for any calendar program."""

    def hold(self, appointment: Appointment) -> Receipt:
        """Leave it as a file."""
        found = super().hold(appointment)
        _leave(self.folder / "invitations" / f"{appointment.id}.ics", self, appointment)
        return found


LEAVING_FILES: Mapping[type[Connector], type[StandIn]] = {
    **STAND_INS,
    Mailer: MailIntoFolder,
    Calendar: InvitationIntoFolder,
}


def _leave(path: Path, stand_in: StandIn, what: Mail | Appointment) -> None:
    path.parent.mkdir(exist_ok=True)
    content = what.content if isinstance(what, Mail) else _as_a_file(what)
    stand_in.door.save(path, content)


def _label(address: str) -> str:
    """The first part of an address, as it may stand in the name of a file."""
    return re.sub(r"[^a-z0-9]+", "-", address.partition("@")[0].lower()).strip("-")[:40] or "mail"


def _as_a_file(appointment: Appointment) -> bytes:
    """A meeting as calendar programs read it (RFC 5545)."""
    from icalendar import Calendar as Sheet, Event

    event = Event()
    event.add("uid", appointment.id)
    event.add("summary", appointment.title)
    event.add("dtstamp", appointment.starts)
    event.add("dtstart", appointment.starts)
    event.add("dtend", appointment.ends)
    event.add("sequence", appointment.version)
    event.add("status", "CANCELLED" if appointment.is_off else "CONFIRMED")
    event.add("description", appointment.about)
    if appointment.place:
        event.add("location", appointment.place)
    for guest in appointment.guests:
        event.add("attendee", f"mailto:{guest.email}")
    calendar = Sheet()
    calendar.add("prodid", "-//Sheetflow//rehearsal//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
