"""batchUpdate's requests about cells: written, copied, filled, replaced, sorted, merged."""

from __future__ import annotations

import pytest

from tests.emulators.serving import serving
from tests.emulators_tests.spreadsheets import area

RED = {"red": 1}
BOLD = {"textFormat": {"bold": True}}


@pytest.fixture(scope="module")
def emulator():
    with serving("google") as running:
        yield running


def text(value):
    return {"userEnteredValue": {"stringValue": value}}


def row(*cells):
    return {"values": list(cells)}


def at(row_index, column, sheet=0):
    return {"sheetId": sheet, "rowIndex": row_index, "columnIndex": column}


def test_cells_are_updated_as_far_as_the_mask_goes(book):
    given = row({**text("Dee"), "note": "unasked"}, {"userEnteredValue": {"numberValue": 5}})
    book.do(updateCells={"start": at(1, 0), "rows": [given], "fields": "userEnteredValue"})
    assert book.values("People!A2:C2") == [["Dee", "5", "30"]]
    assert book.cell("A2", "note") == {}
    book.do(
        updateCells={"range": area(1, 2, 0, 1), "rows": [row({"note": "new"})], "fields": "note"}
    )
    assert book.cell("A2", "note,formattedValue") == {"formattedValue": "Dee", "note": "new"}
    book.do(updateCells={"range": area(1, 2, 0, 1), "rows": [row({})], "fields": "note"})
    assert book.cell("A2", "note,formattedValue") == {"formattedValue": "Dee"}


def test_what_a_range_has_more_than_the_rows_given_is_cleared(book):
    book.do(
        updateCells={
            "range": area(1, 4, 0, 2),
            "rows": [row(text("x"))],
            "fields": "userEnteredValue",
        }
    )
    assert book.values("People!A2:C4") == [["x", "", "30"], ["", "", "20"], ["", "", "25"]]


def test_more_rows_than_the_range_has_are_refused(book):
    rows = [row(text("x")), row(text("y"))]
    message = book.refused(updateCells={"range": area(1, 2, 0, 1), "rows": rows, "fields": "*"})
    assert message == (
        "Invalid requests[0].updateCells: Attempting to write row: 2, beyond the last requested "
        "row of: 1"
    )


def test_a_text_that_looks_like_a_formula_stays_one_and_a_formula_is_worked_out(book):
    given = row(text("=1+2"), {"userEnteredValue": {"formulaValue": "=SUM(C2:C4)"}})
    book.do(updateCells={"start": at(5, 0), "rows": [given], "fields": "*"})
    assert book.values("People!A6:B6") == [["=1+2", "75"]]
    book.do(
        updateCells={
            "start": at(1, 2),
            "rows": [row({"userEnteredValue": {"numberValue": 1}})],
            "fields": "*",
        }
    )
    assert book.values("People!B6") == [["46"]]


def test_a_cell_takes_no_more_than_fifty_thousand_characters(book):
    given = {"start": at(0, 0), "rows": [row(text("x" * 50_001))], "fields": "*"}
    assert book.refused(updateCells=given) == (
        "Invalid requests[0].updateCells: Your input contains more than the maximum of 50000 "
        "characters in a single cell."
    )


def test_a_format_is_merged_field_by_field_and_colours_have_both_forms(book):
    cell = {"userEnteredFormat": {"backgroundColor": {"red": 1, "green": 0}, **BOLD}}
    book.do(repeatCell={"range": area(0, 1, 0, 2), "cell": cell, "fields": "userEnteredFormat"})
    more = {"userEnteredFormat": {"textFormat": {"italic": True}}}
    book.do(
        repeatCell={
            "range": area(0, 1, 0, 1),
            "cell": more,
            "fields": "userEnteredFormat.textFormat.italic",
        }
    )
    assert book.cell("A1", "userEnteredFormat")["userEnteredFormat"] == {
        "backgroundColor": RED,
        "backgroundColorStyle": {"rgbColor": RED},
        "textFormat": {"bold": True, "italic": True},
    }
    book.do(
        repeatCell={
            "range": area(0, 1, 0, 1),
            "cell": {},
            "fields": "userEnteredFormat(backgroundColor,textFormat.bold)",
        }
    )
    assert book.cell("A1", "userEnteredFormat")["userEnteredFormat"] == {
        "textFormat": {"italic": True}
    }
    effective = book.cell("A1", "effectiveFormat")["effectiveFormat"]
    assert effective["backgroundColor"] == {"red": 1, "green": 1, "blue": 1}
    assert effective["textFormat"]["italic"] is True


