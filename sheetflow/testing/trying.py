"""A test is tried: its recipe runs over the given rows, once more, and at each later moment."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sheetflow.clock import Clock
from sheetflow.errors import SheetflowError
from sheetflow.language.recipe import Recipe
from sheetflow.ledger.replies import Reply
from sheetflow.runner.answering import take_in
from sheetflow.runner.proposing import propose_a_go
from sheetflow.runner.running import Run, plan_recipe, run
from sheetflow.tables.memory_table import MemoryTable, sheet_of
from sheetflow.testing.answering import Inbox
from sheetflow.testing.cases import NOTHING, Case, Turn
from sheetflow.testing.columns import KnownColumns
from sheetflow.testing.comparing import differences
from sheetflow.testing.happening import (
    Guestbook,
    Happened,
    Seen,
    is_in_doubt,
    snapshot,
    what_happened,
)
from sheetflow.testing.roll import Roll
from sheetflow.testing.scene import Difference, Scene
from sheetflow.testing.silence import SILENCE, no_network
from sheetflow.testing.stand_ins import Rehearsal
from sheetflow.testing.standing_in import STAND_INS, losing_mail

MEMORY = "/dev/shm"
"""Where Linux keeps files in memory; waiting for a disk would be most of the time of a test."""


@dataclass(frozen=True)
class TurnResult:
    """One run of a test. `title` says which, and is "" for the first."""

    title: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class CaseResult:
    """What became of a test. `broken` is why it could not be tried to its end."""

    case: Case
    turns: tuple[TurnResult, ...]
    broken: str = ""

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.broken and not any(turn.differences for turn in self.turns)


def try_case(case: Case, recipe: Recipe, workspace: Rehearsal, columns: KnownColumns) -> CaseResult:
    """Try one test, in a folder of its own that is gone afterwards, and without a network."""
    with _folder() as folder, SILENCE.held() as heard:
        stage = _Stage(case, recipe, workspace, columns, Path(folder) / "sheetflow.db")
        turns: list[TurnResult] = []
        try:
            turns.extend(stage.turns())
        except SheetflowError as error:
            return CaseResult(case, tuple(turns), str(error))
        except Exception as error:  # noqa: BLE001 - a plugin's own mistake fails this test alone
            return CaseResult(case, tuple(turns), f"{type(error).__name__}: {error}")
        return CaseResult(case, tuple(turns), str(no_network(heard[0])) if heard else "")


def _folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for one test, in memory where the system has that: it need not outlast a crash."""
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    return tempfile.TemporaryDirectory(prefix="sheetflow-test-", dir=memory)


