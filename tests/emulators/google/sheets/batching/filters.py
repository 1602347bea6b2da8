"""Requests about filters: the basic filter of a sheet, which hides rows, and filter views."""

from __future__ import annotations

from tests.emulators.google.sheets import operations
from tests.emulators.google.sheets.batching.colours import completed
from tests.emulators.google.sheets.batching.editing import Block, Edit, Invalid, kind
from tests.emulators.google.sheets.batching.fields import applied, only, read_mask
from tests.emulators.google.sheets.batching.protecting import block_of
from tests.emulators.google.sheets.formatting import shown
from tests.emulators.google.sheets.formatting_rules import Conditions
from tests.emulators.google.sheets.formulas_in_book import number_format_at
from tests.emulators.google.sheets.model import Json, Sheet


def _criteria(given: Json) -> Json:
    """Criteria in both of their forms: by column as keys, and as a list of filterSpecs."""
    found = dict(given)
    rules = {str(key): rule for key, rule in given.get("criteria", {}).items()}
    for spec in given.get("filterSpecs", ()):
        rules[str(spec.get("columnIndex", 0))] = spec.get("filterCriteria", {})
    if rules:
        ordered = sorted(rules.items(), key=lambda one: int(one[0]))
        found["criteria"] = dict(ordered)
        found["filterSpecs"] = [
            {"columnIndex": int(key), "filterCriteria": rule} for key, rule in ordered
        ]
    return found


@kind("setBasicFilter")
def set_basic_filter(edit: Edit, request: Json) -> None:
    """The one filter that everybody sees; it sorts, and hides the rows that do not meet it."""
    given = completed(request.get("filter", {}))
    block = edit.block(_range(edit, given))
    held = {**_criteria(given), "range": block.grid_range()}
    _sort(edit, block, held)
    block.sheet.basic_filter = held
    _hide(edit, block.sheet)


def _range(edit: Edit, given: Json) -> Json:
    """The filter's range; of a table, the table's."""
    table_id = given.get("tableId")
    for sheet in edit.book.sheets if table_id else ():
        for table in sheet.tables:
            if table["tableId"] == table_id:
                return dict(table["range"])
    return given.get("range", {})


def _sort(edit: Edit, block: Block, held: Json) -> None:
    """Sort specs of a filter sort the rows below its header."""
    if held.get("sortSpecs") and block.height > 1:
        below = {**block.grid_range(), "startRowIndex": block.top + 1}
        operations.sort(edit.book, block.sheet, below, held["sortSpecs"])


def _hide(edit: Edit, sheet: Sheet) -> None:
    for line in sheet.rows:
        line.filtered = False
    held = sheet.basic_filter
    if not held:
        return
    block, conditions = block_of(sheet, held["range"]), Conditions(edit.book, edit.now)
    for row in range(block.top + 1, block.bottom):
        sheet.rows[row].filtered = any(
            _hides(conditions, sheet, row, int(column), rule)
            for column, rule in held.get("criteria", {}).items()
        )


def _hides(conditions: Conditions, sheet: Sheet, row: int, column: int, rule: Json) -> bool:
    cell = sheet.cell(row, column)
    if "hiddenValues" in rule:
        number_format = number_format_at(conditions.book, sheet, row, column)
        text = shown(cell.effective, number_format, conditions.book.locale)
        return text in rule["hiddenValues"]
    condition = rule.get("condition")
    return bool(condition) and not conditions.meets(sheet, row, column, condition)


@kind("clearBasicFilter")
def clear_basic_filter(edit: Edit, request: Json) -> None:
    """Shows all rows again."""
    sheet = edit.sheet(request.get("sheetId"))
    sheet.basic_filter = None
    _hide(edit, sheet)


def _view(edit: Edit, view_id: int | None) -> tuple[Sheet, Json]:
    for sheet in edit.book.sheets:
        for one in sheet.filter_views:
            if one["filterViewId"] == view_id:
                return sheet, one
    raise Invalid(f"No filter view with id: {view_id or 0}")


def _taken(edit: Edit) -> list[int]:
    return [one["filterViewId"] for sheet in edit.book.sheets for one in sheet.filter_views]


def _completed(edit: Edit, given: Json) -> tuple[Sheet, Json]:
    """A filter view with its range, which may be that of a name or a table."""
    wanted = _range(edit, given)
    for one in edit.book.named_ranges:
        if given.get("namedRangeId") and one["namedRangeId"] == given["namedRangeId"]:
            wanted = one["range"]
    block = edit.block(wanted)
    return block.sheet, {**_criteria(given), "range": block.grid_range()}


@kind("addFilterView")
def add_filter_view(edit: Edit, request: Json) -> Json:
    """A filter that one person sees."""
    given = completed(request.get("filter", {}))
    taken = _taken(edit)
    number = given.get("filterViewId", edit.new_id(taken))
    if number in taken:
        raise Invalid(f"A filter view with id {number} already exists.")
    sheet, held = _completed(edit, given)
    title = given.get("title") or f"Filter {len(sheet.filter_views) + 1}"
    if any(one.get("title") == title for one in sheet.filter_views):
        raise Invalid(f'A filter view with the name "{title}" already exists.')
    held = {**held, "filterViewId": number, "title": title}
    sheet.filter_views = [*sheet.filter_views, held]
    return {"filter": held}


@kind("updateFilterView")
def update_filter_view(edit: Edit, request: Json) -> None:
    """Title, range, criteria of a view, as the mask says."""
    mask = read_mask(request.get("fields"), "FilterView")
    given = completed(request.get("filter", {}))
    sheet, old = _view(edit, given.get("filterViewId"))
    new = applied(old, given, mask) if mask else {**old, **given}
    if only(mask, "criteria") and not only(mask, "filterSpecs"):
        new.pop("filterSpecs", None)
    if only(mask, "filterSpecs") and mask and "criteria" not in mask:
        new.pop("criteria", None)
    _, held = _completed(edit, {**new, "filterViewId": old["filterViewId"]})
    sheet.filter_views = [held if one is old else one for one in sheet.filter_views]


@kind("duplicateFilterView")
def duplicate_filter_view(edit: Edit, request: Json) -> Json:
    """A copy of a view under another id and title."""
    sheet, old = _view(edit, request.get("filterId"))
    title, number = f"Copy of {old['title']}", 2
    while any(one["title"] == title for one in sheet.filter_views):
        title, number = f"Copy of {old['title']} {number}", number + 1
    twin = {**old, "filterViewId": edit.new_id(_taken(edit)), "title": title}
    sheet.filter_views = [*sheet.filter_views, twin]
    return {"filter": twin}


@kind("deleteFilterView")
def delete_filter_view(edit: Edit, request: Json) -> None:
    """A view is gone."""
    sheet, old = _view(edit, request.get("filterId"))
    sheet.filter_views = [one for one in sheet.filter_views if one is not old]
