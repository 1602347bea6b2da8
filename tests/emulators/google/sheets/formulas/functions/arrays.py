"""Functions that give blocks of cells: FILTER, SORT, UNIQUE, SEQUENCE, TRANSPOSE and their like."""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING

from ..comparing import order
from ..values import (
    Block,
    Scalar,
    Value,
    as_number,
    as_truth,
    as_whole,
    block,
    checked,
    fail,
    flat,
)
from .registry import function

if TYPE_CHECKING:
    from ..evaluating import Evaluator
    from ..reading import Node

_LARGEST = 1_000_000


def _whole(value: Value) -> Scalar:
    return checked(block(value).rows[0][0])


@function("ARRAYFORMULA", 1, style="lazy")
def _arrayformula(here: Evaluator, nodes: tuple[Node, ...]) -> Value:
    found = here.whole().value(nodes[0])
    return Block(found.rows) if isinstance(found, Block) else found


@function("TRANSPOSE", 1, style="blocks", whole=True)
def _transpose(values: Value) -> Value:
    return Block(block(values).columns())


@function("FILTER", 2, None, style="blocks", whole=True)
def _filter(values: Value, *conditions: Value) -> Value:
    found = block(values)
    tests = [block(condition) for condition in conditions]
    across = tests[0].height == 1 and found.width == tests[0].width and found.height != 1
    lines = found.columns() if across else found.rows
    if any(len(tuple(test)) != len(lines) for test in tests):
        fail(
            "N_A",
            f"FILTER has mismatched range sizes. Expected row count: {found.height}. "
            f"column count: 1. Actual row count: {tests[0].height}, "
            f"column count: {tests[0].width}.",
        )
    answers = zip(*(tuple(test) for test in tests), strict=True)
    kept = tuple(
        line for line, each in zip(lines, answers, strict=True) if all(_true(one) for one in each)
    )
    if not kept:
        fail("N_A", "No matches are found in FILTER evaluation.")
    return Block(Block(kept).columns() if across else kept)


def _true(value: Scalar) -> bool:
    return not isinstance(value, str) and as_truth(value)


@function("SORT", 1, None, style="blocks", whole=True)
def _sort(values: Value, *keys: Value) -> Value:
    found = block(values)
    columns = []
    for at in range(0, len(keys), 2):
        key = block(keys[at])
        rising = as_truth(_whole(keys[at + 1])) if at + 1 < len(keys) else True
        if key.height == found.height and key.height > 1:
            columns.append((tuple(key), rising))
            continue
        place = as_whole(_whole(key), "SORT", 2)
        if not 1 <= place <= found.width:
            fail("VALUE", f"Function SORT parameter 2 value {place} is out of range.")
        columns.append((found.columns()[place - 1], rising))
    columns = columns or [(column, True) for column in found.columns()]
    places = sorted(range(found.height), key=cmp_to_key(lambda a, b: _before(columns, a, b)))
    return Block(tuple(found.rows[at] for at in places))


def _before(columns: list[tuple[tuple[Scalar, ...], bool]], one: int, other: int) -> int:
    """Empty cells come last, whichever way the others are sorted."""
    for values, rising in columns:
        first, second = order(values[one]), order(values[other])
        if first == second:
            continue
        less = -1 if first < second else 1
        return less if rising or 4 in (first[0], second[0]) else -less
    return 0


@function("UNIQUE", 1, 3, style="blocks", whole=True)
def _unique(values: Value, by_column: Value = False, once: Value = False) -> Value:
    found = block(values)
    lines = found.columns() if as_truth(_whole(by_column)) else found.rows
    keys = [tuple(map(order, line)) for line in lines]
    kept = {}
    for key, line in zip(keys, lines, strict=True):
        if not as_truth(_whole(once)) or keys.count(key) == 1:
            kept.setdefault(key, line)
    if not kept:
        fail("N_A", "No unique values in UNIQUE evaluation.")
    rows = tuple(kept.values())
    return Block(Block(rows).columns() if as_truth(_whole(by_column)) else rows)


@function("SEQUENCE", 1, 4, style="blocks")
def _sequence(rows: Value, columns: Value = 1.0, start: Value = 1.0, step: Value = 1.0) -> Value:
    height, width = as_whole(_whole(rows), "SEQUENCE"), as_whole(_whole(columns), "SEQUENCE", 2)
    if height < 1 or width < 1 or height * width > _LARGEST:
        fail("NUM", "Function SEQUENCE parameter 1 value is out of range.")
    first, by = as_number(_whole(start), "SEQUENCE", 3), as_number(_whole(step), "SEQUENCE", 4)
    return Block(
        tuple(
            tuple(first + by * (row * width + column) for column in range(width))
            for row in range(height)
        )
    )


@function("FLATTEN", 1, None, style="blocks", whole=True)
def _flatten(*values: Value) -> Value:
    return Block(tuple((value,) for value in flat(values)))


@function("ARRAY_CONSTRAIN", 3, style="blocks", whole=True)
def _array_constrain(values: Value, rows: Value, columns: Value) -> Value:
    height, width = as_whole(_whole(rows)), as_whole(_whole(columns))
    return Block(tuple(row[:width] for row in block(values).rows[:height]))


def _stacked(name: str, values: tuple[Value, ...]) -> Value:
    blocks = [block(value) for value in values]
    width = max(each.width for each in blocks)
    gap: Scalar = None
    rows = tuple(row + (gap,) * (width - len(row)) for each in blocks for row in each.rows)
    return Block(rows)


@function("VSTACK", 1, None, style="blocks", whole=True)
def _vstack(*values: Value) -> Value:
    return _stacked("VSTACK", values)


@function("HSTACK", 1, None, style="blocks", whole=True)
def _hstack(*values: Value) -> Value:
    turned = tuple(Block(block(value).columns()) for value in values)
    return Block(block(_stacked("HSTACK", turned)).columns())
