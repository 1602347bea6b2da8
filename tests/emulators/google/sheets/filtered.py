"""The methods that take data filters in place of A1 ranges."""

from __future__ import annotations

from tests.emulators.google.calls import Call, method
from tests.emulators.google.sheets.access import changed, opened
from tests.emulators.google.sheets.addresses import Area
from tests.emulators.google.sheets.filters import Filters
from tests.emulators.google.sheets.model import Json
from tests.emulators.google.sheets.structure import of_areas, without_zero_ids
from tests.emulators.google.sheets.values import (
    check_clear,
    empty,
    rendering,
    totals,
    updated,
    within,
)
from tests.emulators.google.sheets.writing import Plan, carry_out, check_option, plan


@method("sheets.spreadsheets.getByDataFilter")
def get_spreadsheet(call: Call) -> Json:
    """The spreadsheet, with the ranges that filters select."""
    book = opened(call)
    filters = Filters(book)
    given = call.body.get("dataFilters", [])
    areas = [area for one in given for area in filters.areas(one)] if given else None
    grid_data = bool(call.body.get("includeGridData"))
    return of_areas(call, book, call.fields, areas, grid_data=grid_data)


@method("sheets.spreadsheets.developerMetadata.search")
def search_metadata(call: Call) -> Json:
    """The metadata that any filter selects, each piece once, with the filters that did."""
    filters = Filters(opened(call))
    found: dict[int, Json] = {}
    for number, given in enumerate(call.body.get("dataFilters", ())):
        with within(f"dataFilters[{number}]"):
            selected = filters.metadata(given)
        for one in selected:
            entry = {"developerMetadata": without_zero_ids(one.described()), "dataFilters": []}
            found.setdefault(one.one.id, entry)["dataFilters"].append(given)
    return {"matchedDeveloperMetadata": list(found.values())} if found else {}


def _selected(filters: Filters, given: list[Json]) -> list[tuple[Area, list[Json]]]:
    """Each selected range once, with the filters that selected it."""
    found: dict[tuple[object, ...], tuple[Area, list[Json]]] = {}
    for number, one in enumerate(given):
        with within(f"dataFilters[{number}]"):
            areas = filters.areas(one)
        for area in areas:
            key = (area.sheet.id, area.top, area.left, area.bottom, area.right)
            found.setdefault(key, (area, []))[1].append(one)
    return list(found.values())


@method("sheets.spreadsheets.values.batchGetByDataFilter")
def batch_get(call: Call) -> Json:
    """The values of what filters select."""
    book = opened(call)
    shown = rendering(book, call.body)
    found = [
        {"valueRange": shown.value_range(area), "dataFilters": filters}
        for area, filters in _selected(Filters(book), call.body.get("dataFilters", []))
    ]
    answer: Json = {"spreadsheetId": book.id}
    return answer | ({"valueRanges": found} if found else {})


@method("sheets.spreadsheets.values.batchUpdateByDataFilter")
def batch_update(call: Call) -> Json:
    """Write into all that filters select, or into nothing."""
    book = opened(call, "writer")
    filters = Filters(book)
    option = call.body.get("valueInputOption", "")
    check_option(option)
    planned: list[tuple[Plan, Area, Json]] = []
    for number, one in enumerate(call.body.get("data", ())):
        given = one.get("dataFilter", {})
        with within(f"data[{number}]"):
            for area in filters.areas(given):
                bounds = _bounded(area)
                planned.append((plan(call, book, bounds, one, option), bounds, given))
    for found, _, _ in planned:
        carry_out(call, book, found)
    changed(call, book)
    told = []
    for found, area, given in planned:
        answer = updated(book, found, {})
        if call.body.get("includeValuesInResponse"):
            shown = rendering(book, call.body, prefix="Response", major=found.major)
            answer["updatedData"] = shown.value_range(area)
        told.append({**answer, "dataFilter": given})
    counts = totals([found for found, _, _ in planned])
    return {"spreadsheetId": book.id, **counts} | ({"responses": told} if told else {})


def _bounded(area: Area) -> Area:
    """What a filter selects ends where the grid ends: more values than that are refused."""
    return Area(area.sheet, area.first_row, area.first_column, area.end_row, area.end_column)


@method("sheets.spreadsheets.values.batchClearByDataFilter")
def batch_clear(call: Call) -> Json:
    """Empty all that filters select, or nothing."""
    book = opened(call, "writer")
    areas = [area for area, _ in _selected(Filters(book), call.body.get("dataFilters", []))]
    for area in areas:
        check_clear(call, book, area)
    for area in areas:
        empty(area)
    changed(call, book)
    answer: Json = {"spreadsheetId": book.id}
    return answer | ({"clearedRanges": [str(one) for one in areas]} if areas else {})
