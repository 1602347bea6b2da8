"""Taking back what came to stand in a wrong cell: what was read there is put in its place.

The tab is read once more for that: anchors tell where each row and each column is by now, and only
a cell that still holds a value of ours is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sheetflow import TableChanged

from ._sheets_anchors import at
from ._sheets_batch import Batch, as_meant, sent
from ._sheets_cells import shown_alike, written
from ._sheets_client import Book, Tab
from ._sheets_formulas import moved as moved_formula
from ._sheets_tab import Mark, Reading

TRIES = 3
"""How often it is begun again when an answer is lost, or columns are moved, meanwhile."""


def take_back(book: Book, tab: Tab, batch: Batch, tries: int = TRIES) -> None:
    """Put back what stood in cells that hold a value of ours and are not where it belongs.

    Should the columns move once more meanwhile, what was put back wrongly is taken back first.
    """
    for left in range(tries - 1, -1, -1):
        now = book.again(tab)
        came_from = _origins(batch.reading, now)
        rows = {
            mark: cells
            for mark, ours in _written(batch).items()
            if mark.anchor in now.anchors and (cells := _astray(batch, mark, ours, now, came_from))
        }
        if not rows:
            book.keep(tab, now)
            return
        back = _back(batch.reading, now, rows, came_from)
        try:
            well = as_meant(back, sent(book, back))
        except TableChanged:  # an answer was lost, or a row is gone
            book.client.pause(tries - left)
            well = False
        if well:
            _formulas_back(book, batch.reading, now, rows, came_from)
            return
        take_back(book, tab, back, left)


def _written(batch: Batch) -> Mapping[Mark, Mapping[int, object]]:
    header = batch.reading.header
    if header is None or not batch.headers:
        return batch.rows
    return {**batch.rows, header: batch.headers}


def _astray(
    batch: Batch,
    mark: Mark,
    ours: Mapping[int, object],
    now: Reading,
    came_from: Mapping[int, int],
) -> set[int]:
    """The columns in which a value of ours stands now, and which are not those that were meant."""
    was, there = batch.reading.row(mark).cells, _cells(now, mark)
    stands = mark == batch.reading.header or _is_same(batch.reading, mark, there, came_from)
    found = set()
    for column in range(max(len(there), max(ours) + 1)):
        source, value = came_from.get(column), at(there, column)
        before = at(was, source) if source is not None else None
        meant = [ours[source]] if stands and source is not None and source in ours else []
        possible = [text for text in ours.values() if text != ""]
        possible += [ours[column]] if column in ours else []
        if not _any_alike([before, *meant], value) and _any_alike(possible, value):
            found.add(column)
    return found


def _is_same(
    reading: Reading, mark: Mark, there: Sequence[object], came_from: Mapping[int, int]
) -> bool:
    """Whether the row is still the one that it was, by the columns that say who it is."""
    was = reading.row(mark).cells
    now = {source: at(there, column) for column, source in came_from.items()}
    return all(shown_alike(now.get(c), at(was, c)) for c in reading.who or ())


def _origins(reading: Reading, now: Reading) -> dict[int, int]:
    """For each column as it is now, where it was: by its anchor, else by its header."""
    was = reading.row(reading.header).cells if reading.header else ()
    heads = _cells(now, reading.header) if reading.header else ()
    before = reading.column_anchors
    found = {c: before[a] for a, c in now.column_anchors.items() if a in before}
    anchored = set(found.values())
    for column, text in enumerate(heads):
        if column not in found and text is not None:
            same = column if at(was, column) == text else was.index(text) if text in was else -1
            if same >= 0 and same not in anchored:
                found[column] = same
    return found


def _back(
    reading: Reading, now: Reading, rows: Mapping[Mark, set[int]], came_from: Mapping[int, int]
) -> Batch:
    """What was read in these cells, as a write to the tab as it is now."""
    here = {source: column for column, source in came_from.items()}
    who = tuple(here[column] for column in reading.who or () if column in here)
    header = reading.header if reading.header and reading.header.anchor in now.anchors else None
    values = {}
    for mark, columns in rows.items():
        was = reading.row(mark).cells
        source = {column: came_from.get(column) for column in columns}
        before = {c: at(was, s) if s is not None else None for c, s in source.items()}
        values[mark] = {c: _as_it_was(v) for c, v in before.items()}
    heads = {column: str(text) for column, text in values.pop(header, {}).items()} if header else {}
    there = {mark: Mark(mark.anchor, now.anchors[mark.anchor]) for mark in values}
    at_head = Mark(header.anchor, now.anchors[header.anchor]) if header else None
    return Batch(
        replace(now, header=at_head, who=who),
        {there[mark]: cells for mark, cells in values.items()},
        heads,
    )


def _formulas_back(
    book: Book,
    reading: Reading,
    now: Reading,
    rows: Mapping[Mark, set[int]],
    came_from: Mapping[int, int],
) -> None:
    formulas = []
    for mark, columns in rows.items():
        source = {column: came_from.get(column) for column in columns}
        formulas += list(_formulas(reading, mark, source, now.anchors[mark.anchor], came_from))
    if formulas:
        book.change(formulas)


def _formulas(
    reading: Reading,
    mark: Mark,
    source: Mapping[int, int | None],
    row: int,
    came_from: Mapping[int, int],
) -> Iterator[dict[str, Any]]:
    """Formulas that were written over, as requests that put them back."""
    now = {before: column for column, before in came_from.items()}
    for column, before in source.items():
        text = reading.texts.get((mark.index, before)) if before is not None else None
        if text:
            formula = moved_formula(text, now, (mark.index, row))
            place = {"sheetId": reading.tab, "rowIndex": row, "columnIndex": column}
            cells = [{"values": [{"userEnteredValue": {"formulaValue": formula}}]}]
            update = {"start": place, "rows": cells, "fields": "userEnteredValue"}
            yield {"updateCells": update}


def _cells(reading: Reading, mark: Mark) -> Sequence[object]:
    """What stands now in the row that has the anchor of this mark."""
    row = reading.by_index.get(reading.anchors.get(mark.anchor, -1))
    return row.cells if row else ()


def _any_alike(some: Sequence[object], value: object) -> bool:
    return any(shown_alike(_as_it_was(value), one) for one in some)


def _as_it_was(value: object) -> object:
    """What is written so that a cell holds the value again that was read from it."""
    found = written(value, dated=True)
    return found if isinstance(found, bool | int | float | str) else str(found)
