"""What formulas calculate with: empty, truth values, numbers, texts, errors, and blocks of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from ..entering_dates import entered_date
from ..entering_numbers import entered_number
from ..formatting import ERRORS, automatic
from ..formatting_locales import AMERICAN
from .references import Area


@dataclass(frozen=True)
class Error:
    """An error as a value: the API's type and the sentence that Sheets shows for it."""

    kind: str
    message: str

    def __str__(self) -> str:
        return ERRORS[self.kind]


Scalar = None | bool | float | str | Error


@dataclass(frozen=True)
class Block:
    """Rows of scalars, all of one width; `area` is where they stand, if they are cells."""

    rows: tuple[tuple[Scalar, ...], ...]
    area: Area | None = None

    @property
    def height(self) -> int:
        """How many rows it has."""
        return len(self.rows)

    @property
    def width(self) -> int:
        """How many columns it has."""
        return len(self.rows[0]) if self.rows else 0

    def __iter__(self) -> Iterator[Scalar]:
        return (value for row in self.rows for value in row)

    def columns(self) -> tuple[tuple[Scalar, ...], ...]:
        """The same scalars by column."""
        return tuple(zip(*self.rows, strict=True))


Value = Scalar | Block


class Trouble(Exception):
    """A calculation that ends in an error."""

    def __init__(self, error: Error) -> None:
        super().__init__(error.message)
        self.error = error


def fail(kind: str, message: str) -> NoReturn:
    """Ends the calculation in an error of the API's type `kind`."""
    raise Trouble(Error(kind, message))


def block(value: Value) -> Block:
    """A value as a block: a scalar is one cell."""
    return value if isinstance(value, Block) else Block(((value,),))


def block_of(rows: Sequence[Sequence[Scalar]]) -> Block:
    """Rows of unequal width as a block; what is missing is #N/A, as Sheets fills it."""
    width = max((len(row) for row in rows), default=0)
    gap = Error("N_A", "")
    return Block(tuple(tuple(row) + (gap,) * (width - len(row)) for row in rows))


def flat(values: Sequence[Value]) -> Iterator[Scalar]:
    """All scalars of some values."""
    for value in values:
        yield from block(value)


def checked(value: Scalar) -> Scalar:
    """The value; an error among them ends the calculation."""
    if isinstance(value, Error):
        raise Trouble(value)
    return value


def as_number(value: Scalar, name: str = "", place: int = 1) -> float:
    """A scalar as a number: empty is 0, truth 1, a text what it would be if typed."""
    checked(value)
    if value is None or value == "":
        if value == "":
            _not_a_number("", name, place)
        return 0.0
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, (int, float)):
        return float(value)
    number = number_in(str(value))
    if number is None:
        _not_a_number(str(value), name, place)
    return number


def _not_a_number(text: str, name: str, place: int) -> NoReturn:
    where = f"Function {name} parameter {place}" if name else "A parameter"
    fail(
        "VALUE",
        f"{where} expects number values. But '{text}' is a text and cannot be coerced to a number.",
    )


def number_in(text: str) -> float | None:
    """The number, time or date (with its year) that a text would be if typed, or None."""
    clean = text.strip()
    found = entered_number(clean, AMERICAN) or entered_date(clean, AMERICAN, _NO_YEAR)
    return found[0] if found else None


_NO_YEAR = 0  # no date is in it, so that a date without its year stays a text


def as_whole(value: Scalar, name: str = "", place: int = 1) -> int:
    """A scalar as a whole number, cut towards zero."""
    return int(as_number(value, name, place))


def as_text(value: Scalar) -> str:
    """A scalar as a text: empty is "", a number as it is shown without a format."""
    checked(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return value if isinstance(value, str) else automatic(float(value))


def as_truth(value: Scalar) -> bool:
    """A scalar as true or false: empty and 0 are false; a text must be TRUE or FALSE."""
    checked(value)
    if isinstance(value, str):
        if value.upper() in ("TRUE", "FALSE"):
            return value.upper() == "TRUE"
        fail(
            "VALUE",
            f"Function IF parameter 1 expects boolean values. But '{value}' is a text and "
            "cannot be coerced to a boolean.",
        )
    return bool(value)


def to_extended(value: Scalar) -> dict[str, Any] | None:
    """A scalar as the API's ExtendedValue; None for an empty one."""
    match value:
        case None:
            return None
        case bool():
            return {"boolValue": value}
        case Error(kind, message):
            found = {"type": kind}
            return {"errorValue": {**found, "message": message} if message else found}
        case str():
            return {"stringValue": value}
    whole = float(value)
    return {"numberValue": int(whole) if whole == int(whole) and abs(whole) < 1e15 else whole}


def from_extended(value: dict[str, Any] | None) -> Scalar:
    """The API's ExtendedValue (without a formula) as a scalar."""
    if not value:
        return None
    if "errorValue" in value:
        error = value["errorValue"]
        return Error(error.get("type", "ERROR"), error.get("message", ""))
    if "numberValue" in value:
        return float(value["numberValue"])
    if "boolValue" in value:
        return bool(value["boolValue"])
    return str(value.get("stringValue", ""))
