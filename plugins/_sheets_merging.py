"""A few rows of a tab read anew, put into what was read before; headers that nobody wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sheetflow import SheetRow

from ._sheets_tab import Reading, quoted

MOST_RUNS = 20
"""Runs of rows that are asked for one by one; with more, the whole tab is."""


def runs_of(rows: Iterable[int], reading: Reading) -> list[range]:
    """The rows as runs without gaps; none, when the whole tab is as well asked for."""
    runs: list[range] = []
    for row in sorted(set(rows)):
        if runs and row == runs[-1].stop:
            runs[-1] = range(runs[-1].start, row + 1)
        else:
            runs.append(range(row, row + 1))
    few = sum(map(len, runs)) <= len(reading.rows) // 2
    return runs if few and len(runs) <= MOST_RUNS else []


def named(reading: Reading, runs: Sequence[range]) -> list[str]:
    """The runs in A1 notation; the whole tab when there are none."""
    title = quoted(reading.title)
    return [f"{title}!{run.start + 1}:{run.stop}" for run in runs] or [title]


def merged(old: Reading, new: Reading, runs: Sequence[range]) -> Reading:
    """What was read of the tab, with these rows as they are now."""
    if not runs:
        return new
    anew = {row for run in runs for row in run}
    rows = [row for row in old.rows if row.number - 1 not in anew] + list(new.rows)
    return replace(
        old,
        rows=tuple(sorted(rows, key=lambda row: row.number)),
        version=new.version,
        size=new.size,
        title=new.title,
        protections=new.protections,
        texts={c: text for c, text in old.texts.items() if c[0] not in anew} | dict(new.texts),
        dated=frozenset(cell for cell in old.dated if cell[0] not in anew) | new.dated,
        anchors={a: row for a, row in old.anchors.items() if row not in anew} | dict(new.anchors),
        column_anchors=new.column_anchors,
        filter=new.filter,
        tables=new.tables,
        made=new.made,
        now={},
    )


def without_made_up(reading: Reading) -> Reading:
    """The reading without the headers that Google made up for columns that we were to make.

    Such a column has an anchor that says so, is empty below its header, and is among the last.
    """
    if not reading.made or not reading.tables:
        return reading
    heads = {table.get("range", {}).get("startRowIndex", 0) for table in reading.tables}
    filled = {
        column
        for row in reading.rows
        if row.number - 1 not in heads
        for column, cell in enumerate(row.cells)
        if cell is not None
    }
    rows = tuple(
        _trimmed(row, reading.made - filled) if row.number - 1 in heads else row
        for row in reading.rows
    )
    return replace(reading, rows=rows)


def is_made_up(cell: object) -> bool:
    """Whether Google may have made a header up: "Column 5", in whatever language."""
    return isinstance(cell, str) and re.fullmatch(r"\D+ ?\d+", cell) is not None


def _trimmed(row: SheetRow, empty: frozenset[int]) -> SheetRow:
    cells = list(row.cells)
    while cells and len(cells) - 1 in empty and is_made_up(cells[-1]):
        cells.pop()
    return replace(row, cells=tuple(cells))
