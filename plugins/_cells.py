"""Cells of the row, as an action wants to write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sheetflow import RowStopped, Work

TYPED = frozenset({"number", "date", "date and time", "yes/no"})
"""Kinds of columns that are written as what the text means; any other is written as the text."""


def meant(work: Work, column: str, text: str) -> Any:
    """What `text` is in that column: a date where dates are kept, else the text itself.

    Raises RowStopped when the column holds something else than the text can be.
    """
    declared = work.table.spec.columns.get(column)
    if declared is None or declared.kind not in TYPED:
        return text
    cell = work.table.cell(replace(work.row, cells={column: text}), column)
    if cell.problem is not None:
        raise RowStopped(cell.problem)
    return "" if cell.value is None else cell.value


def changed(work: Work, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The cells among `wanted` that do not say so already."""
    return {column: value for column, value in wanted.items() if not _says(work, column, value)}


def _says(work: Work, column: str, value: Any) -> bool:
    cell = work.cell(column)
    return cell.problem is None and (cell.value or "") == value
