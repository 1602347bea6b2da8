"""batchUpdate as a whole, and its requests about the workbook, its sheets, rows and columns."""

from __future__ import annotations

import pytest

from tests.emulators.serving import serving
from tests.emulators_tests.people import token_for
from tests.emulators_tests.spreadsheets import ID, ROWS, Book, area, lines


@pytest.fixture(scope="module")
def emulator():
    with serving("google") as running:
        yield running


def test_a_batch_is_all_or_nothing(book):
    answer = book.batch(
        {"updateSheetProperties": {"properties": {"title": "New"}, "fields": "title"}},
        {"deleteDimension": {"range": lines("ROWS", 0, 2)}},
        {"sortRange": {"range": area(0, 2, 0, 3), "sortSpecs": [{"dimensionIndex": 2}]}},
        {"addNamedRange": {"namedRange": {"name": "things", "range": area(0, 1, 0, 1)}}},
        {"deleteSheet": {"sheetId": 99}},
    )
    assert answer["error"] == {
        "code": 400,
        "message": "Invalid requests[4].deleteSheet: No sheet with id: 99",
        "status": "INVALID_ARGUMENT",
    }
    assert book.values("People") == [[str(one) for one in row] for row in ROWS]
    assert book.values("'Other one'") == [["Ann"]]
    assert book.formulas("'Other one'") == [["=People!A2"]]
    assert "namedRanges" not in book.get("namedRanges")


def test_replies_stand_in_the_order_of_the_requests(book):
    answer = book.batch(
        {"updateSheetProperties": {"properties": {"title": "New"}, "fields": "title"}},
        {"addSheet": {"properties": {"title": "Third", "sheetId": 3}}},
        includeSpreadsheetInResponse=True,
        responseRanges=["New!A1:B2"],
        responseIncludeGridData=True,
    )
    assert answer["spreadsheetId"] == ID
    assert answer["replies"][0] == {}
    assert answer["replies"][1]["addSheet"]["properties"]["index"] == 2
    (sheet,) = answer["updatedSpreadsheet"]["sheets"]
    assert sheet["properties"]["title"] == "New"
    texts = [
        [cell.get("formattedValue") for cell in row["values"]]
        for row in sheet["data"][0]["rowData"]
    ]
    assert texts == [["Name", "Town"], ["Ann", "Ulm"]]


def test_an_empty_batch_and_an_empty_request_are_refused(book):
    assert book.batch()["error"]["message"] == "Must specify at least one request."
    assert book.batch({})["error"]["message"] == "Invalid requests[0]: No request set."


def test_a_reader_may_not_change_anything(emulator, book):
    with Book(emulator, token_for(emulator, "guest@example.org")) as guest:
        answer = guest.batch({"addSheet": {}})
    assert answer["error"]["code"] == 403
    assert answer["error"]["status"] == "PERMISSION_DENIED"


def test_the_title_and_the_zone_of_a_spreadsheet_change(book):
    given = {"title": "New book", "timeZone": "Europe/Berlin"}
    book.do(updateSpreadsheetProperties={"properties": given, "fields": "title,timeZone"})
    assert book.get("properties(title,timeZone)") == {"properties": given}


def test_a_sheet_comes_with_what_was_asked_for(book):
    given = {
        "title": "Third",
        "index": 0,
        "hidden": True,
        "tabColor": {"red": 1},
        "gridProperties": {"rowCount": 5, "columnCount": 3, "frozenRowCount": 1},
    }
    reply = book.do(addSheet={"properties": given})["addSheet"]["properties"]
    number = reply.pop("sheetId")
    assert number > 0
    assert reply == {
        **given,
        "sheetType": "GRID",
        "tabColorStyle": {"rgbColor": {"red": 1}},
    }
    assert [
        one["properties"]["title"] for one in book.get("sheets.properties.title")["sheets"]
    ] == [
        "Third",
        "People",
        "Other one",
    ]


