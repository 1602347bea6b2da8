"""One worksheet's XML: where its rows, cells and columns stand, byte for byte."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sheetflow import Merge, TableError

from ._cellxml import (
    LAST_ROW,
    SAVE_AGAIN,
    TAG,
    CellSpan,
    area_of,
    cells_in,
    end_of,
    place_of,
    scan,
)


@dataclass(frozen=True)
class RowSpan:
    """A row, and the bytes it takes up."""

    number: int
    start: int
    end: int
    hidden: bool


@dataclass(frozen=True)
class ColumnSpan:
    """What the sheet says of columns `first` to `last`, counted from 0, and where it says so."""

    first: int
    last: int
    start: int
    style: str
    hidden: bool


class SheetXml:
    """A scan of one worksheet. Raises TableError if it is no worksheet, or declares entities."""

    def __init__(self, content: bytes, name: str) -> None:
        self.content = content
        self.rows: list[RowSpan] = []
        self.merges: list[Merge] = []
        self.formulas: dict[int, set[int]] = {}
        self.unsolved: set[tuple[int, int]] = set()
        self.tables: list[str] = []
        self.columns: list[ColumnSpan] = []
        self.width = 0
        self.prefix = ""
        self._areas: list[Merge] = []
        self._depth: list[str] = []
        self._row, self._column, self._start, self._hidden = 0, -1, 0, False
        self._string = False
        self.dimension: tuple[int, int] | None = None
        self.filter: tuple[int, int] | None = None
        self.data = (-1, -1)
        self.columns_end: int | None = None
        scan(content, name, start=self._started, end=self._ended)
        if self.data[0] < 0:
            raise TableError(f"{name} holds no cells.", hint="Is it a chart sheet?")

    def is_formula(self, row: int, column: int) -> bool:
        """Whether the cell is worked out, alone or as part of a larger formula."""
        return column in self.formulas.get(row, ()) or any(
            area.top <= row <= area.bottom and area.left <= column <= area.right
            for area in self._areas
        )

    def formulas_in(self, row: int) -> frozenset[int]:
        """The columns of a row whose cells are worked out."""
        found = set(self.formulas.get(row, ()))
        for area in self._areas:
            if area.top <= row <= area.bottom:
                found.update(range(area.left, min(area.right, self.width) + 1))
        return frozenset(found)

    def cells_of(self, number: int) -> Sequence[CellSpan]:
        """The cells of one row as they stand there."""
        span = self.span_of(number)
        return cells_in(self.content[span.start : span.end]) if span else ()

    def span_of(self, number: int) -> RowSpan | None:
        """The bytes of a row, or None where there is no such row."""
        place = bisect_left(self.rows, number, key=lambda row: row.number)
        found = self.rows[place] if place < len(self.rows) else None
        return found if found and found.number == number else None

    def _started(self, name: str, attributes: Mapping[str, str], at: int) -> None:
        depth = len(self._depth)
        self._depth.append(name)
        if depth == 0:
            self.prefix = name[: name.rfind(":") + 1]
            return
        name = name.removeprefix(self.prefix) if self.prefix else name
        if depth == 4 and name == "f":
            self._formula(attributes)
        elif depth == 3 and name == "c":
            self._cell_started(attributes)
        elif depth == 2 and name == "row" and self._depth[1] == self._data_name:
            self._row_started(attributes, at)
        elif depth in (1, 2):
            self._part_started(name, attributes, at)

    def _ended(self, name: str, at: int) -> None:
        self._depth.pop()
        depth = len(self._depth)
        if depth == 2 and self._depth[1] == self._data_name:
            end = end_of(self.content, self._start, at)
            self.rows.append(RowSpan(self._row, self._start, end, self._hidden))
        elif depth == 1 and name == self._data_name:
            start = self.data[0]
            tag = TAG.match(self.content, start)
            self.data = (start, start if tag and tag[0].endswith(b"/>") else at)
        elif depth == 1 and name == f"{self.prefix}cols" and self.columns:
            self.columns_end = at

    @property
    def _data_name(self) -> str:
        return f"{self.prefix}sheetData"

    def _part_started(self, name: str, attributes: Mapping[str, str], at: int) -> None:
        match name:
            case "sheetData":
                self.data = (at, at)
            case "dimension":
                self.dimension = self._tag_at(at)
            case "autoFilter":
                self.filter = self._tag_at(at)
            case "mergeCell":
                self.merges.append(area_of(attributes.get("ref", "A1")))
            case "tablePart":
                self.tables += [text for key, text in attributes.items() if key.endswith(":id")]
            case "col":
                first, last = int(attributes.get("min", 1)), int(attributes.get("max", 1))
                hidden = attributes.get("hidden") in ("1", "true")
                style = attributes.get("style", "")
                self.columns.append(ColumnSpan(first - 1, last - 1, at, style, hidden))

    def _tag_at(self, at: int) -> tuple[int, int] | None:
        tag = TAG.match(self.content, at)
        return (at, tag.end()) if tag else None

    def _row_started(self, attributes: Mapping[str, str], at: int) -> None:
        number = int(attributes.get("r", self._row + 1))
        if not self._row < number <= LAST_ROW:
            raise TableError("The rows of this sheet are out of order.", hint=SAVE_AGAIN)
        self._row, self._column, self._start = number, -1, at
        self._hidden = attributes.get("hidden") in ("1", "true")

    def _cell_started(self, attributes: Mapping[str, str]) -> None:
        place = attributes.get("r")
        self._column = place_of(place)[1] if place else self._column + 1
        self.width = max(self.width, self._column + 1)
        self._string = attributes.get("t") == "str"

    def _formula(self, attributes: Mapping[str, str]) -> None:
        self.formulas.setdefault(self._row, set()).add(self._column)
        if not self._string:
            self.unsolved.add((self._row, self._column))
        if attributes.get("t") in ("array", "dataTable") and "ref" in attributes:
            self._areas.append(area_of(attributes["ref"]))