@dataclass
class _Stage:
    """The tables of one test, as they change from run to run."""

    case: Case
    recipe: Recipe
    workspace: Rehearsal
    columns: KnownColumns
    ledger: Path
    guestbook: Guestbook = field(default_factory=Guestbook)
    inbox: Inbox = field(default_factory=Inbox)
    lost: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.tables = given_tables(self.case, self.columns)
        if not _are_typed(self.case, self.columns.tables[self.recipe.table].go_ahead_column):
            self.recipe = replace(self.recipe, approve_rows=False)  # each tick is given

    def turns(self) -> Iterator[TurnResult]:
        """Each run, and right after it another one that must do nothing."""
        # Once, instead of one in memory for each time that the first run looks.
        replace(self.workspace, remembered_in=self.ledger).ledger(read_only=False).close()
        for count, turn in enumerate(self.case.turns):
            self._between(turn)
            title = f"again, {turn.at:%Y-%m-%d %H:%M}" if count else ""
            yield self._turn(title, turn)
            yield self._turn(f"{title or 'the same'}, a second time", Turn(turn.at, NOTHING))

    def _between(self, turn: Turn) -> None:
        """What people did since the last run."""
        roll = self._roll()
        for table, edits in turn.change.items():
            for edit in edits:
                source = self.tables[table]
                cells = {self._header(table, header): text for header, text in edit.cells.items()}
                source.type_into(roll.number(edit.row, table), cells)
        for table, rows in turn.add.items():
            self.tables[table].add(
                {self._header(table, header): text for header, text in row.cells.items()}
                for row in rows
            )

    def _header(self, table: str, written: str) -> str:
        """The header under which the table has a column that a test may call otherwise."""
        return self.columns.header(table, written, self.tables[table].headers)

    def _turn(self, title: str, turn: Turn) -> TurnResult:
        roll, before = self._roll(), snapshot(self.tables)
        losing = frozenset().union(*map(roll.addresses, turn.not_sure))
        self.lost |= losing
        workspace = self._workspace(turn.at, losing)
        unsaid = tuple(self._answered(turn, roll, workspace))
        answers = self._taken_in(workspace)
        numbers = _numbers(self.recipe, workspace)
        done = self._run(workspace)
        self.inbox.take(done, numbers)
        seen = Seen(done, numbers, before, snapshot(self.tables), answers, self.lost)
        scene = Scene(turn.expect, self._happened(seen), self._roll(), workspace.clock.zone)
        unlost = _unlost(turn, scene, done)
        return TurnResult(title, (*unsaid, *unlost, *differences(scene)))

    def _workspace(self, at: datetime, losing: Collection[str]) -> Rehearsal:
        """The workspace at a moment in which the mails to some addresses are lost."""
        zone = self.workspace.clock.zone
        moment = at if at.tzinfo else at.replace(tzinfo=zone)
        return replace(
            self.workspace,
            clock=Clock.at(moment, zone),
            given=self.tables,
            remembered_in=self.ledger,
            stand_ins=losing_mail(losing) if self.lost else STAND_INS,
        )

    def _answered(self, turn: Turn, roll: Roll, workspace: Rehearsal) -> Iterator[Difference]:
        """Let people answer; what nobody could answer is told."""
        if turn.answered:
            with workspace.ledger(read_only=False) as ledger:
                at = workspace.clock.now()
                yield from self.inbox.answer(turn.answered, roll, ledger, at)

    def _taken_in(self, workspace: Rehearsal) -> Sequence[Reply]:
        """The answers that the sheet was told now, or was not."""
        is_asked = any(turn.answered for turn in self.case.turns)
        return take_in(workspace).replies if is_asked else ()

    def _run(self, workspace: Rehearsal) -> Run:
        if self.recipe.approve_over is not None:
            _give_a_go(self.recipe, workspace)
        return run(self.recipe, workspace, plan=plan_recipe(self.recipe, workspace))

    def _happened(self, seen: Seen) -> Happened:
        is_noted = self.workspace.registry.is_noted  # type: ignore[attr-defined]  # a Rehearsal's
        return what_happened(
            seen,
            tables=self.columns.tables,
            guestbook=self.guestbook,
            noted={step.action for step in self.recipe.steps if is_noted(step.action)},
        )

    def _roll(self) -> Roll:
        return Roll(self.columns.tables, self.recipe.table, snapshot(self.tables))


def _are_typed(case: Case, column: str) -> bool:
    """Whether somebody in a test types into this column of a table."""
    edits = (edit for turn in case.turns for some in turn.change.values() for edit in some)
    return any(column in edit.cells for edit in edits)


def _unlost(turn: Turn, scene: Scene, done: Run) -> Iterator[Difference]:
    """Whoever is said to be in doubt, and got no mail that could be."""
    doubtful = [outcome.entry.change for outcome in done.outcomes if is_in_doubt(outcome)]
    lost = {address.casefold() for change in doubtful if change for address in change.to}
    for name in turn.not_sure:
        addresses = scene.roll.addresses(name)
        if not addresses & lost:
            yield scene.nothing_sent(addresses, name.text, "a mail of which nobody hears")


def _give_a_go(recipe: Recipe, workspace: Rehearsal) -> None:
    """Agree to the plan as it is now: a test is about the recipe, not about who agrees to it."""
    with workspace.open_session(may_write=False) as session:
        asked = propose_a_go(recipe, session, "the test")
    if asked.approval.items:
        with workspace.ledger(read_only=False) as ledger:
            ledger.decisions.approve(asked.plan.chapter, recipe.id, asked.approval)


def given_tables(case: Case, columns: KnownColumns) -> dict[str, MemoryTable]:
    """Every table of the workspace with the rows that the test gives, often none."""
    found = {}
    for name in columns.tables:
        rows = [row.cells for row in case.given.get(name, ())]
        rows_later = [row.cells for turn in case.turns for row in turn.add.get(name, ())]
        headers = columns.headers(name, (header for row in (*rows, *rows_later) for header in row))
        found[name] = MemoryTable(sheet_of([headers]), name)
        found[name].add(rows)
    return found


def _numbers(recipe: Recipe, workspace: Rehearsal) -> dict[str, int]:
    """The number of each row of the recipe's table, by its id."""
    with workspace.open_session(may_write=False) as session:
        rows = session.tools.table(recipe.table).rows
        return {row.id: row.number or 0 for row in rows}
