"""What the sheet says and the ledger does not know: the ledger is older than the sheet.

Each moment that stands in a sheet under "Sheetflow when" stood in the ledger before. One that is
not there was written by a ledger that is gone: since then an old copy was put back, or a new one
was begun. What that ledger had sent would go out again; so nothing goes out until a person says
what is right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sheetflow.language.recipe import Step
from sheetflow.ledger.applying import Applying
from sheetflow.ledger.lost import Lost, read_lost
from sheetflow.ledger.records import Record
from sheetflow.ledger.tellings import Known, Tellings, Told
from sheetflow.plugin.action import Action, Work
from sheetflow.runner.occasions import SEPARATOR
from sheetflow.runner.session import Session
from sheetflow.tables import statuses
from sheetflow.tables.cells import read_cell
from sheetflow.tables.spec import ColumnSpec
from sheetflow.tables.table import Table
from sheetflow.values import Change, Noop, Row, State, Status, Word

_READ_AS = ColumnSpec("when", "date and time")
_WALL = ZoneInfo("Etc/UTC")
"""Stands for the clock on the wall, wherever that is: no cell names it by this name."""


@dataclass(frozen=True)
class Forgotten:
    """A row that was told something of which the ledger knows nothing: when, and how it begins."""

    row: str
    told: Told
    at: datetime
    word: Word | None

    @property
    def says_done(self) -> bool:
        """Whether the row says that all is done for it."""
        return self.word in (Word.SENT, Word.DONE)


def forgotten_in(table: Table, known: Known) -> Sequence[Forgotten]:
    """The rows that say more than the ledger knows, in the order of the sheet."""
    column, read = table.spec.when_column, _Reader(table, known)
    found = []
    for row in table.rows:
        if column not in row.cells:
            return []  # no row was ever told anything
        if unknown := read.unknown(row.cells[column]):
            found.append(Forgotten(row.id, *unknown, _word(row, table)))
    return found


def question(table: Table, session: Session) -> str:
    """Why nothing may be done with this table before a person says what is right, or ""."""
    tellings = Tellings(session.ledger.database, session.chapter)
    found = forgotten_in(table, tellings.known(table.spec.name))
    return in_words(found, table) if found else ""


def in_words(found: Sequence[Forgotten], table: Table) -> str:
    """The sentence for plans, for health and for `doctor`."""
    first, last = min(each.at for each in found), max(each.at for each in found)
    when = _moment(first, table)
    if len(found) > 1 and _moment(last, table) != when:
        when = f"between {when} and {_moment(last, table)}"
    rows = "1 row was" if len(found) == 1 else f"{len(found):,} rows were"
    return (
        f'The ledger is older than "{table.spec.name}": {rows} told something {when} that it does '
        "not know of, so it may send that again. Put the right ledger back, or say what is right: "
        "sheetflow restored"
    )


def remember_telling(at: datetime, table: Table, session: Session, applying: Applying) -> None:
    """Note the moment that is about to stand in the sheet. Raises LedgerError."""
    tellings = Tellings(session.ledger.database, session.chapter)
    tellings.remember(applying.writer, table.spec.name, [at], table.zone)


class Doubts:
    """What a step may have done before the ledger was put back, as the record that it would have.

    It lasts until the step was taken for the row after that, which only a person can ask for.
    """

    def __init__(self, step: Step, session: Session, action: Action[Any]) -> None:
        self._step, self._session = step, session
        self._has_deed = type(action).apply is not Action.apply
        self._known: Mapping[str, Lost] | None = None

    def or_record(
        self, record: Record | None, deed: Change | Noop, work: Work, past: Sequence[Record]
    ) -> Record | None:
        """The ledger's own record, or where that is out of date, one that says what is in doubt."""
        lost = self._lost(work) if self._has_deed else None
        if lost is None or isinstance(deed, Noop) or (record is not None and _holds(record, lost)):
            return record
        if any(_is_of(each, deed.part) and _went_since(each, lost) for each in past):
            return record
        if lost.is_done and self._step.again is None:
            return _as_if(State.DONE, Status(Word.DONE), lost, work)
        if lost.is_done and self._is_due_again(lost):
            return record
        status = statuses.forgotten(lost.told_at, work.table.spec.again_column)
        return _as_if(State.NOT_KNOWN, status, lost, work)

    def _is_due_again(self, lost: Lost) -> bool:
        every = self._step.again.every if self._step.again else None
        return every is not None and lost.told_at + every <= self._session.tools.clock.now()

    def _lost(self, work: Work) -> Lost | None:
        if self._known is None:
            database, chapter = self._session.ledger.database, self._session.chapter
            self._known = read_lost(database, chapter, work.key.recipe)
        found = self._known.get(work.row.id)
        return found if found is not None and found.table_name == work.key.table else None


def _holds(record: Record, lost: Lost) -> bool:
    """Whether the ledger knows more of this than that it was not done when it was copied."""
    return record.state not in (State.WAITING, State.REFUSED) or _went_since(record, lost)


def _went_since(record: Record, lost: Lost) -> bool:
    """Whether it was handed over, or tried, after a person said what is lost."""
    tried = record.attempt > 0 or record.state is not State.WAITING
    return tried and record.at >= lost.since


def _is_of(record: Record, part: str) -> bool:
    occasion = record.key.occasion
    if not part:
        return SEPARATOR not in occasion
    return occasion == part or occasion.endswith(f"{SEPARATOR}{part}")


def _as_if(state: State, status: Status, lost: Lost, work: Work) -> Record:
    return Record(
        key=work.key,
        state=state,
        action="",
        content="",
        who=work.table.label(work.row),
        status=status,
        reference="",
        gives={},
        cells={},
        data={},
        at=lost.told_at,
        retry_at=None,
        attempt=int(lost.has_id),  # what was never tried under this id cannot be asked for
        told=True,
        run="",
    )


class _Reader:
    """Reads the cells that say when; each text or moment once, however many rows have it."""

    def __init__(self, table: Table, known: Known) -> None:
        self._table, self._knows = table, known
        self._found: dict[object, tuple[Told, datetime] | None] = {}

    def unknown(self, raw: object) -> tuple[Told, datetime] | None:
        """What the cell says, if that is a moment that the ledger does not know of."""
        if raw is None or raw == "":
            return None
        if raw not in self._found:
            self._found[raw] = self._read(raw)
        return self._found[raw]

    def _read(self, raw: object) -> tuple[Told, datetime] | None:
        value = read_cell(raw, _READ_AS, zone=_WALL).value
        if not isinstance(value, datetime):
            return None  # what a person wrote there, or nothing that is one moment
        if value.tzinfo is _WALL:
            told, at = Told.wall(value), value.replace(tzinfo=self._table.zone)
        else:
            told, at = Told.instant(value), value
        return None if self._knows.knows(told, at) else (told, at)


def _word(row: Row, table: Table) -> Word | None:
    """The word that the row's status begins with, if it is one of ours."""
    said = str(row.cells.get(table.spec.status_column) or "").partition("—")[0].strip()
    return next((word for word in Word if word == said), None)


def _moment(at: datetime, table: Table) -> str:
    return statuses.moment(at.astimezone(table.zone))
