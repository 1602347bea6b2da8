"""How a formula's text changes when rows and columns are inserted, deleted, moved or copied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from .references import Corner, Reference, quoted, read_reference, split_sheet
from .tokens import Token, Unreadable, tokens

Dimension = Literal["ROWS", "COLUMNS"]


@dataclass(frozen=True)
class Inserted:
    """`count` rows or columns came in before index `at` of a sheet (by its title)."""

    sheet: str
    dimension: Dimension
    at: int
    count: int


@dataclass(frozen=True)
class Deleted:
    """`count` rows or columns from index `at` are gone."""

    sheet: str
    dimension: Dimension
    at: int
    count: int


@dataclass(frozen=True)
class Moved:
    """Rows or columns `start` to `end` (left out) went before the old index `to`."""

    sheet: str
    dimension: Dimension
    start: int
    end: int
    to: int


@dataclass(frozen=True)
class Renamed:
    """A sheet has a new title; `new` None: it was deleted."""

    sheet: str
    new: str | None


@dataclass(frozen=True)
class Cut:
    """The cells of a range (from 0, ends left out) were cut and pasted elsewhere."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int
    to_sheet: str
    to_top: int
    to_left: int


Operation = Inserted | Deleted | Moved | Renamed | Cut


def moved(formula: str, operation: Operation, home: str) -> str:
    """The formula after an operation; `home` is the title of the sheet it stands on.

    >>> moved("=A5+$B$2", Inserted("Data", "ROWS", 3, 2), "Data")
    '=A7+$B$2'
    """

    def change(reference: Reference) -> Reference | None:
        there = reference.sheet if reference.sheet is not None else home
        if there.casefold() != operation.sheet.casefold():
            return reference
        if isinstance(operation, Renamed):
            if reference.sheet is None:
                return reference
            return replace(reference, sheet=operation.new) if operation.new is not None else None
        if isinstance(operation, Cut):
            return _cut(reference, operation, home)
        return _along(reference, operation)

    return _rewritten(formula, change)


def copied(formula: str, rows: int, columns: int) -> str:
    """The formula copied so many rows down and columns to the right; what has a $ stays.

    >>> copied("=A1+$B1+C$1", 1, 1)
    '=B2+$B2+D$1'
    """
    if not rows and not columns:
        return formula

    def change(reference: Reference) -> Reference | None:
        first = _shifted(reference.first, rows, columns)
        last = _shifted(reference.last, rows, columns) if reference.last else None
        if first is None or (reference.last and last is None):
            return None
        return replace(reference, first=first, last=last)

    return _rewritten(formula, change)


def _rewritten(formula: str, change: Callable[[Reference], Reference | None]) -> str:
    """The formula with each reference changed; None makes it #REF!."""
    if not formula.startswith("="):
        return formula
    try:
        found = tokens(formula)
    except Unreadable:
        return formula
    parts, at = [], 0
    for token in found:
        if token.kind == "reference" and not token.text.endswith("#REF!"):
            parts += [formula[at : token.start], _changed(token, change)]
            at = token.end
    return "".join([*parts, formula[at:]])


def _changed(token: Token, change: Callable[[Reference], Reference | None]) -> str:
    reference = read_reference(token.text)
    new = change(reference)
    if new == reference:
        return token.text
    if new is not None:
        return str(new)
    sheet, _ = split_sheet(token.text)
    return "#REF!" if sheet is None else f"{quoted(sheet)}!#REF!"


def _shifted(corner: Corner, rows: int, columns: int) -> Corner | None:
    row, column = corner.row, corner.column
    if row is not None and not corner.fixed_row:
        row += rows
    if column is not None and not corner.fixed_column:
        column += columns
    if (row or 0) < 0 or (column or 0) < 0:
        return None
    return replace(corner, row=row, column=column)


def _along(reference: Reference, operation: Inserted | Deleted | Moved) -> Reference | None:
    """A reference after rows or columns of its own sheet changed."""
    name = "row" if operation.dimension == "ROWS" else "column"
    first = getattr(reference.first, name)
    last = first if reference.last is None else getattr(reference.last, name)
    ends = moved_ends(first, None if last is None else last + 1, operation)
    if ends is None:
        return None
    low, high = ends
    new = replace(reference.first, **{name: low})
    if reference.last is None:
        return replace(reference, first=new)
    end = replace(reference.last, **{name: None if high is None else high - 1})
    return replace(reference, first=new, last=end)


def moved_ends(
    start: int | None, end: int | None, operation: Inserted | Deleted | Moved
) -> tuple[int | None, int | None] | None:
    """Where a stretch of rows or columns (end left out; None: open) is after an operation.

    None where all of it was deleted. An open side stays open.
    """
    match operation:
        case Inserted(at=at, count=count):
            return (
                start + count if start is not None and start >= at else start,
                end + count if end is not None and end > at else end,
            )
        case Deleted(at=at, count=count):
            low, high = _left(start, at, count), _left(end, at, count)
            if low is not None and high is not None and low >= high:
                return None
            return low, high
        case Moved():
            return _moved_stretch(start, end, operation)
    raise TypeError(operation)


def _left(place: int | None, at: int, count: int) -> int | None:
    if place is None or place <= at:
        return place
    return max(at, place - count)


def _moved_stretch(
    start: int | None, end: int | None, move: Moved
) -> tuple[int | None, int | None]:
    """A stretch inside the moved one goes along; one around both stays; others keep their cells."""
    if start is None or end is None:
        return (place_after(start, move) if start is not None else None, end)
    low, high = place_after(start, move), place_after(end - 1, move)
    if start < move.start and end > move.end and start < move.to < end:
        return start, end
    return (low, high + 1) if low <= high else (high, low + 1)


def place_after(place: int, move: Moved) -> int:
    """Where one row or column is after a move."""
    size = move.end - move.start
    if move.start <= place < move.end:
        to = move.to if move.to <= move.start else move.to - size
        return to + place - move.start
    if move.to <= place < move.start:
        return place + size
    if move.end <= place < move.to:
        return place - size
    return place


def _cut(reference: Reference, cut: Cut, home: str) -> Reference:
    """A reference that lies within the cut cells follows them."""
    first, last = reference.first, reference.last or reference.first
    inside = (
        first.row is not None
        and first.column is not None
        and last.row is not None
        and last.column is not None
        and cut.top <= first.row
        and last.row < cut.bottom
        and cut.left <= first.column
        and last.column < cut.right
    )
    if not inside:
        return reference
    down, beside = cut.to_top - cut.top, cut.to_left - cut.left
    sheet = reference.sheet
    if cut.to_sheet != cut.sheet:
        sheet = None if cut.to_sheet == home else cut.to_sheet
    return Reference(
        _by(first, down, beside),
        _by(reference.last, down, beside) if reference.last else None,
        sheet,
    )


def _by(corner: Corner, rows: int, columns: int) -> Corner:
    return replace(corner, row=(corner.row or 0) + rows, column=(corner.column or 0) + columns)
