"""Expressions that fit no row at all: the recipe's mistake, told once and with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sheetflow.language.conditions import AnyOf, ExpressionCondition, Where
from sheetflow.language.recipe import Recipe, Step
from sheetflow.language.templating import DoesNotFit, Expression
from sheetflow.runner.session import Session
from sheetflow.values import Noop, Plan


@dataclass
class _Tally:
    """What became of an expression so far."""

    worked: bool = False
    said: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Watched(Expression):
    """An expression that keeps count of whether it fits the rows it is asked of."""

    tally: _Tally = field(default_factory=_Tally, compare=False, repr=False)

    def holds(self, context: Mapping[str, Any]) -> bool:
        try:
            found = super().holds(context)
        except DoesNotFit as error:
            self.tally.said.add(error.status.text)
            raise
        self.tally.worked = True
        return found


def watched(make_plan: Callable[[Recipe, Session], Plan], recipe: Recipe, session: Session) -> Plan:
    """The plan that `make_plan` makes; halted where an expression fits none of two or more rows."""
    watch = Watch(recipe)
    return watch.judged(make_plan(watch.recipe, session))


class Watch:
    """A recipe whose expressions are listened to while one plan is made of it."""

    def __init__(self, recipe: Recipe) -> None:
        self._watched: list[_Watched] = []
        self._path = recipe.path
        self.recipe = replace(
            recipe, where=self._where(recipe.where), steps=tuple(map(self._step, recipe.steps))
        )

    def judged(self, plan: Plan) -> Plan:
        """The plan, or, where an expression fits none of two or more rows, one that is halted."""
        for watched in self._watched:
            tally = watched.tally
            if not tally.worked and tally.said and _rows_that_say(tally.said, plan) > 1:
                return replace(
                    plan,
                    entries=(),
                    left_out=(),
                    halted=self._told(watched, min(tally.said)),
                    asks={},
                    asked=(),
                )
        return plan

    def _told(self, watched: _Watched, said: str) -> str:
        use = next(iter(watched.uses), None)
        place = f"{use.file}:{use.line}:{use.column}" if use and use.line else str(self._path)
        return (
            f'{place}: "{watched.text}" fits none of the rows: {said}. Mend the recipe; or say '
            "under columns in sheetflow.yaml what the column holds, such as number or date."
        )

    def _where(self, where: Where) -> Where:
        return tuple(map(self._condition, where))

    def _condition(self, condition: Any) -> Any:
        match condition:
            case ExpressionCondition(expression=expression):
                return replace(condition, expression=self._watch(expression))
            case AnyOf(alternatives=alternatives):
                return replace(condition, alternatives=tuple(map(self._where, alternatives)))
            case _:
                return condition

    def _step(self, step: Step) -> Step:
        found = step.condition
        return step if found is None else replace(step, condition=self._watch(found))

    def _watch(self, found: Expression) -> _Watched:
        watched = _Watched(found.text, found.uses, found.compiled, found.loops)
        self._watched.append(watched)
        return watched


def _rows_that_say(said: set[str], plan: Plan) -> int:
    """How many rows say one of these; two are as good as more."""
    rows: set[str] = set()
    for entry in plan.entries:
        if isinstance(entry.deed, Noop) and entry.deed.reason in said:
            rows.add(entry.key.row)
            if len(rows) > 1:
                break
    return len(rows)
