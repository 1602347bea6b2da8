"""A spreadsheet as the emulator holds it: sheets, rows, columns, cells, and what lies over them.

What the API has a JSON form for is held in that form (values as ExtendedValue, ranges as GridRange
...); such dicts are shared freely, so put a new one in rather than change one in place.
What moves when rows and columns move is in operations.py.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.emulators.google.sheets.cells import EMPTY as EMPTY, Cell as Cell
from tests.emulators.google.sheets.defaults import new_properties
from tests.emulators.google.world import DriveFile

Json = dict[str, Any]
Dimension = Literal["ROWS", "COLUMNS"]
ROWS: Dimension = "ROWS"
COLUMNS: Dimension = "COLUMNS"

NEW_ROWS, NEW_COLUMNS = 1000, 26  # of a sheet that is made without a size
ROW_HEIGHT, COLUMN_WIDTH = 21, 100  # pixels
MOST_CELLS = 10_000_000  # in a workbook; support.google.com/drive/answer/37603
MOST_COLUMNS = 18_278
MOST_CHARACTERS = 50_000  # in a cell


@dataclass
class Metadata:
    """One piece of developer metadata; where it is held is where it is."""

    id: int
    key: str
    value: str = ""
    visibility: str = "DOCUMENT"


@dataclass
class Line:
    """A row or a column: its size in pixels, whether it is hidden, its metadata."""

    size: int
    hidden: bool = False
    filtered: bool = False
    """Hidden by the basic filter."""
    metadata: list[Metadata] = field(default_factory=list)


@dataclass
class Row(Line):
    """A row also holds its cells, up to the last one touched."""

    size: int = ROW_HEIGHT
    cells: list[Cell | None] = field(default_factory=list)


@dataclass
class Column(Line):
    """A column's cells lie in the rows."""

    size: int = COLUMN_WIDTH


@dataclass
class Sheet:
    """One tab. Lists of dicts hold the API's resources, with their GridRanges complete."""

    id: int
    title: str
    rows: list[Row] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    kind: str = "GRID"
    """The API's SheetType."""
    properties: Json = field(default_factory=dict)
    """hidden, tabColor, tabColorStyle, rightToLeft: what SheetProperties has besides."""
    grid: Json = field(default_factory=dict)
    """frozenRowCount, frozenColumnCount, hideGridlines, rowGroupControlAfter ..."""
    metadata: list[Metadata] = field(default_factory=list)
    merges: list[Json] = field(default_factory=list)
    protected_ranges: list[Json] = field(default_factory=list)
    basic_filter: Json | None = None
    filter_views: list[Json] = field(default_factory=list)
    conditional_formats: list[Json] = field(default_factory=list)
    banded_ranges: list[Json] = field(default_factory=list)
    charts: list[Json] = field(default_factory=list)
    slicers: list[Json] = field(default_factory=list)
    tables: list[Json] = field(default_factory=list)
    row_groups: list[Json] = field(default_factory=list)
    column_groups: list[Json] = field(default_factory=list)

    @property
    def row_count(self) -> int:
        """How many rows the grid has."""
        return len(self.rows)

    @property
    def column_count(self) -> int:
        """How many columns the grid has."""
        return len(self.columns)

    def lines(self, dimension: Dimension) -> list[Row] | list[Column]:
        """The rows, or the columns."""
        return self.rows if dimension == ROWS else self.columns

    def cell(self, row: int, column: int) -> Cell:
        """The cell to look at; EMPTY where nothing was ever put."""
        cells = self.rows[row].cells
        found = cells[column] if column < len(cells) else None
        return found or EMPTY

    def at(self, row: int, column: int) -> Cell:
        """The cell to change, made when it is not there yet; raises IndexError past the grid."""
        if column >= len(self.columns):
            raise IndexError(column)
        cells = self.rows[row].cells
        if column >= len(cells):
            cells.extend([None] * (column + 1 - len(cells)))
        found = cells[column]
        if found is None:
            found = cells[column] = Cell()
        return found

    def put(self, row: int, column: int, cell: Cell | None) -> None:
        """Replace a cell."""
        self.at(row, column)
        self.rows[row].cells[column] = cell

    def cells(self) -> Iterator[tuple[int, int, Cell]]:
        """Every cell that was touched, with its row and column."""
        for number, row in enumerate(self.rows):
            for column, cell in enumerate(row.cells):
                if cell is not None:
                    yield number, column, cell

    def last_row(self) -> int:
        """How many rows there are up to the last one that shows something."""
        for number in range(len(self.rows), 0, -1):
            if any(cell is not None and not cell.blank for cell in self.rows[number - 1].cells):
                return number
        return 0

    def last_column(self) -> int:
        """How many columns there are up to the last one that shows something."""
        return max((_width(row.cells) for row in self.rows), default=0)

    def grow(self, rows: int, columns: int) -> None:
        """Make the grid at least so large."""
        self.rows.extend(Row() for _ in range(rows - len(self.rows)))
        self.columns.extend(Column() for _ in range(columns - len(self.columns)))


