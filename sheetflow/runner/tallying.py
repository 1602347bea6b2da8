"""What a run came to, in figures: how many of which word, how far rows came, who has how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sheetflow.language.recipe import Recipe
from sheetflow.ledger.records import Figures, Funnel, Load
from sheetflow.packed import Texts
from sheetflow.plugin.action import Action
from sheetflow.runner.planning import action_of
from sheetflow.runner.session import Session
from sheetflow.values import Outcome, State, Word

_ENDS = (State.DONE, State.REFUSED, State.NOT_KNOWN)
_REACHED = (State.DONE, State.NOT_KNOWN)
_GOOD = (Word.SENT, Word.DONE)
_HELD, _DONE, _REACHES = 1, 2, 4


@dataclass(frozen=True)
class Tally:
    """How many outcomes say which word, for how many rows something was done, and the pictures."""

    words: Mapping[str, int]
    reached: int
    figures: Figures


def tallied(recipe: Recipe, outcomes: Sequence[Outcome], session: Session) -> Tally:
    """Count the outcomes of a run, going through them once. Call it before the sheet is told."""
    zone = session.tools.clock.zone
    words: Counter[str] = Counter()
    went_out: Counter[tuple[date, str]] = Counter()
    names, rows = Texts(), bytearray()
    for outcome in outcomes:
        word = outcome.status.word
        words[str(word)] += 1
        key, change = outcome.entry.key, outcome.entry.change
        row = names.add(key.row)
        if row == len(rows):
            rows.append(0)
        said = rows[row]
        if word.stops:
            said |= _HELD
        elif word in _GOOD:
            said |= _DONE
        if change is not None and outcome.state in _ENDS:
            if outcome.state is not State.DONE or (outcome.receipt and outcome.receipt.reference):
                went_out[outcome.at.astimezone(zone).date(), str(word)] += 1
            if outcome.state in _REACHED:
                said |= _REACHES
        rows[row] = said
    funnel = Funnel(
        matched=len(rows),
        held=sum(bool(said & _HELD) for said in rows),
        done=sum(said & (_HELD | _DONE) == _DONE for said in rows),
    )
    reached = sum(bool(said & _REACHES) for said in rows)
    return Tally(words, reached, Figures(funnel, went_out, _loads(recipe, outcomes, session)))


def _loads(
    recipe: Recipe, outcomes: Sequence[Outcome], session: Session
) -> Mapping[str, Sequence[Load]]:
    """Who has how many, after this run, for each step that gives rows to somebody."""
    found: dict[str, Sequence[Load]] = {}
    for step in recipe.steps:
        if session.registry.action(step.action).loads is Action.loads:
            continue
        action = action_of(step, session)
        try:
            done = (
                outcome.entry.change
                for outcome in outcomes
                if outcome.entry.key.step == step.id and outcome.state is State.DONE
            )
            table = session.tools.table(recipe.table)
            found[step.id] = action.loads(table, [change for change in done if change is not None])
        finally:
            action.close()
    return found
