"""What one write carries, and what came back of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
