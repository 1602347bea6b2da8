"""Taking back what came to stand in a wrong cell: what was read there is put in its place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sheetflow import SheetRow

from ._sheets_anchors import at
from ._sheets_batch import Batch, Found, entry
from ._sheets_cells import written
from ._sheets_client import Book
from ._sheets_formulas import moved as moved_formula
from ._sheets_tab import Mark, Reading


def take_back(
    book: Book, batch: Batch, wrong: Sequence[Mark], found: Mapping[int, Found], *, moved: bool
) -> None:
    """Put back what stood in the cells that were written, as far as it was read.

    `wrong` are the rows that are meant, `found` the rows as they came back; with `moved`, columns
    are not where they were, and the headers say which is which.
    """
    reading, header = batch.reading, batch.reading.header
    rows = {mark: batch.rows[mark] for mark in wrong}
    came_from: Mapping[int, int | None] = {}
    if moved and header is not None and header.anchor in found:
        if batch.headers:
            rows = {**rows, header: batch.headers}
        columns = {column for cells in rows.values() for column in cells}
        came_from = _origins(batch, found[header.anchor].cells, columns)
    entries, formulas = [], []
    for mark, cells in rows.items():
        was = reading.row(mark)
        source = {column: came_from.get(column, column) for column in cells}
        before = {c: None if s is None else at(was.cells, s) for c, s in source.items()}
        entries.append(entry(mark.anchor, {c: _as_it_was(v) for c, v in before.items()}))
        formulas += list(_formulas(reading, was, source, found[mark.anchor].index, came_from))
    if entries:
        book.put(entries)
    if formulas:
        book.change(formulas)


def _origins(
    batch: Batch, heads: Sequence[object], columns: Collection[int]
) -> dict[int, int | None]:
    """For each column as it is now, where it was; None for a new one.

    A header that we wrote over is found as the one that is missing now.
    """
    assert batch.reading.header is not None  # asked when it moved
    was = batch.reading.row(batch.reading.header).cells
    missing = [c for c, text in enumerate(was) if text is not None and text not in heads]
    found: dict[int, int | None] = {}
    for column in sorted({*columns, *range(len(heads))}):
        text = at(heads, column)
        if column in batch.headers and text == batch.headers[column]:
            found[column] = missing.pop(0) if missing else None
        else:
            found[column] = was.index(text) if text is not None and text in was else None
    return found


def _formulas(
    reading: Reading,
    was: SheetRow,
    source: Mapping[int, int | None],
    row: int,
    came_from: Mapping[int, int | None],
) -> Iterator[dict[str, Any]]:
    """Formulas that were written over, as requests that put them back."""
    now = {before: column for column, before in came_from.items() if before is not None}
    for column, before in source.items():
        text = reading.texts.get((was.number - 1, before)) if before is not None else None
        if text:
            formula = moved_formula(text, now, (was.number - 1, row))
            place = {"sheetId": reading.tab, "rowIndex": row, "columnIndex": column}
            cells = [{"values": [{"userEnteredValue": {"formulaValue": formula}}]}]
            update = {"start": place, "rows": cells, "fields": "userEnteredValue"}
            yield {"updateCells": update}


def _as_it_was(value: object) -> object:
    """What is written so that a cell holds the value again that was read from it."""
    found = written(value, dated=True)
    return found if isinstance(found, bool | int | float | str) else str(found)
