"""Requests that copy, cut and paste: copyPaste, cutPaste, pasteData."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from html.parser import HTMLParser

from tests.emulators.google.sheets import operations
from tests.emulators.google.sheets.batching.editing import Block, Edit, Invalid, kind
from tests.emulators.google.sheets.batching.protecting import block_of, check
from tests.emulators.google.sheets.entering import enter
from tests.emulators.google.sheets.following import follow
from tests.emulators.google.sheets.formulas import Cut, copied
from tests.emulators.google.sheets.formulas_in_book import zone_of
from tests.emulators.google.sheets.model import Cell, Json, Sheet

NORMAL = "PASTE_NORMAL"
_WITH_VALUES = (NORMAL, "PASTE_NO_BORDERS", "PASTE_FORMULA")
_WITH_FORMATS = (NORMAL, "PASTE_NO_BORDERS", "PASTE_FORMAT")


@dataclass(frozen=True)
class Grid:
    """Cells lifted from a sheet, by row, with the merges among them counted from its corner."""

    rows: list[list[Cell]]
    merges: list[Json]


def lifted(block: Block) -> Grid:
    """Copies of the cells of a block."""
    rows = [
        [block.sheet.cell(row, column).copy() for column in range(block.left, block.right)]
        for row in range(block.top, block.bottom)
    ]
    merges = [
        _moved(one, -block.top, -block.left)
        for one in block.sheet.merges
        if block.holds(block_of(block.sheet, one))
    ]
    return Grid(rows, merges)


def _moved(merge: Json, down: int, beside: int) -> Json:
    return {
        **merge,
        "startRowIndex": merge["startRowIndex"] + down,
        "endRowIndex": merge["endRowIndex"] + down,
        "startColumnIndex": merge["startColumnIndex"] + beside,
        "endColumnIndex": merge["endColumnIndex"] + beside,
    }


def put(edit: Edit, sheet: Sheet, row: int, column: int, cell: Cell, how: str) -> None:
    """Pastes one lifted cell over another, as much of it as the paste type says."""
    target = edit.fresh(sheet, row, column)
    if how in _WITH_VALUES:
        edit.enter(target, cell.entered)
    if how == "PASTE_VALUES":
        edit.enter(target, cell.effective)
    if how in _WITH_FORMATS:
        old = (target.format or {}).get("borders")
        target.format = _format(cell.format, old, how)
    if how in (*_WITH_FORMATS, "PASTE_DATA_VALIDATION"):
        target.validation = cell.validation
    if how in (NORMAL, "PASTE_NO_BORDERS"):
        target.note, target.hyperlink, target.extra = cell.note, cell.hyperlink, cell.extra


def _format(new: Json | None, borders: Json | None, how: str) -> Json | None:
    if how != "PASTE_NO_BORDERS":
        return new
    found = {name: value for name, value in (new or {}).items() if name != "borders"}
    return ({**found, "borders": borders} if borders else found) or None


@kind("copyPaste")
def copy_paste(edit: Edit, request: Json) -> None:
    """Copies a range over another, as often as it fits; formulas refer relatively."""
    source = edit.block(request.get("source"))
    how = request.get("pasteType", NORMAL)
    turned = request.get("pasteOrientation") == "TRANSPOSE"
    grid = lifted(source)
    height, width = (source.width, source.height) if turned else (source.height, source.width)
    target = _room(edit, request.get("destination"), height, width)
    check(edit, target)
    for row, column in target.places():
        down, beside = (row - target.top) % height, (column - target.left) % width
        at, across = (beside, down) if turned else (down, beside)
        cell = grid.rows[at][across].copy()
        _refer(cell, row - source.top - at, column - source.left - across)
        put(edit, target.sheet, row, column, cell, how)
    if how in _WITH_FORMATS and not turned:
        _paste_merges(grid, target, height, width)
    if how in (NORMAL, "PASTE_FORMAT", "PASTE_NO_BORDERS", "PASTE_CONDITIONAL_FORMATTING"):
        _paste_rules(source, target)


def _refer(cell: Cell, down: int, beside: int) -> None:
    formula = (cell.entered or {}).get("formulaValue")
    if formula:
        cell.entered = {"formulaValue": copied(formula, down, beside)}


def _room(edit: Edit, given: Json | None, height: int, width: int) -> Block:
    """Where something of this size is pasted: as often as it fits, at least once."""
    block = edit.block(given)
    rows = max(height, block.height // height * height)
    columns = max(width, block.width // width * width)
    grow(block.sheet, block.top + rows, block.left + columns)
    return Block(block.sheet, block.top, block.left, block.top + rows, block.left + columns)


def grow(sheet: Sheet, rows: int, columns: int) -> None:
    """Makes the grid large enough for what is pasted past its end."""
    if rows > sheet.row_count:
        operations.append_lines(sheet, "ROWS", rows - sheet.row_count)
    if columns > sheet.column_count:
        operations.append_lines(sheet, "COLUMNS", columns - sheet.column_count)


def _paste_merges(grid: Grid, target: Block, height: int, width: int) -> None:
    sheet = target.sheet
    kept = [one for one in sheet.merges if not target.overlaps(block_of(sheet, one))]
    for top in range(target.top, target.bottom, height):
        for left in range(target.left, target.right, width):
            kept += [{**_moved(one, top, left), "sheetId": sheet.id} for one in grid.merges]
    sheet.merges = kept


def _paste_rules(source: Block, target: Block) -> None:
    """Rules of conditional formatting over the whole source reach over the target as well."""
    if source.sheet is not target.sheet:
        return
    rules = []
    for rule in source.sheet.conditional_formats:
        covers = any(block_of(source.sheet, one).holds(source) for one in rule["ranges"])
        there = any(block_of(source.sheet, one).holds(target) for one in rule["ranges"])
        more = [target.grid_range()] if covers and not there else []
        rules.append({**rule, "ranges": [*rule["ranges"], *more]})
    source.sheet.conditional_formats = rules


@kind("cutPaste")
def cut_paste(edit: Edit, request: Json) -> None:
    """Moves a range; formulas that refer to it follow."""
    source = edit.block(request.get("source"))
    sheet, top, left = edit.coordinate(request.get("destination"))
    how = request.get("pasteType", NORMAL)
    grow(sheet, top + source.height, left + source.width)
    target = Block(sheet, top, left, top + source.height, left + source.width)
    check(edit, source)
    check(edit, target)
    grid = lifted(source)
    for row, column in source.places():
        _clear(edit, source.sheet, row, column, how)
    for row, cells in enumerate(grid.rows, top):
        for column, cell in enumerate(cells, left):
            put(edit, sheet, row, column, cell, how)
    if how in _WITH_FORMATS:
        block = source
        block.sheet.merges = [
            one for one in block.sheet.merges if not block.holds(block_of(block.sheet, one))
        ]
        _paste_merges(grid, target, source.height, source.width)
    if how in _WITH_VALUES and edit.book.has_formulas:
        ends = (source.top, source.left, source.bottom, source.right)
        follow(edit.book, Cut(source.sheet.title, *ends, sheet.title, top, left))


def _clear(edit: Edit, sheet: Sheet, row: int, column: int, how: str) -> None:
    """Leaves nothing of what was cut."""
    if how == NORMAL:
        sheet.put(row, column, None)
        return
    cell = edit.fresh(sheet, row, column)
    if how in (*_WITH_VALUES, "PASTE_VALUES"):
        edit.enter(cell, None)
    if how == "PASTE_FORMAT":
        cell.format = None
    if how == "PASTE_NO_BORDERS":
        cell.format, cell.note = None, ""
    if how in ("PASTE_FORMAT", "PASTE_NO_BORDERS", "PASTE_DATA_VALIDATION"):
        cell.validation = None


@kind("pasteData")
def paste_data(edit: Edit, request: Json) -> None:
    """Text with a delimiter, or the table of an HTML page, as if a person pasted it."""
    sheet, top, left = edit.coordinate(request.get("coordinate"))
    if "delimiter" not in request and not request.get("html"):
        raise Invalid("Either a delimiter or html must be specified.")
    rows = _rows(request)
    width = max((len(row) for row in rows), default=0)
    grow(sheet, top + len(rows), left + width)
    check(edit, Block(sheet, top, left, top + max(len(rows), 1), left + max(width, 1)))
    for row, texts in enumerate(rows, top):
        for column, text in enumerate(texts, left):
            type_in(edit, sheet, row, column, text)


def _rows(request: Json) -> list[list[str]]:
    data = request.get("data", "")
    if request.get("html"):
        reader = _Table()
        reader.feed(data)
        reader.close()
        return reader.rows
    delimiter = request["delimiter"]
    if len(delimiter) == 1:
        return list(csv.reader(io.StringIO(data), delimiter=delimiter))
    return [line.split(delimiter) for line in data.splitlines()]


def type_in(edit: Edit, sheet: Sheet, row: int, column: int, text: str) -> None:
    """A text into a cell as if a person typed it."""
    cell = edit.fresh(sheet, row, column)
    value, number_format = enter(
        text,
        locale=edit.book.locale,
        now=edit.now,
        zone=zone_of(edit.book),
        format_before=cell.number_format,
    )
    edit.enter(cell, value)
    if number_format:
        cell.format = {**(cell.format or {}), "numberFormat": number_format}


class _Table(HTMLParser):
    """The texts of table cells, by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.inside = True
            self.rows = self.rows or [[]]
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data.strip()
