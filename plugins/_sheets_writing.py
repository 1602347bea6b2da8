"""Writing by anchors, and taking back what came to stand in a wrong cell.

A value goes to its row by the row's anchor, and to its column by its place in the row, with null
for every cell that is not ours. What comes back are the rows as they are then. A row that is
another person's by its cells, or headers that are not where they were, mean that the tab was
changed in between in a way that anchors do not follow (cells pasted over, some columns sorted
without the others, a column inserted): our values are taken back there, what stood there when it
was read is put in their place, and TableChanged makes the core begin again with a fresh reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sheetflow import Edit, LeftAlone, NewColumn, TableBusy

from ._sheets_batch import Batch, Found, as_meant
from ._sheets_cells import entered, written
from ._sheets_client import Book, Tab
from ._sheets_formulas import letters
from ._sheets_tab import Mark, Reading, changed
from ._sheets_undoing import take_back


def batch_of(
    reading: Reading,
    edits: Sequence[Edit],
    new_columns: Sequence[NewColumn],
) -> tuple[Batch, list[LeftAlone]]:
    """The edits by row, without those that would hit a formula or merged cells.

    Raises TableBusy, naming it, where a cell is protected.
    """
    rows: dict[Mark, dict[int, object]] = {}
    left: list[LeftAlone] = []
    there = reading.by_index
    for edit in edits:
        assert isinstance(edit.mark, Mark)  # we gave it
        row = there.get(edit.mark.index)
        if row is not None and edit.column in row.formulas:
            left.append(LeftAlone(edit, "formula"))
        elif _merged(reading, edit.mark.index, edit.column):
            left.append(LeftAlone(edit, "merged"))
        else:
            _must_be_open(reading, edit.mark.index, edit.column)
            dated = (edit.mark.index, edit.column) in reading.dated
            rows.setdefault(edit.mark, {})[edit.column] = written(edit.value, dated=dated)
    headers = {new.column: new.header for new in new_columns}
    for column in headers:
        _must_be_open(reading, reading.header.index if reading.header else 0, column)
    return Batch(reading, rows, headers), left


def verify(book: Book, tab: Tab, batch: Batch, found: Mapping[int, Found]) -> None:
    """Take back what came to stand elsewhere.

    Raises TableChanged when a row, or a column, is not where it was.
    """
    if not as_meant(batch, found):
        take_back(book, tab, batch)
        raise changed(batch.reading)


def _merged(reading: Reading, row: int, column: int) -> bool:
    return any(
        merge.top <= row + 1 <= merge.bottom and merge.left <= column <= merge.right
        for merge in reading.merges
    )


def _must_be_open(reading: Reading, row: int, column: int) -> None:
    for one in reading.protections:
        if one.covers(row, column):
            raise protected(reading, one.named, row, column)


def protected(reading: Reading, named: str, row: int, column: int) -> TableBusy:
    """The error that says which cell is protected, and what to do."""
    what = f' ("{named}")' if named else ""
    return TableBusy(
        f'The cell {letters(column)}{row + 1} of "{reading.title}" is protected{what}.',
        hint="Let the account that Sheetflow signs in with edit it: Data, Protected ranges.",
    )


def new_row(cells: Mapping[int, object], width: int) -> Sequence[Mapping[str, Any]]:
    """The cells of a row that is added."""
    return [entered(written(cells.get(column), dated=False)) for column in range(width)]