REFUSED_SHEETS = [
    (
        {"addSheet": {"properties": {"title": "people"}}},
        'addSheet: A sheet with the name "people" already exists. Please enter another name.',
    ),
    ({"addSheet": {"properties": {"sheetId": 0}}}, "addSheet: A sheet with id 0 already exists."),
    (
        {"addSheet": {"properties": {"gridProperties": {"rowCount": 1, "columnCount": 18_279}}}},
        "addSheet: This action would increase the number of columns in the sheet above the limit "
        "of 18278 columns.",
    ),
    (
        {"addSheet": {"properties": {"gridProperties": {"rowCount": 10**7, "columnCount": 1}}}},
        "addSheet: This action would increase the number of cells in the workbook above the limit "
        "of 10000000 cells.",
    ),
    (
        {"updateSheetProperties": {"properties": {"sheetId": 5}, "fields": "title"}},
        "updateSheetProperties: No sheet with id: 5",
    ),
    (
        {"updateSheetProperties": {"properties": {"title": "x"}}},
        "updateSheetProperties: At least one field must be listed in 'fields'. (Use '*' to "
        "indicate all fields.)",
    ),
    (
        {"updateSheetProperties": {"properties": {"title": "x"}, "fields": "tittle"}},
        "updateSheetProperties: Invalid field: tittle",
    ),
    (
        {"deleteDimension": {"range": lines("ROWS", 1000, 1001)}},
        "deleteDimension: Cannot delete a row that doesn't exist. Tried to delete row index 1000 "
        "but there are only 1000 rows.",
    ),
    (
        {"deleteDimension": {"range": lines("ROWS", 0, 1000)}},
        "deleteDimension: You can't delete all the rows on the sheet.",
    ),
    (
        {"insertDimension": {"range": lines("ROWS", 0, 1), "inheritFromBefore": True}},
        "insertDimension: inheritFromBefore cannot be true if the inserted rows are at index 0.",
    ),
    (
        {"repeatCell": {"range": area(0, 1, 0, 1, 9), "cell": {}, "fields": "*"}},
        "repeatCell: No grid with id: 9",
    ),
]


@pytest.mark.parametrize(("request_", "message"), REFUSED_SHEETS)
def test_what_cannot_be_is_refused_in_googles_words(book, request_, message):
    assert book.batch(request_)["error"]["message"] == f"Invalid requests[0].{message}"


def test_one_sheet_must_stay_and_one_must_show(book):
    hide = {"properties": {"sheetId": 0, "hidden": True}, "fields": "hidden"}
    book.do(updateSheetProperties={**hide, "properties": {"sheetId": 7, "hidden": True}})
    assert book.refused(updateSheetProperties=hide) == (
        "Invalid requests[0].updateSheetProperties: You can't hide all the sheets in a document."
    )
    book.do(deleteSheet={"sheetId": 7})
    assert book.refused(deleteSheet={"sheetId": 0}) == (
        "Invalid requests[0].deleteSheet: You can't remove all the sheets in a document."
    )


def test_a_renamed_sheet_keeps_its_name_in_formulas_and_a_deleted_one_leaves_errors(book):
    book.do(updateSheetProperties={"properties": {"title": "New tab"}, "fields": "title"})
    assert book.formulas("'Other one'") == [["='New tab'!A2"]]
    book.do(deleteSheet={"sheetId": 0})
    assert book.formulas("'Other one'") == [["='New tab'!#REF!"]]
    assert book.values("'Other one'") == [["#REF!"]]


def test_an_index_of_a_sheet_counts_as_if_it_still_stood_where_it_was(book):
    for number in (1, 2):
        book.do(addSheet={"properties": {"title": f"S{number}"}})
    book.do(updateSheetProperties={"properties": {"sheetId": 0, "index": 3}, "fields": "index"})
    titles = [one["properties"]["title"] for one in book.get("sheets.properties.title")["sheets"]]
    assert titles == ["Other one", "S1", "People", "S2"]


def test_a_field_that_the_mask_names_and_the_body_lacks_is_set_back(book):
    frozen = {"gridProperties": {"frozenRowCount": 2, "hideGridlines": True}}
    book.do(
        updateSheetProperties={
            "properties": frozen,
            "fields": "gridProperties(frozenRowCount,hideGridlines)",
        }
    )
    book.do(updateSheetProperties={"properties": {}, "fields": "gridProperties.frozenRowCount"})
    assert book.sheet("properties.gridProperties") == {
        "properties": {
            "gridProperties": {"rowCount": 1000, "columnCount": 26, "hideGridlines": True}
        }
    }


def test_a_sheet_is_resized_and_duplicated_with_all_on_it(book):
    size = {"gridProperties": {"rowCount": 3, "columnCount": 2}}
    book.do(
        updateSheetProperties={"properties": size, "fields": "gridProperties(rowCount,columnCount)"}
    )
    book.do(mergeCells={"range": area(0, 1, 0, 2), "mergeType": "MERGE_ALL"})
    book.do(
        duplicateSheet={
            "sourceSheetId": 0,
            "newSheetId": 5,
            "newSheetName": "Twin",
            "insertSheetIndex": 1,
        }
    )
    assert book.values("Twin") == [["Name"], ["Ann", "Ulm"], ["Bob", "Bonn"]]
    assert book.sheet("properties(sheetId,index),merges", 1) == {
        "properties": {"sheetId": 5, "index": 1},
        "merges": [area(0, 1, 0, 2, 5)],
    }


