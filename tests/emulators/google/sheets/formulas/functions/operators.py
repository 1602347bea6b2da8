"""The operators by their names (ADD, EQ ...), LET, and functions that reach outside."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..comparing import compare
from ..reading import Name, Node
from ..values import Scalar, Value, as_number, as_text, fail
from .registry import function

if TYPE_CHECKING:
    from ..evaluating import Evaluator


def _arithmetic(name: str, sign: str) -> None:
    def found(left: Scalar, right: Scalar) -> float:
        from ..evaluating import arithmetic  # which needs the functions first

        return arithmetic(sign, as_number(left, name, 1), as_number(right, name, 2))

    function(name, 2)(found)


def _comparison(name: str, sign: str) -> None:
    function(name, 2)(lambda left, right: compare(sign, left, right))


for _name, _sign in (("ADD", "+"), ("MINUS", "-"), ("MULTIPLY", "*"), ("DIVIDE", "/")):
    _arithmetic(_name, _sign)
for _name, _sign in (
    ("EQ", "="),
    ("NE", "<>"),
    ("GT", ">"),
    ("GTE", ">="),
    ("LT", "<"),
    ("LTE", "<="),
):
    _comparison(_name, _sign)


@function("UMINUS", 1)
def _uminus(value: Scalar) -> float:
    return -as_number(value, "UMINUS")


@function("LET", 3, None, style="lazy")
def _let(here: Evaluator, nodes: tuple[Node, ...]) -> Value:
    """Names for values: LET(x, A1*2, x+1)."""
    if len(nodes) % 2 == 0:
        fail("N_A", "Wrong number of arguments to LET. Expected an odd number of arguments.")
    known = dict(here.known)
    for name, node in zip(nodes[:-1:2], nodes[1::2], strict=True):
        if not isinstance(name, Name):
            fail("NAME", "Argument 1 of function LET is not a valid name.")
        known[name.name.casefold()] = replace(here, known=known).value(node)
    return replace(here, known=known).value(nodes[-1])


@function("IMPORTRANGE", 2)
def _importrange(address: Scalar, cells: Scalar) -> Value:
    """Nobody has allowed access to the other spreadsheet, as at first on the service."""
    fail("REF", "You need to connect these sheets.")


@function("IMAGE SPARKLINE", 1, None, style="lazy")
def _picture(here: Evaluator, nodes: tuple[Node, ...]) -> Value:
    return None


@function("TO_DATE TO_PURE_NUMBER TO_DOLLARS TO_PERCENT", 1)
def _as_it_is(value: Scalar) -> Scalar:
    return value


@function("ISEMAIL", 1)
def _isemail(value: Scalar) -> bool:
    name, _, domain = as_text(value).rpartition("@")
    return bool(name) and "." in domain.strip(".") and " " not in as_text(value)
