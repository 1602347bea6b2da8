"""Data filters and developer metadata: what they select, read, write and clear."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.emulators.serving import Emulator, serving

ID = "1" + "m" * 43
ROWS = [["Name", "Status"], ["Ann", "new"], ["Bob", "new"], ["Cid", "new"]]


def anchor(number: int, value: str, **place: Any) -> dict:
    return {"id": number, "key": "sf", "value": value, **place}


DATA = {
    "spreadsheets": [
        {
            "id": ID,
            "sheets": [
                {
                    "id": 0,
                    "title": "People",
                    "rows": ROWS,
                    "rowCount": 10,
                    "columnCount": 4,
                    "metadata": [
                        anchor(1, "ann", row=2),
                        anchor(2, "bob", row=3),
                        {"id": 3, "key": "tag", "value": "status", "column": 2},
                        {"id": 4, "key": "tab", "value": "people", "visibility": "PROJECT"},
                    ],
                },
                {"id": 7, "title": "Other", "metadata": [anchor(5, "ann", row=1)]},
            ],
            "metadata": [{"id": 6, "key": "book", "value": "1"}],
        }
    ]
}


class Book:
    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.url = f"{emulator.url}/v4/spreadsheets/{ID}"
        self.http = requests.Session()

    def post(self, rest: str, **body: Any) -> dict:
        return self.http.post(f"{self.url}{rest}", json=body).json()

    def found(self, **lookup: Any) -> list[int]:
        answer = self.search({"developerMetadataLookup": lookup})
        matched = answer.get("matchedDeveloperMetadata", [])
        return [one["developerMetadata"]["metadataId"] for one in matched]

    def search(self, *filters: dict) -> dict:
        return self.post("/developerMetadata:search", dataFilters=list(filters))


@pytest.fixture
def book() -> Iterator[Book]:
    with serving("google", data=DATA) as emulator:
        opened = Book(emulator)
        yield opened
        opened.http.close()


def row(number: int, sheet: int = 0) -> dict:
    where = {"dimension": "ROWS", "startIndex": number - 1, "endIndex": number, "sheetId": sheet}
    return {"dimensionRange": where}


COLUMN_B = {"dimensionRange": {"dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}}
EXACT = {"locationMatchingStrategy": "EXACT_LOCATION"}
INTERSECTING = {"locationMatchingStrategy": "INTERSECTING_LOCATION"}


@pytest.mark.parametrize(
    ("lookup", "ids"),
    [
        ({}, [6, 4, 1, 2, 3, 5]),
        ({"metadataId": 2}, [2]),
        ({"metadataId": 99}, []),
        ({"metadataKey": "sf"}, [1, 2, 5]),
        ({"metadataValue": "ann"}, [1, 5]),
        ({"metadataKey": "sf", "metadataValue": "bob"}, [2]),
        ({"metadataKey": "tag", "metadataValue": "ann"}, []),
        ({"visibility": "PROJECT"}, [4]),
        ({"locationType": "ROW"}, [1, 2, 5]),
        ({"locationType": "COLUMN"}, [3]),
        ({"locationType": "SHEET"}, [4]),
        ({"locationType": "SPREADSHEET"}, [6]),
        ({"metadataLocation": {"spreadsheet": True}}, [6]),
        ({"metadataLocation": {"sheetId": 0}}, [4, 1, 2, 3]),
        ({"metadataLocation": {"sheetId": 0}, **INTERSECTING}, [4, 1, 2, 3]),
        ({"metadataLocation": {"sheetId": 0}, **EXACT}, [4]),
        ({"metadataLocation": {"sheetId": 7}, "metadataKey": "sf"}, [5]),
        ({"metadataLocation": row(2), **EXACT}, [1]),
        ({"metadataLocation": row(2), "locationType": "ROW"}, [1]),
        ({"metadataLocation": row(2), **INTERSECTING}, [4, 1, 3]),
        ({"metadataLocation": COLUMN_B, **EXACT}, [3]),
        ({"metadataLocation": row(1, sheet=7), **EXACT}, [5]),
    ],
)
def test_a_lookup_selects(book, lookup, ids):
    assert book.found(**lookup) == ids


@pytest.mark.parametrize(
    ("lookup", "message"),
    [
        (
            {"metadataLocation": {"spreadsheet": True}, **INTERSECTING},
            "A locationMatchingStrategy of INTERSECTING_LOCATION is not supported for "
            "spreadsheet locations.",
        ),
        (
            {
                "metadataLocation": {
                    "dimensionRange": {"dimension": "ROWS", "startIndex": 1, "endIndex": 3}
                }
            },
            "DimensionRange must represent a single row or column",
        ),
    ],
)
def test_a_lookup_that_cannot_be_is_refused(book, lookup, message):
    error = book.search({"developerMetadataLookup": lookup})["error"]
    assert (error["code"], error["message"]) == (400, f"Invalid dataFilters[0]: {message}")


def test_what_is_found_is_told_once_with_every_filter_that_found_it(book):
    by_id = {"developerMetadataLookup": {"metadataId": 1}}
    by_range = {"a1Range": "People!A2"}
    answer = book.search(by_id, by_range)["matchedDeveloperMetadata"]
    assert [(one["developerMetadata"]["metadataId"], one["dataFilters"]) for one in answer] == [
        (1, [by_id, by_range]),
        (4, [by_range]),
    ]
    assert answer[0]["developerMetadata"] == {
        "metadataId": 1,
        "metadataKey": "sf",
        "metadataValue": "ann",
        "location": {
            "locationType": "ROW",
            "dimensionRange": {"dimension": "ROWS", "startIndex": 1, "endIndex": 2},
        },
        "visibility": "DOCUMENT",
    }


def test_one_piece_by_its_id(book):
    found = book.http.get(f"{book.url}/developerMetadata/5").json()
    assert found["location"]["dimensionRange"]["sheetId"] == 7
    missing = book.http.get(f"{book.url}/developerMetadata/99")
    assert (missing.status_code, missing.json()["error"]["status"]) == (404, "NOT_FOUND")


# values ------------------------------------------------------------------------------------------


def by(value: str) -> dict:
    return {"developerMetadataLookup": {"metadataKey": "sf", "metadataValue": value}}


def test_values_are_read_where_the_row_is_now(book):
    book.emulator.service.edit({"sheet": "People", "sort": ["A", "DESCENDING"]})
    answer = book.post("/values:batchGetByDataFilter", dataFilters=[by("bob"), by("nobody")])
    assert answer["valueRanges"] == [
        {
            "valueRange": {
                "range": "People!A3:D3",
                "majorDimension": "ROWS",
                "values": [["Bob", "new"]],
            },
            "dataFilters": [by("bob")],
        }
    ]
    book.emulator.service.edit({"sheet": "People", "insert": 2})
    (found,) = book.post("/values:batchGetByDataFilter", dataFilters=[by("bob")])["valueRanges"]
    assert found["valueRange"]["range"] == "People!A4:D4"


def test_values_are_written_into_all_rows_that_match_and_null_skips(book):
    answer = book.post(
        "/values:batchUpdateByDataFilter",
        valueInputOption="RAW",
        includeValuesInResponse=True,
        data=[{"dataFilter": by("ann"), "values": [[None, "sent"]]}],
    )
    assert answer == {
        "spreadsheetId": ID,
        "totalUpdatedRows": 2,
        "totalUpdatedColumns": 2,
        "totalUpdatedCells": 2,
        "totalUpdatedSheets": 2,
        "responses": [
            {
                "updatedRange": "People!A2:B2",
                "updatedRows": 1,
                "updatedColumns": 1,
                "updatedCells": 1,
                "updatedData": {
                    "range": "People!A2:D2",
                    "majorDimension": "ROWS",
                    "values": [["Ann", "sent"]],
                },
                "dataFilter": by("ann"),
            },
            {
                "updatedRange": "Other!A1:B1",
                "updatedRows": 1,
                "updatedColumns": 1,
                "updatedCells": 1,
                "updatedData": {
                    "range": "Other!A1:Z1",
                    "majorDimension": "ROWS",
                    "values": [["", "sent"]],
                },
                "dataFilter": by("ann"),
            },
        ],
    }


@pytest.mark.parametrize(
    ("values", "place"), [([["a"], ["b"]], "row [4]"), ([["a"] * 5], "column [E]")]
)
def test_more_values_than_the_matched_range_holds_are_refused_and_nothing_is_written(
    book, values, place
):
    data = [
        {"dataFilter": by("ann"), "values": [["x"]]},
        {"dataFilter": by("bob"), "values": values},
    ]
    answer = book.post("/values:batchUpdateByDataFilter", valueInputOption="RAW", data=data)
    assert answer["error"]["message"] == (
        f"Invalid data[1]: Requested writing within range [People!A3:D3], but tried writing to "
        f"{place}"
    )
    shown = book.http.get(f"{book.url}/values/People!A2").json()
    assert shown["values"] == [["Ann"]]


def test_a_filter_may_be_a_range(book):
    filters = [
        {"gridRange": {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 2}},
        {"a1Range": "People!A3"},
        {"developerMetadataLookup": {"metadataKey": "tag"}},
    ]
    answer = book.post("/values:batchGetByDataFilter", dataFilters=filters)
    assert [one["valueRange"]["range"] for one in answer["valueRanges"]] == [
        "People!A2:D2",
        "People!A3",
        "People!B1:B10",
    ]
    wrong = book.post("/values:batchGetByDataFilter", dataFilters=[{"gridRange": {"sheetId": 3}}])
    assert wrong["error"]["message"] == "Invalid dataFilters[0]: No grid with id: 3"


def test_clearing_by_filter_leaves_the_anchor(book):
    answer = book.post("/values:batchClearByDataFilter", dataFilters=[by("bob")])
    assert answer == {"spreadsheetId": ID, "clearedRanges": ["People!A3:D3"]}
    assert book.found(metadataValue="bob") == [2]


def test_a_spreadsheet_by_filter_has_only_the_matched_cells(book):
    answer = book.post(
        ":getByDataFilter?fields=sheets(properties.title,data(startRow,rowData.values.note,"
        "rowData.values.effectiveValue))",
        dataFilters=[by("bob")],
    )
    assert answer == {
        "sheets": [
            {
                "properties": {"title": "People"},
                "data": [
                    {
                        "startRow": 2,
                        "rowData": [
                            {
                                "values": [
                                    {"effectiveValue": {"stringValue": "Bob"}},
                                    {"effectiveValue": {"stringValue": "new"}},
                                ]
                            }
                        ],
                    }
                ],
            }
        ]
    }


def create(number: int, value: str, place: dict) -> dict:
    given = {
        "metadataId": number,
        "metadataKey": "k",
        "metadataValue": value,
        "visibility": "DOCUMENT",
        "location": place,
    }
    return {"createDeveloperMetadata": {"developerMetadata": given}}


def test_thirty_thousand_characters_fit_on_a_sheet_and_no_more(book):
    full = create(50, "x" * 29_999, {"sheetId": 7})
    assert "error" in book.post(":batchUpdate", requests=[full])  # an anchor is there already
    nearly = create(50, "x" * (30_000 - 1 - len("sf" + "ann")), {"sheetId": 7})
    assert "replies" in book.post(":batchUpdate", requests=[nearly])
    answer = book.post(":batchUpdate", requests=[create(51, "", row(2, sheet=7))])
    assert answer["error"]["code"] == 400
    assert "replies" in book.post(":batchUpdate", requests=[create(51, "", row(2))])


def test_an_id_is_taken_once(book):
    assert "error" in book.post(":batchUpdate", requests=[create(1, "again", row(5))])
    two = [create(60, "one", row(5)), create(60, "two", row(6))]
    assert "error" in book.post(":batchUpdate", requests=two)
    assert book.found(metadataKey="k") == []
