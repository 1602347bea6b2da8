"""A tab that is not there yet: made with its headers, and boxes to tick, and protected lightly.

The protection is a warning only (`warningOnly`): it stops a slip, and nobody who means it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from ._sheets_cells import entered

ROWS = 200
"""Rows that it is made with."""
BOX = {"condition": {"type": "BOOLEAN"}, "strict": True}
"""The data validation that shows yes and no as a box to tick."""


def new_tab(
    title: str, headers: Sequence[str], rows: Sequence[Sequence[object]], ticks: int
) -> list[Mapping[str, Any]]:
    """The requests that make the tab."""
    number = random.randrange(1, 2**31 - 1)
    size = {"rowCount": max(ROWS, len(rows) + 1), "columnCount": len(headers), "frozenRowCount": 1}
    tab = {"sheetId": number, "title": title, "gridProperties": size}
    lines: list[Mapping[str, Any]] = [{"values": [entered(header) for header in headers]}]
    lines += [{"values": [_cell(value) for value in row]} for row in rows]
    start = {"sheetId": number, "rowIndex": 0, "columnIndex": 0}
    boxes = {"startRowIndex": 1, "startColumnIndex": ticks, "endColumnIndex": ticks + 1}
    ours = {
        "range": {"sheetId": number},
        "unprotectedRanges": [{"sheetId": number, **boxes}],
        "description": "Sheetflow writes here",
        "warningOnly": True,
    }
    fields = "userEnteredValue,dataValidation"
    return [
        {"addSheet": {"properties": tab}},
        {"updateCells": {"start": start, "rows": lines, "fields": fields}},
        {"addProtectedRange": {"protectedRange": ours}},
    ]


def _cell(value: object) -> Mapping[str, Any]:
    """A cell as it is made: yes and no as a box to tick."""
    if isinstance(value, bool):
        return {"userEnteredValue": {"boolValue": value}, "dataValidation": BOX}
    return entered(value) if value not in (None, "") else {}


def with_boxes(cells: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The cells of a new row, yes and no among them as boxes to tick."""
    return [
        {**cell, "dataValidation": BOX}
        if "boolValue" in (cell.get("userEnteredValue") or {})
        else cell
        for cell in cells
    ]
