"""What holds for every batch, whatever is in it: all or nothing, and never a fault of ours."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from tests.emulators.google.sheets.batching.editing import KINDS
from tests.emulators.google.state import load_data
from tests.emulators.serving import serving
from tests.emulators_tests.spreadsheets import DATA, Book

INDEXES = st.integers(0, 6)
SHEETS = st.sampled_from([0, 7])
AREAS = st.builds(
    lambda sheet, top, height, left, width: {
        "sheetId": sheet,
        "startRowIndex": top,
        "endRowIndex": top + height,
        "startColumnIndex": left,
        "endColumnIndex": left + width,
    },
    SHEETS,
    INDEXES,
    st.integers(1, 4),
    INDEXES,
    st.integers(1, 4),
)
DIMENSIONS = st.sampled_from(["ROWS", "COLUMNS"])
LINES = st.builds(
    lambda sheet, of, start, size: {
        "sheetId": sheet,
        "dimension": of,
        "startIndex": start,
        "endIndex": start + size,
    },
    SHEETS,
    DIMENSIONS,
    INDEXES,
    st.integers(1, 3),
)
PLACES = st.builds(
    lambda sheet, row, column: {"sheetId": sheet, "rowIndex": row, "columnIndex": column},
    SHEETS,
    INDEXES,
    INDEXES,
)
CELLS = st.sampled_from(
    [
        {"userEnteredValue": {"formulaValue": "=SUM(People!A1:C4)"}},
        {"userEnteredValue": {"stringValue": "x y"}, "note": "n"},
        {"userEnteredFormat": {"backgroundColor": {"red": 1}}},
        {},
    ]
)
MERGES = st.sampled_from(["MERGE_ALL", "MERGE_ROWS", "MERGE_COLUMNS"])
SPECS = st.lists(st.builds(lambda at: {"dimensionIndex": at}, INDEXES), min_size=1, max_size=2)
ORIENTATIONS = st.sampled_from(["NORMAL", "TRANSPOSE"])
LINE = st.just({"style": "SOLID"})


def one(kind, **parts):
    return st.fixed_dictionaries(parts).map(lambda body: {kind: body})


REQUESTS = st.one_of(
    one("insertDimension", range=LINES),
    one("deleteDimension", range=LINES),
    one("moveDimension", source=LINES, destinationIndex=INDEXES),
    one("appendDimension", sheetId=SHEETS, dimension=DIMENSIONS, length=st.integers(0, 3)),
    one("addDimensionGroup", range=LINES),
    one("deleteDimensionGroup", range=LINES),
    one("insertRange", range=AREAS, shiftDimension=DIMENSIONS),
    one("deleteRange", range=AREAS, shiftDimension=DIMENSIONS),
    one("repeatCell", range=AREAS, cell=CELLS, fields=st.just("*")),
    one("updateCells", range=AREAS, fields=st.sampled_from(["userEnteredValue", "note", "*"])),
    one("copyPaste", source=AREAS, destination=AREAS, pasteOrientation=ORIENTATIONS),
    one("cutPaste", source=AREAS, destination=PLACES),
    one("autoFill", range=AREAS),
    one("mergeCells", range=AREAS, mergeType=MERGES),
    one("unmergeCells", range=AREAS),
    one("sortRange", range=AREAS, sortSpecs=SPECS),
    one("randomizeRange", range=AREAS),
    one("deleteDuplicates", range=AREAS),
    one("trimWhitespace", range=AREAS),
    one("updateBorders", range=AREAS, top=LINE, innerVertical=LINE),
    one("setBasicFilter", filter=st.fixed_dictionaries({"range": AREAS})),
    one("clearBasicFilter", sheetId=SHEETS),
    one("addNamedRange", namedRange=st.fixed_dictionaries({"name": st.just("n"), "range": AREAS})),
    one("addProtectedRange", protectedRange=st.fixed_dictionaries({"range": AREAS})),
    one("addTable", table=st.fixed_dictionaries({"range": AREAS})),
    one("duplicateSheet", sourceSheetId=SHEETS),
    one("deleteSheet", sheetId=SHEETS),
    one("findReplace", find=st.sampled_from("nUx"), replacement=st.just("="), sheetId=SHEETS),
)


@pytest.fixture(scope="module")
def emulator():
    with serving("google") as running:
        yield running


@pytest.fixture
def book(emulator):
    with Book(emulator) as found:
        yield found


def start(emulator):
    """Ten rows and eight columns, as at the start."""
    small = {"rowCount": 10, "columnCount": 8}
    with emulator.world.lock:
        emulator.world.files.clear()
        load_data(emulator.world, DATA)
        (file,) = emulator.world.files.values()
        for sheet in file.document.sheets:
            del sheet.rows[small["rowCount"] :]
            del sheet.columns[small["columnCount"] :]


@settings(max_examples=120)
@given(st.lists(REQUESTS, min_size=1, max_size=5))
def test_a_batch_is_applied_or_refused_in_words_and_a_refused_one_leaves_no_trace(
    emulator, book, requests_
):
    start(emulator)
    before = emulator.state()["spreadsheets"]
    answer = book.batch(*requests_, {"deleteSheet": {"sheetId": 404}})
    assert answer["error"]["code"] == 400, answer
    assert emulator.state()["spreadsheets"] == before
    answer = book.batch(*requests_)
    if "error" in answer:
        assert answer["error"]["code"] == 400, answer
        assert emulator.state()["spreadsheets"] == before
    else:
        assert len(answer["replies"]) == len(requests_)


@settings(max_examples=60)
@given(REQUESTS)
def test_whatever_was_done_to_a_spreadsheet_it_can_be_read_in_full(emulator, book, request_):
    start(emulator)
    book.batch(request_)
    answer = book.http.get(book.url, params={"includeGridData": "true"})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_empty_request_of_each_kind_is_answered(emulator, book, kind):
    start(emulator)
    answer = book.batch({kind: {}})
    assert "replies" in answer or answer["error"]["code"] == 400, answer
