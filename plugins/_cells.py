"""What an action writes into cells: the texts of a recipe, as what their columns hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sheetflow import Row, RowStopped, Table, Template, Work

TYPED = frozenset({"number", "date", "date and time", "yes/no"})
"""Kinds of columns into which goes what a text means; into others goes the text."""

_ONE_VALUE = re.compile(r"""\{\{\s*\w+(?:\.\w+|\[(["'])[^"']+\1\])?\s*\}\}""")


def cells_of(work: Work, table: Table, templates: Mapping[str, Template]) -> dict[str, Any]:
    """What goes into each column of `table`, by the column's own name.

    Raises RowStopped when a value is missing, or is not what its column holds.
    """
    names = {table.column(column): template for column, template in templates.items()}
    return {name: _meant(work, table, name, template) for name, template in names.items()}


def changed(work: Work, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The cells among `wanted` that the row does not hold already."""
    return {column: value for column, value in wanted.items() if not _holds(work, column, value)}


def _meant(work: Work, table: Table, name: str, template: Template) -> Any:
    declared = table.spec.columns.get(name)
    if declared is None:
        return _value(work, template)
    if declared.kind not in TYPED:
        return work.render(template)
    around = work.row.cells if table is work.table else {}
    cell = table.cell(Row("", {**around, name: _value(work, template)}), name)
    if cell.problem is not None:
        raise RowStopped(cell.problem)
    return "" if cell.value is None else cell.value


def _value(work: Work, template: Template) -> Any:
    """The rendered text; but a template that is one value, such as {{ now }}, stays that value."""
    if len(template.uses) == 1 and _ONE_VALUE.fullmatch(template.text.strip()):
        use, found = template.uses[0], work.context()
        value = found.get(use.root)  # nothing, where the step that gives it did nothing
        if value is not None and use.attribute is not None:
            value = value[use.attribute]
        if isinstance(value, bool | int | float | date):
            return value
    return work.render(template)


def _holds(work: Work, column: str, value: Any) -> bool:
    cell = work.cell(column)
    if cell.problem is not None:
        return False
    wanted = work.table.cell(Row("", {**work.row.cells, column: value}), column)
    same = wanted.problem is None and wanted.value == cell.value
    return bool(same or value == cell.value)
