"""Answers that people gave by links become what the sheet says, by the way of all that it is told.

An answer writes into a cell only over what stood there when its message was made, or over what
Sheetflow wrote itself. Whatever a person put there since stays, and the row asks them to look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from sheetflow.errors import ColumnMissing, LedgerError, SheetflowError
from sheetflow.language.recipe import Limits, Recipe
from sheetflow.ledger.applying import Applying
from sheetflow.ledger.replies import Replies, Reply, open_replies, replies_of, written_by_us
from sheetflow.runner.session import Opens, Session
from sheetflow.runner.writeback import apply_writeback, plan_writeback
from sheetflow.tables.sameness import same
from sheetflow.tables.table import Table
from sheetflow.tables.text import shown
from sheetflow.values import (
    Change,
    Entry,
    Key,
    LeftOut,
    Noop,
    Outcome,
    Plan,
    Row,
    RowRef,
    State,
    Status,
    Word,
)

ANSWERS = "(answers)"
"""What answers are filed under, as steps are under their recipe; no recipe is called so."""
STEP = "answer"

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
"""How long until an answer is tried again that could not be written."""
TYPED = frozenset({"number", "date", "date and time", "yes/no"})
"""Kinds of columns into which goes what a text means; into others goes the text."""


@dataclass(frozen=True)
class TakenIn:
    """The answers that were seen to, and the tables that were written into."""

    replies: Sequence[Reply] = ()
    tables: frozenset[str] = frozenset()


def are_due(session: Session) -> bool:
    """Whether there are answers to see to now."""
    return bool(_due(session))


def take_in(workspace: Opens) -> TakenIn:
    """Write the answers into the sheet that are not there yet, as far as that is possible now.

    Those that cannot be written are tried again. Raises LedgerError when it cannot be written, or
    LedgerBusy while another process has the turn.
    """
    with workspace.open_session(may_write=False) as session:
        if not are_due(session):
            return TakenIn()
    with (
        workspace.open_session(may_write=True) as session,
        session.ledger.applying("the answers to messages") as applying,
    ):
        found: list[Reply] = []
        for name, some in groupby(_by_table(_due(session)), key=lambda reply: reply.ref.table):
            found += _seen_to(name, list(some), session, applying)
        Replies(session.ledger.database).change(found)
        written = {reply.ref.table for reply in found if reply.state == "written"}
        return TakenIn(found, frozenset(written))


def _due(session: Session) -> list[Reply]:
    now = session.tools.clock.now()
    with session.ledger.database.reading() as connection:
        return open_replies(connection, session.chapter, due_by=now)


def _by_table(replies: Iterable[Reply]) -> list[Reply]:
    return sorted(replies, key=lambda reply: reply.ref.table)


def _seen_to(
    name: str, replies: Sequence[Reply], session: Session, applying: Applying
) -> list[Reply]:
    """What became of the answers about one table. One that fails keeps no others waiting."""
    now = session.tools.clock.now()
    newest = _newest(replies, session)
    latest = [reply for reply in replies if newest[reply.cell] == reply.id]
    overtaken = [
        replace(reply, state="overtaken", says="", done_at=now)
        for reply in replies
        if newest[reply.cell] != reply.id
    ]
    try:
        return overtaken + _Taking(session, applying, name).take(latest)
    except LedgerError:
        raise
    except KeyError:
        says = f'there is no table "{name}" any more'
    except SheetflowError as error:
        says = error.message
    return overtaken + [put_off(reply, says, now) for reply in latest]


def _newest(replies: Sequence[Reply], session: Session) -> dict[tuple[RowRef, str], str]:
    """The last answer about each cell by its id, whatever became of it.

    One that waited, or was kept by another program, may come after a later one was written.
    """
    with session.ledger.database.reading() as connection:
        known = replies_of(connection, {reply.ref for reply in replies})
    return {reply.cell: reply.id for reply in known}


def put_off(reply: Reply, says: str, now: datetime) -> Reply:
    """The answer, to be tried again later, each time after a longer while."""
    wait = min(FIRST_WAIT * (1 << min(reply.tries, 10)), LONGEST_WAIT)
    return replace(reply, says=says, tries=reply.tries + 1, try_at=now + wait)


class _Taking:
    """Takes answers into one table."""

    def __init__(self, session: Session, applying: Applying, name: str) -> None:
        self._session, self._applying = session, applying
        self._now = session.tools.clock.now()
        self._table: Table = session.tools.table(name)
        self._said = session.ledger.statuses(session.chapter, name)

    def take(self, replies: Sequence[Reply]) -> list[Reply]:
        """Write what may be written, in one go, and say what became of each. Raises TableError."""
        if self._table.halted:
            return [put_off(reply, self._table.halted, self._now) for reply in replies]
        self._table.ready()
        judged = [self._judged(reply) for reply in replies]
        telling = [each for each in judged if isinstance(each, Outcome | LeftOut)]
        told = self._tell(telling) if telling else {}
        return [self._ended(reply, each, told) for reply, each in zip(replies, judged, strict=True)]

    def _judged(self, reply: Reply) -> Outcome | LeftOut | str:
        """What the row is to be told, that it is to be told nothing more, or why it cannot be."""
        row = self._table.row(reply.ref.row)
        if row is None:
            return "the row is gone"
        if row.id in self._table.stopped:
            return self._table.stopped[row.id].text
        try:
            column = self._table.column(reply.column)
        except ColumnMissing as error:
            return error.message
        if column not in self._table.spec.writes:
            return f'"{column}" is not a column that Sheetflow may write'
        wanted = self._meant(row, column, reply.value)
        if isinstance(wanted, Status):
            return wanted.text
        return self._compared(reply, row, column, wanted)

    def _compared(
        self, reply: Reply, row: Row, column: str, wanted: Any
    ) -> Outcome | LeftOut | str:
        current = row.cells.get(column)
        if reply.state == "kept back":
            settled = self._same(row, column, current, wanted) or self._seen(reply, row, column)
            return LeftOut(reply.ref, reply.who, "") if settled else reply.says
        with self._session.ledger.database.reading() as connection:
            ours = written_by_us(connection, reply.ref, column)
        if any(self._same(row, column, current, each) for each in (wanted, reply.was, *ours)):
            return self._written(reply, row, column, wanted)
        return self._kept_back(reply, row, column)

    def _meant(self, row: Row, column: str, text: str) -> Any:
        """What goes into the cell for a text, or the status that says why nothing can."""
        declared = self._table.spec.columns.get(column)
        if declared is None:
            return text
        cell = self._table.cell(Row("", {**row.cells, column: text}), column)
        if cell.problem is not None:
            return cell.problem
        return cell.value if declared.kind in TYPED else text

    def _same(self, row: Row, column: str, one: object, other: object) -> bool:
        """Whether two values mean the same in this column."""
        if same(one, other):
            return True
        cells = [self._table.cell(Row("", {**row.cells, column: v}), column) for v in (one, other)]
        return all(c.problem is None for c in cells) and cells[0].value == cells[1].value

    def _written(self, reply: Reply, row: Row, column: str, wanted: Any) -> Outcome:
        says = Status(Word.DONE, f"{self._whose(reply, row)}answered “{reply.label}”")
        change = Change(f"write {column}", cells={column: wanted}, done=says)
        entry = replace(self._entry(reply, row, change), was={column: row.cells.get(column)})
        return Outcome(entry, says, self._now, State.DONE)

    def _kept_back(self, reply: Reply, row: Row, column: str) -> Outcome:
        status = Status(Word.NEEDS_YOU, self._difference(reply, row, column))
        return Outcome(self._entry(reply, row, Noop(status.text, status.word)), status, self._now)

    def _difference(self, reply: Reply, row: Row, column: str) -> str:
        there = shown(row.cells.get(column))[:20] or "nothing"
        who = self._whose(reply, row)
        return f"{who}answered “{reply.label[:30]}”, but {column} was changed to “{there}” by hand"

    def _seen(self, reply: Reply, row: Row, column: str) -> bool:
        """Whether a person decided since: they emptied the status, or changed the cell again."""
        if not shown(row.cells.get(self._table.spec.status_column)).strip():
            return ANSWERS in self._said.get(row.id, {})
        return self._difference(reply, row, column) != reply.says

    def _whose(self, reply: Reply, row: Row) -> str:
        return "" if reply.who in ("", self._table.label(row)) else f"{reply.who[:30]} "

    def _entry(self, reply: Reply, row: Row, deed: Change | Noop) -> Entry:
        key = Key(reply.chapter, ANSWERS, STEP, reply.ref.table, reply.ref.row, reply.id)
        return Entry(key, STEP, self._table.label(row), deed)

    def _tell(self, telling: Sequence[Outcome | LeftOut]) -> dict[str, bool]:
        """Write it, and have the ledger know; by row, whether it says now what was to be said."""
        recipe, chapter = _as_a_recipe(self._table.spec.name), self._session.chapter
        left = [each for each in telling if isinstance(each, LeftOut)]
        outcomes = [each for each in telling if isinstance(each, Outcome)]
        run = self._applying.begin(ANSWERS, chapter, "", self._now)
        plan = Plan(
            recipe=ANSWERS,
            name="Answers by link",
            fingerprint="",
            chapter=chapter,
            table=self._table.spec.name,
            made_at=self._now,
            entries=(),
            left_out=left,
        )
        plan = plan_writeback(recipe, plan, outcomes, self._session)
        told = apply_writeback(plan, recipe, self._session, self._applying, run)
        words = [str(each.status.word) for each in outcomes]
        self._applying.end(run, {word: words.count(word) for word in set(words)})
        return {each.entry.key.row: self._went_in(each) for each in told}

    @staticmethod
    def _went_in(told: Outcome) -> bool:
        """Whether a row says what it was to say, and nothing of it was left alone."""
        change = told.entry.change
        return change is None or change.done is None or told.status == change.done

    def _ended(self, reply: Reply, judged: Outcome | LeftOut | str, told: dict[str, bool]) -> Reply:
        match judged:
            case str():
                return put_off(reply, judged, self._now)
            case _ if not told.get(reply.ref.row, True):  # somebody was faster: look again
                return put_off(reply, "it was changed just then", self._now)
            case LeftOut():
                return replace(reply, state="settled", says="", try_at=None, done_at=self._now)
            case Outcome(state=State.DONE):
                return replace(reply, state="written", says="", try_at=None, done_at=self._now)
            case _:
                later = put_off(reply, judged.status.text, self._now)
                return replace(later, state="kept back")


def open_of(session: Session) -> Iterator[Reply]:
    """Every answer that is not in the sheet yet, the oldest first."""
    with session.ledger.database.reading() as connection:
        yield from open_replies(connection, session.chapter)


def _as_a_recipe(table: str) -> Recipe:
    """What tells a table of answers, as if it were a recipe without a word of its own."""
    return Recipe(
        id=ANSWERS,
        name="Answers by link",
        about="",
        row="row",
        table=table,
        where=(),
        rows="visible",
        steps=(),
        status=None,
        limits=Limits(),
        schedule=None,
        path=Path(),
        fingerprint="",
    )
