"""Functions of numbers: sums, counts, roundings, and the like."""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal

from ..values import Block, Error, Scalar, Trouble, Value, as_number, block, checked, fail
from .registry import function


def numbers(name: str, values: tuple[Value, ...]) -> Iterator[float]:
    """The numbers among some values: of cells only real ones, of what is written out all."""
    for place, value in enumerate(values, 1):
        if isinstance(value, Block):
            for each in value:
                if isinstance(checked(each), (int, float)) and not isinstance(each, bool):
                    yield float(each)
        elif value is not None:
            yield as_number(value, name, place)


@function("SUM", 1, None, style="blocks")
def _sum(*values: Value) -> float:
    return math.fsum(numbers("SUM", values))


@function("PRODUCT", 1, None, style="blocks")
def _product(*values: Value) -> float:
    return math.prod(numbers("PRODUCT", values))


@function("AVERAGE", 1, None, style="blocks")
def _average(*values: Value) -> float:
    found = list(numbers("AVERAGE", values))
    if not found:
        fail("DIVIDE_BY_ZERO", "Evaluation of function AVERAGE caused a divide by zero error.")
    return math.fsum(found) / len(found)


@function("MIN", 1, None, style="blocks")
def _min(*values: Value) -> float:
    return min(numbers("MIN", values), default=0.0)


@function("MAX", 1, None, style="blocks")
def _max(*values: Value) -> float:
    return max(numbers("MAX", values), default=0.0)


@function("MEDIAN", 1, None, style="blocks")
def _median(*values: Value) -> float:
    found = list(numbers("MEDIAN", values))
    if not found:
        fail("NUM", "Function MEDIAN needs at least one number.")
    return statistics.median(found)


@function("STDEV STDEV.S", 1, None, style="blocks")
def _stdev(*values: Value) -> float:
    found = list(numbers("STDEV", values))
    if len(found) < 2:
        fail("DIVIDE_BY_ZERO", "Evaluation of function STDEV caused a divide by zero error.")
    return statistics.stdev(found)


@function("COUNT", 1, None, style="blocks", sees_errors=True)
def _count(*values: Value) -> float:
    found = 0
    for value in values:
        for each in block(value):
            if isinstance(each, str) and not isinstance(value, Block):
                found += _counts(each)
            found += isinstance(each, (int, float)) and not isinstance(each, bool)
    return float(found)


def _counts(text: str) -> bool:
    try:
        as_number(text)
    except Trouble:
        return False
    return True


@function("COUNTA", 1, None, style="blocks", sees_errors=True)
def _counta(*values: Value) -> float:
    return float(sum(each is not None for value in values for each in block(value)))


@function("COUNTBLANK", 1, None, style="blocks", sees_errors=True)
def _countblank(*values: Value) -> float:
    return float(sum(each in (None, "") for value in values for each in block(value)))


@function("COUNTUNIQUE", 1, None, style="blocks")
def _countunique(*values: Value) -> float:
    return float(len({each for value in values for each in block(value) if each is not None}))


def _rounded(value: Scalar, places: Scalar, how: str, name: str) -> float:
    number, digits = as_number(value, name), int(as_number(places, name, 2))
    if abs(digits) > 300 or not math.isfinite(number):
        return number
    scaled = Decimal(repr(number)).scaleb(digits)
    return float(scaled.to_integral_value(how).scaleb(-digits))


@function("ROUND", 1, 2)
def _round(value: Scalar, places: Scalar = 0.0) -> float:
    return _rounded(value, places, ROUND_HALF_UP, "ROUND")


@function("ROUNDUP", 1, 2)
def _roundup(value: Scalar, places: Scalar = 0.0) -> float:
    return _rounded(value, places, ROUND_UP, "ROUNDUP")


@function("ROUNDDOWN TRUNC", 1, 2)
def _rounddown(value: Scalar, places: Scalar = 0.0) -> float:
    return _rounded(value, places, ROUND_DOWN, "ROUNDDOWN")


@function("INT", 1)
def _int(value: Scalar) -> float:
    return float(math.floor(as_number(value, "INT")))


def _to_multiple(value: Scalar, step: Scalar, how: str, name: str) -> float:
    size = Decimal(repr(as_number(step, name, 2)))
    if not size:
        return 0.0
    number = Decimal(repr(as_number(value, name)))
    return float((number / size).to_integral_value(how) * size)


@function("CEILING", 1, 2)
def _ceiling(value: Scalar, step: Scalar = 1.0) -> float:
    return _to_multiple(value, step, ROUND_CEILING, "CEILING")


@function("FLOOR", 1, 2)
def _floor(value: Scalar, step: Scalar = 1.0) -> float:
    return _to_multiple(value, step, ROUND_FLOOR, "FLOOR")


