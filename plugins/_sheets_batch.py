"""What one write carries, and what came back of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ._sheets_anchors import at
from ._sheets_cells import shown_alike
from ._sheets_client import Book
from ._sheets_tab import Mark, Reading


@dataclass(frozen=True)
class Batch:
    """What is to be written: by anchor, values by column; `headers` go into the row of headers."""

    reading: Reading
    rows: Mapping[Mark, Mapping[int, object]]
    headers: Mapping[int, str]


@dataclass(frozen=True)
class Found:
    """A row as it came back: where it is, and what stands in it."""

    index: int
    cells: Sequence[object]


def entry(anchor: int, cells: Mapping[int, object], known: int = 0) -> dict[str, Any]:
    """The values of one row, by its anchor; null for every cell that is not ours.

    They go at least as far as the `known` cells, so that all of these come back.
    """
    width = max(known, max(cells, default=0) + 1)
    values = [cells.get(column) for column in range(width)]
    return {
        "dataFilter": {"developerMetadataLookup": {"metadataId": anchor}},
        "majorDimension": "ROWS",
        "values": [values],
    }


def sent(book: Book, batch: Batch, log: Mapping[str, Any] | None = None) -> Mapping[int, Found]:
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


def as_meant(batch: Batch, found: Mapping[int, Found]) -> bool:
    """Whether each row that came back is the one meant, and columns are where they were."""
    header = batch.reading.header
    return (header is None or _headers_stand(batch, found.get(header.anchor))) and all(
        mark.anchor in found and _stands(batch, mark, found[mark.anchor]) for mark in batch.rows
    )


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
