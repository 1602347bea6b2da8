"""A Recipe and its rows become a Plan. Reads only; the plan is a value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from sheetflow.errors import RowStopped
from sheetflow.language.recipe import Recipe, Step
from sheetflow.ledger.records import Approval, Record
from sheetflow.plugin.action import Action, Past, Work
from sheetflow.runner.asking import asked_in
from sheetflow.runner.awaiting import without_what_awaits_in_vain
from sheetflow.runner.forgotten import Doubts
from sheetflow.runner.gate import hold_back
from sheetflow.runner.needs import expect_tables, require_columns
from sheetflow.runner.occasions import Occasion, joined, occasion_of
from sheetflow.runner.renamed import news_of_steps, steps_question, table_question
from sheetflow.runner.selecting import Records, select
from sheetflow.runner.session import Session
from sheetflow.runner.underway import Underway
from sheetflow.runner.wishes import Wishes, as_confirmed
from sheetflow.spool import Spool
from sheetflow.tables import statuses
from sheetflow.values import Change, Entry, Key, Noop, Plan, State, Status, Word

Doubt = Literal["", "doubtful", "asked again", "confirmed"]
"""What applying must settle about an earlier try before it hands over."""


def make_plan(recipe: Recipe, session: Session) -> Plan:
    """All that a run of `recipe` would do now, and for everyone else why not."""
    return gated(propose(recipe, session), recipe, session)


def gated(
    plan: Plan, recipe: Recipe, session: Session, *, approval: Approval | None = None
) -> Plan:
    """The plan with what the gate holds back; `approval` stands in for the one in the ledger."""
    entries, notices = hold_back(plan.entries, recipe, session, approval=approval)
    plan = replace(plan, notices=(*plan.notices, *notices))
    if not recipe.approve_rows:
        return replace(plan, entries=entries)
    asks, asked = asked_in(plan.entries, entries, recipe)
    return replace(plan, entries=entries, asks=asks, asked=asked)


def propose(recipe: Recipe, session: Session) -> Plan:
    """The plan as it is before the gate: all that the recipe says, whoever may forbid it."""
    expect_tables(recipe, session)
    table = session.tools.table(recipe.table)
    plan = Plan(
        recipe=recipe.id,
        name=recipe.name,
        fingerprint=recipe.fingerprint,
        chapter=session.chapter,
        table=recipe.table,
        made_at=session.tools.clock.now(),
        entries=(),
        notices=table.notices,
        halted=table.halted or table_question(table, session),
    )
    if plan.halted:
        return plan
    require_columns(recipe, table)
    records = session.ledger.records(session.chapter, recipe.id)
    if unclear := steps_question(recipe, session, records):
        return replace(plan, halted=unclear)
    selection = select(recipe, session, records)
    notices = plan_steps(recipe, selection.going, session, records, selection.stopped)
    return replace(
        plan,
        entries=selection.stopped,
        left_out=selection.left_out,
        notices=(*plan.notices, *news_of_steps(recipe, session, records), *notices),
    )


def plan_steps(
    recipe: Recipe,
    works: Underway,
    session: Session,
    records: Records,
    entries: Spool[Entry],
) -> list[str]:
    """Step by step over all rows, as applying will; a row that stops takes no further step.

    Adds to `entries`, and gives what the steps have to say once.
    """
    notices: list[str] = []
    for step in recipe.steps:
        planner = StepPlanner(step, session, records)
        planner.prepare(works)
        going = Underway(recipe, session)
        for place, work in works.at_step(step.id):
            planned = planner.entries(work)
            entries.extend(planned)
            if step is not recipe.steps[-1] and not planner.stops(planned):
                going.append(place, work.names)
        notices += planner.action.notices if works else ()
        works = going
    return notices


class StepPlanner:
    """Plans one step for one row after the other."""

    def __init__(self, step: Step, session: Session, records: Records) -> None:
        self.step = step
        self.session = session
        self.records = records
        self.action = action_of(step, session)
        self._doubts = Doubts(step, session, self.action)
        self._wished: Wishes | None = None

    def stops(self, planned: Sequence[Entry]) -> bool:
        """Whether a row with these entries takes no further step."""
        return self.step.on_failure != "continue" and any(map(stops, planned))

    def prepare(self, works: Sequence[Work]) -> None:
        """Let an action that wants to see all its rows first see those it will be asked about."""
        if type(self.action).prepare is not Action.prepare:
            self.action.prepare([work for work in works if self._will_ask(work)])

    def entries(self, work: Work) -> list[Entry]:
        """What this step does for the row, and what it gives to the next one."""
        if (work.key.step, work.key.occasion) != (self.step.id, ""):
            work.key = replace(work.key, step=self.step.id, occasion="")
        work.reads, work.awaits = {work.ref}, {}
        records = self._past(work)
        work.before = [past(record) for record in records]
        occasion = self._occasion(work, records)
        if isinstance(occasion, Noop):
            _remember(work, records)
            return [self._entry(work, "", occasion)]
        return [
            self._entry(work, occasion.name, deed, doubt)
            for deed, doubt in self._deeds(work, occasion, records)
        ]

    def _will_ask(self, work: Work) -> bool:
        work.key = replace(work.key, step=self.step.id)
        records = self._past(work)
        if records and all(record.state is State.DONE for record in records):
            return False
        try:
            return self.step.condition is None or self.step.condition.holds(work.context())
        except RowStopped:
            return False

    def deeds(self, work: Work) -> Sequence[Change | Noop]:
        """What the action itself says, or the one reason why it says nothing."""
        try:
            condition = self.step.condition
            if condition is not None and not condition.holds(work.context()):
                return [Noop(f'"if" of this step does not hold: {condition.text}', quiet=True)]
            found = self.action.plan(work)
        except RowStopped as stop:
            return [Noop(stop.status.text, stop.status.word)]
        return [found] if isinstance(found, Change | Noop) else list(found)

    def _occasion(self, work: Work, records: Sequence[Record]) -> Occasion | Noop:
        try:
            return occasion_of(self.step.again, records, work)
        except RowStopped as stop:
            return Noop(stop.status.text, stop.status.word)

    def _deeds(
        self, work: Work, occasion: Occasion, records: Sequence[Record]
    ) -> Iterable[tuple[Change | Noop, Doubt]]:
        _remember(work, occasion.records)
        if occasion.finished and not self.action.revisits:
            return [(_already(occasion.records[-1], work), "")]
        if occasion.name:
            work.key = replace(work.key, occasion=occasion.name)
        found = self.deeds(work)
        if occasion.finished:
            found = [deed for deed in found if isinstance(deed, Change)]
        known = [self._known(deed, occasion, work, records) for deed in found]
        known = without_what_awaits_in_vain(found, known)
        for deed, _ in known:
            work.names.update(deed.gives)
        return known

    def _known(
        self, deed: Change | Noop, occasion: Occasion, work: Work, records: Sequence[Record]
    ) -> tuple[Change | Noop, Doubt]:
        """The deed in the light of what the ledger has of it, and what is doubtful about it."""
        record = self._doubts.or_record(occasion.record(deed.part), deed, work, records)
        if record is None or isinstance(deed, Noop):
            return deed, ""
        match record.state:
            case State.DONE:
                return _already(record, work, part=deed.part), ""
            case State.NOT_KNOWN | State.HANDING_OVER if self._wishes(work).wants_again(work):
                return deed, "asked again"
            case State.NOT_KNOWN | State.HANDING_OVER if self._wishes(work).says_it_came(work):
                return as_confirmed(deed, record, work), "confirmed"
            case State.NOT_KNOWN | State.HANDING_OVER if self._can_find_out and record.attempt:
                return replace(deed, tried_at=record.at), "doubtful"
            case State.NOT_KNOWN | State.HANDING_OVER:
                return Noop(self._wishes(work).doubt(work, record.status), Word.NOT_SURE), ""
            case State.REFUSED | State.WAITING if self._must_wait(record, deed):
                if self._wishes(work).was_cleared(work):
                    return deed, "asked again"
                return _said(record, deed.part), ""
            case _:
                return deed, ""

    def _must_wait(self, record: Record, deed: Change) -> bool:
        if record.state is State.REFUSED:
            return record.content == self._entry_content(deed)
        return _is_for_later(record, self.session.tools.clock.now())

    def _wishes(self, work: Work) -> Wishes:
        if self._wished is None:
            self._wished = Wishes(self.session, work.key.recipe, work.key.table)
        return self._wished

    def _kind(self, change: Change) -> str:
        """Why somebody is written to, if anybody is."""
        return change.kind or self.step.kind or "relationship" if change.to else ""

    @property
    def _can_find_out(self) -> bool:
        return type(self.action).reconcile is not Action.reconcile

    def _entry_content(self, deed: Change) -> str:
        return Entry(Key("", "", "", "", ""), self.step.action, "", deed).content

    def _past(self, work: Work) -> tuple[Record, ...]:
        return self.records.get((self.step.id, work.row.id), ())

    def _entry(self, work: Work, occasion: str, deed: Change | Noop, doubt: Doubt = "") -> Entry:
        change = deed if isinstance(deed, Change) else None
        named = joined(occasion, deed.part)
        return Entry(
            key=replace(work.key, occasion=named) if named != work.key.occasion else work.key,
            action=self.step.action,
            who=work.table.label(work.row),
            deed=deed,
            reads=versions(work) if change else {},
            awaits=(*work.awaits, *change.awaits) if change else (),
            was={column: work.row.cells.get(column) for column in change.cells} if change else {},
            on_failure=self.step.on_failure,
            doubtful=doubt == "doubtful",
            asked_again=doubt == "asked again",
            confirmed=doubt == "confirmed",
            kind=self._kind(change) if change else "",
        )


def action_of(step: Step, session: Session) -> Action[Any]:
    """The action of a step, made anew with its options."""
    found = session.registry.action(step.action)
    return found(found.Options(**step.options), session.tools)


def versions(work: Work) -> dict[Any, str]:
    """A digest of each row that was read, to know later whether it changed."""
    found = {}
    for ref in sorted(work.reads) if len(work.reads) > 1 else work.reads:
        table = work.tools.table(ref.table)
        row = table.row(ref.row)
        found[ref] = table.version(row) if row else ""
    return found


def stops(entry: Entry) -> bool:
    """Whether a row does not get past this entry before a person, or time, has done something."""
    return isinstance(entry.deed, Noop) and entry.deed.word.stops


def _remember(work: Work, records: Sequence[Record]) -> None:
    for record in records:
        if record.state is State.DONE:
            work.names.update(record.gives)


def _already(record: Record, work: Work, part: str = "") -> Noop:
    when = statuses.moment(record.at.astimezone(work.tools.clock.zone))
    return Noop(f"already done {when}", Word.DONE, gives=record.gives, part=part, quiet=True)


def _is_for_later(record: Record, now: datetime) -> bool:
    """Whether a service could not take it just now. What a guard held is for the gate to say."""
    return bool(record.attempt and record.retry_at and record.retry_at > now)


def _said(record: Record, part: str) -> Noop:
    said = record.status or Status(Word.WAITING, "trying again later")
    return Noop(said.text, said.word, part=part, until=record.retry_at)


def past(record: Record) -> Past:
    """What an action may know of a record."""
    occasion, gives = record.key.occasion, record.gives
    return Past(occasion, record.state, record.at, record.data, record.reference, gives)