@function("MROUND", 2)
def _mround(value: Scalar, step: Scalar) -> float:
    return _to_multiple(value, step, ROUND_HALF_UP, "MROUND")


@function("ABS", 1)
def _abs(value: Scalar) -> float:
    return abs(as_number(value, "ABS"))


@function("SIGN", 1)
def _sign(value: Scalar) -> float:
    number = as_number(value, "SIGN")
    return float((number > 0) - (number < 0))


@function("MOD", 2)
def _mod(value: Scalar, by: Scalar) -> float:
    divisor = as_number(by, "MOD", 2)
    if divisor == 0:
        fail("DIVIDE_BY_ZERO", "Function MOD parameter 2 cannot be zero.")
    return as_number(value, "MOD") % divisor


@function("QUOTIENT", 2)
def _quotient(value: Scalar, by: Scalar) -> float:
    divisor = as_number(by, "QUOTIENT", 2)
    if divisor == 0:
        fail("DIVIDE_BY_ZERO", "Function QUOTIENT parameter 2 cannot be zero.")
    return float(int(as_number(value, "QUOTIENT") / divisor))


@function("PI", 0)
def _pi() -> float:
    return math.pi


@function("RAND", 0)
def _rand() -> float:
    return random.random()


@function("RANDBETWEEN", 2)
def _randbetween(low: Scalar, high: Scalar) -> float:
    first, last = math.ceil(as_number(low)), math.floor(as_number(high))
    if first > last:
        fail("NUM", "Function RANDBETWEEN parameter 2 value is less than parameter 1.")
    return float(random.randint(first, last))


def _plain(name: str, rule: Callable[[float], float]) -> None:
    """Registers a function of one number; what the rule refuses is #NUM!."""

    def found(value: Scalar) -> float:
        try:
            return rule(as_number(value, name))
        except (ValueError, OverflowError):
            fail("NUM", f"Function {name} parameter 1 value is out of range.")

    function(name, 1)(found)


for _name in ("SQRT", "EXP", "SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN", "DEGREES", "RADIANS"):
    _plain(_name, getattr(math, _name.lower()))
_plain("LN", math.log)
_plain("LOG10", math.log10)
_plain("EVEN", lambda x: math.copysign(2 * math.ceil(abs(x) / 2), x))
_plain("ODD", lambda x: math.copysign(2 * math.ceil((abs(x) + 1) / 2) - 1, x or 1))


@function("POWER POW", 2)
def _power(base: Scalar, exponent: Scalar) -> float:
    found = as_number(base, "POWER"), as_number(exponent, "POWER", 2)
    try:
        return math.pow(*found)
    except (ValueError, OverflowError):
        fail("NUM", "Function POWER evaluates to a number that is out of range.")


@function("LOG", 1, 2)
def _log(value: Scalar, base: Scalar = 10.0) -> float:
    try:
        return math.log(as_number(value, "LOG"), as_number(base, "LOG", 2))
    except (ValueError, ZeroDivisionError):
        fail("NUM", "Function LOG parameter 1 value is out of range.")


@function("SUMPRODUCT", 1, None, style="blocks", whole=True)
def _sumproduct(*values: Value) -> float:
    blocks = [block(value) for value in values]
    if len({(each.height, each.width) for each in blocks}) > 1:
        fail("VALUE", "SUMPRODUCT has mismatched range sizes.")
    for each in (value for found in blocks for value in found):
        if isinstance(each, Error):
            raise Trouble(each)
    return math.fsum(
        math.prod(float(x) if isinstance(x, (int, float)) else 0.0 for x in together)
        for together in zip(*blocks, strict=True)
    )


def _ranked(name: str, *, largest: bool) -> None:
    def found(values: Value, place: Value) -> float:
        ordered = sorted(numbers(name, (block(values),)), reverse=largest)
        at = int(as_number(block(place).rows[0][0], name, 2))
        if not 1 <= at <= len(ordered):
            fail("NUM", f"Function {name} parameter 2 value {at} is out of range.")
        return ordered[at - 1]

    function(name, 2, style="blocks")(found)


_ranked("LARGE", largest=True)
_ranked("SMALL", largest=False)


@function("RANK", 2, 3, style="blocks")
def _rank(value: Value, values: Value, rising: Value = None) -> float:
    number = as_number(block(value).rows[0][0], "RANK")
    found = list(numbers("RANK", (block(values),)))
    if number not in found:
        fail("N_A", "Did not find value in RANK evaluation.")
    up = bool(block(rising).rows[0][0])
    return 1.0 + sum(each < number if up else each > number for each in found)
