"""Ranges as the API writes them: A1 notation in every form, R1C1, named ranges, GridRanges.

Source: developers.google.com/workspace/sheets/api/guides/concepts#cell. A range that starts past
the grid is refused, one that merely ends past it is cut off there, as the service does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.emulators.google.errors import ApiError, bad_request
from tests.emulators.google.sheets.formulas.references import letters, number
from tests.emulators.google.sheets.model import MOST_COLUMNS, Json, Sheet, Spreadsheet

CORNER = r"\$?([A-Za-z]{1,3})?\$?([1-9]\d{0,8})?"
A1 = re.compile(rf"{CORNER}(?::{CORNER})?")
R1C1 = re.compile(r"R(\d+)C(\d+)(?::R(\d+)C(\d+))?", re.IGNORECASE)
PLAIN_TITLE = re.compile(r"[^\W\d]\w*")
LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}\d+|R\d*C\d*|R|C", re.IGNORECASE)


@dataclass(frozen=True)
class Area:
    """A rectangle of a sheet, counted from 0, ends left out; None is an open side."""

    sheet: Sheet
    top: int | None = None
    left: int | None = None
    bottom: int | None = None
    right: int | None = None

    @property
    def single(self) -> bool:
        """Whether it is written as one cell: then it is only where something starts."""
        return None not in (self.top, self.left, self.bottom, self.right) and (
            self.height,
            self.width,
        ) == (1, 1)

    @property
    def first_row(self) -> int:
        """The first row."""
        return self.top or 0

    @property
    def first_column(self) -> int:
        """The first column."""
        return self.left or 0

    @property
    def end_row(self) -> int:
        """The row after the last, within the grid."""
        count = self.sheet.row_count
        return count if self.bottom is None else min(self.bottom, count)

    @property
    def end_column(self) -> int:
        """The column after the last, within the grid."""
        count = self.sheet.column_count
        return count if self.right is None else min(self.right, count)

    @property
    def height(self) -> int:
        """How many rows of the grid it covers."""
        return max(0, self.end_row - self.first_row)

    @property
    def width(self) -> int:
        """How many columns of the grid it covers."""
        return max(0, self.end_column - self.first_column)

    def checked(self) -> Area:
        """The same; raises ApiError when it starts past the grid."""
        if self.first_row >= self.sheet.row_count or self.first_column >= self.sheet.column_count:
            raise past_the_grid(self)
        return self

    def __str__(self) -> str:
        """As the API writes it back: with the sheet, and with both ends within the grid."""
        return f"{quoted(self.sheet.title)}!{self.cells}"

    @property
    def cells(self) -> str:
        """The part after the exclamation mark."""
        return a1(self.first_row, self.first_column, self.end_row, self.end_column)

    @property
    def as_given(self) -> str:
        """With open sides left open, as errors write it."""
        first = _corner(self.top, self.left)
        last = _corner(_last(self.bottom), _last(self.right))
        if self.top is None and self.bottom is not None:
            first = _corner(0, self.left)
        if self.left is None and self.right is not None:
            first = _corner(self.top, 0)
        cells = first if first == last and self.top is not None else f"{first}:{last}"
        title = quoted(self.sheet.title)
        return title if cells == ":" else f"{title}!{cells}"

    def grid_range(self) -> Json:
        """The API's GridRange, open sides left out."""
        sides = {
            "startRowIndex": self.top,
            "endRowIndex": self.bottom,
            "startColumnIndex": self.left,
            "endColumnIndex": self.right,
        }
        return {"sheetId": self.sheet.id} | {k: v for k, v in sides.items() if v is not None}


def _last(end: int | None) -> int | None:
    return None if end is None else end - 1


def _corner(row: int | None, column: int | None) -> str:
    return ("" if column is None else letters(column)) + ("" if row is None else str(row + 1))


def a1(top: int, left: int, bottom: int, right: int) -> str:
    """A1:B2 of a rectangle (ends left out), or A1 alone."""
    first = _corner(top, left)
    if (bottom - top, right - left) == (1, 1):
        return first
    return f"{first}:{_corner(bottom - 1, right - 1)}"


