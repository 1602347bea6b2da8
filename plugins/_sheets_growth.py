"""What Google calls a table, and the filter over a tab, take in the columns made beside them.

Somebody who sorts through one would leave columns that stand outside behind, beside other people's
names. So both are made wider in the request that makes the columns; and only where nothing stands
between, and the headers are the tab's.

A table has no empty headers: Google may make one up ("Column 5") until ours is written. Should the
answer be lost before that, it is not taken for a column of somebody's: see `_sheets_merging.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sheetflow import SheetRow

from ._sheets_client import Book
from ._sheets_merging import is_made_up, without_made_up
from ._sheets_tab import Mark, Reading, changed

MOST = 10**9
"""Rows and columns that a range without an end reaches to."""


def grown(reading: Reading, header: Mark | None, columns: Sequence[int]) -> list[dict[str, Any]]:
    """The requests that let a table and the filter reach as far as the columns that are to come."""
    if header is None or not columns:
        return []
    found = []
    for table in reading.tables:
        area = table.get("range", {})
        if _is_beside(reading, header, area, columns) and not _is_protected(reading, area):
            found.append(_table(table, _wider(reading, area, max(columns) + 1)))
    area = reading.filter.get("range", {})
    if not reading.filter.get("tableId") and _is_beside(reading, header, area, columns):
        found.append(_filter(reading, _wider(reading, area, max(columns) + 1)))
    return found


def body(reading: Reading, after: Mark, cells: Mapping[int, object]) -> tuple[dict[str, Any], int]:
    """Where `appendCells` puts a row: into the table that the last one is in, else on the tab.

    With it comes the first column there. A table that does not hold all of the cells is left alone.
    """
    for table in reading.tables:
        area = table.get("range", {})
        first, end = area.get("startColumnIndex", 0), area.get("endColumnIndex", 0)
        is_in = area.get("startRowIndex", 0) <= after.index < area.get("endRowIndex", 0)
        if is_in and all(first <= column < end for column in cells):
            return {"tableId": table.get("tableId", "")}, first
    return {"sheetId": reading.tab}, 0


def must_still_be(book: Book, reading: Reading) -> None:
    """Raise TableChanged when somebody changed the tab since it was read.

    A request names a table's range by numbers of rows and columns, which anchors do not follow.
    """
    now = without_made_up(book.look(reading))
    if (now.rows, now.size, now.tables) != (reading.rows, reading.size, reading.tables):
        raise changed(reading)


def put_right(book: Book, old: Reading, header: Mark) -> None:
    """Each table and filter where it belongs, after somebody moved rows or columns meanwhile.

    They were made wider by what was read before that, so they may begin or end in a wrong row.
    """
    now = book.look(old)
    heads = [cell for cell in old.row(header).cells if cell is not None]
    row = max(now.rows, key=lambda one: sum(head in one.cells for head in heads), default=None)
    if row is None or not any(head in row.cells for head in heads):
        return
    requests = []
    there = {table.get("tableId"): table for table in now.tables}
    for table in old.tables:
        area = table.get("range", {})
        held = there.get(table.get("tableId"))
        if held and area.get("startRowIndex", 0) == header.index:
            place = _moved(area, old, now, header, row)
            requests.append(_table(held, place))
            requests += _emptied(old, now, header, row, place["endColumnIndex"])
    area = old.filter.get("range", {})
    is_moved_down = now.filter and area.get("startRowIndex", 0) == header.index
    if is_moved_down and not old.filter.get("tableId") and _left(area, old, header, row) == 0:
        requests.append(_filter(now, _moved(area, old, now, header, row)))
    if requests:
        book.change(requests)


def _is_beside(
    reading: Reading, header: Mark, area: Mapping[str, Any], columns: Sequence[int]
) -> bool:
    """Whether the columns come right beside this area, whose first row is that of the headers."""
    if not area or "endColumnIndex" not in area or area.get("startRowIndex", 0) != header.index:
        return False
    heads, end = len(reading.row(header).cells), int(area["endColumnIndex"])
    return heads <= end < max(columns) + 1 and min(columns) <= end


def _is_protected(reading: Reading, area: Mapping[str, Any]) -> bool:
    """Whether part of it is protected: then we may not change the table, either."""
    sides = (("startRowIndex", "endRowIndex"), ("startColumnIndex", "endColumnIndex"))
    return any(
        all(
            max(area.get(start, 0), one.range.get(start, 0))
            < min(area.get(end, MOST), one.range.get(end, MOST))
            for start, end in sides
        )
        for one in reading.protections
    )


def _wider(reading: Reading, area: Mapping[str, Any], end: int) -> dict[str, Any]:
    return {**area, "sheetId": reading.tab, "endColumnIndex": end}


def _table(table: Mapping[str, Any], area: Mapping[str, Any]) -> dict[str, Any]:
    given = {"tableId": table.get("tableId", ""), "range": area}
    return {"updateTable": {"table": given, "fields": "range"}}


def _filter(reading: Reading, area: Mapping[str, Any]) -> dict[str, Any]:
    """The order that it has sorted by is not said again: that would sort."""
    specs = reading.filter.get("filterSpecs")
    given = {"range": area, **({"filterSpecs": specs} if specs else {})}
    return {"setBasicFilter": {"filter": given}}


def _left(area: Mapping[str, Any], old: Reading, header: Mark, row: SheetRow) -> int:
    """By how many columns the first one of an area has moved to the right."""
    start = area.get("startColumnIndex", 0)
    cells = old.row(header).cells
    first = cells[start] if start < len(cells) else None
    return row.cells.index(first) - start if first is not None and first in row.cells else 0


def _moved(
    area: Mapping[str, Any], old: Reading, now: Reading, header: Mark, row: SheetRow
) -> dict[str, Any]:
    """An area as it was, where its first row and column are now, with what was put into it."""
    found = {**area, "sheetId": now.tab, "startRowIndex": row.number - 1}
    if "endRowIndex" in area:
        found["endRowIndex"] = area["endRowIndex"] + now.size[0] - old.size[0]
    found["startColumnIndex"] = area.get("startColumnIndex", 0) + _left(area, old, header, row)
    found["endColumnIndex"] = area["endColumnIndex"] + _more_columns(area, old, header, row)
    return found


def _emptied(
    old: Reading, now: Reading, header: Mark, row: SheetRow, end: int
) -> Iterator[dict[str, Any]]:
    """Headers that Google made up are taken away: beside the table, and where it began wrongly."""
    heads = old.row(header).cells
    for line in {row.number: row, header.index + 1: now.row(header)}.values():
        made = [c for c, text in enumerate(line.cells) if is_made_up(text) and text not in heads]
        is_new = len(made) == len(line.cells)
        first = end if line.number == row.number else 0 if is_new else len(heads)
        for column in made:
            if column >= first:
                cell = {"startRowIndex": line.number - 1, "endRowIndex": line.number}
                cell |= {"startColumnIndex": column, "endColumnIndex": column + 1}
                place = {"sheetId": now.tab, **cell}
                yield {"updateCells": {"range": place, "fields": "userEnteredValue"}}


def _more_columns(area: Mapping[str, Any], old: Reading, header: Mark, row: SheetRow) -> int:
    """By how many columns the last one of an area that had a header has moved to the right."""
    cells = old.row(header).cells
    last = min(area["endColumnIndex"], len(cells)) - 1
    there = cells[last] if last >= 0 else None
    return row.cells.index(there) - last if there is not None and there in row.cells else 0
