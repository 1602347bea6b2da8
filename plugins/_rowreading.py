"""The values of one sheet, as openpyxl reads them, with what it does not tell put right."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from sheetflow import CellError, TableError

from ._cellxml import SAVE_AGAIN, unescaped
from ._sheetxml import SheetXml

WIDEST = 1000
"""Columns that are read. A stray cell at the far end would make every row as long as that."""

_NOT_SOLVED = CellError("a formula that was never worked out")


def read_rows(
    content: bytes, name: str, sheet: str, xml: SheetXml
) -> Iterator[tuple[int, tuple[object, ...]]]:
    """Every row that holds something: its number and values. Raises TableError if damaged.

    A formula without a result is an error in its cell; a midnight that is shown as a day is a day.
    """
    there = {row.number for row in xml.rows}
    widest = WIDEST if xml.width > WIDEST else None
    for number, cells in enumerate(_openpyxl_rows(content, name, sheet, widest), 1):
        if number not in there:
            continue  # a gap, which openpyxl fills with empty cells
        values = tuple(_value(cell) for cell in cells)
        if number in xml.formulas:
            values = tuple(
                _NOT_SOLVED if value is None and (number, column) in xml.unsolved else value
                for column, value in enumerate(values)
            )
        if any(value is not None for value in values):
            yield number, values


def _openpyxl_rows(
    content: bytes, name: str, sheet: str, widest: int | None
) -> Iterator[Sequence[Any]]:
    import openpyxl  # here: it takes a while to import, and not every run has a workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about parts that it cannot keep; we keep them
        try:
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            found = book[sheet]
            found.reset_dimensions()
            yield from found.iter_rows(max_col=widest)
        except Exception as error:
            # A damaged file makes openpyxl raise whatever comes.
            raise TableError(
                f"{name} is damaged: {type(error).__name__}: {error}.", hint=SAVE_AGAIN
            ) from error


def _value(cell: Any) -> object:
    value = cell.value
    match value:
        case None | bool() | int():
            return value
        case str():
            return CellError(value) if cell.data_type == "e" else unescaped(value) or None
        case datetime() if not (value.hour or value.minute or value.second):
            return value.date() if _shows_only_days(cell.number_format) else value
        case float() | datetime() | date() | time():
            return value
        case _:
            return str(value)


@lru_cache(maxsize=256)
def _shows_only_days(number_format: str) -> bool:
    from openpyxl.styles.numbers import is_datetime  # as above

    return is_datetime(number_format) == "date"
