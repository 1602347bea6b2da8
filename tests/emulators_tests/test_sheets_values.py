"""spreadsheets.values: ranges in every form, reading, writing, appending, clearing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from hypothesis import given, strategies as st

from tests.emulators.google.sheets.addresses import find, quoted
from tests.emulators.google.sheets.appending import table_met
from tests.emulators.google.sheets.model import Sheet, Spreadsheet
from tests.emulators.google.world import SPREADSHEET, World
from tests.emulators.serving import Emulator, serving

ID = "1" + "v" * 43
DATA = {
    "users": ["owner@example.org", "guest@example.org"],
    "spreadsheets": [
        {
            "id": ID,
            "title": "Book",
            "timeZone": "Europe/Berlin",
            "permissions": [{"emailAddress": "guest@example.org", "role": "writer"}],
            "sheets": [
                {
                    "title": "People",
                    "rows": [
                        ["Name", "Born", "Sum"],
                        ["Ann", 31000, 0.5],
                        ["Bob", 31001, "=C2*2"],
                        [],
                        ["", "", "", "far"],
                    ],
                    "formats": {
                        "B2:B3": {"type": "DATE", "pattern": "yyyy-mm-dd"},
                        "C2:C3": {"type": "PERCENT", "pattern": "0%"},
                    },
                    "protectedRanges": [
                        {
                            "protectedRangeId": 5,
                            "range": {"startRowIndex": 8, "endRowIndex": 9},
                            "editors": {"users": ["owner@example.org"]},
                        }
                    ],
                },
                {"title": "It's 2", "rows": [["x"]], "rowCount": 5, "columnCount": 3},
                {"title": "AB12", "rows": [["cellish"]]},
            ],
            "namedRanges": [
                {"namedRangeId": "n1", "name": "Born", "range": "People!B2:B3"},
                {"namedRangeId": "n2", "name": "People", "range": "People!A1:A2"},
            ],
        }
    ],
}


class Values:
    """The values of one spreadsheet, over HTTP."""

    def __init__(self, emulator: Emulator) -> None:
        self.url = f"{emulator.url}/v4/spreadsheets/{ID}/values"
        self.emulator = emulator
        self.http = requests.Session()

    def get(self, cells: str, **query: Any) -> dict:
        return self.http.get(f"{self.url}/{cells}", params=query).json()

    def put(self, cells: str, values: list, option: str = "RAW", **query: Any) -> dict:
        query["valueInputOption"] = option
        body = {"values": values, **query.pop("body", {})}
        return self.http.put(f"{self.url}/{cells}", params=query, json=body).json()

    def append(self, cells: str, values: list, **query: Any) -> dict:
        params = {"valueInputOption": "RAW", **query}
        return self.http.post(
            f"{self.url}/{cells}:append", params=params, json={"values": values}
        ).json()

    def post(self, rest: str, body: dict) -> dict:
        return self.http.post(f"{self.url}:{rest}", json=body).json()


@pytest.fixture
def values() -> Iterator[Values]:
    with serving("google", data=DATA) as emulator:
        found = Values(emulator)
        yield found
        found.http.close()


def message(answer: dict) -> str:
    assert answer["error"]["status"] == "INVALID_ARGUMENT"
    return answer["error"]["message"]


# ranges ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ("People!A1", "People!A1"),
        ("'People'!$A$1:$B$2", "People!A1:B2"),
        ("People!B2:A1", "People!A1:B2"),
        ("People!A:B", "People!A1:B1000"),
        ("People!2:3", "People!A2:Z3"),
        ("People!A2:B", "People!A2:B1000"),
        ("People!A2:3", "People!A2:Z3"),
        ("'People'", "People!A1:Z1000"),
        ("people!a1", "People!A1"),
        ("A1:B2", "People!A1:B2"),
        ("People!R2C1:R3C2", "People!A2:B3"),
        ("R1C2", "People!B1"),
        ("'It''s 2'!A1:B2", "'It''s 2'!A1:B2"),
        ("'It''s 2'", "'It''s 2'!A1:C5"),
        ("It's 2!B2", "'It''s 2'!B2"),
        ("'AB12'!A1", "'AB12'!A1"),
        ("AB12", "People!AB12"),
        ("Born", "People!B2:B3"),
        ("People", "People!A1:A2"),
        ("People!Born", "People!B2:B3"),
        ("'It''s 2'!B2:F99", "'It''s 2'!B2:C5"),
    ],
)
def test_a_range_is_read_in_every_form(values, cells, told):
    if cells == "AB12":  # a cell before it is a sheet, and this one lies outside
        assert message(values.get(cells)) == (
            "Range (People!AB12) exceeds grid limits. Max rows: 1000, max columns: 26"
        )
    else:
        assert values.get(cells)["range"] == told


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ("Nowhere!A1", "Unable to parse range: Nowhere!A1"),
        ("Nowhere", "Unable to parse range: Nowhere"),
        ("People!A1:", "Unable to parse range: People!A1:"),
        ("People!A0", "Unable to parse range: People!A0"),
        ("People!Table1[x]", "Unable to parse range: People!Table1[x]"),
        (
            "'It''s 2'!A6",
            "Range ('It''s 2'!A6) exceeds grid limits. Max rows: 5, max columns: 3",
        ),
        (
            "'It''s 2'!A6:B",
            "Range ('It''s 2'!A6:B) exceeds grid limits. Max rows: 5, max columns: 3",
        ),
        (
            "'It''s 2'!D1:E2",
            "Range ('It''s 2'!D1:E2) exceeds grid limits. Max rows: 5, max columns: 3",
        ),
        (
            "'It''s 2'!7:8",
            "Range ('It''s 2'!7:8) exceeds grid limits. Max rows: 5, max columns: 3",
        ),
    ],
)
def test_a_range_that_is_none_is_refused(values, cells, told):
    assert message(values.get(cells)) == told


TITLES = st.text(
    st.characters(exclude_categories=("C",), exclude_characters="/"), min_size=1, max_size=12
)


@given(TITLES, st.integers(0, 8), st.integers(0, 8), st.integers(1, 4), st.integers(1, 4))
def test_what_the_service_writes_as_a_range_it_reads_as_the_same(title, top, left, height, width):
    world = World(seed=1)
    file = world.add_file("Book", SPREADSHEET, owner="a@example.org")
    book = Spreadsheet(file)
    book.add_sheet("Other", rows=20, columns=20)
    sheet = book.add_sheet(title, rows=20, columns=20)
    cells = f"R{top + 1}C{left + 1}:R{top + height}C{left + width}"
    area = find(book, f"{quoted(title)}!{cells}")
    assert area.sheet is sheet
    assert find(book, str(area)) == area


# reading -----------------------------------------------------------------------------------------


def test_empty_ends_are_left_out_and_gaps_are_not(values):
    assert values.get("People!A1:E5") == {
        "range": "People!A1:E5",
        "majorDimension": "ROWS",
        "values": [
            ["Name", "Born", "Sum"],
            ["Ann", "1984-11-14", "50%"],
            ["Bob", "1984-11-15", "100%"],
            [],
            ["", "", "", "far"],
        ],
    }
    assert values.get("People!A1:E5", majorDimension="COLUMNS")["values"] == [
        ["Name", "Ann", "Bob"],
        ["Born", "1984-11-14", "1984-11-15"],
        ["Sum", "50%", "100%"],
        ["", "", "", "", "far"],
    ]
    assert values.get("People!A4") == {"range": "People!A4", "majorDimension": "ROWS"}


@pytest.mark.parametrize(
    ("query", "row"),
    [
        ({}, ["Bob", "1984-11-15", "100%"]),
        ({"valueRenderOption": "UNFORMATTED_VALUE"}, ["Bob", 31001, 1]),
        (
            {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "FORMATTED_STRING"},
            ["Bob", "1984-11-15", 1],
        ),
        ({"valueRenderOption": "FORMULA"}, ["Bob", 31001, "=C2*2"]),
        (
            {"valueRenderOption": "FORMULA", "dateTimeRenderOption": "FORMATTED_STRING"},
            ["Bob", "1984-11-15", "=C2*2"],
        ),
    ],
)
def test_values_are_rendered_as_asked(values, query, row):
    assert values.get("People!A3:C3", **query)["values"] == [row]


def test_many_ranges_in_one_request(values):
    answer = values.http.get(f"{values.url}:batchGet?ranges=People!A2&ranges=Born").json()
    assert answer == {
        "spreadsheetId": ID,
        "valueRanges": [
            {"range": "People!A2", "majorDimension": "ROWS", "values": [["Ann"]]},
            {
                "range": "People!B2:B3",
                "majorDimension": "ROWS",
                "values": [["1984-11-14"], ["1984-11-15"]],
            },
        ],
    }


# writing -----------------------------------------------------------------------------------------


def test_null_skips_and_an_empty_text_clears(values):
    answer = values.put("People!A2", [[None, "", "new"], ["B"]])
    assert answer == {
        "spreadsheetId": ID,
        "updatedRange": "People!A2:C3",
        "updatedRows": 2,
        "updatedColumns": 3,
        "updatedCells": 3,
    }
    shown = values.get("People!A2:C3", valueRenderOption="FORMULA")["values"]
    assert shown == [["Ann", "", "new"], ["B", 31001, "=C2*2"]]


def test_raw_keeps_a_text_a_text_and_user_entered_reads_it(values):
    row = ["=1+1", "007", "1/2/2026", "$100.15", "'0123", True, 4]
    values.put("People!A20", [row])
    values.put("People!A21", [row], "USER_ENTERED")
    bare = {"valueRenderOption": "UNFORMATTED_VALUE"}
    assert values.get("People!A20:G20", **bare)["values"] == [row]
    assert values.get("People!A21:G21", **bare)["values"] == [
        [2, 7, 46024, 100.15, "0123", True, 4]
    ]
    assert values.get("People!A21:G21")["values"] == [
        ["2", "7", "1/2/2026", "$100.15", "0123", "TRUE", "4"]
    ]


def test_columns_can_be_written_and_given_back(values):
    answer = values.put(
        "People!F1",
        [["a", "b"], ["1"]],
        "USER_ENTERED",
        body={"majorDimension": "COLUMNS"},
        includeValuesInResponse=True,
        responseValueRenderOption="UNFORMATTED_VALUE",
    )
    assert answer["updatedData"] == {
        "range": "People!F1:G2",
        "majorDimension": "COLUMNS",
        "values": [["a", "b"], [1]],
    }
    assert values.get("People!F1:G2")["values"] == [["a", "1"], ["b"]]


@pytest.mark.parametrize(
    ("cells", "rows", "told"),
    [
        (
            "People!A1:B2",
            [["1"], ["2"], ["3"]],
            "Requested writing within range [People!A1:B2], but tried writing to row [3]",
        ),
        (
            "People!A1:B2",
            [["1", "2", "3"]],
            "Requested writing within range [People!A1:B2], but tried writing to column [C]",
        ),
        (
            "'It''s 2'!A1:F2",
            [["1", "2", "3", "4", "5", "6", "7"]],
            "Requested writing within range ['It''s 2'!A1:F2], but tried writing to column [G]",
        ),
        (
            "'It''s 2'!A6",
            [["1"]],
            "Range ('It''s 2'!A6) exceeds grid limits. Max rows: 5, max columns: 3",
        ),
        ("People!A1", [[{}]], "Invalid values[0][0]: struct_value {\n}\n"),
        ("People!A1", [["x", []]], "Invalid values[0][1]: list_value {\n}\n"),
        (
            "People!A1",
            [["x" * 50_001]],
            "Your input contains more than the maximum of 50000 characters in a single cell.",
        ),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(values, cells, rows, told):
    before = values.emulator.state()["spreadsheets"][0]["sheets"]
    assert message(values.put(cells, rows)) == told
    assert values.emulator.state()["spreadsheets"][0]["sheets"] == before


def test_a_cell_takes_fifty_thousand_characters(values):
    assert values.put("People!A1", [["x" * 50_000]])["updatedCells"] == 1


def test_writing_from_one_cell_on_makes_the_grid_larger(values):
    assert values.put("'It''s 2'!C5", [["a", "b"], ["c", "d"]])["updatedRange"] == "'It''s 2'!C5:D6"
    assert values.get("'It''s 2'")["range"] == "'It''s 2'!A1:D6"
    assert values.put("'It''s 2'!C5:G9", [["a", "b", "c"]])["updatedRange"] == "'It''s 2'!C5:E5"
    assert values.get("'It''s 2'")["range"] == "'It''s 2'!A1:E6"


def test_how_values_are_meant_must_be_said(values):
    unsaid = values.http.put(f"{values.url}/People!A1", json={"values": [["x"]]}).json()
    assert message(unsaid) == "'valueInputOption' is required but not specified"


def test_many_ranges_are_written_or_none(values):
    data = [
        {"range": "People!A2", "values": [["Ada"]]},
        {"range": "'It''s 2'!B1", "values": [["y"]]},
    ]
    answer = values.post("batchUpdate", {"valueInputOption": "RAW", "data": data})
    assert answer == {
        "spreadsheetId": ID,
        "totalUpdatedRows": 2,
        "totalUpdatedColumns": 2,
        "totalUpdatedCells": 2,
        "totalUpdatedSheets": 2,
        "responses": [
            {
                "spreadsheetId": ID,
                "updatedRange": place,
                "updatedRows": 1,
                "updatedColumns": 1,
                "updatedCells": 1,
            }
            for place in ("People!A2", "'It''s 2'!B1")
        ],
    }
    data = [{"range": "People!A2", "values": [["Eve"]]}, {"range": "Nope", "values": [["y"]]}]
    refused = values.post("batchUpdate", {"valueInputOption": "RAW", "data": data})
    assert message(refused) == "Invalid data[1]: Unable to parse range: Nope"
    assert values.get("People!A2")["values"] == [["Ada"]]


def test_a_protected_row_is_closed_to_others_and_open_to_its_editors(values):
    form = {"grant_type": "refresh_token", "refresh_token": "1//guest@example.org"}
    given = requests.post(f"{values.emulator.url}/token", data=form).json()["access_token"]
    assert values.put("People!A9", [["mine"]])["updatedCells"] == 1
    values.http.headers["Authorization"] = f"Bearer {given}"
    assert message(values.put("People!A8", [["x"], ["y"]])) == (
        "You are trying to edit a protected cell or object. Please contact the spreadsheet owner "
        "to remove protection if you need to edit."
    )
    assert values.put("People!A8", [["x"], [None]])["updatedCells"] == 1
    refused = values.post("batchClear", {"ranges": ["People!A1", "People!A9"]})
    assert message(refused).startswith("Invalid range[1]: You are trying to edit a protected cell")
    assert values.get("People!A8:A9")["values"] == [["x"], ["mine"]]


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(max_size=8),
)


@pytest.fixture(scope="module")
def scratch() -> Iterator[Values]:
    with serving("google", data={"spreadsheets": [{"id": ID, "sheets": [{}]}]}) as emulator:
        yield Values(emulator)


@given(st.lists(st.lists(CELLS, max_size=4), max_size=4))
def test_what_is_written_raw_is_read_bare_but_for_empty_ends(scratch, rows):
    scratch.post("batchClear", {"ranges": ["A1:D4"]})
    told = scratch.put("A1", rows)
    assert told.get("updatedCells", 0) == sum(value is not None for row in rows for value in row)
    found = scratch.get("A1:D4", valueRenderOption="UNFORMATTED_VALUE").get("values", [])
    expected = [["" if value is None else value for value in row] for row in rows]
    for row in expected:
        while row and row[-1] == "":
            row.pop()
    while expected and not expected[-1]:
        expected.pop()
    assert found == expected


def test_what_is_no_json_number_is_refused(values):
    body = b'{"values": [[NaN]]}'
    url = f"{values.url}/A1?valueInputOption=RAW"
    assert values.http.put(url, data=body).json()["error"]["code"] == 400


# appending ---------------------------------------------------------------------------------------

TABLES = [["a", "b", "c"], ["d", "e", "f"], [], ["", "g", "h", "i"], ["", "j"], ["", "k"]]


def tables() -> Sheet:
    """The two tables of the service's guide: A1:C2 and B4:D6."""
    sheet = Sheet(1, "Sheet1")
    sheet.grow(20, 8)
    for number, row in enumerate(TABLES):
        for column, text in enumerate(row):
            if text:
                sheet.at(number, column).set({"stringValue": text})
    return sheet


