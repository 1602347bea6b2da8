"""Spreadsheets as a whole: created, read with and without cells, copied; and what moves along."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from hypothesis import given, strategies as st

from tests.emulators.google.sheets import operations
from tests.emulators.google.sheets.model import COLUMNS, ROWS, Metadata, Sheet, Spreadsheet
from tests.emulators.google.world import SPREADSHEET, World
from tests.emulators.serving import Emulator, serving

ID = "1" + "s" * 43
RED = {"backgroundColor": {"red": 1}}
DATA = {
    "users": ["owner@example.org", "guest@example.org"],
    "spreadsheets": [
        {
            "id": ID,
            "title": "Book",
            "permissions": [{"emailAddress": "guest@example.org", "role": "writer"}],
            "sheets": [
                {
                    "id": 0,
                    "title": "People",
                    "rows": [["Name", "Age"], ["Ann", 30], [], ["Bob", "=B2+1"]],
                    "rowCount": 6,
                    "columnCount": 3,
                    "frozenRowCount": 1,
                    "formats": {"A1:B1": RED, "B2": {"type": "NUMBER", "pattern": "0.0"}},
                    "notes": {"C3": "look here"},
                    "hiddenRows": [3],
                    "metadata": [{"row": 2, "key": "sf", "value": "ann", "id": 9}],
                    "merges": [
                        {
                            "startRowIndex": 4,
                            "endRowIndex": 6,
                            "startColumnIndex": 0,
                            "endColumnIndex": 2,
                        }
                    ],
                    "protectedRanges": [
                        {
                            "protectedRangeId": 5,
                            "range": {"startRowIndex": 0, "endRowIndex": 1},
                            "editors": {"users": ["owner@example.org"]},
                        }
                    ],
                },
                {"id": 7, "title": "Other", "rowCount": 2, "columnCount": 2},
            ],
            "namedRanges": [{"namedRangeId": "n1", "name": "Ages", "range": "People!B2:B4"}],
        }
    ],
}


class Book:
    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.root = f"{emulator.url}/v4/spreadsheets"
        self.http = requests.Session()

    def get(self, **query: Any) -> dict:
        return self.http.get(f"{self.root}/{ID}", params=query).json()


@pytest.fixture
def book() -> Iterator[Book]:
    with serving("google", data=DATA) as emulator:
        opened = Book(emulator)
        yield opened
        opened.http.close()


def test_a_spreadsheet_without_cells(book):
    answer = book.get(fields="spreadsheetId,spreadsheetUrl,properties.title,sheets,namedRanges")
    assert "data" in answer["sheets"][0]  # the mask asks for all of sheets
    answer = book.get()
    properties = answer.pop("properties")
    assert {name: properties[name] for name in ("title", "locale", "timeZone", "autoRecalc")} == {
        "title": "Book",
        "locale": "en_US",
        "timeZone": "Etc/GMT",
        "autoRecalc": "ON_CHANGE",
    }
    assert answer == {
        "spreadsheetId": ID,
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{ID}/edit",
        "namedRanges": [
            {
                "namedRangeId": "n1",
                "name": "Ages",
                "range": {
                    "startRowIndex": 1,
                    "endRowIndex": 4,
                    "startColumnIndex": 1,
                    "endColumnIndex": 2,
                },
            }
        ],
        "sheets": [
            {
                "properties": {
                    "sheetId": 0,
                    "title": "People",
                    "index": 0,
                    "sheetType": "GRID",
                    "gridProperties": {"rowCount": 6, "columnCount": 3, "frozenRowCount": 1},
                },
                "merges": [
                    {
                        "startRowIndex": 4,
                        "endRowIndex": 6,
                        "startColumnIndex": 0,
                        "endColumnIndex": 2,
                    }
                ],
                "protectedRanges": [
                    {
                        "protectedRangeId": 5,
                        "range": {"startRowIndex": 0, "endRowIndex": 1},
                        "editors": {"users": ["owner@example.org"]},
                        "requestingUserCanEdit": True,
                    }
                ],
            },
            {
                "properties": {
                    "sheetId": 7,
                    "title": "Other",
                    "index": 1,
                    "sheetType": "GRID",
                    "gridProperties": {"rowCount": 2, "columnCount": 2},
                }
            },
        ],
    }


def test_who_may_not_edit_a_protected_range_is_not_told_who_may(book):
    form = {"grant_type": "refresh_token", "refresh_token": "1//guest@example.org"}
    token = requests.post(f"{book.emulator.url}/token", data=form).json()["access_token"]
    book.http.headers["Authorization"] = f"Bearer {token}"
    answer = book.get(fields="sheets.protectedRanges")
    assert answer["sheets"][0]["protectedRanges"] == [
        {"protectedRangeId": 5, "range": {"startRowIndex": 0, "endRowIndex": 1}}
    ]


def test_cells_with_all_that_is_to_them(book):
    answer = book.get(includeGridData="true", ranges="People!A1:C4")
    (sheet,) = answer["sheets"]
    (data,) = sheet["data"]
    assert data["columnMetadata"] == [{"pixelSize": 100}] * 3
    where = {"dimension": "ROWS", "startIndex": 1, "endIndex": 2, "sheetId": 0}
    anchor = {
        "metadataId": 9,
        "metadataKey": "sf",
        "metadataValue": "ann",
        "visibility": "DOCUMENT",
    }
    found = data["rowMetadata"][1]["developerMetadata"][0]
    assert {"sheetId": 0, **found.pop("location")["dimensionRange"]} == where
    assert found == anchor
    assert data["rowMetadata"][2] == {"hiddenByUser": True, "pixelSize": 21}
    header, ann, empty, bob = data["rowData"]
    assert header["values"][0]["userEnteredFormat"] == RED
    assert header["values"][0]["effectiveFormat"]["backgroundColor"] == {"red": 1}
    assert header["values"][0]["effectiveFormat"]["verticalAlignment"] == "BOTTOM"
    assert ann["values"][1]["formattedValue"] == "30.0"
    assert ann["values"][1]["effectiveFormat"]["horizontalAlignment"] == "RIGHT"
    assert empty["values"][:2] == [{}, {}]
    assert empty["values"][2]["note"] == "look here"
    assert bob["values"][1]["userEnteredValue"] == {"formulaValue": "=B2+1"}
    assert bob["values"][1]["effectiveValue"] == {"numberValue": 31}
    assert bob["values"][1]["formattedValue"] == "31.0"  # the format came with the formula


NUMBER = {"effectiveFormat": {"numberFormat": {"type": "NUMBER"}}}
NOTE = {"note": "look here"}


@pytest.mark.parametrize(
    ("mask", "people", "other"),
    [
        ("sheets.properties.title", {"properties": {"title": "People"}}, {"title": "Other"}),
        (
            "sheets(data.rowData.values.note)",
            {"data": [{"rowData": [{}, {}, {"values": [{}, {}, NOTE]}]}]},
            None,
        ),
        (
            "sheets/data(startRow,rowData/values/effectiveFormat/numberFormat/type)",
            {"data": [{"rowData": [{}, {"values": [{}, NUMBER]}, {}, {"values": [{}, NUMBER]}]}]},
            None,
        ),
        (
            "sheets.data.rowMetadata.hiddenByUser",
            {"data": [{"rowMetadata": [{}, {}, {"hiddenByUser": True}, {}, {}, {}]}]},
            {"rowMetadata": [{}, {}]},
        ),
    ],
)
def test_a_mask_decides_on_cells(book, mask, people, other):
    found = book.get(fields=mask)["sheets"]
    key = "properties" if "properties" in people else "data"
    empty = {"properties": other} if key == "properties" else {"data": [other or {}]}
    assert found == [people, empty]


def test_ranges_choose_sheets_and_where_cells_begin(book):
    answer = book.get(ranges=["People!B2:B3", "People!A4"], fields="sheets.data")
    first, second = answer["sheets"][0]["data"]
    assert (first["startRow"], first["startColumn"]) == (1, 1)
    assert (second["startRow"], len(second["rowMetadata"])) == (3, 1)
    assert "startColumn" not in second
    assert len(answer["sheets"]) == 1


def test_a_new_spreadsheet_is_as_the_service_makes_it(book):
    made = book.http.post(book.root, json={"properties": {"title": "New"}}).json()
    assert len(made["spreadsheetId"]) == 44
    assert made["properties"]["title"] == "New"
    assert made["properties"]["defaultFormat"]["textFormat"]["fontSize"] == 10
    assert len(made["properties"]["spreadsheetTheme"]["themeColors"]) == 9
    assert made["sheets"] == [
        {
            "properties": {
                "sheetId": 0,
                "title": "Sheet1",
                "index": 0,
                "sheetType": "GRID",
                "gridProperties": {"rowCount": 1000, "columnCount": 26},
            }
        }
    ]
    listed = requests.get(f"{book.emulator.url}/drive/v3/files/{made['spreadsheetId']}").json()
    assert listed["name"] == "New"


def test_a_new_spreadsheet_may_come_with_sheets_and_cells(book):
    cells = [{"values": [{"userEnteredValue": {"stringValue": "x"}, "note": "n"}]}]
    body = {
        "properties": {"title": "New", "locale": "de", "timeZone": "Europe/Berlin"},
        "sheets": [
            {"properties": {"title": "One", "sheetId": 4}, "data": [{"rowData": cells}]},
            {"properties": {"title": "Two"}},
        ],
    }
    made = book.http.post(book.root, json=body).json()
    assert [one["properties"]["title"] for one in made["sheets"]] == ["One", "Two"]
    assert made["properties"]["locale"] == "de"
    values = book.http.get(f"{book.root}/{made['spreadsheetId']}/values/One!A1").json()
    assert values["values"] == [["x"]]


def test_a_sheet_is_copied_with_all_on_it(book):
    made = book.http.post(book.root, json={}).json()["spreadsheetId"]
    url = f"{book.root}/{ID}/sheets/0:copyTo"
    copied = book.http.post(url, json={"destinationSpreadsheetId": made}).json()
    assert (copied["title"], copied["index"]) == ("Copy of People", 1)
    assert copied["sheetId"] != 0
    params = {"ranges": "'Copy of People'", "fields": "sheets"}
    answer = book.http.get(f"{book.root}/{made}", params=params).json()
    (sheet,) = answer["sheets"]
    assert sheet["merges"][0]["sheetId"] == copied["sheetId"]
    assert sheet["data"][0]["rowData"][3]["values"][1]["effectiveValue"] == {"numberValue": 31}
    (anchor,) = sheet["data"][0]["rowMetadata"][1]["developerMetadata"]
    assert anchor["metadataValue"] == "ann"


@pytest.mark.parametrize(
    ("path", "status", "name"),
    [(f"/{'x' * 44}", 404, "NOT_FOUND"), ("/folder", 400, "FAILED_PRECONDITION")],
)
def test_what_is_no_spreadsheet_is_refused(path, status, name):
    folder = {"id": "folder", "name": "F", "mimeType": "application/vnd.google-apps.folder"}
    with serving("google", data={**DATA, "files": [folder]}) as emulator:
        answer = requests.get(f"{emulator.url}/v4/spreadsheets{path}")
        assert (answer.status_code, answer.json()["error"]["status"]) == (status, name)


# what moves along --------------------------------------------------------------------------------


def sheet_of(rows: int, columns: int) -> tuple[Spreadsheet, Sheet]:
    """Each cell holds its own place; each row and column has metadata with its number."""
    world = World(seed=1)
    book = Spreadsheet(world.add_file("Book", SPREADSHEET, owner="a@example.org"))
    sheet = book.add_sheet("Sheet1", rows=rows, columns=columns)
    for row in range(rows):
        sheet.rows[row].metadata.append(Metadata(row + 1, "row", str(row)))
        for column in range(columns):
            sheet.at(row, column).set({"stringValue": f"{row}/{column}"})
    for column in range(columns):
        sheet.columns[column].metadata.append(Metadata(100 + column, "column", str(column)))
    return book, sheet


def block(top: int, bottom: int, left: int, right: int) -> dict:
    return {
        "sheetId": 0,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }


def check(sheet: Sheet) -> None:
    """Metadata stands on the row and column that it was put on, wherever they are now."""
    for row in sheet.rows:
        texts = [cell.effective["stringValue"] for cell in row.cells if cell and cell.effective]
        assert {text.split("/")[0] for text in texts} == {one.value for one in row.metadata}
    for column, line in enumerate(sheet.columns):
        texts = [
            row.cells[column].effective["stringValue"]
            for row in sheet.rows
            if column < len(row.cells) and row.cells[column] and row.cells[column].effective
        ]
        assert {text.split("/")[1] for text in texts} <= {one.value for one in line.metadata}


@st.composite
def deeds(draw: st.DrawFn) -> list[tuple[str, str, int, int, int]]:
    kinds = st.sampled_from(["insert", "delete", "move", "sort"])
    dimensions = st.sampled_from([ROWS, COLUMNS])
    number = st.integers(0, 30)
    return draw(
        st.lists(st.tuples(kinds, dimensions, number, number, number), min_size=1, max_size=8)
    )


def carry_out(book: Spreadsheet, sheet: Sheet, deed: tuple[str, str, int, int, int]) -> None:
    kind, dimension, one, other, third = deed
    size = len(sheet.lines(dimension))
    start = one % size
    end = start + 1 + other % min(3, size - start)
    if kind == "insert":
        operations.insert(book, sheet, dimension, start, end, inherit_from_before=bool(start))
    elif kind == "delete" and end - start < size:
        operations.delete(book, sheet, dimension, start, end)
    elif kind == "move":
        operations.move(book, sheet, dimension, start, end, third % (size + 1))
    elif kind == "sort":
        spec = {"dimensionIndex": third % sheet.column_count, "sortOrder": "DESCENDING"}
        area = block(0, sheet.row_count, 0, sheet.column_count)
        operations.sort(book, sheet, area, [spec])


@given(deeds())
def test_metadata_stays_with_its_row_and_column_whatever_is_done(done):
    book, sheet = sheet_of(6, 4)
    for deed in done:
        carry_out(book, sheet, deed)
        check(sheet)
    ids = [one.id for one, _, _ in book.all_metadata()]
    assert len(ids) == len(set(ids))


@given(st.integers(0, 5), st.integers(1, 3), st.integers(0, 6))
def test_moving_there_and_back_changes_nothing(start, count, to):
    book, sheet = sheet_of(6, 2)
    book.named_ranges = [{"namedRangeId": "n", "name": "N", "range": block(0, 6, 0, 2)}]
    before = [*sheet.rows], copy.deepcopy(book.named_ranges)
    end = min(start + count, 6)
    operations.move(book, sheet, ROWS, start, end, to)
    if start <= to <= end:
        back = None
    elif to < start:
        back = (to, to + end - start, end)
    else:
        back = (to - (end - start), to, start)
    if back:
        operations.move(book, sheet, ROWS, *back)
    assert all(one is other for one, other in zip(sheet.rows, before[0], strict=True))
    assert book.named_ranges == before[1]


@pytest.mark.parametrize(
    ("deed", "after"),
    [
        (("insert", 0, 2), (4, 7)),
        (("insert", 2, 3), (3, 6)),
        (("insert", 3, 4), (2, 6)),
        (("insert", 5, 6), (2, 5)),
        (("delete", 0, 1), (1, 4)),
        (("delete", 3, 4), (2, 4)),
        (("delete", 1, 3), (1, 3)),
        (("delete", 2, 5), None),
        (("move", 2, 5, 8), (5, 8)),
        (("move", 7, 8, 0), (3, 6)),
        (("move", 3, 4, 9), (2, 4)),
        (("move", 8, 9, 3), (2, 6)),
    ],
)
def test_ranges_follow_rows(deed, after):
    book, sheet = sheet_of(10, 4)
    area = block(2, 5, 0, 2)
    book.named_ranges = [{"namedRangeId": "n", "name": "N", "range": area}]
    sheet.merges = [area]
    sheet.protected_ranges = [{"protectedRangeId": 1, "range": area, "unprotectedRanges": [area]}]
    sheet.basic_filter = {"range": area}
    sheet.conditional_formats = [{"ranges": [area, block(0, 10, 3, 4)]}]
    kind, *rest = deed
    getattr(operations, kind)(book, sheet, ROWS, *rest)
    moved = [] if after is None else [block(*after, 0, 2)]
    assert [one["range"] for one in book.named_ranges] == moved
    assert sheet.merges == moved
    assert [one["range"] for one in sheet.protected_ranges] == moved
    assert [one["unprotectedRanges"] for one in sheet.protected_ranges] == [moved] * len(moved)
    assert (sheet.basic_filter is None) == (after is None)
    assert sheet.conditional_formats[0]["ranges"][:-1] == moved


def test_a_filters_columns_follow_columns():
    book, sheet = sheet_of(3, 4)
    sheet.basic_filter = {
        "range": block(0, 3, 0, 4),
        "criteria": {"1": {"hiddenValues": ["x"]}},
        "filterSpecs": [{"columnIndex": 1}],
        "sortSpecs": [{"dimensionIndex": 2, "sortOrder": "ASCENDING"}],
    }
    operations.insert(book, sheet, COLUMNS, 1, 2)
    operations.delete(book, sheet, COLUMNS, 3, 4)
    assert sheet.basic_filter == {
        "range": block(0, 3, 0, 4),
        "criteria": {"2": {"hiddenValues": ["x"]}},
        "filterSpecs": [{"columnIndex": 2}],
        "sortSpecs": [],
    }


def test_sorting_some_columns_leaves_the_anchors_where_they_are():
    book, sheet = sheet_of(4, 3)
    spec = {"dimensionIndex": 0, "sortOrder": "DESCENDING"}
    operations.sort(book, sheet, block(1, 4, 0, 2), [spec])
    first = [row.cells[0].effective["stringValue"] for row in sheet.rows]
    last = [row.cells[2].effective["stringValue"] for row in sheet.rows]
    assert first == ["0/0", "3/0", "2/0", "1/0"]
    assert last == ["0/2", "1/2", "2/2", "3/2"]
    assert [row.metadata[0].value for row in sheet.rows] == ["0", "1", "2", "3"]


def test_sorting_puts_numbers_before_texts_before_truth_and_nothing_last():
    book, sheet = sheet_of(6, 1)
    given = [{"boolValue": True}, {"stringValue": "b"}, None, {"numberValue": 2}]
    given += [{"stringValue": "A"}, {"numberValue": 1}]
    for row, value in enumerate(given):
        sheet.at(row, 0).set(value)
    area = block(0, 6, 0, 1)
    ascending = [{"numberValue": 1}, {"numberValue": 2}, {"stringValue": "A"}]
    ascending += [{"stringValue": "b"}, {"boolValue": True}]
    operations.sort(book, sheet, area, [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}])
    assert [row.cells[0].effective for row in sheet.rows] == [*ascending, None]
    operations.sort(book, sheet, area, [{"dimensionIndex": 0, "sortOrder": "DESCENDING"}])
    assert [row.cells[0].effective for row in sheet.rows] == [*reversed(ascending), None]
