"""Developer metadata: reading it, finding it, and how much of it there may be.

Source: developers.google.com/workspace/sheets/api/guides/metadata.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.emulators.google.calls import Call, method
from tests.emulators.google.errors import bad_request, not_found
from tests.emulators.google.sheets.addresses import Area
from tests.emulators.google.sheets.model import (
    ROWS,
    Json,
    Metadata,
    Spreadsheet,
)

MOST_CHARACTERS = 30_000
"""Of keys and values together, for each sheet, and for the spreadsheet itself."""


@dataclass(frozen=True)
class Found:
    """A piece of metadata and where it is."""

    one: Metadata
    location: Json
    holder: list[Metadata]

    @property
    def kind(self) -> str:
        """ROW, COLUMN, SHEET or SPREADSHEET."""
        return str(self.location["locationType"])

    def described(self) -> Json:
        """The API's DeveloperMetadata."""
        return described(self.one, self.location)

    def sheet_id(self) -> int | None:
        """The sheet it is on; None for the spreadsheet's own."""
        if self.kind == "SPREADSHEET":
            return None
        place = self.location.get("dimensionRange", self.location)
        return int(place.get("sheetId", 0))


def described(one: Metadata, location: Json) -> Json:
    """The API's DeveloperMetadata."""
    found: Json = {"metadataId": one.id, "metadataKey": one.key}
    if one.value:
        found["metadataValue"] = one.value
    return {**found, "location": location, "visibility": one.visibility}


def everything(book: Spreadsheet) -> list[Found]:
    """All metadata of a spreadsheet, in its order."""
    return [Found(one, location, holder) for one, holder, location in book.all_metadata()]


class Index:
    """All metadata of a spreadsheet, to be searched and changed many times in one request."""

    def __init__(self, book: Spreadsheet) -> None:
        self.all: dict[int, Found] = {}
        self._by: dict[tuple[str, str], dict[int, Found]] = {}
        self._characters: dict[int | None, int] = {}
        for one in everything(book):
            self.add(one)

    def add(self, found: Found) -> None:
        """Take a piece in that is on its place already."""
        one = found.one
        self.all[one.id] = found
        for key in (("key", one.key), ("value", one.value)):
            self._by.setdefault(key, {})[one.id] = found
        self._count(found, 1)

    def remove(self, found: Found) -> None:
        """Forget a piece."""
        one = found.one
        del self.all[one.id]
        for key in (("key", one.key), ("value", one.value)):
            del self._by[key][one.id]
        self._count(found, -1)

    def _count(self, found: Found, sign: int) -> None:
        place = found.sheet_id()
        size = sign * (len(found.one.key) + len(found.one.value))
        self._characters[place] = self._characters.get(place, 0) + size

    def check_room(self) -> None:
        """Raise ApiError when a sheet, or the spreadsheet itself, holds too much metadata."""
        for place, held in self._characters.items():
            if held > MOST_CHARACTERS:
                name = "spreadsheet" if place is None else "sheet"
                raise bad_request(
                    f"This action would increase the developer metadata of the {name} above the "
                    f"limit of {MOST_CHARACTERS} characters."
                )

    def matching(self, lookup: Json) -> list[Found]:
        """What a DeveloperMetadataLookup selects; raises ApiError for one that cannot be."""
        _check(lookup)
        return [one for one in self._candidates(lookup) if _meets(one, lookup)]

    def _candidates(self, lookup: Json) -> Iterable[Found]:
        if "metadataId" in lookup:
            one = self.all.get(lookup["metadataId"])
            return [one] if one else []
        for key, name in (("value", "metadataValue"), ("key", "metadataKey")):
            if name in lookup:
                return list(self._by.get((key, lookup[name]), {}).values())
        return list(self.all.values())


def _check(lookup: Json) -> None:
    location = lookup.get("metadataLocation")
    strategy = lookup.get("locationMatchingStrategy", "")
    if strategy in {"EXACT_LOCATION", "INTERSECTING_LOCATION"} and not location:
        raise bad_request(
            "A metadataLocation must be specified if a locationMatchingStrategy is specified."
        )
    if location and location.get("spreadsheet") and strategy == "INTERSECTING_LOCATION":
        raise bad_request(
            "A locationMatchingStrategy of INTERSECTING_LOCATION is not supported for "
            "spreadsheet locations."
        )
    where = (location or {}).get("dimensionRange")
    if where is not None and where.get("endIndex", 0) - where.get("startIndex", 0) != 1:
        raise bad_request("DimensionRange must represent a single row or column")


def _meets(found: Found, lookup: Json) -> bool:
    one = found.one
    wanted = (
        ("metadataId", one.id),
        ("metadataKey", one.key),
        ("metadataValue", one.value),
        ("visibility", one.visibility),
        ("locationType", found.kind),
    )
    for name, has in wanted:
        asked = lookup.get(name, has)
        if asked != has and not str(asked).endswith("_UNSPECIFIED"):
            return False
    location = lookup.get("metadataLocation")
    return not location or _located(found, location, lookup.get("locationMatchingStrategy", ""))


def _located(found: Found, location: Json, strategy: str) -> bool:
    if location.get("spreadsheet"):
        return found.kind == "SPREADSHEET"
    if strategy == "EXACT_LOCATION":
        return _same(found.location, location)
    return _intersects(found, location)


def _same(has: Json, asked: Json) -> bool:
    if "dimensionRange" in asked:
        return _line(has.get("dimensionRange")) == _line(asked["dimensionRange"])
    return has["locationType"] == "SHEET" and has["sheetId"] == asked.get("sheetId", 0)


def _line(where: Json | None) -> Any:
    if where is None:
        return None
    return where.get("sheetId", 0), where.get("dimension"), where.get("startIndex", 0)


def _intersects(found: Found, asked: Json) -> bool:
    """Rows and columns of one sheet cross; a sheet meets all on it."""
    line = asked.get("dimensionRange")
    sheet_id = (line or asked).get("sheetId", 0)
    if found.sheet_id() != sheet_id:
        return False
    has = found.location.get("dimensionRange")
    if line is None or has is None or line.get("dimension") != has["dimension"]:
        return True
    return _line(has) == _line(line)


def areas_of(book: Spreadsheet, found: Found) -> Iterator[Area]:
    """The cells a piece of metadata is about: a row, a column, a sheet, or all sheets."""
    if found.kind == "SPREADSHEET":
        yield from (Area(sheet) for sheet in book.sheets)
        return
    sheet = book.sheet(found.sheet_id() or 0)
    assert sheet is not None
    line = found.location.get("dimensionRange")
    if line is None:
        yield Area(sheet)
    elif line["dimension"] == ROWS:
        yield Area(sheet, line["startIndex"], None, line["endIndex"], None)
    else:
        yield Area(sheet, None, line["startIndex"], None, line["endIndex"])


@method("sheets.spreadsheets.developerMetadata.get")
def get(call: Call) -> Json:
    """One piece of metadata, by its id."""
    from tests.emulators.google.sheets.access import opened
    from tests.emulators.google.sheets.structure import without_zero_ids

    book = opened(call)
    text = call.path["metadataId"]
    if not text.lstrip("-").isdigit():
        raise bad_request(f"Invalid value at 'metadata_id' (TYPE_INT32), \"{text}\"")
    for one in everything(book):
        if one.one.id == int(text):
            shown: Json = without_zero_ids(one.described())
            return shown
    raise not_found()
