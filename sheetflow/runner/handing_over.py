"""One worker on its way through a step: the last questions, the intents, the deeds, the outcomes.

A worker that takes several entries together has as many in hand as it has lanes. Their intents are
durable in one commit, each as a line of its own, before the first of their deeds is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from sheetflow.errors import LedgerError, NotAllowed, RowStopped
from sheetflow.language.recipe import Step
from sheetflow.ledger.lanes import Lane, hand_over_together
from sheetflow.ledger.moves import Intent
from sheetflow.ledger.refusals import NotHandedOver
from sheetflow.plugin.action import Action
from sheetflow.plugin.links import NAME as ANSWERS
from sheetflow.runner.course import Course
from sheetflow.runner.doing import Result, ask, became, do
from sheetflow.runner.filling import filled
from sheetflow.runner.freshness import changed_since
from sheetflow.runner.outcomes import Stream
from sheetflow.tables import statuses
from sheetflow.values import Entry, Outcome, Receipt, State, Status, Word

Numbered = tuple[int, Entry]
"""An entry, with its place in the plan."""


@dataclass
class Worker:
    """Takes entries of one step through, so many at a time as it has lanes."""

    course: Course
    step: Step
    action: Action[Any]
    lanes: Sequence[Lane]
    stream: Stream
    _has_deed: bool = field(init=False)
    _asks_plugins: bool = field(init=False)
    _planned_anew: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._has_deed = type(self.action).apply is not Action.apply
        hook = self.course.session.registry.hook.before_apply
        self._asks_plugins = bool(hook.get_hookimpls())

    def work(self, waiting: Iterable[Numbered]) -> None:
        """Take all of them through. Raises LedgerError when the ledger cannot be written."""
        ready = self._ready(waiting)
        while some := list(islice(ready, len(self.lanes))):
            self._hand_over(some)

    def _ready(self, waiting: Iterable[Numbered]) -> Iterator[Numbered]:
        """Those that nothing speaks against; what became of the others is noted."""
        for place, entry in waiting:
            if self.course.is_over:
                return
            if not self.course.passes_by(entry):
                asked = self._asked(place, entry)
                if asked is not None:
                    yield place, asked

    def _asked(self, place: int, entry: Entry) -> Entry | None:
        """The entry as it goes out, if nothing speaks against it now."""
        course = self.course
        before = self._done_before(entry)
        if before is not None:
            self._conclude(place, before, remember=False, stop=False)
            return None
        changed = changed_since(entry, course.session)
        if changed is not None:
            self._conclude(place, changed, remember=False)
            return None
        if entry.asked_again:
            course.applying.settle(entry, State.WAITING, None, None, course.now())
        elif entry.doubtful and not self._found_absent(place, entry):
            return None
        try:
            entry = self._filled(place, entry)
        except RowStopped as stop:
            self._conclude(place, course.outcome(entry, stop.status, State.WAITING))
            return None
        held = course.gate.ask(entry)
        if held is None:
            return entry
        course.hold(entry)
        outcome = course.outcome(entry, held.status, State.WAITING)
        self._conclude(place, replace(outcome, retry_at=held.until), stop=False)
        return None

    def _hand_over(self, some: Sequence[Numbered]) -> None:
        """Make the intents durable, do the deeds, and note what became of them."""
        going = list(zip(some, self.lanes, strict=False))
        if self._has_deed:
            wanted = [(lane, self._intent(entry)) for (_, entry), lane in going]
            refused = hand_over_together(wanted)
            going = [
                ((place, entry), lane)
                for ((place, entry), lane), why in zip(going, refused, strict=True)
                if why is None or self._goes_anyway(place, entry, lane, why)
            ]
        stopped = [self._stopped_by_plugin(entry) for (_, entry), _ in going]
        doing = [
            self.course.as_it_goes_out(entry)
            for ((_, entry), _), why in zip(going, stopped, strict=True)
            if why is None
        ]
        results = iter(do(self.action, doing) if doing else ())
        for ((place, entry), lane), outcome in zip(going, stopped, strict=True):
            found = self._became(entry, next(results)) if outcome is None else outcome
            self._conclude(place, found, lane=lane)

    def _intent(self, entry: Entry) -> Intent:
        course = self.course
        return Intent(entry, course.run, course.now(), memory(entry), course.reach(entry))

    def _goes_anyway(self, place: int, entry: Entry, lane: Lane, why: LedgerError) -> bool:
        """Whether it goes out although the ledger refused: it was turned down and mended since.

        Otherwise what the ledger knows is its outcome.
        """
        if not isinstance(why, NotHandedOver):
            raise why
        record = why.record
        if record.state is not State.REFUSED or record.content == entry.content:
            known = record.status or statuses.not_sure(entry.who, self._again)
            self._conclude(place, self.course.outcome(entry, known, None), lane=lane)
            return False
        self.course.applying.settle(entry.key, State.WAITING, None, None, self.course.now())
        intent = self._intent(entry)
        lane.hand_over(entry, run=intent.run, at=intent.at, data=intent.data, reach=intent.reach)
        return True

    def _stopped_by_plugin(self, entry: Entry) -> Outcome | None:
        """Tell the plugins what is about to be done; one that fails stops it."""
        if not self._asks_plugins:
            return None
        try:
            self.course.session.registry.hook.before_apply(entry=entry)
        except Exception as error:  # noqa: BLE001 - nothing was done yet, whatever it was
            text = f"a plugin stopped this ({type(error).__name__})"
            return self.course.outcome(entry, Status(Word.NEEDS_YOU, text), State.WAITING)
        return None

    def _became(self, entry: Entry, result: Result) -> Outcome:
        """What became of a deed. Who is not let in stops the whole run."""
        try:
            return became(entry, result, self.course.now(), self._again)
        except NotAllowed as error:
            self.course.stop_everything()
            return self.course.outcome(entry, Status(Word.NEEDS_YOU, error.message), State.WAITING)

    def _done_before(self, entry: Entry) -> Outcome | None:
        """What an entry came to that another run has done since the plan was made."""
        for record in self.course.records.get((entry.key.step, entry.key.row), ()):
            if record.key == entry.key and record.state is State.DONE:
                status = record.status or Status(Word.DONE)
                receipt = Receipt(record.reference, record.gives)
                return replace(self.course.outcome(entry, status, None), receipt=receipt)
        return None

    @property
    def _again(self) -> str:
        """The column in which a person says whether to try once more."""
        return self.course.session.tools.table(self.course.recipe.table).spec.again_column

    def _filled(self, place: int, entry: Entry) -> Entry:
        found = filled(
            entry,
            self.step,
            self.course.session,
            row_name=self.course.recipe.row,
            given=self.course.given.get(entry.key.row, {}),
            records=self.course.records,
        )
        if found is not entry:
            self._planned_anew.add(place)
        return found

    def _found_absent(self, place: int, entry: Entry) -> bool:
        """Whether the service is sure that this never arrived; otherwise it is concluded here."""
        course = self.course
        outcome = ask(self.action, course.as_it_goes_out(entry), course.now(), self._again)
        if outcome is None:
            course.applying.settle(entry, State.WAITING, None, None, course.now())
            return True
        assert outcome.state is not None
        found = (outcome.state, outcome.receipt, outcome.status, outcome.at)
        course.applying.settle(entry, *found, run=course.run)
        self._conclude(place, outcome, remember=False)
        return False

    def _conclude(
        self,
        place: int,
        outcome: Outcome,
        *,
        lane: Lane | None = None,
        remember: bool = True,
        stop: bool = True,
    ) -> None:
        if remember:
            data = memory(outcome.entry)
            (lane or self.lanes[0]).finish(outcome, run=self.course.run, data=data)
        self.stream.note(place, outcome, as_planned=place not in self._planned_anew)
        self.course.conclude(outcome, stop=stop)


def memory(entry: Entry) -> dict[str, Any]:
    """What the next time should know: the cells as they were before, the meeting as it was, and
    what the links of the message mean."""
    change = entry.change
    meeting = change.data.get("meeting") if change else None
    known: dict[str, Any] = {"was": dict(entry.was)} if entry.was else {}
    asked = change.data.get(ANSWERS) if change else None
    return known | ({"meeting": meeting} if meeting else {}) | ({ANSWERS: asked} if asked else {})
