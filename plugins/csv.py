"""Tables in .csv files, as forms, registers and older programs export them.

    tables:
      Volunteers:
        file: volunteers.csv

There is nothing to set up. Encoding and delimiter are found out; where the encoding goes wrong, say
`encoding: cp1250` beside `file`. The file is kept as it is, byte for byte, except
in the lines that are written to. Every cell of a .csv is text; text of ours that a spreadsheet
could take for a formula is written with an apostrophe before it, and read without.
"""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO

from sheetflow import (
    Connector,
    Edit,
    LeftAlone,
    LogLine,
    NewColumn,
    NewRow,
    Sheet,
    SheetRow,
    Spool,
    TableSource,
    hookimpl,
    option,
)

from ._delimited import Delimited, shielded, unshielded
from ._filelog import FileLog, log_of
from ._files import TableFile, file_of


class Csv(Connector):
    """Tables in .csv files."""

    name = "csv"
    local = True

    @dataclass(frozen=True, kw_only=True)
    class Settings:
        """Nothing to set."""

    @dataclass(frozen=True, kw_only=True)
    class Place:
        """A file."""

        file: str = option("The file, seen from this folder.")
        encoding: str = option("How it is encoded, when it is not found out.", default="")
        delimiter: str = option("What stands between cells, when it is not found out.", default="")
        log: str = option(
            "A .csv file that keeps what happened to its rows, in full; seen from this folder.",
            default="",
        )

    settings: Settings

    def open_table(self, place: Mapping[str, str]) -> TableSource:
        """The table in `file`; `encoding` and `delimiter` are found out where they are not said."""
        path = file_of(place, self.folder)
        file, log = TableFile(path, self.door), log_of(place, self.folder, self.door)
        return CsvTable(file, place.get("encoding", ""), place.get("delimiter", ""), log)


@dataclass(frozen=True)
class CsvTable:
    """One .csv file. A row's mark is its number among the records of the file, from 1."""

    file: TableFile
    encoding: str = ""
    delimiter: str = ""
    beside: FileLog = field(default_factory=FileLog)

    @cached_property
    def name(self) -> str:
        """The file's name."""
        return self.file.path.name

    def read(self) -> Sheet:
        """Every record that is not empty."""
        rows: Spool[SheetRow] = Spool()
        copy, version = self.file.copied()
        with copy:
            for number, texts, raw in self._parsed(copy).records():
                shown = map(unshielded, texts) if "'" in raw else texts
                cells = tuple([text or None for text in shown])
                if any(cells):
                    rows.append(SheetRow(cells, number, number))
        return Sheet(rows, version)

    def make(
        self,
        headers: Sequence[str],
        rows: Sequence[Sequence[object]],
        *,
        ticks: int,  # noqa: ARG002 - a .csv has no boxes to tick
    ) -> bool:
        """Make the file unless it is there."""
        if self.file.path.exists():
            return False
        text = io.StringIO(newline="")
        lines = [[_made(value) for value in row] for row in rows]
        csv.writer(text, lineterminator="\n").writerows([headers, *lines])
        self.file.make(text.getvalue().encode(self.encoding or "utf-8"))
        return True

    def make_room(self, lines: int) -> None:
        """Nothing: a file has room."""

    def log(self, lines: Iterable[LogLine]) -> None:
        """Keep the lines for the next write, where the table has a log."""
        self.beside.keep(lines)

    def ready(self) -> None:
        """Raise TableBusy if the file could not be written now."""
        self.file.ready()

    def write(
        self,
        sheet: Sheet,
        edits: Sequence[Edit],
        *,
        new_columns: Sequence[NewColumn] = (),
        new_rows: Sequence[NewRow] = (),
    ) -> Sequence[LeftAlone]:
        """Write all cells at once. Raises TableChanged if the file is no longer what was read."""
        cells = _NewTexts(edits, new_columns)
        added = [(row.after, {c: shielded(v) for c, v in row.cells.items()}) for row in new_rows]
        with self.file.copied_still(sheet.version) as copy:
            self.file.replace(self._parsed(copy).edited(cells.of, added), sheet.version)
        self.beside.put()
        return ()

    def _parsed(self, content: IO[bytes]) -> Delimited:
        return Delimited(content, self.name, encoding=self.encoding, delimiter=self.delimiter)


def _made(value: object) -> object:
    """A cell of a new file."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else shielded(value)


class _NewTexts:
    """What cells are to hold, by the numbers of their records: an edit takes four bytes here."""

    def __init__(self, edits: Sequence[Edit], new_columns: Sequence[NewColumn]) -> None:
        self._edits = edits
        self._columns = new_columns
        self._latest = array("I")
        self._before = array("I")
        for number, edit in enumerate(edits, 1):
            assert isinstance(edit.mark, int)
            missing = edit.mark + 1 - len(self._latest)
            self._latest.extend([0] * missing)
            self._before.append(self._latest[edit.mark])
            self._latest[edit.mark] = number

    def of(self, record: int) -> Mapping[int, str]:
        """The new texts of one record, by column."""
        found = {each.column: each.header for each in self._columns if each.mark == record}
        number = self._latest[record] if record < len(self._latest) else 0
        while number:
            edit = self._edits[number - 1]
            found.setdefault(edit.column, shielded(edit.value))
            number = self._before[number - 1]
        return found


@hookimpl
def connectors() -> list[type[Connector]]:
    """The connector of this file."""
    return [Csv]
