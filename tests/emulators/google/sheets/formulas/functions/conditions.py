"""Functions that count, add up or choose by criteria: COUNTIF, SUMIF and their family."""

from __future__ import annotations

from ..comparing import criterion
from ..values import Block, Scalar, Value, block, checked, fail
from .registry import function


def _first(value: Value) -> Scalar:
    return checked(block(value).rows[0][0])


def _picked(name: str, pairs: tuple[Value, ...]) -> list[int]:
    """The places, counted through the rows, at which every range meets its criterion."""
    if len(pairs) % 2:
        fail("N_A", f"Wrong number of arguments to {name}.")
    ranges = [tuple(block(value)) for value in pairs[::2]]
    if len({len(each) for each in ranges}) > 1:
        fail("VALUE", f"Array arguments to {name} are of different size.")
    tests = [criterion(_first(value)) for value in pairs[1::2]]
    return [
        at
        for at, values in enumerate(zip(*ranges, strict=True))
        if all(test(value) for test, value in zip(tests, values, strict=True))
    ]


def _numbers(values: Value, places: list[int]) -> list[float]:
    found = tuple(block(values))
    chosen = (checked(found[at]) for at in places if at < len(found))
    return [
        float(each) for each in chosen if isinstance(each, (int, float)) and each is not True
        and each is not False
    ]  # fmt: skip


@function("COUNTIF", 2, style="blocks")
def _countif(values: Value, wanted: Value) -> Value:
    if isinstance(wanted, Block) and wanted.height * wanted.width > 1 and wanted.area is None:
        rows = (tuple(_countif(values, each) for each in row) for row in wanted.rows)
        return Block(tuple(rows))
    return float(len(_picked("COUNTIF", (values, wanted))))


@function("COUNTIFS", 2, None, style="blocks")
def _countifs(*pairs: Value) -> float:
    return float(len(_picked("COUNTIFS", pairs)))


@function("SUMIF", 2, 3, style="blocks")
def _sumif(values: Value, wanted: Value, added: Value = None) -> float:
    places = _picked("SUMIF", (values, wanted))
    return sum(_numbers(values if added is None else added, places))


@function("SUMIFS", 3, None, style="blocks")
def _sumifs(added: Value, *pairs: Value) -> float:
    return sum(_numbers(added, _picked("SUMIFS", pairs)))


@function("AVERAGEIF", 2, 3, style="blocks")
def _averageif(values: Value, wanted: Value, added: Value = None) -> float:
    return _average(
        _numbers(values if added is None else added, _picked("AVERAGEIF", (values, wanted)))
    )


@function("AVERAGEIFS", 3, None, style="blocks")
def _averageifs(added: Value, *pairs: Value) -> float:
    return _average(_numbers(added, _picked("AVERAGEIFS", pairs)))


def _average(found: list[float]) -> float:
    if not found:
        fail("DIVIDE_BY_ZERO", "Evaluation of function AVERAGEIF caused a divide by zero error.")
    return sum(found) / len(found)


@function("MINIFS", 3, None, style="blocks")
def _minifs(chosen: Value, *pairs: Value) -> float:
    return min(_numbers(chosen, _picked("MINIFS", pairs)), default=0.0)


@function("MAXIFS", 3, None, style="blocks")
def _maxifs(chosen: Value, *pairs: Value) -> float:
    return max(_numbers(chosen, _picked("MAXIFS", pairs)), default=0.0)
