"""The value of a formula's tree: of one cell or, inside ARRAYFORMULA and its like, of blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from ..formatting_locales import Locale
from .comparing import compare
from .functions.registry import FUNCTIONS, Function, least_and_most
from .reading import (
    Array,
    Binary,
    Call,
    Constant,
    ErrorText,
    Missing,
    Name,
    Node,
    Percent,
    Range,
    Unary,
)
from .references import Area, Reference
from .values import (
    Block,
    Error,
    Scalar,
    Trouble,
    Value,
    as_number,
    as_text,
    block,
    fail,
)

_ERRORS = {
    "#REF!": "REF",
    "#N/A": "N_A",
    "#VALUE!": "VALUE",
    "#DIV/0!": "DIVIDE_BY_ZERO",
    "#NAME?": "NAME",
    "#NUM!": "NUM",
    "#NULL!": "NULL_VALUE",
    "#ERROR!": "ERROR",
}
_SIGNS = {"+": "ADD", "-": "MINUS", "*": "MULTIPLY", "/": "DIVIDE", "^": "POW"}
_LARGEST = 1_000_000
"""Cells a formula may hold at once here; a guard for this process, not a limit of Sheets."""


class Book(Protocol):
    """What a formula can see of its spreadsheet."""

    locale: Locale
    now: float
    """The serial of now in the spreadsheet's zone."""

    def sheet(self, title: str) -> int | None:
        """The id of the sheet of a title."""

    def size(self, sheet: int) -> tuple[int, int]:
        """A sheet's rows and columns."""

    def value(self, sheet: int, row: int, column: int) -> Scalar:
        """What a cell is worth."""

    def named(self, name: str) -> Area | None:
        """The range of a name."""


@dataclass(frozen=True)
class Evaluator:
    """Evaluates for one cell, `sheet`, `row` and `column`; `array`: blocks stay whole.

    `known` are the values that LET gave a name, in lower case.
    """

    book: Book
    sheet: int
    row: int
    column: int
    array: bool = False
    known: Mapping[str, Value] = field(default_factory=dict)

    def whole(self) -> Evaluator:
        """The same, with blocks kept whole."""
        return self if self.array else replace(self, array=True)

    def value(self, node: Node) -> Value:
        """The value of a part. Raises Trouble where it is an error."""
        match node:
            case Constant(value):
                return value
            case Missing():
                return None
            case ErrorText(text):
                fail(_ERRORS[text], "Reference does not exist." if text == "#REF!" else "")
            case Name(name) if name.casefold() in self.known:
                return self.known[name.casefold()]
            case Range() | Name():
                return self.block(self.area(node))
            case Percent(inner):
                return self.each(lambda x: as_number(x, "UNARY_PERCENT") / 100, inner)
            case Unary("-", inner):
                return self.each(lambda x: -as_number(x, "UMINUS"), inner)
            case Unary(_, inner):
                return self.value(inner)
            case Binary(sign, left, right):
                return self.each(lambda x, y: _combined(sign, x, y), left, right)
            case Array(rows):
                return self.literal(rows)
            case Call(name, arguments):
                return self.call(name, arguments)
        raise TypeError(node)

    def scalar(self, node: Node) -> Scalar:
        """The one value of a part; of a block, the one beside or above this cell."""
        return self.single(self.value(node))

    def single(self, value: Value) -> Scalar:
        """One scalar of a value: of cells in one column or row, the one in line with this cell."""
        if not isinstance(value, Block):
            return value
        if value.height == 1 and value.width == 1:
            return value.rows[0][0]
        area = value.area
        if area is None:
            return value.rows[0][0] if value.rows and value.rows[0] else None
        if value.width == 1 and area.top <= self.row < area.bottom:
            return value.rows[self.row - area.top][0]
        if value.height == 1 and area.left <= self.column < area.right:
            return value.rows[0][self.column - area.left]
        return fail("VALUE", "An array value could not be found.")

    def area(self, node: Node) -> Area:
        """The cells that a reference or name means. Raises Trouble where there are none."""
        match node:
            case Name(name):
                found = self.book.named(name)
                if found is None:
                    fail("NAME", f"Unknown range name: '{name.upper()}'.")
                return found
            case Range(reference):
                return self._area(reference)
            case ErrorText("#REF!"):
                fail("REF", "Reference does not exist.")
            case Call("INDIRECT" | "OFFSET" as name, arguments):
                found_value = FUNCTIONS[name].lazy(self, arguments)
                if isinstance(found_value, Block) and found_value.area:
                    return found_value.area
        return fail("N_A", "Argument must be a range.")

    def _area(self, reference: Reference) -> Area:
        sheet = self.sheet
        if reference.sheet is not None:
            found = self.book.sheet(reference.sheet)
            if found is None:
                fail("REF", f"Unresolved sheet name '{reference.sheet}'.")
            sheet = found
        rows, columns = self.book.size(sheet)
        first, last = reference.first, reference.last or reference.first
        top, left = first.row or 0, first.column or 0
        bottom = rows if last.row is None else last.row + 1
        right = columns if last.column is None else last.column + 1
        if top >= rows or left >= columns:
            fail("REF", "Reference does not exist.")
        return Area(sheet, top, left, min(bottom, rows), min(right, columns))

    def block(self, area: Area) -> Block:
        """The values of some cells."""
        height, width = area.size
        if height * width > _LARGEST:
            fail("ERROR", "The range is too large.")
        value = self.book.value
        rows = tuple(
            tuple(value(area.sheet, row, column) for column in range(area.left, area.right))
            for row in range(area.top, area.bottom)
        )
        return Block(rows, area)

    def literal(self, rows: tuple[tuple[Node, ...], ...]) -> Block:
        """An array in braces: parts beside each other, rows below each other."""
        found: list[tuple[Scalar, ...]] = []
        for row in rows:
            parts = [block(self.whole().value(node)) for node in row]
            height = max(part.height for part in parts)
            if any(part.height != height for part in parts):
                _ragged("row", height, parts)
            found += [sum((part.rows[at] for part in parts), ()) for at in range(height)]
        if len({len(row) for row in found}) > 1:
            fail(
                "VALUE",
                "In ARRAY_LITERAL, an Array Literal was missing values for one or more rows.",
            )
        return Block(tuple(found))

    def each(self, rule: object, *nodes: Node) -> Value:
        """A rule of scalars, for one value of each part or, with blocks kept whole, for each."""
        return self.spread(rule, [self.value(node) for node in nodes])

    def spread(self, rule: object, values: list[Value]) -> Value:
        """As `each`, for values."""
        if not self.array or not any(isinstance(value, Block) for value in values):
            return rule(*(self.single(value) for value in values))
        blocks = [block(value) for value in values]
        height, width = max(b.height for b in blocks), max(b.width for b in blocks)
        return Block(
            tuple(
                tuple(
                    _tried(rule, [_at(b, row, column) for b in blocks]) for column in range(width)
                )
                for row in range(height)
            )
        )

    def call(self, name: str, arguments: tuple[Node, ...]) -> Value:
        """The value of a function. Raises Trouble: #NAME? for one that is not known here."""
        function = FUNCTIONS.get(name)
        if function is None:
            fail("NAME", f"Unknown function: '{name}'.")
        if complaint := least_and_most(function, len(arguments)):
            fail("N_A", complaint)
        if function.style == "lazy":
            return function.lazy(self, arguments)
        inside = self.whole() if function.whole else self
        values = [inside._argument(node, function) for node in arguments]
        if function.style == "each":
            return self.spread(function.rule, values)
        return function.rule(*values)

    def _argument(self, node: Node, function: Function) -> Value:
        try:
            return self.value(node)
        except Trouble as trouble:
            if not function.sees_errors:
                raise
            return trouble.error


