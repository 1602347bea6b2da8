"""A formula, checked against a table, and its value for a record."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tests.emulators.airtable.formulas import dates, logic, numbers, texts
from tests.emulators.airtable.formulas.functions import FUNCTIONS
from tests.emulators.airtable.formulas.moments import Moment
from tests.emulators.airtable.formulas.parsing import (
    BadFormula,
    Chain,
    Function,
    Literal,
    Negative,
    Node,
    Reference,
    nodes,
    parse,
    references,
)
from tests.emulators.airtable.formulas.values import (
    Broken,
    Failed,
    before,
    bounded,
    number,
    same,
    text,
)

ROOMS = (dates, logic, numbers, texts)
"""The modules that register the functions."""


@lru_cache(maxsize=512)
def parsed(formula: str) -> Node:
    """The tree of a formula, whose functions all exist; raises BadFormula."""
    tree = parse(formula)
    for one in nodes(tree):
        if isinstance(one, Function):
            _check(one)
    return tree


def _check(call: Function) -> None:
    known = FUNCTIONS.get(call.name)
    if known is None:
        raise BadFormula(f"Unknown function: {call.name}")
    if not known.least <= len(call.given) <= known.most:
        raise BadFormula(f"Invalid number of arguments for {call.name}()")
    names_fields = all(isinstance(one, Reference) for one in call.given)
    if call.name == "LAST_MODIFIED_TIME" and not names_fields:
        raise BadFormula("LAST_MODIFIED_TIME() takes only field names")


def checked(formula: str, known: Callable[[str], bool]) -> Node:
    """The tree of a formula whose fields exist, too; raises BadFormula."""
    tree = parsed(formula)
    missing = list(dict.fromkeys(one.name for one in references(tree) if not known(one.name)))
    if missing:
        raise BadFormula(f"Unknown field names: {', '.join(missing).lower()}")
    return tree


@dataclass(frozen=True)
class Place:
    """A record at a time, as a formula sees it."""

    now: Moment
    record_id: str
    created: Moment
    modified_: Callable[[Sequence[str]], Moment | None]
    field_: Callable[[str], Any]

    def modified(self, names: Sequence[str]) -> Moment | None:
        """When one of the fields was changed last."""
        return self.modified_(names)

    def field(self, name: str) -> Any:
        """The value of a field."""
        return self.field_(name)

    def work_out(self, node: Node) -> Any:
        """The value of a part of the formula; raises Failed."""
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, Reference):
            value = self.field(node.name)
            if isinstance(value, Broken):
                raise Failed(value.kind)
            return value
        if isinstance(node, Negative):
            return -number(self.work_out(node.of))
        if isinstance(node, Chain):
            return self._chain(node)
        known = FUNCTIONS[node.name]
        if known.lazy:
            return known.does(self, *node.given)
        return known.does(self, *[self.work_out(one) for one in node.given])

    def _chain(self, chain: Chain) -> Any:
        if chain.rest[0][0] == "&":
            parts = [chain.first, *(node for _, node in chain.rest)]
            return bounded("".join(text(self.work_out(one)) for one in parts))
        value = self.work_out(chain.first)
        for operator, node in chain.rest:
            value = _applied(operator, value, self.work_out(node))
        return value


def _applied(operator: str, left: Any, right: Any) -> Any:
    if operator in "+-*/":
        return numbers.combined(operator, left, right)
    if operator in {"=", "!="}:
        return same(left, right) is (operator == "=")
    equal = operator.endswith("=")
    if operator.startswith("<"):
        return before(left, right, equal=equal)
    return before(right, left, equal=equal)


def value_of(tree: Node, place: Place) -> Any:
    """The value of a formula; Broken where it fails."""
    try:
        value = place.work_out(tree)
    except Failed:
        return Broken()
    if isinstance(value, str) and not value:
        return None
    return value


def as_json(value: Any) -> Any:
    """A formula's value as a cell of the API; None for blank."""
    if isinstance(value, Broken):
        return {"error": value.kind}
    if isinstance(value, Moment):
        told = value.iso()
        return told[:10] if value.day_only and told.endswith("T00:00:00.000Z") else told
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and not math.isfinite(value):
        return {"specialValue": text(value)}
    if isinstance(value, list):
        return [as_json(one) for one in value if one is not None]
    return value
