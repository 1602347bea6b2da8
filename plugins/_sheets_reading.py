"""What Google answers to a reading, as tabs: rows with their anchors, and what lies over them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sheetflow import CellError, Merge, SheetRow, TableError

from ._sheets_cells import DATED, format_of, value_of
from ._sheets_colours import is_ours
from ._sheets_tab import LogPlace, Mark, Protection, Reading

ANCHOR = "sf"
"""The key of a row's anchor: as short as can be, since the keys of a tab share 30,000 characters
(developers.google.com/workspace/sheets/api/guides/metadata)."""

MADE = "new"
"""The value of the anchor of a column that was made for us."""

LOG = "sflog"
"""The key of the first column of the log."""

FIELDS = (
    "spreadsheetId,properties(title,timeZone),sheets(properties(sheetId,title,index,sheetType,"
    "gridProperties(rowCount,columnCount)),merges,protectedRanges(range,description,warningOnly,"
    "requestingUserCanEdit,unprotectedRanges),conditionalFormats,"
    "basicFilter(range,filterSpecs,tableId),tables(tableId,range),data(startRow,startColumn,"
    "rowMetadata(hiddenByUser,hiddenByFilter,developerMetadata(metadataId,metadataKey,"
    "metadataValue)),columnMetadata(hiddenByUser,developerMetadata(metadataId,metadataKey,"
    "metadataValue)),rowData.values("
    "effectiveValue,userEnteredValue.formulaValue,effectiveFormat.numberFormat.type)))"
)
"""Everything that a run needs to know, and nothing else."""


def readings(found: Mapping[str, Any], version: str) -> dict[int, Reading]:
    """Each tab of an answer by its id. The log is told to all of them, and is none itself."""
    book = found.get("properties", {})
    sheets = [sheet for sheet in found.get("sheets", ()) if sheet.get("data")]
    log = next((place for sheet in sheets if (place := _log(sheet))), None)
    return {
        sheet["properties"].get("sheetId", 0): _reading(sheet, book, log, version)
        for sheet in sheets
        if _log(sheet) is None or log is None
    }


def _reading(
    sheet: Mapping[str, Any], book: Mapping[str, Any], log: LogPlace | None, version: str
) -> Reading:
    properties = sheet["properties"]
    title = str(properties.get("title", ""))
    if properties.get("sheetType", "GRID") != "GRID":
        raise TableError(f'"{title}" is a chart and has no rows.', hint="Name another tab.")
    scan = _Scan()
    rows = tuple(row for data in sheet["data"] for row in scan.rows(data))
    grid = properties.get("gridProperties", {})
    return Reading(
        rows,
        version,
        tuple(map(_merge, sheet.get("merges", ()))),
        scan.free,
        zone=_zone(str(book.get("timeZone", ""))),
        tab=properties.get("sheetId", 0),
        title=title,
        book=str(book.get("title", "")),
        size=(grid.get("rowCount", 0), grid.get("columnCount", 0)),
        protections=tuple(_protections(sheet)),
        texts=scan.texts,
        dated=frozenset(scan.dated),
        anchors=scan.anchors,
        column_anchors=scan.columns,
        weight=scan.weight,
        log=log,
        coloured=any(map(is_ours, sheet.get("conditionalFormats", ()))),
        filter=sheet.get("basicFilter", {}),
        tables=tuple(sheet.get("tables", ())),
        made=frozenset(scan.made),
    )


class _Scan:
    """Goes through grid data once, and notes what is beside the values."""

    def __init__(self) -> None:
        self.texts: dict[tuple[int, int], str] = {}
        self.dated: set[tuple[int, int]] = set()
        self.anchors: dict[int, int] = {}
        self.columns: dict[int, int] = {}
        self.made: set[int] = set()
        self.weight = 0
        self.free = 0

    def rows(self, data: Mapping[str, Any]) -> Iterator[SheetRow]:
        """Every row that holds something."""
        top, left = data.get("startRow", 0), data.get("startColumn", 0)
        for place, column in enumerate(data.get("columnMetadata", ()), left):
            if column.get("hiddenByUser"):
                self.free = max(self.free, place + 1)
            self.columns.update((anchor, place) for anchor in self._anchors(column))
            if any(map(_says_made, column.get("developerMetadata", ()))):
                self.made.add(place)
        metadata = data.get("rowMetadata", ())
        marks = [self._mark(line, top + place) for place, line in enumerate(metadata)]
        for place, row in enumerate(data.get("rowData", ())):
            index = top + place
            cells = self._cells(row.get("values", ()), index, left)
            if any(cell is not None for cell in cells):
                line = metadata[place] if place < len(metadata) else {}
                mark = marks[place] if place < len(marks) else Mark(0, index)
                yield self._row(cells, index, mark, line)

    def _row(
        self, cells: tuple[object, ...], index: int, mark: Mark, line: Mapping[str, Any]
    ) -> SheetRow:
        hidden = bool(line.get("hiddenByUser") or line.get("hiddenByFilter"))
        formulas = (
            frozenset(column for column in range(len(cells)) if (index, column) in self.texts)
            if self.texts
            else frozenset[int]()
        )
        return SheetRow(cells, index + 1, mark, hidden=hidden, formulas=formulas)

    def _mark(self, line: Mapping[str, Any], index: int) -> Mark:
        ours = self._anchors(line)
        self.anchors.update(dict.fromkeys(ours, index))
        return Mark(min(ours, default=0), index)

    def _anchors(self, line: Mapping[str, Any]) -> list[int]:
        """The anchors of a row or column, whose metadata is weighed."""
        found = line.get("developerMetadata", ())
        self.weight += sum(
            len(one.get("metadataKey", "")) + len(one.get("metadataValue", "")) for one in found
        )
        return [one["metadataId"] for one in found if one.get("metadataKey") == ANCHOR]

    def _cells(
        self, values: Sequence[Mapping[str, Any]], index: int, left: int
    ) -> tuple[object, ...]:
        cells: list[object] = [None] * left
        for column, cell in enumerate(values, left):
            if not cell:
                cells.append(None)
                continue
            if formula := cell.get("userEnteredValue", {}).get("formulaValue"):
                self.texts[index, column] = formula
            if format_of(cell) in DATED:
                self.dated.add((index, column))
            value = value_of(cell)
            if value is None and formula and not cell.get("effectiveValue"):
                value = CellError("Loading...") if _awaits(formula) else None
            cells.append(value)
        while cells and cells[-1] is None:
            cells.pop()
        return tuple(cells)


def _says_made(metadata: Mapping[str, Any]) -> bool:
    return metadata.get("metadataKey") == ANCHOR and metadata.get("metadataValue") == MADE


def _awaits(formula: str) -> bool:
    """Whether a formula without a result is one that fetches it from somewhere."""
    return re.match(r"=\s*(IMPORT|GOOGLE|QUERY|AI\b)", formula, re.IGNORECASE) is not None


def _log(sheet: Mapping[str, Any]) -> LogPlace | None:
    """Where the log stands, if this is it."""
    properties = sheet["properties"]
    for data in sheet["data"]:
        marks = data.get("columnMetadata", ())
        keys = [
            one.get("metadataKey") for line in marks for one in line.get("developerMetadata", ())
        ]
        if LOG in keys:
            used = [
                place
                for place, row in enumerate(data.get("rowData", ()), data.get("startRow", 0) + 1)
                if any(cell.get("effectiveValue") for cell in row.get("values", ()))
            ]
            size = properties.get("gridProperties", {}).get("rowCount", 0)
            return LogPlace(properties.get("sheetId", 0), max(used, default=0), size)
    return None


def _protections(sheet: Mapping[str, Any]) -> Iterator[Protection]:
    for one in sheet.get("protectedRanges", ()):
        if not one.get("warningOnly") and not one.get("requestingUserCanEdit"):
            named = str(one.get("description", ""))
            yield Protection(one.get("range", {}), tuple(one.get("unprotectedRanges", ())), named)


def _merge(range_: Mapping[str, int]) -> Merge:
    return Merge(
        top=range_.get("startRowIndex", 0) + 1,
        bottom=range_["endRowIndex"],
        left=range_.get("startColumnIndex", 0),
        right=range_["endColumnIndex"] - 1,
    )


def _zone(name: str) -> str:
    """The zone by its IANA name: Google may say GMT-07:00, which is Etc/GMT+7 there."""
    match = re.fullmatch(r"GMT([+-])(\d\d):00", name)
    if match:
        return f"Etc/GMT{'-' if match[1] == '+' else '+'}{int(match[2])}"
    return name
