"""Tables in .xlsx workbooks, as Excel, LibreOffice and Google Sheets save them.

    tables:
      Volunteers:
        file: spring.xlsx
        sheet: Volunteers

There is nothing to set up; `sheet` is the first one where it is not said. Only cells in Sheetflow's
own columns are written: every other cell, style, formula and sheet stays byte for byte as it was
(`_workbook.py` says how and why). While the file is open in Excel or LibreOffice it is not written,
because that program would overwrite it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sheetflow import (
    Connector,
    Edit,
    LeftAlone,
    LogLine,
    NewColumn,
    NewRow,
    Sheet,
    SheetRow,
    TableSource,
    hookimpl,
    option,
)

from ._filelog import FileLog, log_of
from ._files import TableFile, file_of, version_of
from ._newsheet import new_book, with_sheet
from ._package import Package
from ._sheetgrowth import Growth
from ._workbook import Workbook, has_sheet


class Xlsx(Connector):
    """Tables in .xlsx workbooks."""

    name = "xlsx"
    local = True

    @dataclass(frozen=True, kw_only=True)
    class Settings:
        """Nothing to set."""

    @dataclass(frozen=True, kw_only=True)
    class Place:
        """A tab of a workbook."""

        file: str = option("The workbook, seen from this folder.")
        sheet: str = option("The tab; without it, the first one.", default="")
        log: str = option(
            "A .csv file that keeps what happened to its rows, in full; seen from this folder.",
            default="",
        )

    settings: Settings

    def open_table(self, place: Mapping[str, str]) -> TableSource:
        """The table in `sheet` of `file`."""
        path = file_of(place, self.folder)
        log = log_of(place, self.folder, self.door)
        return XlsxTable(TableFile(path, self.door), place.get("sheet", ""), log)


@dataclass(frozen=True)
class XlsxTable:
    """One sheet of one workbook. A row's mark is its number."""

    file: TableFile
    sheet: str = ""
    beside: FileLog = field(default_factory=FileLog)

    @property
    def name(self) -> str:
        """The sheet and the file."""
        return f"{self.sheet} in {self.file.path.name}" if self.sheet else self.file.path.name

    def read(self) -> Sheet:
        """Every row that is not empty."""
        content = self.file.read()
        book = Workbook(content, self.file.path.name, self.sheet)
        rows = tuple(
            SheetRow(
                cells,
                number,
                number,
                hidden=number in book.hidden,
                formulas=book.xml.formulas_in(number),
            )
            for number, cells in book.rows()
        )
        return Sheet(rows, version_of(content), tuple(book.xml.merges), book.free)

    def make(self, headers: Sequence[str], rows: Sequence[Sequence[object]], *, ticks: int) -> bool:
        """Make the sheet, or the workbook, unless it is there; yes and no can be chosen."""
        title = self.sheet or "Sheetflow"
        if not self.file.path.exists():
            self.file.make(new_book(title, headers, rows, ticks))
            return True
        content = self.file.read()
        package = Package(content, self.file.path.name)
        if not self.sheet or has_sheet(content, self.file.path.name, self.sheet):
            return False
        self.file.replace(with_sheet(package, title, headers, rows, ticks), version_of(content))
        return True

    def make_room(self, lines: int) -> None:
        """Nothing: a file has room."""

    def log(self, lines: Iterable[LogLine]) -> None:
        """Keep the lines for the next write, where the table has a log."""
        self.beside.keep(lines)

    def ready(self) -> None:
        """Raise TableBusy if the file is open elsewhere, or may not be replaced."""
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
        content = self.file.read_still(sheet.version)
        book = Workbook(content, self.file.path.name, self.sheet)
        left = [found for edit in edits if (found := _left_alone(book, edit))]
        kept = {(one.edit.mark, one.edit.column) for one in left}
        cells: dict[tuple[int, int], object] = {}
        like: dict[tuple[int, int], tuple[int, int]] = {}
        for column in new_columns:
            place = (_row(column.mark), column.column)
            cells[place] = column.header
            like[place] = book.filled_before(*place)
        for edit in edits:
            if (edit.mark, edit.column) not in kept:
                cells[_row(edit.mark), edit.column] = edit.value
        below = [_added(book, row, cells, like) for row in new_rows]
        if cells:
            headers = {(_row(new.mark), new.column): new.header for new in new_columns}
            edited = book.edited(cells, like=like, growth=Growth(below, headers))
            self.file.replace(edited, sheet.version)
            self.beside.put()
        return left


def _row(mark: object) -> int:
    return int(str(mark))


def _left_alone(book: Workbook, edit: Edit) -> LeftAlone | None:
    row = _row(edit.mark)
    if book.xml.is_formula(row, edit.column):
        return LeftAlone(edit, "formula")
    if book.merge_at(row, edit.column):
        return LeftAlone(edit, "merged")
    return None


def _added(
    book: Workbook,
    new: NewRow,
    cells: dict[tuple[int, int], object],
    like: dict[tuple[int, int], tuple[int, int]],
) -> int:
    """Put a row where nothing stands in its way, looking like the one above it."""
    above = _row(new.after)
    number = above + 1
    while any((number, c) in cells or book.is_filled(number, c) for c in new.cells):
        number += 1
    for column, value in new.cells.items():
        cells[number, column] = value
        like[number, column] = (above, column)
    return number


@hookimpl
def connectors() -> list[type[Connector]]:
    """The connector of this file."""
    return [Xlsx]
