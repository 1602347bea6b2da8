"""GridData: cells with their values and formats, rows and columns with sizes and metadata.

Only what the `fields` mask keeps is made: a large sheet has many cells.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from tests.emulators.google.masks import Kept, Mask, below, kept
from tests.emulators.google.sheets.addresses import Area
from tests.emulators.google.sheets.defaults import DEFAULT_FORMAT
from tests.emulators.google.sheets.formatting_rules import Rules
from tests.emulators.google.sheets.metadata import described
from tests.emulators.google.sheets.model import (
    COLUMNS,
    ROWS,
    Cell,
    Dimension,
    Json,
    Line,
    Sheet,
    Spreadsheet,
    dimension_range,
)
from tests.emulators.google.sheets.rendering import Rendering

Part = Callable[[Cell, int, int], Any]


class GridReader:
    """Reads areas of one spreadsheet as GridData, as far as a mask asks."""

    def __init__(self, book: Spreadsheet, mask: Mask, now: datetime | None = None) -> None:
        self.book = book
        self.now = now
        self.mask = mask
        self.rendering = Rendering(book)
        self.default = book.properties.get("defaultFormat", DEFAULT_FORMAT)
        self._effective: dict[tuple[int, str], Json] = {}
        self._held: list[Json] = []
        row_mask = below(mask, "rowData")
        self.cells = None if row_mask is None else below(row_mask, "values")

    def read(self, area: Area) -> Json:
        """One GridData, with no more than the mask keeps."""
        found: Json = Kept()
        if area.first_row and self._asked("startRow"):
            found["startRow"] = area.first_row
        if area.first_column and self._asked("startColumn"):
            found["startColumn"] = area.first_column
        rows = self._rows(area) if self.cells is not None else []
        if rows:
            found["rowData"] = rows
        for name, dimension, lines, start in (
            ("rowMetadata", ROWS, area.sheet.rows[area.first_row : area.end_row], area.first_row),
            (
                "columnMetadata",
                COLUMNS,
                area.sheet.columns[area.first_column : area.end_column],
                area.first_column,
            ),
        ):
            asked = below(self.mask, name)
            if asked is not None:
                found[name] = kept(asked, _lines(area.sheet, dimension, lines, start))
        return found

    def _asked(self, name: str) -> bool:
        return below(self.mask, name) is not None

    def _rows(self, area: Area) -> list[Json]:
        parts = self._parts(area.sheet)
        found: list[Json] = []
        for number in range(area.first_row, area.end_row):
            cells = area.sheet.rows[number].cells[area.first_column : area.end_column]
            values = [
                {} if cell is None else _cell(cell, number, column, parts)
                for column, cell in enumerate(cells, area.first_column)
            ]
            while values and not values[-1]:
                values.pop()
            found.append({"values": values} if values else {})
        while found and not found[-1]:
            found.pop()
        return found

    def _parts(self, sheet: Sheet) -> list[tuple[str, Part]]:
        """For each field of CellData that is asked for, what gives it; falsy is left out."""
        mask = self.cells or {}

        def formatted(cell: Cell, row: int, column: int) -> str | None:
            if cell.effective is None:
                return None
            form = self.rendering.number_format(sheet, cell, row, column)
            return self.rendering.text(cell.effective, form)

        rules = None
        if self.now and sheet.conditional_formats:
            rules = Rules(self.book, sheet, self.now)

        def effective(cell: Cell, row: int, column: int) -> Json | None:
            own = self._format(sheet, cell, row, column)
            more = rules.at(row, column) if rules and own else None
            return _merged(own, more) if own and more else own

        every: dict[str, Part] = {
            "userEnteredValue": lambda cell, row, column: cell.entered,
            "effectiveValue": lambda cell, row, column: cell.effective,
            "formattedValue": formatted,
            "userEnteredFormat": lambda cell, row, column: cell.format,
            "effectiveFormat": effective,
            "hyperlink": lambda cell, row, column: cell.hyperlink,
            "note": lambda cell, row, column: cell.note,
            "dataValidation": lambda cell, row, column: cell.validation,
        }
        for name in EXTRAS:
            every[name] = lambda cell, row, column, name=name: (cell.extra or {}).get(name)
        asked = ((name, part, below(mask, name)) for name, part in every.items())
        return [(name, _masked(part, sub)) for name, part, sub in asked if sub is not None]

    def _format(self, sheet: Sheet, cell: Cell, row: int, column: int) -> Json | None:
        """The format a cell is shown with; the same dict for cells formatted alike."""
        if cell.bare:
            return None
        number = self.rendering.number_format(sheet, cell, row, column)
        own = cell.format or {}
        aligned = _alignment(cell)
        key = (id(cell.format), f"{number}{aligned}")
        known = self._effective.get(key)
        if known is None:
            self._held.append(own)  # its id stays its own as long as it is held
            known = _merged({**self.default, **ALIGNED}, own)
            known["horizontalAlignment"] = own.get("horizontalAlignment", aligned)
            if number:
                known["numberFormat"] = number
            self._effective[key] = known
        return known


def _masked(part: Part, mask: Mask) -> Part:
    """A part of which only so much is wanted."""
    if not mask:
        return part
    return lambda cell, row, column: kept(mask, part(cell, row, column))


EXTRAS = (
    "textFormatRuns",
    "chipRuns",
    "pivotTable",
    "dataSourceTable",
    "dataSourceFormula",
)
ALIGNED = {"hyperlinkDisplayType": "PLAIN_TEXT"}


def _cell(cell: Cell, row: int, column: int, parts: Sequence[tuple[str, Part]]) -> Json:
    found = {}
    for name, part in parts:
        value = part(cell, row, column)
        if value or (value == "" and name == "formattedValue" and cell.effective):
            found[name] = value
    return found


def _alignment(cell: Cell) -> str:
    """Numbers to the right, truth values and errors in the middle, texts to the left."""
    value = cell.effective or {}
    if "numberValue" in value:
        return "RIGHT"
    return "CENTER" if "boolValue" in value or "errorValue" in value else "LEFT"


def _merged(under: Json, over: Json) -> Json:
    found = dict(under)
    for name, value in over.items():
        before = found.get(name)
        whole = name in {"borders", "backgroundColor", "backgroundColorStyle", "numberFormat"}
        both = isinstance(before, dict) and isinstance(value, dict) and not whole
        found[name] = _merged(before, value) if both else value  # type: ignore[arg-type]  # a dict
    return found


def _lines(sheet: Sheet, dimension: Dimension, lines: Sequence[Line], start: int) -> list[Json]:
    return [
        _line(line, sheet, dimension, index)
        if line.metadata or line.hidden or line.filtered
        else _plain(line.size)
        for index, line in enumerate(lines, start)
    ]


_SIZES: dict[int, Json] = {}


def _plain(size: int) -> Json:
    return _SIZES.setdefault(size, {"pixelSize": size})


def _line(line: Line, sheet: Sheet, dimension: Dimension, index: int) -> Json:
    found: Json = {}
    if line.filtered:
        found["hiddenByFilter"] = True
    if line.hidden:
        found["hiddenByUser"] = True
    found["pixelSize"] = line.size
    if line.metadata:
        kind = "ROW" if dimension == ROWS else "COLUMN"
        where = dimension_range(sheet.id, dimension, index, index + 1)
        location = {"locationType": kind, "dimensionRange": where}
        found["developerMetadata"] = [described(one, location) for one in line.metadata]
    return found
