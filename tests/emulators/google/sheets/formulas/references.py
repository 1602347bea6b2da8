"""References as formulas write them: A1, $A$1, A1:B2, A:A, 2:2, A2:A, 'Other sheet'!A1."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_PART = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)(\d*)")


@dataclass(frozen=True)
class Corner:
    """A row and column from 0, either None where it is open, and whether each has a $."""

    row: int | None
    column: int | None
    fixed_row: bool = False
    fixed_column: bool = False

    def __str__(self) -> str:
        column = "" if self.column is None else "$" * self.fixed_column + letters(self.column)
        row = "" if self.row is None else "$" * self.fixed_row + str(self.row + 1)
        return column + row


@dataclass(frozen=True)
class Reference:
    """One cell (no `last`) or a range with both corners included, on a sheet by title or here."""

    first: Corner
    last: Corner | None = None
    sheet: str | None = None

    def __str__(self) -> str:
        sheet = "" if self.sheet is None else quoted(self.sheet) + "!"
        return f"{sheet}{self.first}" + ("" if self.last is None else f":{self.last}")


@dataclass(frozen=True)
class Area:
    """A rectangle of one sheet, from 0, ends left out."""

    sheet: int
    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self) -> tuple[int, int]:
        """Its rows and columns."""
        return self.bottom - self.top, self.right - self.left


def letters(column: int) -> str:
    """The letters of a column counted from 0: 0 is A, 26 is AA."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def number(text: str) -> int:
    """The column, from 0, of its letters."""
    found = 0
    for letter in text.upper():
        found = found * 26 + ord(letter) - 64
    return found - 1


def quoted(title: str) -> str:
    """A sheet's title as formulas write it: in quotes unless it is a plain word."""
    if re.fullmatch(r"[^\W\d]\w*", title) and not re.fullmatch(r"[A-Za-z]{1,3}\d+", title):
        return title
    return "'" + title.replace("'", "''") + "'"


def read_reference(text: str) -> Reference:
    """The reference that a token of kind "reference" means.

    >>> str(read_reference("'My tab'!$A1:B"))
    "'My tab'!$A1:B"
    """
    sheet, place = split_sheet(text)
    first, colon, last = place.partition(":")
    start = _corner(first)
    if not colon:
        return Reference(start, None, sheet)
    return _ordered(Reference(start, _corner(last), sheet))


def split_sheet(text: str) -> tuple[str | None, str]:
    """A reference's sheet title (None: the formula's own) and what follows the "!"."""
    at = text.rfind("!", 0, len(text) - 1)
    if at < 0:
        return None, text
    title = text[:at]
    if title.startswith("'"):
        title = title[1:-1].replace("''", "'")
    return title, text[at + 1 :]


def _corner(text: str) -> Corner:
    found = _PART.fullmatch(text)
    if not found:
        raise ValueError(text)
    if not found[2]:  # a row alone: its $ is read as the first one
        return Corner(int(found[4]) - 1, None, bool(found[1] or found[3]))
    row = int(found[4]) - 1 if found[4] else None
    return Corner(row, number(found[2]), bool(found[3]), bool(found[1]))


def _ordered(reference: Reference) -> Reference:
    """B2:A1 as A1:B2."""
    first, last = reference.first, reference.last
    if last is None:
        return reference
    if first.row is not None and last.row is not None and first.row > last.row:
        first, last = (
            replace(first, row=last.row, fixed_row=last.fixed_row),
            replace(last, row=first.row, fixed_row=first.fixed_row),
        )
    if first.column is not None and last.column is not None and first.column > last.column:
        first, last = (
            replace(first, column=last.column, fixed_column=last.fixed_column),
            replace(last, column=first.column, fixed_column=first.fixed_column),
        )
    return replace(reference, first=first, last=last)
