"""Functions of samples: spread, quantiles, the commonest value, subtotals."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable

from ..values import Value, as_number, as_whole, block, fail
from .maths import numbers
from .registry import FUNCTIONS, function


def _spread(names: str, least: int, rule: Callable[[list[float]], float]) -> None:
    """Registers a function of so many numbers at least; of fewer it is #DIV/0!."""
    name = names.split()[0]

    def found(*values: Value) -> float:
        sample = list(numbers(name, values))
        if len(sample) < least:
            fail("DIVIDE_BY_ZERO", f"Evaluation of function {name} caused a divide by zero error.")
        return rule(sample)

    function(names, 1, None, style="blocks")(found)


_spread("VAR VAR.S", 2, statistics.variance)
_spread("VARP VAR.P", 1, statistics.pvariance)
_spread("STDEVP STDEV.P", 1, statistics.pstdev)


@function("MODE", 1, None, style="blocks")
def _mode(*values: Value) -> float:
    sample = list(numbers("MODE", values))
    commonest = statistics.multimode(sample)
    if not sample or len(commonest) == len(sample):
        fail("N_A", "Function MODE found no value that occurs more than once.")
    return commonest[0]


def _quantile(name: str, values: Value, share: float) -> float:
    ordered = sorted(numbers(name, (block(values),)))
    if not ordered or not 0 <= share <= 1:
        fail("NUM", f"Function {name} parameter 2 value is out of range.")
    at = (len(ordered) - 1) * share
    below, above = ordered[math.floor(at)], ordered[math.ceil(at)]
    return below + (above - below) * (at - math.floor(at))


@function("PERCENTILE PERCENTILE.INC", 2, style="blocks")
def _percentile(values: Value, share: Value) -> float:
    return _quantile("PERCENTILE", values, as_number(block(share).rows[0][0], "PERCENTILE", 2))


@function("QUARTILE QUARTILE.INC", 2, style="blocks")
def _quartile(values: Value, quarter: Value) -> float:
    return _quantile("QUARTILE", values, as_whole(block(quarter).rows[0][0], "QUARTILE", 2) / 4)


_SUBTOTALS = {
    1: "AVERAGE",
    2: "COUNT",
    3: "COUNTA",
    4: "MAX",
    5: "MIN",
    6: "PRODUCT",
    7: "STDEV",
    8: "STDEVP",
    9: "SUM",
    10: "VAR",
    11: "VARP",
}


@function("SUBTOTAL", 2, None, style="blocks")
def _subtotal(code: Value, *values: Value) -> float:
    """Rows that are hidden count as well: a formula does not see them here."""
    number = as_whole(block(code).rows[0][0], "SUBTOTAL")
    name = _SUBTOTALS.get(number - 100 if number > 100 else number)
    if name is None:
        fail("VALUE", f"Function SUBTOTAL parameter 1 value is {number}. It is no function code.")
    return float(FUNCTIONS[name].rule(*values))
