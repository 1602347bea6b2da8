"""The tab "Sheetflow log": what happened to whom, in full, below what is there already.

It is known by metadata on its first column, whatever it is called. Lines are put below the last one
that was read, in the request that writes the rows too; the same lines at the same place may arrive
twice. Times are text that sorts like times: formats on empty rows would make each reading larger.
Where it has no rows left, or is not there yet, it is made longer, or made, first.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from sheetflow import LogLine

from ._sheets_cells import entered, written
from ._sheets_reading import LOG
from ._sheets_tab import LogPlace

TITLE = "Sheetflow log"
HEADERS = ("When", "Who", "What happened", "Recipe", "Run")
LENGTH = 2_000
"""Rows that it is made with, and made longer by."""


def made(lines: int) -> tuple[list[dict[str, Any]], LogPlace]:
    """The requests that make the tab with room for so many lines, and where it then is."""
    size = LENGTH + lines
    number = random.randrange(1, 2**31 - 1)
    grid = {"rowCount": size, "columnCount": len(HEADERS), "frozenRowCount": 1}
    tab = {"sheetId": number, "title": TITLE, "gridProperties": grid}
    column = {"sheetId": number, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
    start = {"sheetId": number, "rowIndex": 0, "columnIndex": 0}
    metadata = {"metadataKey": LOG, "location": {"dimensionRange": column}}
    heads = [entered(header) for header in HEADERS]
    return [
        {"addSheet": {"properties": tab}},
        {"createDeveloperMetadata": {"developerMetadata": metadata | {"visibility": "DOCUMENT"}}},
        {
            "updateCells": {
                "start": start,
                "rows": [{"values": heads}],
                "fields": "userEnteredValue",
            }
        },
    ], LogPlace(number, 1, size)


def longer(log: LogPlace, lines: int) -> tuple[list[dict[str, Any]], LogPlace]:
    """The request that makes room for so many more lines, and what is there then."""
    missing = log.free + lines - log.size
    if missing <= 0:
        return [], log
    length = missing + LENGTH
    place = {"sheetId": log.sheet, "dimension": "ROWS", "length": length}
    return [{"appendDimension": place}], LogPlace(log.sheet, log.free, log.size + length)


def put(log: LogPlace, lines: Sequence[LogLine]) -> Mapping[str, Any]:
    """The lines, as values below the last one."""
    place = {
        "sheetId": log.sheet,
        "startRowIndex": log.free,
        "endRowIndex": log.free + len(lines),
        "startColumnIndex": 0,
        "endColumnIndex": len(HEADERS),
    }
    texts = ((line.at, line.who, line.what, line.recipe, line.run) for line in lines)
    values = [[written(text, dated=False) for text in line] for line in texts]
    return {"dataFilter": {"gridRange": place}, "majorDimension": "ROWS", "values": values}
