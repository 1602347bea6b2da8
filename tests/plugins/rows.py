"""Tables in memory and rows on their way, for tests of actions; tables are the real Table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sheetflow.clock import Clock
from sheetflow.language.position import Position
from sheetflow.language.templating import Environment, Template
from sheetflow.network.door import Door
from sheetflow.plugin.action import Action, Work
from sheetflow.plugin.tools import Organization, Tools
from sheetflow.tables.source import Edit, NewColumn, NewRow, Sheet, SheetRow
from sheetflow.tables.spec import ColumnSpec, PersonColumns, TableSpec
from sheetflow.tables.table import Table
from sheetflow.values import Change, Key, Noop

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 14, 12, tzinfo=BERLIN)
"""Saturday 14 March 2026, noon in Berlin."""


@dataclass
class Listed:
    """Rows in a list, the headers first. What is written is there at the next reading."""

    rows: list[list[object]]
    name: str = "a list"
    version: int = 0

    def read(self) -> Sheet:
        rows = tuple(
            SheetRow(tuple(cells), number=number + 1, mark=number)
            for number, cells in enumerate(self.rows)
        )
        return Sheet(rows, str(self.version))

    def ready(self) -> None:
        """Always."""

    def write(
        self,
        sheet: Sheet,
        edits: Sequence[Edit],
        *,
        new_columns: Sequence[NewColumn] = (),
        new_rows: Sequence[NewRow] = (),
    ) -> Sequence[object]:
        for column in new_columns:
            self._set(column.mark, column.column, column.header)
        for edit in edits:
            self._set(edit.mark, edit.column, edit.value)
        for row in new_rows:
            self.rows.append([])
            for column, value in row.cells.items():
                self._set(len(self.rows) - 1, column, value)
        self.version += 1
        return ()

    def _set(self, row: int, column: int, value: object) -> None:
        cells = self.rows[row]
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = value


class Tables:
    """The tables of a test, each made from rows written as mappings."""

    def __init__(self) -> None:
        self.sources: dict[str, Listed] = {}
        self.specs: dict[str, TableSpec] = {}
        self._read: dict[str, Table] = {}

    def add(
        self,
        name: str,
        rows: Sequence[Mapping[str, object]],
        *,
        columns: Sequence[ColumnSpec] = (),
        writes: Sequence[str] = (),
        zone: str = "Europe/Berlin",
        key: tuple[str, ...] = (),
    ) -> None:
        """A table; `id` in a row is its Sheetflow ID, and its name where it has none."""
        rows = [{"Name": row["id"], **row} for row in rows]
        headers = list(dict.fromkeys(header for row in rows for header in row if header != "id"))
        listed = [[row.get("id"), *(row.get(header) for header in headers)] for row in rows]
        self.sources[name] = Listed([["Sheetflow ID", *headers], *listed])
        self.specs[name] = TableSpec(
            name,
            "list",
            {},
            key=key,
            person=PersonColumns(name="Name", email="Email" if "Email" in headers else ""),
            columns={column.name: column for column in columns},
            writes=tuple(writes),
            same_person="allow",
            zone=zone,
        )
        self._read.pop(name, None)

    def edit(self, name: str, row_id: str, column: str, value: object) -> None:
        """Write into a cell as a person would, behind our back."""
        rows = self.sources[name].rows
        [row] = [row for row in rows if row[0] == row_id]
        row[rows[0].index(column)] = value

    def table(self, name: str) -> Table:
        """The table of that name, read once."""
        if name not in self._read:
            self._read[name] = Table(self.specs[name], self.sources[name], resolve=self.table)
        return self._read[name]

    def read_again(self) -> None:
        """As a new session would."""
        self._read.clear()

    def tools(self, now: datetime = NOON) -> Tools:
        """What an action is given."""
        return Tools(
            clock=Clock.at(now, BERLIN),
            door=Door(may_write=False),
            folder=Path(),
            organization=Organization("Clean Rivers"),
            table=self.table,
            connection=_none,
            sender=_none,
        )

    def works(self, table: str, name: str = "person", now: datetime = NOON) -> list[Work]:
        """Every row of a table, on its way."""
        found = self.table(table)
        tools = self.tools(now)
        return [
            Work(row, found, name, Key("main", "recipe", "step", table, row.id), tools)
            for row in found.rows
        ]


def planned(action: Action, works: Sequence[Work]) -> dict[str, Change | Noop | str]:
    """What an action says for each row, by row id; a row that stops says its status."""
    from sheetflow.errors import RowStopped

    action.prepare(works)
    found = {}
    for work in works:
        try:
            found[work.row.id] = action.plan(work)
        except RowStopped as stop:
            found[work.row.id] = str(stop.status)
    return found


def on_occasion(work: Work, occasion: str) -> Work:
    """The same row, another time."""
    return replace(work, key=replace(work.key, occasion=occasion))


def template(text: str) -> Template:
    """A template as an author writes it."""
    return Environment().template(text, Position(Path("recipe.yaml"), 1, 1), "a test")


def _none(name: str) -> object:
    raise AssertionError(f"a test that has no {name}")
