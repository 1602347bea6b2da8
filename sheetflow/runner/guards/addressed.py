"""Whom a change is for: the rows of the people at the addresses that it reaches."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sheetflow.packed import Texts
from sheetflow.plugin.tools import Tools
from sheetflow.tables.table import Table
from sheetflow.values import Entry, Row, RowRef


def addressed(entry: Entry) -> tuple[RowRef, ...]:
    """The people written to; where an action does not say, the row itself; else nobody."""
    change = entry.change
    if change is None or not change.to:
        return ()
    return change.whom or (entry.key.ref,)


def rows_addressed(entry: Entry, tools: Tools) -> Iterator[tuple[Table, Row]]:
    """The same people as rows, as they are now; one that is gone is left out."""
    for ref in addressed(entry):
        table = tools.table(ref.table)
        row = table.row(ref.row)
        if row is not None:
            yield table, row


def people_in(entries: Collection[Entry]) -> int:
    """How many rows something is done for."""
    rows: dict[str, Texts] = {}
    for entry in entries:
        if entry.change:
            rows.setdefault(entry.key.table, Texts()).add(entry.key.row)
    return sum(map(len, rows.values()))
