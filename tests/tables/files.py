"""Real files with tables in them, and a second person who edits them with another program."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from sheetflow_plugins.csv import Csv
from sheetflow_plugins.xlsx import Xlsx

from sheetflow.network.door import Door
from sheetflow.tables.spec import TableSpec
from sheetflow.tables.table import Table


@dataclass(frozen=True)
class File:
    """A table in a file of one kind, `xlsx` or `csv`."""

    kind: str
    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / f"people.{self.kind}"

    def put(self, *rows: Sequence[object]) -> None:
        """Save these rows, the first of which is row 1, as another program would."""
        if self.kind == "csv":
            out = io.StringIO()
            csv.writer(out).writerows([[_as_csv(cell) for cell in row] for row in rows])
            self.path.write_bytes(out.getvalue().encode())
            return
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "People"
        for row in rows:
            sheet.append(list(row))
        book.save(self.path)

    def edit(self, change: Callable[[list[list[Any]]], None]) -> None:
        """Open it, change the rows, save it: what a person does in between."""
        rows = self.rows()
        change(rows)
        self.put(*rows)

    def rows(self) -> list[list[Any]]:
        """What the file says, as another program reads it."""
        if self.kind == "csv":
            text = self.path.read_text(encoding="utf-8-sig")
            rows: list[list[Any]] = [
                [cell or None for cell in row] for row in csv.reader(io.StringIO(text, newline=""))
            ]
        else:
            sheet = openpyxl.load_workbook(self.path).worksheets[0]
            rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        return [_trimmed(row) for row in rows]

    def table(self, spec: TableSpec, **more: Any) -> Table:
        """The table as Sheetflow opens it."""
        connector = (Csv if self.kind == "csv" else Xlsx)(
            settings=None, door=Door(may_write=True), folder=self.folder
        )
        return Table(spec, connector.open_table({"file": self.path.name}), **more)

    def by_header(self, header_row: int = 0) -> list[Mapping[str, Any]]:
        """The rows below the headers, by header."""
        rows = self.rows()
        return [
            dict(zip(rows[header_row], [*row, *[None] * 99], strict=False))
            for row in rows[header_row + 1 :]
        ]


def _trimmed(row: list[Any]) -> list[Any]:
    while row and row[-1] is None:
        row.pop()
    return row


def _as_csv(cell: object) -> object:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return "" if cell is None else str(cell)
