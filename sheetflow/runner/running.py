"""One run from end to end: plan, apply, tell the sheet."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from sheetflow.errors import SetupError, TableError
from sheetflow.language.recipe import Recipe
from sheetflow.packed import Texts
from sheetflow.runner.answering import take_in
from sheetflow.runner.applying import Applier
from sheetflow.runner.course import Course, Progress
from sheetflow.runner.identities import Identities
from sheetflow.runner.mistakes import watched
from sheetflow.runner.needs import expect_tables
from sheetflow.runner.planning import make_plan
from sheetflow.runner.session import Opens, Session
from sheetflow.runner.tallying import tallied
from sheetflow.runner.ticking import newly_ticked
from sheetflow.runner.writeback import apply_writeback, plan_writeback
from sheetflow.tables.readings import Readings
from sheetflow.values import Noop, Outcome, Plan, State


@dataclass(frozen=True)
class Run:
    """What a run planned, what became of it, and what the sheet was told.

    `untold` says why the sheet could not be written; the next run tells it. `interrupted` means
    that some of the plan was left for the next run. `remarks` are worth telling whoever runs it.
    """

    recipe: Recipe
    plan: Plan
    outcomes: Sequence[Outcome]
    told: Sequence[Outcome]
    untold: str = ""
    interrupted: bool = False
    remarks: Sequence[str] = ()

    @property
    def failed(self) -> bool:
        """Whether something did not go as planned and somebody should look."""
        bad = (State.REFUSED, State.NOT_KNOWN)
        return bool(self.untold) or any(outcome.state in bad for outcome in self.outcomes)


def plan_recipe(
    recipe: Recipe, workspace: Opens, *, attended: bool = True, readings: Readings | None = None
) -> Plan:
    """What a run would do now. The door is shut: planning only reads.

    What is read of tables elsewhere is kept in `readings`.
    """
    with workspace.open_session(may_write=False, attended=attended, readings=readings) as session:
        return watched(make_plan, recipe, session)


def run(
    recipe: Recipe,
    workspace: Opens,
    *,
    plan: Plan | None = None,
    progress: Progress = lambda _outcome, _count, _all: None,
    stop: threading.Event | None = None,
    attended: bool = True,
    readings: Readings | None = None,
) -> Run:
    """Apply `plan`, or one made now, and tell the sheet.

    A plan that somebody looked at is applied to a fresh reading. With `readings`, or where the plan
    is made here, tables elsewhere that were read for the plan a moment ago are not read again.
    Answers to messages that wait for the sheet are written first: a row that changes by one since
    its plan was made is left for the next run.

    Whoever sets `stop` ends the run early but in order: what is being handed over is finished, and
    the sheet is told. A run that is not `attended` was started by the clock, and nobody saw its
    plan: then the recipe must have been switched on.

    Raises SetupError when the plan is of another recipe or of another version of it, TableBusy when
    the table cannot be written now, LedgerError when the ledger cannot: then nothing goes out.
    """
    if take_in(workspace).tables:
        readings = None
    if plan is None:
        readings = Readings()
        plan = plan_recipe(recipe, workspace, attended=attended, readings=readings)
    _must_fit(recipe, plan)
    with workspace.open_session(may_write=True, attended=attended, readings=readings) as session:
        expect_tables(recipe, session)
        return _applied(recipe, plan, session, progress, stop or threading.Event())


def _must_fit(recipe: Recipe, plan: Plan) -> None:
    if (plan.recipe, plan.fingerprint) != (recipe.id, recipe.fingerprint):
        raise SetupError(
            f'This plan was made from another version of the recipe "{recipe.id}".',
            hint="Make a new plan, look at it, and apply that one.",
        )


def _applied(
    recipe: Recipe, plan: Plan, session: Session, progress: Progress, stop: threading.Event
) -> Run:
    table = session.tools.table(recipe.table)
    table.ready()
    shared = _writes_what_people_write(recipe, session)
    if plan.changes and table.claims_first(shared=shared):
        table.claim(_to_be_told(plan))
    with session.ledger.applying(f"run {recipe.id}") as applying:
        run_id = applying.begin(plan.recipe, plan.chapter, plan.fingerprint, plan.made_at)
        applying.keep_messages(session.tools.policy.keep_messages)
        # Before anybody is written to: their ids may never get into the sheet.
        identities = Identities(table, plan.chapter, applying)
        identities.remember(entry.key.row for entry in plan.changes)
        if recipe.approve_rows:
            ticked = newly_ticked(recipe, session)
            applying.remember_ticks(plan.chapter, plan.table, recipe.id, ticked)
        course = Course(recipe, plan, session, applying, run_id, progress, stop)
        outcomes = Applier(course).apply()
        remarks = tuple(sorted(course.remarks))
        del course  # with all that its guards counted: telling needs the room
        tally = tallied(recipe, outcomes, session)
        telling = plan_writeback(recipe, plan, outcomes, session)
        try:
            told = apply_writeback(
                telling, recipe, session, applying, run_id, identities=identities
            )
            untold = ""
        except TableError as error:
            told, untold = [], str(error)
        applying.end(run_id, tally.words, reached=tally.reached, figures=tally.figures)
    return Run(recipe, plan, outcomes, told, untold, stop.is_set(), remarks)


def _to_be_told(plan: Plan) -> Texts:
    """The rows that a run of the plan has something to say to."""
    return Texts(
        entry.key.row
        for entry in plan.entries
        if not (isinstance(entry.deed, Noop) and entry.deed.quiet)
    )


def _writes_what_people_write(recipe: Recipe, session: Session) -> bool:
    """Whether a step writes columns in which a person's newer value must be seen: at the end."""
    words = session.registry.actions
    return any(words[step.action].writes(step.options) for step in recipe.steps)