@pytest.mark.parametrize(
    ("cells", "table"),
    [
        ("Sheet1", "Sheet1!B4:D6"),
        ("B4", "Sheet1!B4:D6"),
        ("C5:D5", None),
        ("B2:D4", "Sheet1!B4:D6"),
        ("A3:G10", "Sheet1!B4:D6"),
        ("A1", "Sheet1!A1:C2"),
        ("E4", None),
        ("A4", None),
    ],
)
def test_the_last_table_that_a_range_meets_is_appended_to(cells, table):
    world = World(seed=1)
    book = Spreadsheet(world.add_file("Book", SPREADSHEET, owner="a@example.org"))
    book.sheets = [tables()]
    found = table_met(find(book, cells))
    assert (None if found is None else str(found)) == table


def test_appending_goes_after_the_table_and_overwrites_what_is_there(values):
    answer = values.append("'People'!A1", [["Cid", 1], ["Dee", None, None, "gone"]])
    assert answer == {
        "spreadsheetId": ID,
        "tableRange": "People!A1:C3",
        "updates": {
            "spreadsheetId": ID,
            "updatedRange": "People!A4:D5",
            "updatedRows": 2,
            "updatedColumns": 3,
            "updatedCells": 4,
        },
    }
    assert values.get("People!D5")["values"] == [["gone"]]


