"""Cells and rows: those expected beside those that Sheetflow wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

from sheetflow.clock import zone_named
from sheetflow.reporting.groups import one_line, shown
from sheetflow.tables.cells import read_cell
from sheetflow.tables.spec import CellKind, ColumnSpec, TableSpec
from sheetflow.testing.columns import meanings, meant_by, own_columns
from sheetflow.testing.happening import WrittenCell
from sheetflow.testing.scene import Difference, Scene, words


def cell_differences(scene: Scene) -> Iterator[Difference]:
    """Cells that should have been written, hold something else, or were not expected to change.

    Sheetflow's own columns are compared only where a test speaks of them.
    """
    spec = scene.roll.tables[scene.roll.table]
    wrote = {(cell.table, cell.row, cell.column): cell for cell in scene.happened.cells}
    meant = meanings((wanted.cells for wanted in scene.expected.cells), spec)
    for wanted in scene.expected.cells:
        number = scene.roll.number(wanted.row)
        for header, text in wanted.cells.items():
            cell = wrote.pop((spec.name, number, meant[header]), None)
            if what := _unlike(meant[header], text, cell, spec, scene.why(number)):
                yield scene.about(number, f"{{}}: {what}")
    for cell in wrote.values():
        if cell.column not in own_columns(scene.roll.tables[cell.table]):
            was = f' (was "{typed(cell.was)}")' if typed(cell.was) else ""
            what = f'unexpected: {cell.column} became "{typed(cell.now)}"{was}'
            yield scene.about(cell.row, f"{{}}: {what}", cell.table)


def row_differences(scene: Scene) -> Iterator[Difference]:
    """Rows that should have been added, or were not expected."""
    for table in dict.fromkeys([*scene.expected.rows, *scene.happened.rows]):
        spec = scene.roll.tables[table]
        ours = own_columns(spec)
        left = [
            {column: value for column, value in row.items() if column not in ours and typed(value)}
            for row in scene.happened.rows.get(table, ())
        ]
        for wanted in scene.expected.rows.get(table, ()):
            cells = {meant_by(header, spec): text for header, text in wanted.cells.items() if text}
            same = next((row for row in left if _same_row(cells, row, spec)), None)
            if same is not None:
                left.remove(same)
                continue
            why = scene.why(0)
            what = f"{table} should have got a row, but did not: {_in_words(cells)}{why}"
            yield Difference(0, table, what)
        for row in left:
            yield Difference(0, table, f"unexpected: {table} got a row: {_in_words(row)}")


def same_value(text: str, value: object, column: str, spec: TableSpec) -> bool:
    """Whether a cell holds what somebody would type as `text`."""
    if words(text) in (words(typed(value)), words(shown(value))):
        return True
    declared = spec.columns.get(column) or ColumnSpec(column, _kind_of(value))
    if declared.kind == "row":
        return False
    zone = zone_named(spec.zone)
    one = read_cell(text, declared, zone=zone, region=spec.region)
    other = read_cell(value, declared, zone=zone, region=spec.region)
    return not one.problem and not other.problem and one.value == other.value


def typed(value: object) -> str:
    """A cell's value as somebody would type it, so that it can be copied into a test."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case _:
            return one_line(value)


def _unlike(column: str, text: str, cell: WrittenCell | None, spec: TableSpec, why: str) -> str:
    if cell is None:
        return f'{column} should have become "{text}", but was not written{why}'
    if same_value(text, cell.now, column, spec):
        return ""
    return f'{column} should be "{text}", but is "{typed(cell.now)}"'


def _kind_of(value: object) -> CellKind:
    match value:
        case bool():
            return "yes/no"
        case int() | float() | Decimal():
            return "number"
        case datetime():
            return "date and time"
        case date():
            return "date"
        case _:
            return "text"


def _same_row(wanted: Mapping[str, str], row: Mapping[str, object], spec: TableSpec) -> bool:
    return all(
        same_value(wanted.get(column, ""), row.get(column), column, spec)
        for column in {*wanted, *row}
    )


def _in_words(cells: Mapping[str, object]) -> str:
    return ", ".join(f"{column}: {typed(value)}" for column, value in cells.items())