def _width(cells: list[Cell | None]) -> int:
    for number in range(len(cells), 0, -1):
        cell = cells[number - 1]
        if cell is not None and not cell.blank:
            return number
    return 0


@dataclass
class Spreadsheet:
    """A workbook. Its title, owner and permissions are its file's."""

    file: DriveFile
    properties: Json = field(default_factory=dict)
    """locale, timeZone, autoRecalc, iterativeCalculationSettings, defaultFormat, theme."""
    sheets: list[Sheet] = field(default_factory=list)
    named_ranges: list[Json] = field(default_factory=list)
    metadata: list[Metadata] = field(default_factory=list)
    data_sources: list[Json] = field(default_factory=list)
    has_formulas: bool = False
    """Whether a formula was ever entered: then there may be something to calculate."""

    def __post_init__(self) -> None:
        self.properties = {**new_properties(), **self.properties}

    @property
    def id(self) -> str:
        """The id of the file."""
        return self.file.id

    @property
    def title(self) -> str:
        """The name of the file."""
        return self.file.name

    @title.setter
    def title(self, title: str) -> None:
        self.file.name = title

    @property
    def locale(self) -> str:
        """As "en_US"."""
        return str(self.properties.get("locale", "en_US"))

    @property
    def time_zone(self) -> str:
        """As "Europe/Berlin"."""
        return str(self.properties.get("timeZone", "Etc/GMT"))

    def sheet(self, sheet_id: int) -> Sheet | None:
        """The sheet of this id."""
        return next((one for one in self.sheets if one.id == sheet_id), None)

    def titled(self, title: str) -> Sheet | None:
        """The sheet of this title; case does not count, as in the service."""
        folded = title.casefold()
        exact = (one for one in self.sheets if one.title == title)
        loose = (one for one in self.sheets if one.title.casefold() == folded)
        return next(exact, None) or next(loose, None)

    def add_sheet(
        self,
        title: str,
        *,
        sheet_id: int | None = None,
        rows: int = NEW_ROWS,
        columns: int = NEW_COLUMNS,
        index: int | None = None,
    ) -> Sheet:
        """A new, empty sheet, the last one or at `index`."""
        if sheet_id is None:
            sheet_id = self.new_number({one.id for one in self.sheets}) if self.sheets else 0
        sheet = Sheet(sheet_id, title)
        sheet.grow(rows, columns)
        self.sheets.insert(len(self.sheets) if index is None else index, sheet)
        return sheet

    def new_number(self, taken: set[int] | None = None) -> int:
        """An id of nine or ten digits for a sheet, range, chart, view or piece of metadata."""
        taken = taken or set()
        while (number := random.SystemRandom().randrange(10**8, 2**31 - 1)) in taken:
            pass
        return number

    def all_metadata(self) -> Iterator[tuple[Metadata, list[Metadata], Json]]:
        """Every piece of metadata, the list that holds it, and its location."""
        for one in self.metadata:
            yield one, self.metadata, {"locationType": "SPREADSHEET", "spreadsheet": True}
        for sheet in self.sheets:
            for one in sheet.metadata:
                yield one, sheet.metadata, {"locationType": "SHEET", "sheetId": sheet.id}
            for dimension, kind in ((ROWS, "ROW"), (COLUMNS, "COLUMN")):
                for index, line in enumerate(sheet.lines(dimension)):
                    for one in line.metadata:
                        where = dimension_range(sheet.id, dimension, index, index + 1)
                        yield one, line.metadata, {"locationType": kind, "dimensionRange": where}


def dimension_range(sheet_id: int, dimension: Dimension, start: int, end: int) -> Json:
    """The API's DimensionRange."""
    return {
        "sheetId": sheet_id,
        "dimension": dimension,
        "startIndex": start,
        "endIndex": end,
    }
