"""Requests about developer metadata: on a row, a column, a sheet or the workbook."""

from __future__ import annotations

from collections.abc import Iterable

from tests.emulators.google.errors import ApiError
from tests.emulators.google.sheets.batching.editing import Edit, Invalid, kind
from tests.emulators.google.sheets.batching.fields import only, read_mask
from tests.emulators.google.sheets.filters import Filters
from tests.emulators.google.sheets.metadata import Found, Index, described
from tests.emulators.google.sheets.model import Json, Metadata


@kind("createDeveloperMetadata")
def create_developer_metadata(edit: Edit, request: Json) -> Json:
    """One piece of metadata where its location says."""
    given = request.get("developerMetadata", {})
    if not given.get("metadataKey"):
        raise Invalid("DeveloperMetadata must specify a metadataKey.")
    if given.get("visibility") not in ("DOCUMENT", "PROJECT"):
        raise Invalid("DeveloperMetadata must specify a visibility.")
    holder, location = _holder(edit, given.get("location", {}))
    index = _index(edit)
    number = given.get("metadataId")
    if number is not None and number in index.all:
        raise Invalid(f"Developer metadata with ID {number} already exists.")
    if number is not None and number <= 0:
        raise Invalid("metadataId must be positive.")
    one = Metadata(
        number if number is not None else _free_id(edit, index),
        given["metadataKey"],
        given.get("metadataValue", ""),
        given["visibility"],
    )
    holder.append(one)
    index.add(Found(one, location, holder))
    _check_room(index)
    return {"developerMetadata": described(one, location)}


def _index(edit: Edit) -> Index:
    """All metadata, kept from one request about metadata to the next."""
    found: Index = edit.kept.setdefault("metadata", None) or Index(edit.book)
    edit.kept["metadata"] = found
    return found


def _free_id(edit: Edit, index: Index) -> int:
    while (number := edit.new_id()) in index.all:
        pass
    return number


def _holder(edit: Edit, given: Json) -> tuple[list[Metadata], Json]:
    """The list that holds the metadata of a location, and the location in full."""
    named = [name for name in ("spreadsheet", "sheetId", "dimensionRange") if name in given]
    if len(named) != 1:
        raise Invalid("DeveloperMetadata.location must specify exactly one location.")
    if "spreadsheet" in given:
        return edit.book.metadata, {"locationType": "SPREADSHEET", "spreadsheet": True}
    if "sheetId" in given:
        sheet = edit.sheet(given["sheetId"])
        return sheet.metadata, {"locationType": "SHEET", "sheetId": sheet.id}
    return _line(edit, given["dimensionRange"])


def _line(edit: Edit, given: Json) -> tuple[list[Metadata], Json]:
    sheet, of = edit.sheet(given.get("sheetId")), given.get("dimension")
    if of not in ("ROWS", "COLUMNS"):
        raise Invalid("DimensionRange must specify a dimension")
    if "startIndex" not in given or "endIndex" not in given:
        raise Invalid("DimensionRange must specify both a startIndex and an endIndex")
    start, end = given["startIndex"], given["endIndex"]
    if end - start != 1:
        raise Invalid("DimensionRange must represent a single row or column")
    lines = sheet.lines(of)
    if not 0 <= start < len(lines):
        raise Invalid(f"DimensionRange.startIndex[{start}] is outside the grid[{len(lines)}]")
    kind_of = "ROW" if of == "ROWS" else "COLUMN"
    location = {"sheetId": sheet.id, "dimension": of, "startIndex": start, "endIndex": end}
    return lines[start].metadata, {"locationType": kind_of, "dimensionRange": location}


def _check_room(index: Index) -> None:
    """Raises Invalid where keys and values of the workbook or of a sheet are too many."""
    try:
        index.check_room()
    except ApiError as error:
        raise Invalid(error.message) from None


def _matched(edit: Edit, filters: Iterable[Json]) -> list[Found]:
    """Metadata that any of some DataFilters matches."""
    selecting = Filters(edit.book, _index(edit))
    try:
        found = {one.one.id: one for each in filters for one in selecting.metadata(each)}
    except ApiError as error:
        raise Invalid(error.message) from None
    return list(found.values())


@kind("updateDeveloperMetadata")
def update_developer_metadata(edit: Edit, request: Json) -> Json:
    """Key, value, visibility or location of all metadata that the filters match."""
    mask = read_mask(request.get("fields"), "DeveloperMetadata")
    given, found = request.get("developerMetadata", {}), []
    for each in _matched(edit, request.get("dataFilters", ())):
        one, holder, location = each.one, each.holder, each.location
        twin = Metadata(one.id, one.key, one.value, one.visibility)
        if only(mask, "metadataKey") and "metadataKey" in given:
            twin.key = given["metadataKey"]
        if only(mask, "metadataValue"):
            twin.value = given.get("metadataValue", "")
        if only(mask, "visibility") and "visibility" in given:
            twin.visibility = given["visibility"]
        new_holder, place = holder, location
        if only(mask, "location") and "location" in given:
            new_holder, place = _holder(edit, given["location"])
        at = holder.index(one)
        holder[at : at + 1] = [twin] if new_holder is holder else []
        if new_holder is not holder:
            new_holder.append(twin)
        _index(edit).remove(each)
        _index(edit).add(Found(twin, place, new_holder))
        found.append(described(twin, place))
    _check_room(_index(edit))
    return {"developerMetadata": found} if found else {}


@kind("deleteDeveloperMetadata")
def delete_developer_metadata(edit: Edit, request: Json) -> Json:
    """Takes away all metadata that the filter matches."""
    found = []
    for one in _matched(edit, [request.get("dataFilter", {})]):
        one.holder.remove(one.one)
        _index(edit).remove(one)
        found.append(one.described())
    return {"deletedDeveloperMetadata": found} if found else {}
