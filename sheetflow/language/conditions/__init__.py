"""Who a recipe is about: conditions on a row's cells, and the first reason why it is not that row.

where:
  Coach: is empty
  Status: is empty or New
  Starts: [is after 2026-03-01, is before 2026-06-01]
  any of:
    - Region: is North
    - Languages: contains Welsh
  expression: volunteer.age > volunteer.minimum
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from sheetflow.errors import RowStopped
from sheetflow.language.conditions.phrases import Kind, Phrase
from sheetflow.language.position import Position
from sheetflow.language.written import as_text, clean
from sheetflow.values import Cell, Status

if TYPE_CHECKING:
    from sheetflow.language.templating import Expression

SHOWN = 40
"""Characters of a cell that a reason repeats."""


@dataclass(frozen=True)
class Condition:
    """What one column's cell must be."""

    column: str
    phrase: Phrase
    position: Position


@dataclass(frozen=True)
class ExpressionCondition:
    """A Jinja expression that must be true."""

    expression: Expression
    position: Position


@dataclass(frozen=True)
class AnyOf:
    """Alternatives: all conditions of at least one of them must hold."""

    alternatives: tuple[Where, ...]
    position: Position


Where: TypeAlias = tuple[Condition | AnyOf | ExpressionCondition, ...]
"""Conditions that must all hold."""

EVERYONE: Where = ()
"""`where: everyone`."""

Read: TypeAlias = Callable[[str, Kind | None], Cell]
"""Gives the cell of a column, read as a kind, or as the column is declared."""


@dataclass(frozen=True)
class Reason:
    """Why a row is not selected, in words. `status` is set when a person must settle it first."""

    column: str
    text: str
    status: Status | None = None


def first_reason(
    where: Where, read: Read, context: Callable[[], Mapping[str, Any]], now: datetime
) -> Reason | None:
    """The first condition that does not hold, in the order written; None if all hold.

    A condition that cannot be judged, because its cell needs a person, is the reason only when
    every other condition holds. `context` is called for expressions alone; `now` carries a zone.
    """
    undecided: Reason | None = None
    for condition in where:
        reason = _judge(condition, read, context, now)
        if reason is not None and reason.status is None:
            return reason
        undecided = undecided or reason
    return undecided


def _judge(
    condition: Condition | AnyOf | ExpressionCondition,
    read: Read,
    context: Callable[[], Mapping[str, Any]],
    now: datetime,
) -> Reason | None:
    match condition:
        case Condition():
            return _judge_cell(condition, read, now)
        case ExpressionCondition(expression):
            return _judge_expression(expression, context)
        case AnyOf(alternatives):
            return _judge_alternatives(alternatives, read, context, now)


def _judge_cell(condition: Condition, read: Read, now: datetime) -> Reason | None:
    column, phrase = condition.column, condition.phrase
    cell = _cell(column, phrase, read)
    if cell.problem is not None:
        return Reason(column, str(cell.problem), cell.problem)
    seen = _as_seen(cell) if phrase.kind is None else cell.value
    # "Bo" may be the name in the cell, or the id of Bo's row; "is not Bo" must hold for both.
    agree = all if phrase.negated else any
    if agree(phrase.holds(value, now) for value in (seen, cell.value)):
        return None
    return Reason(column, _why_not(column, seen, phrase))


def _cell(column: str, phrase: Phrase, read: Read) -> Cell:
    """The cell as the phrase needs it; where it needs a moment, a day will do."""
    cell = read(column, phrase.kind)
    if cell.problem is not None and phrase.kind == "date and time":
        day = read(column, "date")
        return cell if day.problem is not None else day
    return cell


def _as_seen(cell: Cell) -> Any:
    """A text as a person sees it: "Bo", where the cell's value may be the id of Bo's row."""
    return cell.raw if isinstance(cell.value, str) and isinstance(cell.raw, str) else cell.value


def _judge_expression(
    expression: Expression, context: Callable[[], Mapping[str, Any]]
) -> Reason | None:
    try:
        holds = expression.holds(context())
    except RowStopped as stopped:
        return Reason("", str(stopped.status), stopped.status)
    return None if holds else Reason("", f'"{_shortened(expression.text)}" is not true')


def _judge_alternatives(
    alternatives: tuple[Where, ...],
    read: Read,
    context: Callable[[], Mapping[str, Any]],
    now: datetime,
) -> Reason | None:
    reasons = []
    for alternative in alternatives:
        reason = first_reason(alternative, read, context, now)
        if reason is None:
            return None
        reasons.append(reason)
    undecided = next((reason for reason in reasons if reason.status is not None), None)
    return undecided or Reason("", "; ".join(dict.fromkeys(r.text for r in reasons)))


def _why_not(column: str, value: Any, phrase: Phrase) -> str:
    """A sentence without its full stop: 'Coach is "Bo", not empty'."""
    unlike = phrase.unlike()
    return f"{column} is {_shown(value)}" + (f", {unlike}" if unlike else "")


def _shown(value: Any) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return "ticked" if value else "not ticked"
        case str() if not value.strip():
            return "empty"
        case str():
            return f'"{_shortened(value)}"'
        case _:
            return as_text(value)


def _shortened(text: str) -> str:
    text = clean(" ".join(text.split()), lines=False)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1].rstrip()}…"
