"""QUERY: a table filtered, grouped, sorted and cut by a query."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..comparing import order
from ..querying import Column, Query, Row, read_query
from ..values import Block, Scalar, Value, as_text, as_whole, block, block_of, fail
from .registry import function

if TYPE_CHECKING:
    from ..evaluating import Evaluator
    from ..reading import Node


@function("QUERY", 2, 3, style="lazy")
def _query(here: Evaluator, nodes: tuple[Node, ...]) -> Value:
    data = block(here.whole().value(nodes[0]))
    headers = as_whole(here.scalar(nodes[2]), "QUERY", 3) if len(nodes) > 2 else -1
    head = _heads(data) if headers < 0 else headers
    query = read_query(
        as_text(here.scalar(nodes[1])), data.width, data.area.left if data.area else 0
    )
    rows = [row for row in data.rows[head:] if any(value is not None for value in row)]
    kept = [row for row in rows if query.where is None or query.where(row)]
    chosen = query.select or [Column(at) for at in range(data.width)]
    lines = _grouped(query, chosen, kept) if _groups(query, chosen) else _plain(query, chosen, kept)
    end = None if query.limit is None else query.offset + query.limit
    lines = lines[query.offset : end]
    titles = tuple(_title(query, one, data.rows[0] if head else None) for one in chosen)
    if any(titles):
        lines = [titles, *lines]
    return block_of(lines) if lines else Block(((None,),))


def _heads(data: Block) -> int:
    """One header row, if the first row is all text and some column below is not."""
    first = data.rows[0]
    texts = all(isinstance(value, str) and value for value in first if value is not None)
    others = any(
        value is not None and not isinstance(value, str) for row in data.rows[1:] for value in row
    )
    return int(texts and others)


def _groups(query: Query, chosen: list[Column]) -> bool:
    return bool(query.group) or any(one.over for one in chosen)


def _plain(query: Query, chosen: list[Column], rows: list[Row]) -> list[Row]:
    for column, rising in reversed(query.order):
        rows = _sorted(rows, [row[column.place] for row in rows], rising)
    return [tuple(row[one.place] for one in chosen) for row in rows]


def _sorted(rows: list[Row], keys: list[Scalar], rising: bool) -> list[Row]:
    places = sorted(range(len(rows)), key=lambda at: order(keys[at]), reverse=not rising)
    return [rows[at] for at in places]


def _grouped(query: Query, chosen: list[Column], rows: list[Row]) -> list[Row]:
    """One line for each distinct value of the columns grouped by."""
    for one in chosen:
        if not one.over and one not in query.group:
            fail(
                "VALUE",
                "Unable to parse query string for Function QUERY parameter 2: "
                "CANNOT_BE_IN_GROUP_BY or ADD_COL_TO_GROUP_BY_OR_AGG",
            )
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(order(row[one.place]) for one in query.group), []).append(row)
    found = [groups[key] for key in sorted(groups)]
    for column, rising in reversed(query.order):
        keys = [order(_over(column, group)) for group in found]
        places = sorted(range(len(found)), key=keys.__getitem__, reverse=not rising)
        found = [found[at] for at in places]
    return [tuple(_over(one, group) for one in chosen) for group in found]


def _over(column: Column, rows: list[Row]) -> Scalar:
    """What an aggregate gives for some rows; of a column alone, its first value."""
    values = [row[column.place] for row in rows if row[column.place] is not None]
    if column.over in ("", "count"):
        return float(len(values)) if column.over else rows[0][column.place]
    if column.over in ("min", "max"):
        pick = min if column.over == "min" else max
        return pick(values, key=order) if values else None
    numbers = [float(one) for one in values if isinstance(one, (int, float))]
    if len(numbers) < len(values):
        fail(
            "VALUE",
            f"Unable to parse query string for Function QUERY parameter 2: {column.over.upper()}_"
            "NOT_NUMERIC",
        )
    total = math.fsum(numbers)
    return total if column.over == "sum" or not numbers else total / len(numbers)


def _title(query: Query, column: Column, header: Row | None) -> str:
    """What stands over a column: its label, or its header behind the aggregate's name."""
    if column in query.labels:
        return query.labels[column]
    name = as_text(header[column.place]) if header else ""
    return f"{column.over} {name}".strip()
