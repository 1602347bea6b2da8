"""Where an index or a range is after rows or columns were inserted, deleted or moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from tests.emulators.google.sheets.model import ROWS, Dimension, Json, Sheet, Spreadsheet

GRID_RANGE = frozenset(
    {"sheetId", "startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"}
)
DIMENSION_RANGE = frozenset({"sheetId", "dimension", "startIndex", "endIndex"})
COORDINATE = frozenset({"sheetId", "rowIndex", "columnIndex"})


class _Gone:
    """What stands for a range all of whose lines were deleted."""


GONE: Any = _Gone()


@dataclass(frozen=True)
class Shift:
    """What happened to the lines of a sheet: `count` of them, from `start` on.

    `to` is where moved lines went, counted before they were taken out, as the API counts it.
    """

    sheet_id: int
    dimension: Dimension
    kind: Literal["insert", "delete", "move"]
    start: int
    count: int
    to: int = 0

    @property
    def end(self) -> int:
        """The index after the last of the lines."""
        return self.start + self.count

    @property
    def arrives(self) -> int:
        """Where the first of the moved lines is afterwards."""
        return self.to if self.to <= self.start else self.to - self.count

    def index(self, index: int) -> int | None:
        """Where the line of this index is now; None when it is gone."""
        if self.kind == "insert":
            return index + self.count if index >= self.start else index
        if self.start <= index < self.end:
            return None if self.kind == "delete" else self.arrives + index - self.start
        closed = index - self.count if index >= self.end else index
        if self.kind == "move" and closed >= self.arrives:
            return closed + self.count
        return closed

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the range from `start` up to `end` is now; None when nothing is left of it."""
        if self.kind == "insert":
            first = start + self.count if self.start <= start else start
            return first, end + self.count if self.start < end else end
        if self.kind == "delete":
            first, last = self._closed(start), self._closed(end)
            return (first, last) if first < last else None
        return self._moved(start, end)

    def _moved(self, start: int, end: int) -> tuple[int, int]:
        """A range follows its first and last line; one around both places stays as it is."""
        if start < self.start and self.end < end and start < self.to < end:
            return start, end
        first, last = self.index(start), self.index(end - 1)
        assert first is not None
        assert last is not None
        return min(first, last), max(first, last) + 1

    def _closed(self, index: int) -> int:
        """An index after the lines were taken out."""
        return index - min(max(index - self.start, 0), self.count)


def shifted(value: Any, shift: Shift) -> Any:
    """A JSON value with every range in it where it is now; GONE for a range that is gone."""
    if isinstance(value, list):
        return [one for one in (shifted(inner, shift) for inner in value) if one is not GONE]
    if not isinstance(value, dict):
        return value
    keys = value.keys()
    if "sheetId" in keys and value["sheetId"] == shift.sheet_id:
        if len(keys) > 1 and keys <= GRID_RANGE:
            return _shifted_range(value, shift)
        if keys <= COORDINATE:
            return _shifted_coordinate(value, shift)
        if keys == DIMENSION_RANGE and value["dimension"] == shift.dimension:
            span = shift.span(value["startIndex"], value["endIndex"])
            return {**value, "startIndex": span[0], "endIndex": span[1]} if span else GONE
    found = {name: shifted(inner, shift) for name, inner in value.items()}
    return {name: inner for name, inner in found.items() if inner is not GONE}


def _shifted_range(value: Json, shift: Shift) -> Any:
    which = "Row" if shift.dimension == ROWS else "Column"
    start, end = f"start{which}Index", f"end{which}Index"
    if start not in value and end not in value:
        return value
    span = shift.span(value.get(start, 0), value.get(end, 2**31))
    if span is None:
        return GONE
    found = {**value, start: span[0], end: span[1]}
    if start not in value:
        del found[start]
    if end not in value:
        del found[end]
    return found


def _shifted_coordinate(value: Json, shift: Shift) -> Json:
    name = "rowIndex" if shift.dimension == ROWS else "columnIndex"
    if name not in value:
        return value
    index = shift.index(value[name])
    return {**value, name: shift.start if index is None else index}


def shift_all(spreadsheet: Spreadsheet, sheet: Sheet, shift: Shift) -> None:
    """Let everything that lies over cells follow: names, merges, protections, filters, charts."""
    spreadsheet.named_ranges = _kept(spreadsheet.named_ranges, shift)
    for one in spreadsheet.sheets:
        one.charts = shifted(one.charts, shift)
        one.conditional_formats = _kept(one.conditional_formats, shift, "ranges")
    starts = {one["tableId"]: one["range"]["startColumnIndex"] for one in sheet.tables}
    sheet.merges = [one for one in shifted(sheet.merges, shift) if _is_block(one)]
    for name in ("protected_ranges", "filter_views", "banded_ranges", "tables", "slicers"):
        setattr(sheet, name, _kept(getattr(sheet, name), shift))
    sheet.row_groups = _kept(sheet.row_groups, shift)
    sheet.column_groups = _kept(sheet.column_groups, shift)
    if sheet.basic_filter:
        found = _kept([sheet.basic_filter], shift)
        sheet.basic_filter = found[0] if found else None
    if shift.dimension != ROWS:
        _shift_columns_of_filters(sheet, shift)
        sheet.tables = [
            _with_columns(table, starts[table["tableId"]], shift) for table in sheet.tables
        ]


def _with_columns(table: Json, start: int, shift: Shift) -> Json:
    """A table whose columns have gone along; those that came in between are new ones."""
    first, end = table["range"]["startColumnIndex"], table["range"]["endColumnIndex"]
    there = {shift.index(start + one["columnIndex"]): one for one in table["columnProperties"]}
    columns = [
        {**there.get(column, {"columnName": f"Column {index + 1}"}), "columnIndex": index}
        for index, column in enumerate(range(first, end))
    ]
    return {**table, "columnProperties": columns}


def _kept(resources: list[Json], shift: Shift, name: str = "range") -> list[Json]:
    """The resources with their ranges shifted, without those whose range is gone."""
    found = []
    for one in resources:
        after = shifted(one, shift)
        if name not in one or after.get(name):
            found.append(after)
    return found


def _is_block(merge: Json) -> bool:
    rows = merge["endRowIndex"] - merge["startRowIndex"]
    return bool(rows * (merge["endColumnIndex"] - merge["startColumnIndex"]) > 1)


def _shift_columns_of_filters(sheet: Sheet, shift: Shift) -> None:
    """Filters name columns by index: in criteria (as keys), filterSpecs and sortSpecs."""
    filters = [*sheet.filter_views, *([sheet.basic_filter] if sheet.basic_filter else [])]
    for one in filters:
        if "criteria" in one:
            moved = ((shift.index(int(key)), rule) for key, rule in one["criteria"].items())
            one["criteria"] = {str(key): rule for key, rule in moved if key is not None}
        for name, key in (("filterSpecs", "columnIndex"), ("sortSpecs", "dimensionIndex")):
            if name in one:
                one[name] = _with_index(one[name], key, shift.index)


def _with_index(specs: list[Json], key: str, index: Callable[[int], int | None]) -> list[Json]:
    moved = [(one, index(one.get(key, 0))) for one in specs]
    return [{**one, key: at} for one, at in moved if at is not None]
