"""Requests about tables, kept simply: a range with a name, an id and typed columns.

A header that is empty gets a text ("Column 4"): the service's pages do not say whether it does so
when a table is made larger, too; here it does, which is the worse case for whoever writes headers.
"""

from __future__ import annotations

from tests.emulators.google.sheets.batching.colours import both_forms, completed
from tests.emulators.google.sheets.batching.editing import Block, Edit, Invalid, kind
from tests.emulators.google.sheets.batching.fields import applied, read_mask
from tests.emulators.google.sheets.batching.protecting import block_of, check
from tests.emulators.google.sheets.model import Json, Sheet


def _find(edit: Edit, table_id: str | None) -> tuple[Sheet, Json]:
    for sheet in edit.book.sheets:
        for one in sheet.tables:
            if one["tableId"] == table_id:
                return sheet, one
    raise Invalid(f"No table with id: {table_id or ''}")


def _held(edit: Edit, given: Json, old: Json | None) -> tuple[Block, Json]:
    block = edit.block(given.get("range"))
    for one in block.sheet.tables:
        if one is not old and block.overlaps(block_of(block.sheet, one["range"])):
            raise Invalid("A table cannot overlap another table.")
    names = [one["name"] for sheet in edit.book.sheets for one in sheet.tables if one is not old]
    name = given.get("name") or _free_name(names)
    if name in names:
        raise Invalid(f"A table with the name {name} already exists.")
    columns = _columns(
        block, given.get("columnProperties", []), (old or {}).get("columnProperties")
    )
    found = {**completed(given), "name": name, "range": block.grid_range()}
    return block, {**found, "columnProperties": columns}


def _free_name(names: list[str]) -> str:
    number = len(names) + 1
    while f"Table{number}" in names:
        number += 1
    return f"Table{number}"


def _columns(block: Block, given: list[Json], old: list[Json] | None) -> list[Json]:
    """Each column with its name: the one given anew, the header's text, or "Column 1"."""
    unnamed = {"columnName"} if given == old else set()
    known = {
        one.get("columnIndex", 0): {key: one[key] for key in one.keys() - unnamed} for one in given
    }
    found = []
    for index in range(block.width):
        header = (block.sheet.cell(block.top, block.left + index).effective or {}).get(
            "stringValue"
        )
        name = known.get(index, {}).get("columnName") or header or f"Column {index + 1}"
        one = {"columnIndex": index, "columnName": name, **known.get(index, {})}
        found.append({**one, "columnName": name})
    return found


def _write_headers(edit: Edit, block: Block, columns: list[Json]) -> None:
    for one in columns:
        column = block.left + one["columnIndex"]
        value = {"stringValue": one["columnName"]}
        if block.sheet.cell(block.top, column).entered != value:
            edit.enter(edit.fresh(block.sheet, block.top, column), value)


@kind("addTable")
def add_table(edit: Edit, request: Json) -> Json:
    """Makes a range a table; headers that are missing are written."""
    given = request.get("table", {})
    block, held = _held(edit, given, None)
    check(edit, block)
    taken = [one["tableId"] for sheet in edit.book.sheets for one in sheet.tables]
    table_id = given.get("tableId") or str(edit.book.new_number())
    if table_id in taken:
        raise Invalid(f"A table with id {table_id} already exists.")
    held["tableId"] = table_id
    _write_headers(edit, block, held["columnProperties"])
    block.sheet.tables = [*block.sheet.tables, held]
    return {"table": held}


@kind("updateTable")
def update_table(edit: Edit, request: Json) -> None:
    """Name, range, columns, colours, as the mask says."""
    mask = both_forms(read_mask(request.get("fields"), "Table"))
    given = completed(request.get("table", {}))
    sheet, old = _find(edit, given.get("tableId"))
    new = applied(old, given, mask) if mask else {**old, **given}
    block, held = _held(edit, new, old)
    check(edit, block)
    held["tableId"] = old["tableId"]
    _write_headers(edit, block, held["columnProperties"])
    sheet.tables = [held if one is old else one for one in sheet.tables]
    over = sheet.basic_filter
    if over and over.get("tableId") == old["tableId"]:
        sheet.basic_filter = {**over, "range": held["range"]}


@kind("deleteTable")
def delete_table(edit: Edit, request: Json) -> None:
    """A table with its values is gone, and rules of conditional formatting over it, too."""
    sheet, old = _find(edit, request.get("tableId"))
    block = block_of(sheet, old["range"])
    check(edit, block)
    for row, column in block.places():
        if not sheet.cell(row, column).bare:
            sheet.put(row, column, None)
    sheet.conditional_formats = [
        rule
        for rule in sheet.conditional_formats
        if not all(block.holds(block_of(sheet, one)) for one in rule["ranges"])
    ]
    sheet.tables = [one for one in sheet.tables if one is not old]
