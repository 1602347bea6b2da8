"""A tab as it was read at one moment, and what a write needs to know of it.

A row's mark is its anchor where it has one (see `_sheets_anchors.py`), else where it stood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sheetflow import Sheet, SheetRow, TableChanged


@dataclass(frozen=True)
class Mark:
    """Where a row is: its anchor, if it has one (else 0), and its index when it was read."""

    anchor: int
    index: int


@dataclass(frozen=True)
class Protection:
    """Cells that the account may not edit: a GridRange, and the parts of it that it may."""

    range: Mapping[str, int]
    open: tuple[Mapping[str, int], ...] = ()
    named: str = ""

    def covers(self, row: int, column: int) -> bool:
        """Whether this cell is protected."""
        return _within(self.range, row, column) and not any(
            _within(part, row, column) for part in self.open
        )


@dataclass(frozen=True)
class LogPlace:
    """The log as it stands: its tab, the first free row, and how many rows there are."""

    sheet: int
    free: int
    size: int


@dataclass(frozen=True)
class Reading(Sheet):
    """A tab. `texts` are formulas by row and column, `dated` the cells formatted as dates, `filter`
    is the one over the table (Data, Create a filter) as Google has it, `tables` are what it calls
    tables, and `made` the columns whose anchors say that they were made for us.

    `anchors` and `column_anchors` tell where the anchors of rows and columns are. `header`, `who`
    and `now` come with anchors: the row of headers, the columns that say who a row is, and where
    rows are now by the marks that they had before.
    """

    tab: int = 0
    title: str = ""
    book: str = ""
    size: tuple[int, int] = (0, 0)
    protections: tuple[Protection, ...] = ()
    texts: Mapping[tuple[int, int], str] = field(default_factory=dict)
    dated: frozenset[tuple[int, int]] = frozenset()
    anchors: Mapping[int, int] = field(default_factory=dict)
    column_anchors: Mapping[int, int] = field(default_factory=dict)
    weight: int = 0
    log: LogPlace | None = None
    coloured: bool = False
    filter: Mapping[str, Any] = field(default_factory=dict)
    tables: tuple[Mapping[str, Any], ...] = ()
    made: frozenset[int] = frozenset()
    header: Mark | None = None
    who: tuple[int, ...] | None = None
    now: Mapping[Mark, Mark] = field(default_factory=dict)

    def row(self, mark: Mark) -> SheetRow:
        """The row of that mark; an empty one where nothing stood."""
        empty = SheetRow((), mark.index + 1, mark)
        return self.by_index.get(mark.index, empty)

    @cached_property
    def by_index(self) -> Mapping[int, SheetRow]:
        """The rows by where they stood."""
        return {row.number - 1: row for row in self.rows}


def changed(reading: Reading) -> TableChanged:
    """The error that says that it is not what was read any more."""
    return TableChanged(f'"{reading.title}" was changed by somebody else just now.')


def quoted(title: str) -> str:
    """A tab's title as A1 notation wants it; without quotes it could be a named range."""
    doubled = title.replace("'", "''")
    return f"'{doubled}'"


def _within(range_: Mapping[str, int], row: int, column: int) -> bool:
    rows = range_.get("startRowIndex", 0), range_.get("endRowIndex", 10**9)
    columns = range_.get("startColumnIndex", 0), range_.get("endColumnIndex", 10**9)
    return rows[0] <= row < rows[1] and columns[0] <= column < columns[1]
