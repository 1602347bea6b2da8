"""A table in memory: the rows that a test gives, and what Sheetflow writes into them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sheetflow.tables.source import Edit, LeftAlone, NewColumn, NewRow, Sheet, SheetRow

HEADERS = 1
"""The number of the row of headers, as in a sheet: the first given row is row 2."""


@dataclass
class GivenTable:
    """One table of a test. A row's mark is its number, counted as a sheet counts."""

    name: str
    headers: list[str]
    rows: list[dict[str, object]] = field(default_factory=list)
    version: int = 0

    def add(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Rows below the others, as people type them."""
        self.rows += [dict(row) for row in rows]
        self.version += 1

    def type_into(self, number: int, cells: Mapping[str, str]) -> None:
        """Cells of one row, typed over by somebody."""
        self.rows[number - HEADERS - 1].update(cells)
        self.version += 1

    def read(self) -> Sheet:
        """Everything that stands there now."""
        top = SheetRow(tuple(self.headers), HEADERS, HEADERS)
        below = [
            SheetRow(tuple(row.get(header) or None for header in self.headers), number, number)
            for number, row in enumerate(self.rows, HEADERS + 1)
        ]
        return Sheet((top, *below), str(self.version))

    def ready(self) -> None:
        """It can always be written."""

    def write(
        self,
        sheet: Sheet,  # noqa: ARG002 - nobody else writes while a test runs
        edits: Sequence[Edit],
        *,
        new_columns: Sequence[NewColumn] = (),
        new_rows: Sequence[NewRow] = (),
    ) -> Sequence[LeftAlone]:
        """Write all cells; whatever is written keeps its type."""
        for column in new_columns:
            self.headers.extend([""] * (column.column + 1 - len(self.headers)))
            self.headers[column.column] = column.header
        for edit in edits:
            self.rows[int(str(edit.mark)) - HEADERS - 1][self.headers[edit.column]] = edit.value
        for new in new_rows:
            self.rows.append({self.headers[place]: value for place, value in new.cells.items()})
        self.version += 1
        return ()
