"""A test is tried: its recipe runs over the given rows, once more, and at each later moment."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sheetflow.clock import Clock
from sheetflow.errors import SheetflowError
from sheetflow.language.recipe import Recipe
from sheetflow.runner.proposing import propose_a_go
from sheetflow.runner.running import plan_recipe, run
from sheetflow.testing.cases import NOTHING, Case, Expected, Turn
from sheetflow.testing.columns import KnownColumns
from sheetflow.testing.comparing import differences
from sheetflow.testing.happening import Guestbook, Happened, snapshot, what_happened
from sheetflow.testing.roll import Roll
from sheetflow.testing.scene import Difference, Scene
from sheetflow.testing.silence import SILENCE, no_network
from sheetflow.testing.sources import GivenTable
from sheetflow.testing.stand_ins import Rehearsal

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

    def __post_init__(self) -> None:
        self.tables = given_tables(self.case, self.columns)

    def turns(self) -> Iterator[TurnResult]:
        """Each run, and right after it another one that must do nothing."""
        for count, turn in enumerate(self.case.turns):
            self._between(turn)
            title = f"again, {turn.at:%Y-%m-%d %H:%M}" if count else ""
            yield self._turn(title, turn.at, turn.expect)
            yield self._turn(f"{title or 'the same'}, a second time", turn.at, NOTHING)

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

    def _turn(self, title: str, at: datetime, expected: Expected) -> TurnResult:
        happened = self._run(at)
        scene = Scene(expected, happened, self._roll(), self.workspace.clock.zone)
        return TurnResult(title, differences(scene))

    def _run(self, at: datetime) -> Happened:
        zone = self.workspace.clock.zone
        moment = at if at.tzinfo else at.replace(tzinfo=zone)
        workspace = replace(
            self.workspace,
            clock=Clock.at(moment, zone),
            given=self.tables,
            remembered_in=self.ledger,
        )
        numbers = _numbers(self.recipe, workspace)
        recipe = replace(self.recipe, approve_rows=False)  # as somebody's Go, each tick is given
        if recipe.approve_over is not None:
            _give_a_go(recipe, workspace)
        before = snapshot(self.tables)
        done = run(recipe, workspace, plan=plan_recipe(recipe, workspace))
        return what_happened(
            done,
            numbers,
            before,
            snapshot(self.tables),
            tables=self.columns.tables,
            guestbook=self.guestbook,
            noted=[
                step.action
                for step in self.recipe.steps
                if self.workspace.registry.is_noted(step.action)  # type: ignore[attr-defined]  # a Rehearsal's
            ],
        )

    def _roll(self) -> Roll:
        rows = {name: table.rows for name, table in self.tables.items()}
        return Roll(self.columns.tables, self.recipe.table, rows)


def _give_a_go(recipe: Recipe, workspace: Rehearsal) -> None:
    """Agree to the plan as it is now: a test is about the recipe, not about who agrees to it."""
    with workspace.open_session(may_write=False) as session:
        asked = propose_a_go(recipe, session, "the test")
    if asked.approval.items:
        with workspace.ledger(read_only=False) as ledger:
            ledger.decisions.approve(asked.plan.chapter, recipe.id, asked.approval)


def given_tables(case: Case, columns: KnownColumns) -> dict[str, GivenTable]:
    """Every table of the workspace with the rows that the test gives, often none."""
    found = {}
    for name in columns.tables:
        rows = [row.cells for row in case.given.get(name, ())]
        rows_later = [row.cells for turn in case.turns for row in turn.add.get(name, ())]
        headers = columns.headers(name, (header for row in (*rows, *rows_later) for header in row))
        found[name] = GivenTable(name, list(headers))
        found[name].add(rows)
    return found


def _numbers(recipe: Recipe, workspace: Rehearsal) -> Mapping[str, int]:
    """The number of each row of the recipe's table, by its id."""
    with workspace.open_session(may_write=False) as session:
        rows = session.tools.table(recipe.table).rows
        return {row.id: row.number or 0 for row in rows}
