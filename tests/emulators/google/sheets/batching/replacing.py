"""Requests about the texts in cells: findReplace, trimWhitespace, textToColumns."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.emulators.google.sheets.batching.editing import Block, Edit, Invalid, kind
from tests.emulators.google.sheets.batching.pasting import grow, type_in
from tests.emulators.google.sheets.batching.protecting import check
from tests.emulators.google.sheets.formatting import shown
from tests.emulators.google.sheets.formulas_in_book import number_format_at
from tests.emulators.google.sheets.model import Cell, Json

_DELIMITERS = {"COMMA": ",", "SEMICOLON": ";", "PERIOD": ".", "SPACE": " "}


@kind("findReplace")
def find_replace(edit: Edit, request: Json) -> Json:
    """Replaces a text, or what a regular expression matches, in cells; if asked, in formulas."""
    pattern, new = _pattern(request), _replacement(request)
    changes = {"rows": set[tuple[int, int]](), "sheets": set[int]()}
    values = formulas = occurrences = 0
    for block in _scope(edit, request):
        for row, column in _filled(block):
            count, is_formula = _replace(edit, block, row, column, pattern, new, request)
            if not count:
                continue
            occurrences += count
            formulas += is_formula
            values += not is_formula
            changes["rows"].add((block.sheet.id, row))
            changes["sheets"].add(block.sheet.id)
    found = {
        "valuesChanged": values,
        "formulasChanged": formulas,
        "rowsChanged": len(changes["rows"]),
        "sheetsChanged": len(changes["sheets"]),
        "occurrencesChanged": occurrences,
    }
    return {name: count for name, count in found.items() if count}


def _pattern(request: Json) -> re.Pattern[str]:
    wanted = request.get("find", "")
    if not wanted:
        raise Invalid("The find string must not be empty.")
    text = wanted if request.get("searchByRegex") else re.escape(wanted)
    if request.get("matchEntireCell"):
        text = rf"\A(?:{text})\Z"
    try:
        return re.compile(text, 0 if request.get("matchCase") else re.IGNORECASE)
    except re.error:
        raise Invalid(f"Invalid regular expression: {wanted}") from None


def _replacement(request: Json) -> str:
    """As Python writes it: with a regular expression $1 means its first group."""
    new = request.get("replacement", "").replace("\\", "\\\\")
    return re.sub(r"\$(\d)", r"\\g<\1>", new) if request.get("searchByRegex") else new


def _scope(edit: Edit, request: Json) -> list[Block]:
    given = [name for name in ("range", "sheetId", "allSheets") if name in request]
    if len(given) != 1:
        raise Invalid("Exactly one of range, sheetId or allSheets must be specified.")
    if "range" in request:
        return [edit.block(request["range"])]
    if "sheetId" in request:
        return [edit.block({"sheetId": request["sheetId"]})]
    return [edit.block({"sheetId": sheet.id}) for sheet in edit.book.sheets if sheet.rows]


def _filled(block: Block) -> Iterable[tuple[int, int]]:
    for row in range(block.top, block.bottom):
        cells = block.sheet.rows[row].cells
        for column in range(block.left, min(block.right, len(cells))):
            cell = cells[column]
            if cell is not None and cell.entered:
                yield row, column


def _replace(
    edit: Edit,
    block: Block,
    row: int,
    column: int,
    pattern: re.Pattern[str],
    new: str,
    request: Json,
) -> tuple[int, bool]:
    """How often something was replaced in a cell, and whether in its formula."""
    cell = block.sheet.cell(row, column)
    formula = (cell.entered or {}).get("formulaValue")
    if formula and not request.get("includeFormulas"):
        return 0, False
    text = formula or _typed(edit, cell)
    after, count = _substituted(pattern, new, text)
    if not count:
        return 0, False
    check(edit, Block(block.sheet, row, column, row + 1, column + 1))
    type_in(edit, block.sheet, row, column, after)
    return count, bool(formula)


def _substituted(pattern: re.Pattern[str], new: str, text: str) -> tuple[str, int]:
    try:
        return pattern.subn(new, text)
    except (re.error, IndexError):
        raise Invalid("The replacement names a group that is not there.") from None


def _typed(edit: Edit, cell: Cell) -> str:
    """What a person would search: the text as the cell shows it."""
    return shown(cell.entered, cell.number_format, edit.book.locale)


@kind("trimWhitespace")
def trim_whitespace(edit: Edit, request: Json) -> Json:
    """Takes white space away at both ends of texts, and all but one between words."""
    block = edit.block(request.get("range"))
    check(edit, block)
    changed = 0
    for row, column in _filled(block):
        cell = block.sheet.cell(row, column)
        text = (cell.entered or {}).get("stringValue")
        clean = None if text is None else re.sub(r"\s+", " ", text.strip())
        if text is not None and clean != text:
            value = {"stringValue": clean} if clean else None
            edit.enter(edit.fresh(block.sheet, row, column), value)
            changed += 1
    return {"cellsChangedCount": changed} if changed else {}


@kind("textToColumns")
def text_to_columns(edit: Edit, request: Json) -> None:
    """Splits the texts of one column over the columns to its right."""
    block = edit.block(request.get("source"))
    if block.width != 1:
        raise Invalid("The source must span exactly one column.")
    delimiter = _delimiter(edit, block, request)
    rows = [_parts(edit, block, row, delimiter) for row in range(block.top, block.bottom)]
    width = max((len(parts) for parts in rows), default=1)
    grow(block.sheet, 0, block.left + width)
    check(edit, Block(block.sheet, block.top, block.left, block.bottom, block.left + width))
    for row, parts in enumerate(rows, block.top):
        for column, text in enumerate(parts if len(parts) > 1 else (), block.left):
            type_in(edit, block.sheet, row, column, text)


def _delimiter(edit: Edit, block: Block, request: Json) -> str:
    how = request.get("delimiterType", "AUTODETECT")
    if how == "CUSTOM":
        if not request.get("delimiter"):
            raise Invalid("A delimiter must be specified if delimiterType is CUSTOM.")
        return str(request["delimiter"])
    if how in _DELIMITERS:
        return _DELIMITERS[how]
    texts = [_shown(edit, block, row) for row in range(block.top, block.bottom)]
    counts = {mark: sum(mark in text for text in texts) for mark in (",", ";", "\t", " ", ".")}
    return max(counts, key=lambda mark: counts[mark])


def _parts(edit: Edit, block: Block, row: int, delimiter: str) -> list[str]:
    return _shown(edit, block, row).split(delimiter)


def _shown(edit: Edit, block: Block, row: int) -> str:
    cell = block.sheet.cell(row, block.left)
    number_format = number_format_at(edit.book, block.sheet, row, block.left)
    return shown(cell.effective, number_format, edit.book.locale)
