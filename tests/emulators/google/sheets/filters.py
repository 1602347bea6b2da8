"""Data filters: the ranges and the metadata that they select."""

from __future__ import annotations

from tests.emulators.google.errors import bad_request
from tests.emulators.google.sheets.addresses import Area, find, of_grid_range
from tests.emulators.google.sheets.metadata import Found, Index, areas_of
from tests.emulators.google.sheets.model import Json, Spreadsheet


class Filters:
    """The data filters of one request, over one spreadsheet."""

    def __init__(self, book: Spreadsheet, index: Index | None = None) -> None:
        self.book = book
        self._index = index

    @property
    def index(self) -> Index:
        """The spreadsheet's metadata, gathered when it is first asked for."""
        if self._index is None:
            self._index = Index(self.book)
        return self._index

    def areas(self, given: Json) -> list[Area]:
        """The ranges one filter selects; raises ApiError for a filter that cannot be."""
        if "developerMetadataLookup" in given:
            found = self.index.matching(given["developerMetadataLookup"])
            return _distinct([area for one in found for area in areas_of(self.book, one)])
        return [self._range(given)]

    def _range(self, given: Json) -> Area:
        if "a1Range" in given:
            return find(self.book, given["a1Range"])
        if "gridRange" in given:
            area = of_grid_range(self.book, given["gridRange"])
            if area is None:
                raise bad_request(f"No grid with id: {given['gridRange'].get('sheetId', 0)}")
            return area.checked()
        raise bad_request("Must specify a filter in the dataFilter.")

    def metadata(self, given: Json) -> list[Found]:
        """The metadata one filter selects: by lookup, or on what a range touches."""
        if "developerMetadataLookup" in given:
            return self.index.matching(given["developerMetadataLookup"])
        area = self._range(given)
        return [one for one in self.index.all.values() if _touches(one, area)]


def _touches(found: Found, area: Area) -> bool:
    if found.sheet_id() != area.sheet.id:
        return False
    line = found.location.get("dimensionRange")
    if line is None:
        return True
    if line["dimension"] == "ROWS":
        return area.first_row <= line["startIndex"] < area.end_row
    return bool(area.first_column <= line["startIndex"] < area.end_column)


def _distinct(areas: list[Area]) -> list[Area]:
    seen: dict[tuple[object, ...], Area] = {}
    for one in areas:
        seen.setdefault((one.sheet.id, one.top, one.left, one.bottom, one.right), one)
    return list(seen.values())
