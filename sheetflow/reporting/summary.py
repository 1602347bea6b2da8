"""The honest summary of a run: what went out, what needs a person, what nobody can know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sheetflow.packed import Texts
from sheetflow.reporting.groups import (
    LONGEST_HALT,
    Reason,
    Reasons,
    Someone,
    counted,
    messages,
    one_line,
    row_in_words,
)
from sheetflow.values import Noop, Outcome, State, Word

if TYPE_CHECKING:
    from sheetflow.runner.running import Run

NAMED = 20
"""How many people are named for one reason; `sheetflow history` names everybody."""

_PRESSING = (Word.NOT_SURE, Word.NEEDS_YOU, Word.WAITING, Word.SENT, Word.DONE, Word.SKIPPED)
_NONE = 255
"""The rank of what needs no word."""

_HEADINGS = {
    Word.NOT_SURE: "NOT SURE WHETHER IT WENT OUT (it is not repeated until a person says so)",
    Word.NEEDS_YOU: "NEEDS A PERSON",
    Word.WAITING: "WAITS FOR A PERSON, OR FOR TIME",
}


@dataclass(frozen=True)
class Summary:
    """What became of a plan. Each person counts once, by the most pressing thing said of them.

    `unchanged` are people of whom everything was done before, `unreached` changes that the run did
    not come to.
    """

    people: Counter[Word]
    messages: int
    reasons: tuple[Reason, ...]
    unchanged: int
    left_out: int
    unreached: int

    def needing(self, word: Word) -> tuple[Reason, ...]:
        """The reasons behind one of the words that wait for somebody or something."""
        return tuple(reason for reason in self.reasons if reason.word is word)


def summarize(outcomes: Sequence[Outcome], *, left_out: int = 0, planned: int = 0) -> Summary:
    """Count what happened. `planned` is the number of changes that the plan had."""
    found = _Pressing(outcomes)
    return Summary(
        people=Counter(_PRESSING[rank] for rank in found.ranks if rank != _NONE),
        messages=found.messages,
        reasons=found.reasons(outcomes),
        unchanged=found.ranks.count(_NONE),
        left_out=left_out,
        unreached=max(planned - found.reached, 0),
    )


def run_summary(run: Run, *, rehearsed: bool = False) -> str:
    """A run in words: counts, who needs a person and why, what nobody can know, where to look.

    A rehearsed one told no row of the real table, so nobody is sent there.
    """
    lines = [*_lines(run, summary_of(run))]
    if not (rehearsed or run.plan.halted):
        table = one_line(run.plan.table)
        lines += ["", f'Where to look: each row of "{table}" says what happened to it.']
    return "\n".join(lines)


def summary_of(run: Run) -> Summary:
    """What became of a run's plan."""
    return summarize(run.outcomes, left_out=len(run.plan.left_out), planned=len(run.plan.changes))


def _lines(run: Run, found: Summary) -> Iterator[str]:
    plan = run.plan
    yield f"{one_line(plan.name)} (recipe {plan.recipe}):"
    if plan.halted:
        yield f"  Nothing was done: {one_line(plan.halted, LONGEST_HALT)}"
    else:
        yield from (f"  {line}" for line in _counts(found))
    for word, heading in _HEADINGS.items():
        reasons = found.needing(word)
        yield from ("", heading) if reasons else ()
        for reason in reasons:
            yield f"  {counted(len(reason.people), 'person', 'people')}: {reason.text}"
            yield f"    {_names(reason)}"
    yield from _remarks(run, found)


def _counts(found: Summary) -> Iterator[str]:
    if not (found.people or found.unchanged or found.left_out):
        yield "There is nobody in the table."
    for word in _PRESSING:
        if count := found.people[word]:
            more = f", {counted(found.messages, 'message')}" if word is Word.SENT else ""
            yield f"{word}: {counted(count, 'person', 'people')}{more}"
    if found.messages and not found.people[Word.SENT]:
        yield f"{counted(found.messages, 'message')} went out"
    if found.unchanged:
        yield f"Done before: {counted(found.unchanged, 'person', 'people')}"
    if found.left_out:
        yield f"Left out by the recipe: {counted(found.left_out, 'person', 'people')}"


def _remarks(run: Run, found: Summary) -> Iterator[str]:
    if run.untold:
        yield from ("", f"The sheet could not be told: {run.untold} The next run tells it.")
    if run.remarks:
        yield from ("", *run.remarks)
    if found.unreached:
        what = counted(found.unreached, "change was", "changes were")
        why = "The run was stopped" if run.interrupted else "An earlier step did not get through"
        yield from ("", f"{why}: {what} not made. The next run looks at them again.")


class _Pressing:
    """By person, the word that matters most; none where there was nothing left to do."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        self.ranks = bytearray()
        self.messages = self.reached = 0
        self._rows = Texts()
        for outcome in outcomes:
            self.messages += _went_out(outcome)
            self.reached += outcome.entry.change is not None
            row = self._rows.add(row_in_words(outcome.entry.key))
            if row == len(self.ranks):
                self.ranks.append(_NONE)
            self.ranks[row] = min(self.ranks[row], _rank(outcome))

    def reasons(self, outcomes: Iterable[Outcome]) -> tuple[Reason, ...]:
        """Why somebody waits, each person by the first outcome that says their word."""
        found, left = Reasons(), bytearray(self.ranks)
        waiting = any(_PRESSING[rank].stops for rank in {*self.ranks} - {_NONE})
        for outcome in outcomes if waiting else ():
            row = self._rows.add(row_in_words(outcome.entry.key))
            if left[row] == _rank(outcome) != _NONE:
                left[row] = _NONE
                if outcome.status.word.stops:
                    someone = Someone(outcome.entry.key.ref, outcome.entry.who)
                    found.add(outcome.status.text, outcome.status.word, someone)
        return found.found()


def _rank(outcome: Outcome) -> int:
    deed = outcome.entry.deed
    is_quiet = isinstance(deed, Noop) and deed.quiet
    return _NONE if is_quiet else _PRESSING.index(outcome.status.word)


def _went_out(outcome: Outcome) -> int:
    """How many messages went out by it."""
    change = outcome.entry.change
    return messages(change) if change is not None and outcome.state is State.DONE else 0


def _names(reason: Reason) -> str:
    more = len(reason.people) - NAMED
    names = ", ".join(map(str, reason.people[:NAMED]))
    return f"{names} and {more:,} more" if more > 0 else names
