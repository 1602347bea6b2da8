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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheetflow import Edit, LeftAlone, NewColumn, SheetRow, TableBusy, TableChanged

from ._sheets_anchors import at
from ._sheets_cells import entered, shown_alike, written
from ._sheets_client import Book
from ._sheets_reading import Mark, Reading


@dataclass(frozen=True)
class Batch:
    """What is to be written: by anchor, values by column; `headers` go into the row of headers."""

    reading: Reading
    rows: Mapping[Mark, Mapping[int, object]]
    headers: Mapping[int, str]


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
    data: list[Mapping[str, Any]] = [
        _entry(mark.anchor, cells) for mark, cells in batch.rows.items()
    ]
    header = batch.reading.header
    if header is not None:
        data.append(_entry(header.anchor, batch.headers))
    if log is not None:
        data.append(log)
    return _rows_in(book.put(data))


def verify(book: Book, batch: Batch, found: Mapping[int, Found]) -> None:
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
        _take_back(book, batch, wrong, found, moved=moved)
    if wrong or moved or gone:
        raise changed(reading)


def changed(reading: Reading) -> TableChanged:
    """The error that says so."""
    return TableChanged(f'"{reading.title}" was changed by somebody else just now.')


@dataclass(frozen=True)
class Found:
    """A row as it came back: where it is, and what stands in it."""

    index: int
    cells: Sequence[object]


def _entry(anchor: int, cells: Mapping[int, object]) -> dict[str, Any]:
    width = max(cells, default=0) + 1
    values = [cells.get(column) for column in range(width)]
    return {
        "dataFilter": {"developerMetadataLookup": {"metadataId": anchor}},
        "majorDimension": "ROWS",
        "values": [values],
    }


def _rows_in(responses: Sequence[Mapping[str, Any]]) -> dict[int, Found]:
    """The rows of an answer, by anchor."""
    found = {}
    for response in responses:
        filter_ = response.get("dataFilter", {})
        anchor = filter_.get("developerMetadataLookup", {}).get("metadataId")
        place = response.get("updatedRange") or response.get("updatedData", {}).get("range", "")
        match = re.search(r"!\$?[A-Z]*\$?(\d+)", str(place))
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


def _take_back(
    book: Book, batch: Batch, wrong: Sequence[Mark], found: Mapping[int, Found], *, moved: bool
) -> None:
    """Put back what stood in the cells that we wrote, as far as it was read."""
    reading, header = batch.reading, batch.reading.header
    came_from: Mapping[int, int | None] = {}
    entries, formulas = [], []
    rows = {mark: batch.rows[mark] for mark in wrong}
    if moved and header is not None:
        head = found.get(header.anchor)
        written_to = {*batch.headers, *(column for cells in rows.values() for column in cells)}
        came_from = _moves(batch, head.cells if head else (), written_to)
        if batch.headers and head is not None:
            rows = {**rows, header: batch.headers}
    for mark, cells in rows.items():
        was = reading.row(mark)
        source = {column: came_from.get(column, column) for column in cells}
        before = {c: None if s is None else at(was.cells, s) for c, s in source.items()}
        entries.append(_entry(mark.anchor, {c: _as_it_was(v) for c, v in before.items()}))
        place = found[mark.anchor].index
        formulas += list(_formulas(reading, was, source, place))
    if entries:
        book.put(entries)
    if formulas:
        book.change(formulas, reading, wants=False)


def _moves(
    batch: Batch, heads: Sequence[object], columns: Sequence[int] | set[int]
) -> Mapping[int, int | None]:
    """For each column that was written to, the column whose cells stood there; None for a new one.

    A header that we wrote over is found as the one that is missing now.
    """
    assert batch.reading.header is not None  # asked when it moved
    was = batch.reading.row(batch.reading.header).cells
    missing = [c for c, text in enumerate(was) if text is not None and text not in heads]
    found: dict[int, int | None] = {}
    for column in sorted(columns):
        text = at(heads, column)
        if column in batch.headers and text == batch.headers[column]:
            found[column] = missing.pop(0) if missing else None
        else:
            found[column] = was.index(text) if text is not None and text in was else None
    return found


def _formulas(
    reading: Reading, was: SheetRow, source: Mapping[int, int | None], row: int
) -> Iterator[dict[str, Any]]:
    """Formulas that we wrote over, as requests that put them back."""
    for column, before in source.items():
        text = reading.texts.get((was.number - 1, before)) if before is not None else None
        if text:
            place = {"sheetId": reading.tab, "rowIndex": row, "columnIndex": column}
            cell = {"userEnteredValue": {"formulaValue": text}}
            yield {
                "updateCells": {
                    "start": place,
                    "rows": [{"values": [cell]}],
                    "fields": "userEnteredValue",
                }
            }


def _as_it_was(value: object) -> object:
    """What is written so that a cell holds the value again that was read from it."""
    found = written(value, dated=True)
    return found if isinstance(found, bool | int | float | str) else str(found)


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


def letters(column: int) -> str:
    """A column as a person sees it: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def new_row(cells: Mapping[int, object], width: int) -> Sequence[Mapping[str, Any]]:
    """The cells of a row that is added."""
    return [entered(written(cells.get(column), dated=False)) for column in range(width)]
