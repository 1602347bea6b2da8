"""A few rows of a tab read anew, put into what was read of it before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

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
        now={},
    )
