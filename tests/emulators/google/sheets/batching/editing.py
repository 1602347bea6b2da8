"""What a handler of a request is given, what it may raise, and how it is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.emulators.google.sheets.model import EMPTY, Cell, Json, Sheet, Spreadsheet

Handler = Callable[["Edit", Json], "Json | None"]
KINDS: dict[str, Handler] = {}  # filled while the modules of this folder are imported


class Invalid(Exception):
    """A request that is refused; the text goes behind "Invalid requests[0].addSheet: "."""


def kind(name: str) -> Callable[[Handler], Handler]:
    """Registers the handler of a kind of request: a function of Edit and request body.

    It gives the kind's reply, or None where the API replies with {}.
    """

    def register(handler: Handler) -> Handler:
        assert KINDS.setdefault(name, handler) is handler, f"{name} has two handlers"
        return handler

    return register


@dataclass(frozen=True)
class Block:
    """A rectangle of a sheet, within its grid; ends are left out."""

    sheet: Sheet
    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """How many rows it has."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """How many columns it has."""
        return self.right - self.left

    def places(self) -> Iterator[tuple[int, int]]:
        """Row and column of each of its cells."""
        for row in range(self.top, self.bottom):
            for column in range(self.left, self.right):
                yield row, column

    def overlaps(self, other: Block) -> bool:
        """Whether the two share a cell."""
        return (
            self.sheet is other.sheet
            and self.top < other.bottom
            and other.top < self.bottom
            and self.left < other.right
            and other.left < self.right
        )

    def holds(self, other: Block) -> bool:
        """Whether all of the other lies in this one."""
        return (
            self.sheet is other.sheet
            and self.top <= other.top
            and other.bottom <= self.bottom
            and self.left <= other.left
            and other.right <= self.right
        )

    def grid_range(self) -> Json:
        """The API's GridRange, with every side."""
        return {
            "sheetId": self.sheet.id,
            "startRowIndex": self.top,
            "endRowIndex": self.bottom,
            "startColumnIndex": self.left,
            "endColumnIndex": self.right,
        }


@dataclass(frozen=True)
class Edit:
    """A batch at work on a spreadsheet: for whom, when, and where things stand."""

    book: Spreadsheet
    user: str
    now: datetime
    owner: str
    kept: dict[str, Any] = field(default_factory=dict)
    """What one request may keep for the next of the same kind; emptied before any other."""

    def sheet(self, sheet_id: int | None, word: str = "grid") -> Sheet:
        """The sheet of an id (none given: 0). Raises Invalid."""
        found = self.book.sheet(sheet_id or 0)
        if found is None:
            raise Invalid(f"No {word} with id: {sheet_id or 0}")
        return found

    def block(self, given: Json | None) -> Block:
        """The cells of a GridRange (none if it is empty), cut off at the end of the grid.

        Raises Invalid where it lies outside, or names no sheet that there is.
        """
        given = given or {}
        sheet = self.sheet(given.get("sheetId"))
        top, bottom = _side(given, "Row", "row", sheet.row_count)
        left, right = _side(given, "Column", "column", sheet.column_count)
        return Block(sheet, top, left, bottom, right)

    def coordinate(self, given: Json | None) -> tuple[Sheet, int, int]:
        """The cell of a GridCoordinate. Raises Invalid."""
        given = given or {}
        sheet = self.sheet(given.get("sheetId"))
        row, column = given.get("rowIndex", 0), given.get("columnIndex", 0)
        _within("GridCoordinate.rowIndex", row, "row", sheet.row_count)
        _within("GridCoordinate.columnIndex", column, "column", sheet.column_count)
        return sheet, row, column

    def fresh(self, sheet: Sheet, row: int, column: int) -> Cell:
        """The cell to change: a copy put in its place, so that a refused batch leaves no trace."""
        cell = sheet.cell(row, column)
        twin = Cell() if cell is EMPTY else cell.copy()
        sheet.put(row, column, twin)
        return twin

    def enter(self, cell: Cell, value: Json | None) -> None:
        """Puts a value, and notes that there are formulas where it is one."""
        cell.set(value)
        if value and "formulaValue" in value:
            self.book.has_formulas = True

    def new_id(self, taken: Iterable[Any] = ()) -> int:
        """An id that is not taken."""
        return self.book.new_number({int(one) for one in taken})


def _side(given: Json, side: str, word: str, count: int) -> tuple[int, int]:
    start = given.get(f"start{side}Index")
    end = given.get(f"end{side}Index")
    first, last = 0 if start is None else start, count if end is None else end
    if first < 0 or last < 0:
        raise Invalid(f"GridRange.start{side}Index[{first}] must not be negative.")
    if start is not None and end is not None and last < first:
        raise Invalid(
            f"GridRange.end{side}Index[{last}] must not be less than "
            f"GridRange.start{side}Index[{first}]."
        )
    _within(f"GridRange.start{side}Index", first, word, count)
    return first, min(last, count)


def _within(name: str, index: int, word: str, count: int) -> None:
    if index < 0 or index >= max(count, 1):
        raise Invalid(f"{name}[{index}] is after last {word} in grid[{count - 1}]")


def dimension(given: str | None) -> Any:
    """ "ROWS" or "COLUMNS". Raises Invalid where none is given."""
    if given not in ("ROWS", "COLUMNS"):
        raise Invalid("A dimension must be specified.")
    return given
