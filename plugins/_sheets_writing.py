"""Writing by anchors, and taking back what came to stand in a wrong cell.

A value goes to its row by the row's anchor, and to its column by its place in the row, with null
for every cell that is not ours. What comes back are the rows as they are then. A row that is
another person's by its cells, or headers that are not where they were, mean that the tab was
changed in between in a way that anchors do not follow (cells pasted over, some columns sorted
without the others, a column inserted): our values are taken back there, what stood there when it
was read is put in their place, and TableChanged makes the core begin again with a fresh reading.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sheetflow import Edit, LeftAlone, NewColumn, TableBusy, TableChanged

from ._sheets_anchors import at
from ._sheets_batch import Batch, Found, entry
from ._sheets_cells import entered, shown_alike, written
from ._sheets_client import Book, Tab
from ._sheets_formulas import letters
from ._sheets_tab import Mark, Reading
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


def sent(book: Book, batch: Batch, log: Mapping[str, Any] | None) -> Mapping[int, Found]:
    """Put the values there, and lines into the log; the rows that were written, by anchor."""
    reading = batch.reading
    data: list[Mapping[str, Any]] = [
        entry(mark.anchor, cells, len(reading.row(mark).cells))
        for mark, cells in batch.rows.items()
    ]
    header = reading.header
    if header is not None:
        data.append(entry(header.anchor, batch.headers, len(reading.row(header).cells)))
    if log is not None:
        data.append(log)
    return _rows_in(book.put(data))


def verify(book: Book, tab: Tab, batch: Batch, found: Mapping[int, Found]) -> None:
    """Take back what came to stand elsewhere.

    Raises TableChanged when a row, or a column, is not where it was.
    """
    reading, header = batch.reading, batch.reading.header
    moved = header is not None and not _headers_stand(batch, found.get(header.anchor))
    gone = {mark for mark in batch.rows if mark.anchor not in found}
    wrong = [
        mark
        for mark in batch.rows
        if mark not in gone and (moved or not _stands(batch, mark, found[mark.anchor]))
    ]
    if wrong or moved:
        take_back(book, tab, batch)
    if wrong or moved or gone:
        raise changed(reading)


def changed(reading: Reading) -> TableChanged:
    """The error that says so."""
    return TableChanged(f'"{reading.title}" was changed by somebody else just now.')


def _rows_in(responses: Sequence[Mapping[str, Any]]) -> dict[int, Found]:
    """The rows of an answer, by anchor."""
    found = {}
    for response in responses:
        filter_ = response.get("dataFilter", {})
        anchor = filter_.get("developerMetadataLookup", {}).get("metadataId")
        place = response.get("updatedRange") or response.get("updatedData", {}).get("range", "")
        match = re.match(r"\$?[A-Z]*\$?(\d+)", str(place).rpartition("!")[2])
        if anchor is not None and match:
            values = response.get("updatedData", {}).get("values") or [[]]
            found[anchor] = Found(int(match[1]) - 1, values[0])
    return found


def _headers_stand(batch: Batch, found: Found | None) -> bool:
    """Whether each header is still where it was, and the new ones where they should be."""
    assert batch.reading.header is not None  # asked by `write` alone
    if found is None:
        return False
    was = batch.reading.row(batch.reading.header).cells
    width = max(len(was), len(found.cells), max(batch.headers, default=-1) + 1)
    return all(
        shown_alike(at(found.cells, column), batch.headers.get(column, at(was, column)))
        for column in range(width)
    )


def _stands(batch: Batch, mark: Mark, found: Found) -> bool:
    """Whether the row is the one that was meant, by the cells that say who it is."""
    was = batch.reading.row(mark)
    who = batch.reading.who
    columns = range(max(len(was.cells), len(found.cells))) if who is None else who
    ours = batch.rows[mark]
    return all(
        shown_alike(at(found.cells, column), at(was.cells, column))
        for column in columns
        if column not in ours and (who is not None or column not in was.formulas)
    )


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