def _ragged(what: str, height: int, parts: list[Block]) -> None:
    actual = next(part.height for part in parts if part.height != height)
    fail(
        "VALUE",
        f"Function ARRAY_ROW parameter 2 has mismatched {what} size. "
        f"Expected: {parts[0].height}. Actual: {actual}.",
    )


def _at(found: Block, row: int, column: int) -> Scalar:
    """A block's value, one row or column repeated; past its end #N/A."""
    row = 0 if found.height == 1 else row
    column = 0 if found.width == 1 else column
    if row < found.height and column < found.width:
        return found.rows[row][column]
    return Error("N_A", "Argument out of range.")


def _tried(rule: object, values: list[Scalar]) -> Scalar:
    try:
        return rule(*values)
    except Trouble as trouble:
        return trouble.error


def _combined(sign: str, left: Scalar, right: Scalar) -> Scalar:
    if sign == "&":
        return as_text(left) + as_text(right)
    if sign not in _SIGNS:
        return compare(sign, left, right)
    return arithmetic(sign, as_number(left, _SIGNS[sign], 1), as_number(right, _SIGNS[sign], 2))


def arithmetic(sign: str, left: float, right: float) -> float:
    """Two numbers by + - * / or ^. Raises Trouble for a division by zero or no number."""
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    if sign == "*":
        return left * right
    if sign == "/":
        if right == 0:
            fail("DIVIDE_BY_ZERO", "Function DIVIDE parameter 2 cannot be zero.")
        return left / right
    try:
        found = left**right
    except (OverflowError, ZeroDivisionError):
        fail("NUM", "The result is not a number.")
    if isinstance(found, complex):
        fail("NUM", "Function POW parameter 1 is negative, but its power is not whole.")
    return found