def test_appending_can_insert_rows_and_all_below_moves_down(values):
    values.put("'It''s 2'!A1:A5", [["t"], ["u"], [""], ["below"], [""]])
    answer = values.append("'It''s 2'!A1", [["v"], ["w"]], insertDataOption="INSERT_ROWS")
    assert answer["updates"]["updatedRange"] == "'It''s 2'!A3:A4"
    assert values.get("'It''s 2'!A1:A9", majorDimension="COLUMNS")["values"] == [
        ["t", "u", "v", "w", "", "below"]
    ]
    assert values.get("'It''s 2'")["range"] == "'It''s 2'!A1:C7"


def test_appending_to_a_full_grid_makes_it_larger(values):
    values.put("'It''s 2'!A1:C5", [["f"] * 3] * 5)
    assert values.append("'It''s 2'", [["g"]])["updates"]["updatedRange"] == "'It''s 2'!A6"
    assert values.get("'It''s 2'")["range"] == "'It''s 2'!A1:C6"


def test_appending_to_an_empty_sheet_starts_where_the_range_starts(values):
    values.post("batchClear", {"ranges": ["'AB12'"]})
    answer = values.append("'AB12'!B3", [["x"]])
    assert "tableRange" not in answer
    assert answer["updates"]["updatedRange"] == "'AB12'!B3"


# clearing ----------------------------------------------------------------------------------------


def test_clearing_leaves_the_format(values):
    answer = values.http.post(f"{values.url}/People!B2:C:clear").json()
    assert answer == {"spreadsheetId": ID, "clearedRange": "People!B2:C1000"}
    assert "values" not in values.get("People!B2:C3")
    values.put("People!B2", [[31000]])
    assert values.get("People!B2")["values"] == [["1984-11-14"]]


def test_many_ranges_are_cleared_or_none(values):
    told = values.post("batchClear", {"ranges": ["People!A2", "Born"]})
    assert told == {"spreadsheetId": ID, "clearedRanges": ["People!A2", "People!B2:B3"]}
    refused = values.post("batchClear", {"ranges": ["People!A1", "People!A1001"]})
    assert message(refused) == (
        "Invalid range[1]: Range (People!A1001) exceeds grid limits. Max rows: 1000, "
        "max columns: 26"
    )
    assert values.get("People!A1")["values"] == [["Name"]]
