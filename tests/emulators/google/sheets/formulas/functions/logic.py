"""Functions of truth, of errors, and of what kind a value is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..values import Block, Error, Scalar, Trouble, Value, as_number, as_truth, fail, flat
from .registry import function

if TYPE_CHECKING:
    from ..evaluating import Evaluator
    from ..reading import Node

    Nodes = tuple[Node, ...]


@function("IF", 2, 3, style="lazy")
def _if(here: Evaluator, nodes: Nodes) -> Value:
    condition = here.value(nodes[0])
    if here.array and isinstance(condition, Block):
        otherwise = here.value(nodes[2]) if len(nodes) > 2 else False
        return here.spread(
            lambda test, yes, no: yes if as_truth(test) else no,
            [condition, _kept(here, nodes[1]), otherwise],
        )
    if as_truth(here.single(condition)):
        return _outcome(here, nodes[1])
    return _outcome(here, nodes[2]) if len(nodes) > 2 else False


def _kept(here: Evaluator, node: Node) -> Value:
    """A value in which an error is kept: the rows that do not choose it do not mind."""
    try:
        return here.value(node)
    except Trouble as trouble:
        return trouble.error


def _outcome(here: Evaluator, node: Node) -> Value:
    return here.value(node)


@function("IFS", 2, None, style="lazy")
def _ifs(here: Evaluator, nodes: Nodes) -> Value:
    if len(nodes) % 2:
        fail("N_A", "Wrong number of arguments to IFS. Expected an even number of arguments.")
    for test, found in zip(nodes[::2], nodes[1::2], strict=True):
        if as_truth(here.scalar(test)):
            return _outcome(here, found)
    return fail("N_A", "No match.")


@function("SWITCH", 3, None, style="lazy")
def _switch(here: Evaluator, nodes: Nodes) -> Value:
    wanted, rest = here.scalar(nodes[0]), nodes[1:]
    for case, found in zip(rest[::2], rest[1::2], strict=False):
        if here.scalar(case) == wanted:
            return _outcome(here, found)
    if len(rest) % 2:
        return _outcome(here, rest[-1])
    return fail("N_A", "Did not find a match in SWITCH.")


@function("IFERROR", 1, 2, style="lazy")
def _iferror(here: Evaluator, nodes: Nodes) -> Value:
    return _unless(here, nodes, lambda error: True)


@function("IFNA", 1, 2, style="lazy")
def _ifna(here: Evaluator, nodes: Nodes) -> Value:
    return _unless(here, nodes, lambda error: error.kind == "N_A")


def _unless(here: Evaluator, nodes: Nodes, test: Any) -> Value:
    try:
        found = here.value(nodes[0])
        found = found if here.array else here.single(found) if _cells(found) else found
    except Trouble as trouble:
        found = trouble.error
    if isinstance(found, Error):
        return (here.value(nodes[1]) if len(nodes) > 1 else None) if test(found) else _raise(found)
    if isinstance(found, Block) and any(isinstance(each, Error) and test(each) for each in found):
        instead = here.scalar(nodes[1]) if len(nodes) > 1 else None
        rows = (
            tuple(instead if isinstance(each, Error) and test(each) else each for each in row)
            for row in found.rows
        )
        return Block(tuple(rows), found.area)
    return found


def _cells(value: Value) -> bool:
    return isinstance(value, Block) and value.area is not None


def _raise(error: Error) -> Value:
    raise Trouble(error)


def _truths(name: str, values: tuple[Value, ...]) -> list[bool]:
    """The truth of each value; texts in cells and empty cells do not count."""
    found = []
    for value in values:
        for each in flat([value]):
            if isinstance(value, Block) and (each is None or isinstance(each, str)):
                continue
            found.append(as_truth(each))
    if not found:
        fail("VALUE", f"Function {name} has no truth values.")
    return found


@function("AND", 1, None, style="blocks")
def _and(*values: Value) -> bool:
    return all(_truths("AND", values))


@function("OR", 1, None, style="blocks")
def _or(*values: Value) -> bool:
    return any(_truths("OR", values))


@function("XOR", 1, None, style="blocks")
def _xor(*values: Value) -> bool:
    return sum(_truths("XOR", values)) % 2 == 1


@function("NOT", 1)
def _not(value: Scalar) -> bool:
    return not as_truth(value)


@function("TRUE", 0)
def _true() -> bool:
    return True


@function("FALSE", 0)
def _false() -> bool:
    return False


@function("NA", 0)
def _na() -> Value:
    fail("N_A", "Error")


def _test(name: str, rule: Any) -> None:
    function(name, 1, sees_errors=True)(rule)


def _is_number(value: Scalar) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_test("ISBLANK", lambda value: value is None)
_test("ISNUMBER", _is_number)
_test("ISTEXT", lambda value: isinstance(value, str))
_test("ISNONTEXT", lambda value: not isinstance(value, str))
_test("ISLOGICAL", lambda value: isinstance(value, bool))
_test("ISERROR", lambda value: isinstance(value, Error))
_test("ISERR", lambda value: isinstance(value, Error) and value.kind != "N_A")
_test("ISNA", lambda value: isinstance(value, Error) and value.kind == "N_A")
_test("ISDATE", lambda value: _is_number(value))


@function("ISEVEN", 1)
def _iseven(value: Scalar) -> bool:
    return math.floor(abs(as_number(value, "ISEVEN"))) % 2 == 0


@function("ISODD", 1)
def _isodd(value: Scalar) -> bool:
    return math.floor(abs(as_number(value, "ISODD"))) % 2 == 1


@function("ISFORMULA", 1, style="lazy")
def _isformula(here: Evaluator, nodes: Nodes) -> bool:
    area = here.area(nodes[0])
    has_formula = getattr(here.book, "has_formula", None)
    return bool(has_formula and has_formula(area.sheet, area.top, area.left))


@function("ISREF", 1, style="lazy")
def _isref(here: Evaluator, nodes: Nodes) -> bool:
    try:
        here.area(nodes[0])
    except Trouble:
        return False
    return True


@function("N", 1)
def _n(value: Scalar) -> float:
    return as_number(value) if not isinstance(value, str) else 0.0


@function("CHOOSE", 2, None, style="lazy")
def _choose(here: Evaluator, nodes: Nodes) -> Value:
    at = int(as_number(here.scalar(nodes[0]), "CHOOSE"))
    if not 1 <= at < len(nodes):
        fail("NUM", f"Function CHOOSE parameter 1 value is {at}. It is out of range.")
    return here.value(nodes[at])