def test_rows_are_inserted_moved_and_deleted_and_formulas_follow(book):
    book.write("E1:E2", [["=SUM(C2:C4)"], ["=A4"]])
    book.do(insertDimension={"range": lines("ROWS", 2, 4)})
    assert book.formulas("People!E1:E2") == [["=SUM(C2:C6)"], ["=A6"]]
    assert book.values("People!A2:C6") == [
        ["Ann", "Ulm", "30"],
        [],
        [],
        ["Bob", "Bonn", "20"],
        ["Cid", "Ulm", "25"],
    ]
    book.do(deleteDimension={"range": lines("ROWS", 2, 4)})
    book.do(moveDimension={"source": lines("ROWS", 1, 3), "destinationIndex": 4})
    assert book.values("People!A1:C4") == [
        ["Name", "Town", "Age"],
        ["Cid", "Ulm", "25"],
        ["Ann", "Ulm", "30"],
        ["Bob", "Bonn", "20"],
    ]
    assert book.formulas("'Other one'") == [["=People!A3"]]


def test_a_moved_row_goes_where_the_index_pointed_before(book):
    book.do(moveDimension={"source": lines("ROWS", 0, 2), "destinationIndex": 3})
    assert book.values("People!A1:A4") == [["Bob"], ["Name"], ["Ann"], ["Cid"]]


def test_columns_are_appended_sized_hidden_and_deleted(book):
    book.do(appendDimension={"sheetId": 0, "dimension": "COLUMNS", "length": 2})
    given = {"pixelSize": 50, "hiddenByUser": True}
    book.do(
        updateDimensionProperties={
            "range": lines("COLUMNS", 0, 1),
            "properties": given,
            "fields": "*",
        }
    )
    book.do(autoResizeDimensions={"dimensions": lines("COLUMNS", 1, 2)})
    found = book.get(
        "sheets(properties.gridProperties.columnCount,data.columnMetadata)", "People!A1:B1"
    )
    (sheet,) = found["sheets"]
    assert sheet["properties"]["gridProperties"] == {"columnCount": 28}
    first, second = sheet["data"][0]["columnMetadata"]
    assert first == {"hiddenByUser": True, "pixelSize": 50}
    assert second["pixelSize"] != 100
    book.do(deleteDimension={"range": lines("COLUMNS", 0, 1)})
    assert book.values("People!A1:B2") == [["Town", "Age"], ["Ulm", "30"]]


def test_inserted_rows_look_like_those_before_or_after(book):
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    book.do(repeatCell={"range": area(0, 1, 0, 1), "cell": bold, "fields": "userEnteredFormat"})
    book.do(insertDimension={"range": lines("ROWS", 1, 2), "inheritFromBefore": True})
    book.do(insertDimension={"range": lines("ROWS", 2, 3)})
    assert book.cell("A2", "userEnteredFormat") == bold
    assert book.cell("A3", "userEnteredFormat") == {}


def test_all_rows_but_the_frozen_ones_cannot_be_deleted(book):
    frozen = {"gridProperties": {"frozenRowCount": 1}}
    book.do(updateSheetProperties={"properties": frozen, "fields": "gridProperties.frozenRowCount"})
    assert book.refused(deleteDimension={"range": lines("ROWS", 1, 1000)}) == (
        "Invalid requests[0].deleteDimension: Sorry, it is not possible to delete all non-frozen "
        "rows."
    )


def test_groups_of_rows_lie_in_each_other_and_fold(book):
    reply = book.do(addDimensionGroup={"range": lines("ROWS", 1, 5)})["addDimensionGroup"]
    assert reply == {"dimensionGroups": [{"range": _rows(1, 5), "depth": 1}]}
    reply = book.do(addDimensionGroup={"range": lines("ROWS", 2, 3)})["addDimensionGroup"]
    assert reply["dimensionGroups"] == [
        {"range": _rows(1, 5), "depth": 1},
        {"range": _rows(2, 3), "depth": 2},
    ]
    folded = {"range": lines("ROWS", 2, 3), "depth": 2, "collapsed": True}
    book.do(updateDimensionGroup={"dimensionGroup": folded, "fields": "collapsed"})
    assert book.sheet("rowGroups")["rowGroups"][1]["collapsed"] is True
    assert book.do(deleteDimensionGroup={"range": lines("ROWS", 1, 5)}) == {
        "deleteDimensionGroup": {"dimensionGroups": [{"range": _rows(2, 3), "depth": 1}]}
    }


def _rows(start, end):
    """A DimensionRange on the sheet whose id is 0, as it is written back."""
    return {"dimension": "ROWS", "startIndex": start, "endIndex": end}


def test_a_slash_before_the_colon_or_at_the_end_does_not_matter(book):
    body = {"requests": [{"addSheet": {"properties": {"title": "Third"}}}]}
    assert book.http.post(f"{book.url}/:batchUpdate", json=body).status_code == 200
    assert book.http.get(f"{book.url}/").json()["properties"]["title"] == "Book"


def test_a_null_among_requests_is_left_out(book):
    answer = book.batch(None, {"addSheet": {"properties": {"title": "Third"}}})
    assert [[*reply] for reply in answer["replies"]] == [["addSheet"]]
