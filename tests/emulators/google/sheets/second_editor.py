"""Somebody else who edits the same spreadsheet in a browser, on the fault plan's word.

    {"spreadsheet": id or title, "sheet": title or id, and one or more of
     "sort": column | [column, "DESCENDING"], "insert": row, "delete": row, "move": [from, to],
     "insert_column": column, "delete_column": column, "rename": title, "set": [a1, value],
     "header": rows that sorting leaves where they are (1), "within": "table" or "filter": sort by
     the first one on the sheet, "user": e-mail address}

Rows and columns count from 1, columns may be letters; `move` names the row's place before and
after. What is set is typed, as a person would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.emulators.google.sheets import operations
from tests.emulators.google.sheets.addresses import find, quoted
from tests.emulators.google.sheets.batching.protecting import block_of
from tests.emulators.google.sheets.entering import enter
from tests.emulators.google.sheets.following import follow_rename
from tests.emulators.google.sheets.formulas.references import number
from tests.emulators.google.sheets.formulas_in_book import recalculate, zone_of
from tests.emulators.google.sheets.model import COLUMNS, ROWS, Sheet, Spreadsheet
from tests.emulators.google.world import World

ABOUT = frozenset({"spreadsheet", "sheet", "header", "within", "user"})


class NoSuchEdit(ValueError):
    """The plan's edit is not one, or names something that is not there."""


def edit_sheet(world: World, edit: Mapping[str, Any]) -> None:
    """Carry an edit out; raises NoSuchEdit."""
    unknown = {*edit} - ABOUT - {*DEEDS}
    if unknown:
        raise NoSuchEdit(f"no such edit: {', '.join(sorted(unknown))}")
    book = _book(world, str(edit.get("spreadsheet", "")))
    sheet = _sheet(book, edit.get("sheet"))
    for name, deed in DEEDS.items():
        if name in edit:
            deed(world, book, sheet, edit)
    recalculate(book, world.now())
    world.touched(book.file, edit.get("user", book.file.owner))


def _book(world: World, name: str) -> Spreadsheet:
    for file in world.files.values():
        if isinstance(file.document, Spreadsheet) and name in {"", file.id, file.name}:
            return file.document
    raise NoSuchEdit(f"no spreadsheet {name!r}")


def _sheet(book: Spreadsheet, name: Any) -> Sheet:
    if name is None:
        return book.sheets[0]
    found = book.titled(name) if isinstance(name, str) else book.sheet(name)
    if found is None:
        raise NoSuchEdit(f"no sheet {name!r}")
    return found


def _column(given: Any) -> int:
    return number(given) if isinstance(given, str) else int(given) - 1


Deed = Callable[[World, Spreadsheet, Sheet, Mapping[str, Any]], None]


def _sort(world: World, book: Spreadsheet, sheet: Sheet, edit: Mapping[str, Any]) -> None:
    given = edit["sort"]
    column, order = given if isinstance(given, list | tuple) else (given, "ASCENDING")
    area = {
        "startRowIndex": edit.get("header", 1),
        "endRowIndex": max(edit.get("header", 1), sheet.last_row()),
        "startColumnIndex": 0,
        "endColumnIndex": sheet.column_count,
    }
    if "within" in edit:
        area = _area(sheet, edit["within"])
    spec = {"dimensionIndex": _column(column), "sortOrder": order}
    operations.sort(book, sheet, area, [spec])


def _area(sheet: Sheet, name: str) -> dict[str, int]:
    """The rows below the header of the sheet's table or filter, and no other cells."""
    found = sheet.tables[0] if name == "table" and sheet.tables else sheet.basic_filter
    if not found:
        raise NoSuchEdit(f"no {name} on {sheet.title}")
    block = block_of(sheet, found["range"])
    return {**block.grid_range(), "startRowIndex": block.top + 1}


def _insert(world: World, book: Spreadsheet, sheet: Sheet, edit: Mapping[str, Any]) -> None:
    row = edit["insert"] - 1
    operations.insert(book, sheet, ROWS, row, row + 1, inherit_from_before=row > 0)


def _delete(world: World, book: Spreadsheet, sheet: Sheet, edit: Mapping[str, Any]) -> None:
    operations.delete(book, sheet, ROWS, edit["delete"] - 1, edit["delete"])


def _move(world: World, book: Spreadsheet, sheet: Sheet, edit: Mapping[str, Any]) -> None:
    start, end = (one - 1 for one in edit["move"])
    to = end if end < start else end + 1
    operations.move(book, sheet, ROWS, start, start + 1, to)


def _insert_column(world: World, book: Spreadsheet, sheet: Sheet, edit: Mapping[str, Any]) -> None:
    column = _column(edit["insert_column"])
    operations.insert(book, sheet, COLUMNS, column, column + 1, inherit_from_before=column > 0)


def _delete_column(world: World, book: Spreadsheet, sheet: Sheet, edit: Mapping[str, Any]) -> None:
    column = _column(edit["delete_column"])
    operations.delete(book, sheet, COLUMNS, column, column + 1)


def _rename(world: World, book: Spreadsheet, sheet: Sheet, edit: Mapping[str, Any]) -> None:
    old, sheet.title = sheet.title, edit["rename"]
    follow_rename(book, old, sheet.title)


def _set(world: World, book: Spreadsheet, sheet: Sheet, edit: Mapping[str, Any]) -> None:
    text, value = edit["set"]
    area = find(book, f"{quoted(sheet.title)}!{text}")
    cell = sheet.at(area.first_row, area.first_column)
    entered, number_format = enter(
        value,
        locale=book.locale,
        now=world.now(),
        zone=zone_of(book),
        format_before=cell.number_format,
    )
    cell.set(entered)
    book.has_formulas = book.has_formulas or bool(entered and "formulaValue" in entered)
    if number_format:
        cell.format = {**(cell.format or {}), "numberFormat": number_format}


DEEDS: dict[str, Deed] = {
    "sort": _sort,
    "insert": _insert,
    "delete": _delete,
    "move": _move,
    "insert_column": _insert_column,
    "delete_column": _delete_column,
    "rename": _rename,
    "set": _set,
}