def quoted(title: str) -> str:
    """A sheet's title as it stands before the exclamation mark: quoted where it must be."""
    if PLAIN_TITLE.fullmatch(title) and not LIKE_A_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def past_the_grid(area: Area) -> ApiError:
    """400: the range is not in the grid."""
    rows, columns = area.sheet.row_count, area.sheet.column_count
    return bad_request(
        f"Range ({area.as_given}) exceeds grid limits. Max rows: {rows}, max columns: {columns}"
    )


def find(book: Spreadsheet, text: str) -> Area:
    """The range that a text means; raises ApiError for one that means nothing, or lies outside."""
    return _find(book, text).checked()


def _find(book: Spreadsheet, text: str) -> Area:
    title, cells = _split(text)
    if title is None:
        return _named(book, cells) or _on(_first(book), cells) or _whole(book, cells, text)
    sheet = book.titled(title)
    if sheet is None:
        raise unreadable(text)
    if cells is None:
        return Area(sheet)
    area = _on(sheet, cells) or _named(book, cells)
    if area is None:
        raise unreadable(text)
    return area


def unreadable(text: str) -> ApiError:
    """400: the text is no range, or names no sheet that there is."""
    return bad_request(f"Unable to parse range: {text}")


def _split(text: str) -> tuple[str | None, str]:
    """Sheet title and cells: ("Sheet 1", "A1"), (None, "A1"), ("Sheet 1", "")."""
    if text.startswith("'"):
        match = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?", text, re.DOTALL)
        if match is None:
            return None, text
        return match[1].replace("''", "'"), match[2] if match[2] is not None else ""
    title, mark, cells = text.rpartition("!")
    return (title, cells) if mark else (None, text)


def _first(book: Spreadsheet) -> Sheet:
    return next((one for one in book.sheets if not one.properties.get("hidden")), book.sheets[0])


def _named(book: Spreadsheet, text: str) -> Area | None:
    for one in book.named_ranges:
        if one["name"].casefold() == text.casefold():
            return of_grid_range(book, one["range"])
    return None


def _whole(book: Spreadsheet, cells: str, text: str) -> Area:
    sheet = book.titled(cells)
    if sheet is None:
        raise unreadable(text)
    return Area(sheet)


def _on(sheet: Sheet, cells: str) -> Area | None:
    """The range of these cells on a sheet, or None when the text is not one."""
    if cells == "":
        return Area(sheet)
    match = R1C1.fullmatch(cells)
    if match:
        top, left, bottom, right = (int(part) if part else 0 for part in match.groups())
        return _area(sheet, (top, left), (bottom or top, right or left))
    match = A1.fullmatch(cells)
    if match is None or not any(match.groups()):
        return None
    first = (int(match[2] or 0), _column(match[1]))
    if ":" not in cells:
        return _area(sheet, first, first) if all(first) else None
    last = (int(match[4] or 0), _column(match[3]))
    if not any(first) or not any(last):
        return None
    return _area(sheet, first, last)


def _column(text: str | None) -> int:
    """Counted from 1; 0 where none is given."""
    column = number(text) + 1 if text else 0
    return column if column <= MOST_COLUMNS else MOST_COLUMNS + 1


def _area(sheet: Sheet, first: tuple[int, int], last: tuple[int, int]) -> Area:
    """From two corners counted from 1, in any order; 0 is open."""
    top, bottom = _side(first[0], last[0])
    left, right = _side(first[1], last[1])
    return Area(sheet, top, left, bottom, right)


def _side(one: int, other: int) -> tuple[int | None, int | None]:
    """Start and end of a side: open where one end is not given, from the other on."""
    if one and other:
        return min(one, other) - 1, max(one, other)
    return (max(one, other) - 1 if one or other else None), None


def of_grid_range(book: Spreadsheet, given: Json) -> Area | None:
    """The area of a GridRange; None when there is no such sheet."""
    sheet = book.sheet(given.get("sheetId", 0))
    if sheet is None:
        return None
    return Area(
        sheet,
        given.get("startRowIndex"),
        given.get("startColumnIndex"),
        given.get("endRowIndex"),
        given.get("endColumnIndex"),
    )
