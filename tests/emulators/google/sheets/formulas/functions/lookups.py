"""Functions that find cells: lookups, matches, and where a cell stands."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from ..comparing import compared, order, wildcard
from ..reading import Range, Unreadable, read
from ..references import Area, letters, quoted
from ..values import (
    Block,
    Error,
    Scalar,
    Value,
    as_number,
    as_text,
    as_truth,
    as_whole,
    block,
    checked,
    fail,
)
from .registry import function

if TYPE_CHECKING:
    from ..evaluating import Evaluator
    from ..reading import Node

    Nodes = tuple[Node, ...]


def _one(value: Value) -> Scalar:
    return checked(block(value).rows[0][0])


def _exact(wanted: Scalar, values: tuple[Scalar, ...]) -> int | None:
    """The first place of a value; a text may hold * and ?."""
    if wanted is None:
        return None
    pattern = wildcard(wanted) if isinstance(wanted, str) else None
    for at, value in enumerate(values):
        if value is None or isinstance(value, Error):
            continue
        if pattern is not None:
            if isinstance(value, str) and pattern.fullmatch(value):
                return at
        elif order(value) == order(wanted):
            return at
    return None


def _sorted(wanted: Scalar, values: tuple[Scalar, ...]) -> int | None:
    """The last place not above a value, in values that are sorted upwards."""
    kind = order(wanted)[0]
    places = [at for at, value in enumerate(values) if order(value)[0] == kind]
    keys = [order(values[at]) for at in places]
    found = bisect_right(keys, order(wanted))
    return places[found - 1] if found else None


def _missing(name: str, wanted: Scalar) -> None:
    fail("N_A", f"Did not find value '{as_text(wanted)}' in {name} evaluation.")


def _in_table(name: str, wanted: Value, table: Value, index: Value, is_sorted: Value) -> Value:
    def rule(each: Scalar) -> Scalar:
        found = block(table)
        lines = found.rows if name == "HLOOKUP" else found.columns()
        at = as_whole(_one(index), name, 3)
        if not 1 <= at <= len(lines):
            kind = "VALUE" if at < 1 else "REF"
            fail(kind, f"{name} evaluates to an out of bounds range.")
        near = as_truth(_one(is_sorted))
        place = (_sorted if near else _exact)(checked(each), lines[0])
        if place is None:
            _missing(name, each)
        return lines[at - 1][place or 0]

    if isinstance(wanted, Block) and wanted.height * wanted.width > 1:
        return Block(tuple(tuple(_kept(rule, each) for each in row) for row in wanted.rows))
    return rule(_one(wanted))


def _kept(rule: object, value: Scalar) -> Scalar:
    from ..values import Trouble  # only here: blocks of lookups

    try:
        return rule(value)
    except Trouble as trouble:
        return trouble.error


@function("VLOOKUP", 3, 4, style="lazy")
def _vlookup(here: Evaluator, nodes: Nodes) -> Value:
    return _looked(here, nodes, "VLOOKUP")


@function("HLOOKUP", 3, 4, style="lazy")
def _hlookup(here: Evaluator, nodes: Nodes) -> Value:
    return _looked(here, nodes, "HLOOKUP")


def _looked(here: Evaluator, nodes: Nodes, name: str) -> Value:
    wanted = here.value(nodes[0]) if here.array else here.scalar(nodes[0])
    near = here.scalar(nodes[3]) if len(nodes) > 3 else True
    return _in_table(name, wanted, here.whole().value(nodes[1]), here.scalar(nodes[2]), near)


@function("LOOKUP", 2, 3, style="blocks")
def _lookup(wanted: Value, keys: Value, results: Value = None) -> Value:
    found = block(keys)
    line = tuple(found) if min(found.height, found.width) == 1 else found.columns()[0]
    place = _sorted(_one(wanted), line)
    if place is None:
        _missing("LOOKUP", _one(wanted))
    if results is not None:
        return tuple(block(results))[place or 0]
    return line[place or 0] if min(found.height, found.width) == 1 else found.rows[place or 0][-1]


@function("MATCH", 2, 3, style="blocks")
def _match(wanted: Value, values: Value, how: Value = 1.0) -> Value:
    found, way = block(values), as_number(_one(how), "MATCH", 3)
    if min(found.height, found.width) > 1:
        fail("N_A", "MATCH range must be a single row or a single column.")
    line, value = tuple(found), _one(wanted)
    place = _exact(value, line) if way == 0 else _sorted(value, line)
    if way < 0:
        places = [at for at, each in enumerate(line) if compared(each, value) >= 0]
        place = places[-1] if places else None
    if place is None:
        _missing("MATCH", value)
    return float((place or 0) + 1)


@function("XMATCH", 2, 4, style="blocks")
def _xmatch(wanted: Value, values: Value, how: Value = 0.0, way: Value = 1.0) -> Value:
    place = _xplace(_one(wanted), tuple(block(values)), _one(how), _one(way))
    if place is None:
        _missing("XMATCH", _one(wanted))
    return float((place or 0) + 1)


@function("XLOOKUP", 3, 6, style="blocks")
def _xlookup(
    wanted: Value,
    values: Value,
    results: Value,
    missing: Value = Error("N_A", ""),  # noqa: B008  # a frozen value
    how: Value = 0.0,
    way: Value = 1.0,
) -> Value:
    place = _xplace(_one(wanted), tuple(block(values)), _one(how), _one(way))
    if place is None:
        if isinstance(missing, Error):
            _missing("XLOOKUP", _one(wanted))
        return missing
    found = block(results)
    if block(values).width == 1 and found.width > 1:
        return Block((found.rows[place],))
    if block(values).height == 1 and found.height > 1:
        return Block(tuple((row[place],) for row in found.rows))
    return tuple(found)[place]


def _xplace(wanted: Scalar, line: tuple[Scalar, ...], how: Scalar, way: Scalar) -> int | None:
    """The place of a value, or of the nearest one below (-1) or above (1); from the end if -1."""
    nearest, backwards = as_whole(how), as_number(way) == -1
    places = range(len(line) - 1, -1, -1) if backwards else range(len(line))
    if nearest == 2 and isinstance(wanted, str):
        found = _exact(wanted, tuple(line[at] for at in places))
        return None if found is None else places[found]
    for at in places:
        if line[at] is not None and order(line[at]) == order(wanted):
            return at
    kind = order(wanted)[0]
    same = [at for at in places if line[at] is not None and order(line[at])[0] == kind]
    if nearest == -1:
        below = [at for at in same if order(line[at]) < order(wanted)]
        return max(below, key=lambda at: order(line[at]), default=None)
    if nearest == 1:
        above = [at for at in same if order(line[at]) > order(wanted)]
        return min(above, key=lambda at: order(line[at]), default=None)
    return None


@function("INDEX", 1, 3, style="lazy")
def _index(here: Evaluator, nodes: Nodes) -> Value:
    found = block(here.whole().value(nodes[0]))
    row = as_whole(here.scalar(nodes[1]), "INDEX", 2) if len(nodes) > 1 else 0
    column = as_whole(here.scalar(nodes[2]), "INDEX", 3) if len(nodes) > 2 else 0
    if found.height == 1 and len(nodes) == 2:
        row, column = 0, row
    if not (0 <= row <= found.height and 0 <= column <= found.width):
        fail("NUM", f"INDEX evaluates to an out of bounds range: {row}, {column}.")
    rows = found.rows if not row else found.rows[row - 1 : row]
    cells = tuple(line if not column else line[column - 1 : column] for line in rows)
    return cells[0][0] if len(cells) == 1 and len(cells[0]) == 1 else Block(cells)


@function("ROW", 0, 1, style="lazy")
def _row(here: Evaluator, nodes: Nodes) -> Value:
    if not nodes:
        return float(here.row + 1)
    area = here.area(nodes[0])
    if here.array:
        return Block(tuple((float(row + 1),) for row in range(area.top, area.bottom)))
    return float(area.top + 1)


@function("COLUMN", 0, 1, style="lazy")
def _column(here: Evaluator, nodes: Nodes) -> Value:
    if not nodes:
        return float(here.column + 1)
    area = here.area(nodes[0])
    if here.array:
        return Block((tuple(float(at + 1) for at in range(area.left, area.right)),))
    return float(area.left + 1)


@function("ROWS", 1, style="blocks")
def _rows(values: Value) -> float:
    return float(block(values).height)


@function("COLUMNS", 1, style="blocks")
def _columns(values: Value) -> float:
    return float(block(values).width)


@function("ADDRESS", 2, 5)
def _address(
    row: Scalar, column: Scalar, how: Scalar = 1.0, a1: Scalar = True, sheet: Scalar = None
) -> str:
    mode = as_whole(how, "ADDRESS", 3)
    place = (
        "$" * (mode in (1, 3))
        + letters(as_whole(column, "ADDRESS", 2) - 1)
        + "$" * (mode in (1, 2))
        + str(as_whole(row, "ADDRESS"))
    )
    return place if sheet is None else f"{quoted(as_text(sheet))}!{place}"


@function("INDIRECT", 1, 2, style="lazy")
def _indirect(here: Evaluator, nodes: Nodes) -> Value:
    text = as_text(here.scalar(nodes[0]))
    try:
        tree = read("=" + text)
        area = here.area(tree)
    except Unreadable:
        area = None
    if area is None:
        fail(
            "REF",
            f"Function INDIRECT parameter 1 value is '{text}'. "
            "It is not a valid cell/range reference.",
        )
    found = here.block(area)
    single = isinstance(tree, Range) and tree.reference.last is None
    return found if not single else Block(found.rows, area)


@function("OFFSET", 3, 5, style="lazy")
def _offset(here: Evaluator, nodes: Nodes) -> Value:
    start = here.area(nodes[0])
    down, beside = (as_whole(here.scalar(node), "OFFSET") for node in nodes[1:3])
    height, width = start.size
    if len(nodes) > 3:
        height = as_whole(here.scalar(nodes[3]), "OFFSET", 4)
    if len(nodes) > 4:
        width = as_whole(here.scalar(nodes[4]), "OFFSET", 5)
    top, left = start.top + down, start.left + beside
    rows, columns = here.book.size(start.sheet)
    if top < 0 or left < 0 or height < 1 or width < 1 or top >= rows or left >= columns:
        fail("REF", "Function OFFSET evaluates to an out of bounds range.")
    area = Area(start.sheet, top, left, min(top + height, rows), min(left + width, columns))
    return here.block(area)