def test_a_number_format_changes_what_a_cell_shows(book):
    date = {"userEnteredFormat": {"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}}}
    book.do(
        repeatCell={
            "range": area(1, 2, 2, 3),
            "cell": date,
            "fields": "userEnteredFormat.numberFormat",
        }
    )
    assert book.values("People!C2") == [["1900-01-29"]]


def test_a_repeated_formula_refers_relatively(book):
    cell = {"userEnteredValue": {"formulaValue": "=C2*2"}}
    book.do(repeatCell={"range": area(1, 4, 3, 4), "cell": cell, "fields": "userEnteredValue"})
    assert book.formulas("People!D2:D4") == [["=C2*2"], ["=C3*2"], ["=C4*2"]]
    assert book.values("People!D2:D4") == [["60"], ["40"], ["50"]]


def test_cells_are_appended_after_the_last_row_with_data(book):
    book.write("Z3", [["far"]])
    book.do(appendCells={"sheetId": 0, "rows": [row(text("Dee"), text("Linz"))], "fields": "*"})
    assert book.values("People!A5:B5") == [["Dee", "Linz"]]
    many = [row(text(str(number))) for number in range(1000)]
    book.do(appendCells={"sheetId": 0, "rows": many, "fields": "userEnteredValue"})
    assert book.values("People!A1005") == [["999"]]


PASTES = {
    "PASTE_NORMAL": ("=G2", True, True),
    "PASTE_VALUES": ("Ulm", False, False),
    "PASTE_FORMULA": ("=G2", False, False),
    "PASTE_FORMAT": (None, True, True),
    "PASTE_NO_BORDERS": ("=G2", True, False),
}


@pytest.mark.parametrize("how", PASTES)
def test_a_paste_takes_values_formulas_formats_or_borders(book, how):
    book.write("A6", [["=B2"]])
    cell = {"userEnteredFormat": {**BOLD, "borders": {"top": {"style": "SOLID"}}}}
    book.do(repeatCell={"range": area(5, 6, 0, 1), "cell": cell, "fields": "userEnteredFormat"})
    book.do(
        copyPaste={"source": area(5, 6, 0, 1), "destination": area(5, 6, 5, 6), "pasteType": how}
    )
    pasted = book.cell("F6", "userEnteredValue,userEnteredFormat")
    value = pasted.get("userEnteredValue", {})
    held = pasted.get("userEnteredFormat", {})
    content = value.get("formulaValue", value.get("stringValue"))
    assert (content, "textFormat" in held, "borders" in held) == PASTES[how]


def test_a_paste_is_repeated_where_it_fits_and_may_be_turned(book):
    book.do(copyPaste={"source": area(1, 2, 0, 2), "destination": area(5, 9, 0, 2)})
    assert book.values("People!A6:B9") == [["Ann", "Ulm"]] * 4
    book.do(
        copyPaste={
            "source": area(0, 2, 0, 3),
            "destination": area(10, 11, 0, 1),
            "pasteOrientation": "TRANSPOSE",
        }
    )
    assert book.values("People!A11:B13") == [["Name", "Ann"], ["Town", "Ulm"], ["Age", "30"]]


def test_cut_cells_take_the_formulas_that_refer_to_them_along(book):
    book.do(
        cutPaste={"source": area(1, 2, 0, 1), "destination": at(9, 4), "pasteType": "PASTE_NORMAL"}
    )
    assert book.values("People!A2") == []
    assert book.values("People!E10") == [["Ann"]]
    assert book.formulas("'Other one'") == [["=People!E10"]]


def test_pasted_data_is_split_and_typed(book):
    book.do(
        pasteData={
            "coordinate": at(5, 0),
            "data": 'a;"b;c";007\n1;2',
            "delimiter": ";",
            "type": "PASTE_NORMAL",
        }
    )
    assert book.values("People!A6:C7") == [["a", "b;c", "7"], ["1", "2"]]
    html = "<table><tr><td>x</td><td>5%</td></tr></table>"
    book.do(pasteData={"coordinate": at(8, 0), "data": html, "html": True})
    assert book.values("People!A9:B9") == [["x", "5%"]]


FILLS = [
    ([[1], [2]], [["3"], ["4"], ["5"]]),
    ([[5]], [["5"], ["5"], ["5"]]),
    ([["2026-01-30"]], [["2026-01-31"], ["2026-02-01"], ["2026-02-02"]]),
    ([["Mon"]], [["Tue"], ["Wed"], ["Thu"]]),
    ([["Team 9"]], [["Team 10"], ["Team 11"], ["Team 12"]]),
    ([["a"], ["b"]], [["a"], ["b"], ["a"]]),
    ([["=C2"]], [["20"], ["25"], [""]]),
]


@pytest.mark.parametrize(("given", "filled"), FILLS)
def test_a_series_goes_on(book, given, filled):
    book.write("F2", given)
    source = {"source": area(1, 1 + len(given), 5, 6), "dimension": "ROWS", "fillLength": 3}
    book.do(autoFill={"sourceAndDestination": source})
    start = 2 + len(given)
    assert book.values(f"People!F{start}:F{start + 2}") == filled


def test_the_source_of_a_fill_is_found_within_a_range(book):
    book.write("F2:F3", [[10], [20]])
    book.do(autoFill={"range": area(1, 5, 5, 6)})
    assert book.values("People!F2:F5") == [["10"], ["20"], ["30"], ["40"]]


def test_find_and_replace_counts_what_it_changed(book):
    book.write("E1", [['=SUBSTITUTE(A2, "n", "m")']])
    reply = book.do(findReplace={"find": "ulm", "replacement": "Aalen", "allSheets": True})
    assert reply["findReplace"] == {
        "valuesChanged": 2,
        "rowsChanged": 2,
        "sheetsChanged": 1,
        "occurrencesChanged": 2,
    }
    assert book.values("People!B2:B4") == [["Aalen"], ["Bonn"], ["Aalen"]]
    assert book.do(
        findReplace={"find": "ANN", "replacement": "x", "matchCase": True, "sheetId": 0}
    ) == {"findReplace": {}}
    assert book.do(
        findReplace={"find": "Aal", "replacement": "x", "matchEntireCell": True, "sheetId": 0}
    ) == {"findReplace": {}}
    reply = book.do(
        findReplace={
            "find": "(A)a",
            "replacement": "$1-",
            "searchByRegex": True,
            "range": area(0, 4, 1, 2),
        }
    )
    assert reply["findReplace"]["occurrencesChanged"] == 2
    assert book.values("People!B2") == [["A-len"]]
    reply = book.do(
        findReplace={"find": "A2", "replacement": "A3", "includeFormulas": True, "sheetId": 0}
    )
    assert reply["findReplace"]["formulasChanged"] == 1
    assert book.values("People!E1") == [["Bob"]]
    assert book.refused(
        findReplace={"find": "(", "replacement": "", "searchByRegex": True, "allSheets": True}
    ) == ("Invalid requests[0].findReplace: Invalid regular expression: (")


def test_a_sort_is_by_columns_of_the_sheet_and_takes_row_metadata_along(book):
    where = {"dimensionRange": {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}}
    given = {
        "metadataKey": "sf",
        "metadataValue": "ann",
        "location": where,
        "visibility": "DOCUMENT",
    }
    book.do(createDeveloperMetadata={"developerMetadata": given})
    book.do(
        sortRange={
            "range": area(1, 4, 0, 3),
            "sortSpecs": [{"dimensionIndex": 2, "sortOrder": "ASCENDING"}],
        }
    )
    assert book.values("People!A2:C4") == [
        ["Bob", "Bonn", "20"],
        ["Cid", "Ulm", "25"],
        ["Ann", "Ulm", "30"],
    ]
    found = book.get("sheets.data.rowMetadata.developerMetadata.location", "People!A4")
    (held,) = found["sheets"][0]["data"][0]["rowMetadata"][0]["developerMetadata"]
    assert held["location"]["dimensionRange"]["startIndex"] == 3


def test_rows_are_shuffled_and_none_is_lost(book):
    book.do(randomizeRange={"range": area(1, 4, 0, 3)})
    assert sorted(book.values("People!A2:A4")) == [["Ann"], ["Bob"], ["Cid"]]


def test_duplicates_are_taken_out_and_the_gap_closes(book):
    book.write("A5:C6", [["ann", "ULM", "30"], ["Eve", "Ulm", "30"]])
    assert book.do(deleteDuplicates={"range": area(1, 6, 0, 3)}) == {
        "deleteDuplicates": {"duplicatesRemovedCount": 1}
    }
    assert book.values("People!A2:A6") == [["Ann"], ["Bob"], ["Cid"], ["Eve"]]
    columns = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    reply = book.do(deleteDuplicates={"range": area(1, 5, 0, 3), "comparisonColumns": [columns]})
    assert reply == {"deleteDuplicates": {"duplicatesRemovedCount": 2}}
    assert book.values("People!A2:B6") == [["Ann", "Ulm"], ["Bob", "Bonn"]]


def test_white_space_is_trimmed_and_texts_split_into_columns(book):
    book.write("E1:E3", [["  a  b "], ["c"], ["1,x,2026-01-05"]])
    assert book.do(trimWhitespace={"range": area(0, 3, 4, 5)}) == {
        "trimWhitespace": {"cellsChangedCount": 1}
    }
    assert book.values("People!E1") == [["a b"]]
    book.do(textToColumns={"source": area(0, 3, 4, 5), "delimiterType": "COMMA"})
    assert book.values("People!E1:G3") == [["a b"], ["c"], ["1", "x", "2026-01-05"]]


def test_merges_keep_the_first_value(book):
    book.do(mergeCells={"range": area(0, 2, 0, 2), "mergeType": "MERGE_ROWS"})
    assert book.sheet("merges") == {"merges": [_zero(area(0, 1, 0, 2)), _zero(area(1, 2, 0, 2))]}
    assert book.values("People!A1:C2") == [["Name", "", "Age"], ["Ann", "", "30"]]
    assert book.refused(unmergeCells={"range": area(0, 1, 0, 1)}) == (
        "Invalid requests[0].unmergeCells: You must select all cells in a merged range to merge "
        "or unmerge them."
    )
    book.do(unmergeCells={"range": area(0, 2, 0, 3)})
    assert book.sheet("merges") == {}


def _zero(found):
    """A range on the sheet whose id is 0, as it is written back."""
    return {name: value for name, value in found.items() if name != "sheetId"}


def test_borders_are_set_around_and_between(book):
    line = {"style": "SOLID", "color": {"red": 1}}
    book.do(updateBorders={"range": area(0, 2, 0, 2), "top": line, "innerVertical": line})
    first = book.cell("A1", "userEnteredFormat.borders")["userEnteredFormat"]["borders"]
    assert {*first} == {"top", "right"}
    assert first["top"] == {
        "style": "SOLID",
        "width": 1,
        "color": RED,
        "colorStyle": {"rgbColor": RED},
    }
    assert {*book.cell("B2", "userEnteredFormat")["userEnteredFormat"]["borders"]} == {"left"}
    book.do(
        updateBorders={
            "range": area(0, 1, 0, 1),
            "top": {"style": "NONE"},
            "right": {"style": "NONE"},
        }
    )
    assert book.cell("A1", "userEnteredFormat") == {}


def test_room_is_made_and_closed_among_cells(book):
    book.write("E1", [["=A3"]])
    book.do(insertRange={"range": area(1, 2, 0, 1), "shiftDimension": "ROWS"})
    assert book.values("People!A1:B5") == [
        ["Name", "Town"],
        ["", "Ulm"],
        ["Ann", "Bonn"],
        ["Bob", "Ulm"],
        ["Cid"],
    ]
    assert book.formulas("People!E1") == [["=A4"]]
    book.do(deleteRange={"range": area(1, 2, 0, 1), "shiftDimension": "ROWS"})
    book.do(insertRange={"range": area(0, 1, 0, 1), "shiftDimension": "COLUMNS"})
    assert book.values("People!A1:D2") == [["", "Name", "Town", "Age"], ["Ann", "Ulm", "30"]]
    book.do(deleteRange={"range": area(0, 1, 0, 2), "shiftDimension": "COLUMNS"})
    assert book.values("People!A1:B1") == [["Town", "Age"]]
