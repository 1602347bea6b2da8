"""A table in memory that behaves as a file does, and lets tests edit it like a second person."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sheetflow.errors import TableChanged
from sheetflow.tables.source import (
    Edit,
    LeftAlone,
    Merge,
    NewColumn,
    NewRow,
    Sheet,
    SheetRow,
)
from sheetflow.tables.spec import ColumnSpec, PersonColumns, TableSpec
from sheetflow.tables.table import Table
from sheetflow.values import digest

PEOPLE = TableSpec(
    "People",
    "memory",
    {},
    person=PersonColumns(name="Name", email="Email"),
    writes=("Coach",),
)


def people(**columns: ColumnSpec) -> TableSpec:
    """The table of people with these columns declared; an underscore stands for a space."""
    declared = {column.name: column for column in columns.values()}
    return TableSpec(**{**vars(PEOPLE), "columns": declared})


class Memory:
    """Rows of raw cells. `between` runs once, just before the next write looks at the rows."""

    name = "People in memory"

    def __init__(self, rows: Sequence[Sequence[object]], merges: Sequence[Merge] = ()) -> None:
        self.rows = [list(row) for row in rows]
        self.merges = tuple(merges)
        self.formulas: dict[int, set[int]] = {}
        self.between: Callable[[], None] | None = None
        self.writes: list[Sequence[Edit]] = []
        self.reads = 0

    def read(self) -> Sheet:
        self.reads += 1
        rows = tuple(
            SheetRow(tuple(row), number, number, formulas=frozenset(self.formulas.get(number, ())))
            for number, row in enumerate(self.rows, 1)
        )
        return Sheet(rows, self._version(), self.merges)

    def ready(self) -> None:
        """It always is."""

    def write(
        self,
        sheet: Sheet,
        edits: Sequence[Edit],
        *,
        new_columns: Sequence[NewColumn] = (),
        new_rows: Sequence[NewRow] = (),
    ) -> Sequence[LeftAlone]:
        if self.between:
            between, self.between = self.between, None
            between()
        if self._version() != sheet.version:
            raise TableChanged("Somebody saved it just now.")
        self.writes.append(edits)
        left = []
        for column in new_columns:
            self._put(column.mark, column.column, column.header)
        for edit in edits:
            if edit.column in self.formulas.get(int(str(edit.mark)), ()):
                left.append(LeftAlone(edit, "formula"))
            else:
                self._put(edit.mark, edit.column, edit.value)
        for row in new_rows:
            self.rows.insert(int(str(row.after)), [])
            for number, value in row.cells.items():
                self._put(int(str(row.after)) + 1, number, value)
        return left

    def _put(self, mark: object, column: int, value: object) -> None:
        row = self.rows[int(str(mark)) - 1]
        row.extend([None] * (column + 1 - len(row)))
        row[column] = value

    def _version(self) -> str:
        return digest(self.rows)


def table_of(
    rows: Sequence[Sequence[object]], spec: TableSpec = PEOPLE, **more: object
) -> tuple[Table, Memory]:
    """A table over these rows, the first of which are the headers, and the memory under it."""
    memory = Memory(rows)
    return Table(spec, memory, **more), memory  # type: ignore[arg-type]  # handed on as it is
