"""Why each step happened for a row, or did not: the planner's own answer, told apart by row.

Nothing is decided here a second time: what is chosen, left out, held back or due is what
`make_plan` says; the conditions are put once more to the rows that are asked about, one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sheetflow.language.conditions import (
    AnyOf,
    Condition,
    ExpressionCondition,
    Reason,
    Where,
    first_reason,
)
from sheetflow.language.recipe import Recipe, Step
from sheetflow.ledger.records import STATUS_STEP, Record
from sheetflow.plugin.action import Work
from sheetflow.runner.mistakes import watched
from sheetflow.runner.planning import make_plan
from sheetflow.runner.selecting import Records, before_us
from sheetflow.runner.session import Session
from sheetflow.runner.underway import work_on
from sheetflow.values import Entry, LeftOut, Noop, Plan, Status


class Standing(StrEnum):
    """Where a row stands with a recipe, now."""

    CHOSEN = "chosen"
    LEFT_OUT = "left out"
    STOPPED = "stopped before the first step"
    HALTED = "nothing can be done with the table"
    GONE = "not in the table"


@dataclass(frozen=True)
class Asked:
    """One condition of `where`, put to a row; `reason` is None if it holds."""

    condition: Condition | AnyOf | ExpressionCondition
    reason: Reason | None


@dataclass(frozen=True)
class StepAnswer:
    """One step for one row: what became of it, and what the next run would make of it.

    `records` are the ledger's, the oldest first; `entries` are the plan's. Where the plan has none,
    `behind` is the earlier step that the row stops at.
    """

    step: Step
    records: tuple[Record, ...]
    entries: tuple[Entry, ...]
    behind: str = ""


@dataclass(frozen=True)
class Answer:
    """A recipe and one row: every row is either chosen, or has a `reason`, and never both.

    `status` is set instead of a mere reason where somebody must settle something first. `asked` are
    the conditions in the order written; `told` is what the recipe last had the row say.
    """

    recipe: Recipe
    row: str
    standing: Standing
    reason: str = ""
    status: Status | None = None
    asked: tuple[Asked, ...] = ()
    steps: tuple[StepAnswer, ...] = ()
    told: Record | None = None

    @property
    def first_failed(self) -> Asked | None:
        """The condition that is the reason: the first that fails, or else cannot be judged."""
        failed = [asked for asked in self.asked if asked.reason is not None]
        return next((asked for asked in failed if self._is_for(asked.reason)), None)

    def _is_for(self, reason: Reason | None) -> bool:
        """Whether this is the reason, and not that the row is hidden, or a copy, or done."""
        if reason is None or self.standing not in (Standing.LEFT_OUT, Standing.STOPPED):
            return False
        if reason.status is not None:
            return reason.status == self.status
        return self.status is None and reason.text == self.reason


def answers(recipe: Recipe, session: Session, rows: Collection[str]) -> Mapping[str, Answer]:
    """What the recipe makes of each of these rows, by row id. Reads only."""
    plan = watched(make_plan, recipe, session)
    records = session.ledger.records(session.chapter, recipe.id)
    answering = _Answering(recipe, session, plan, records)
    return {row: answering.answer(row) for row in rows}


@dataclass
class _Answering:
    """A plan and the ledger, looked at row by row."""

    recipe: Recipe
    session: Session
    plan: Plan
    records: Records
    _left_out: Mapping[str, LeftOut] = field(init=False)
    _entries: Mapping[str, list[Entry]] = field(init=False)

    def __post_init__(self) -> None:
        self._left_out = {left.row.row: left for left in self.plan.left_out}
        self._entries = defaultdict(list)
        for entry in self.plan.entries:
            self._entries[entry.key.row].append(entry)

    def answer(self, row: str) -> Answer:
        standing, reason, status = self._standing(row)
        told = self.records.get((STATUS_STEP, row), ())
        return Answer(
            recipe=self.recipe,
            row=row,
            standing=standing,
            reason=reason,
            status=status,
            asked=tuple(self._asked(row)),
            steps=tuple(self._steps(row)),
            told=told[-1] if told else None,
        )

    def _standing(self, row: str) -> tuple[Standing, str, Status | None]:
        if self.plan.halted:
            return Standing.HALTED, self.plan.halted, None
        if row in self._left_out:
            return Standing.LEFT_OUT, self._left_out[row].reason, None
        entries = self._entries.get(row)
        if not entries and self.session.tools.table(self.recipe.table).row(row) is not None:
            return Standing.CHOSEN, "", None  # a meeting that was called off has nothing to come
        if not entries:
            return Standing.GONE, "the row is not in the table", None
        first = entries[0]
        if not first.key.step and isinstance(first.deed, Noop):
            return Standing.STOPPED, first.deed.reason, first.deed.status
        return Standing.CHOSEN, "", None

    def _asked(self, row_id: str) -> Iterator[Asked]:
        row = self.session.tools.table(self.recipe.table).row(row_id)
        if row is None:
            return
        work = work_on(self.recipe, self.session, row)
        if _reason(self.recipe.where, work) is not None:
            ours = [
                record
                for place, some in self.records.items()
                if place[1] == row_id
                for record in some
            ]
            work = before_us(work, ours)
        for condition in self.recipe.where:
            yield Asked(condition, _reason((condition,), work))

    def _steps(self, row: str) -> Iterator[StepAnswer]:
        entries = self._entries.get(row, [])
        stopped_at = ""
        for step in self.recipe.steps:
            mine = tuple(entry for entry in entries if entry.key.step == step.id)
            records = self.records.get((step.id, row), ())
            yield StepAnswer(step, records, mine, "" if mine else stopped_at)
            if any(_stops(entry) for entry in mine):
                stopped_at = step.id


def _reason(where: Where, work: Work) -> Reason | None:
    return first_reason(where, work.cell, work.context, work.tools.clock.now())


def _stops(entry: Entry) -> bool:
    return isinstance(entry.deed, Noop) and (entry.deed.word.stops or bool(entry.deed.guard))
