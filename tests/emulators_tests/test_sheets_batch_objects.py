"""batchUpdate's requests about what lies over cells: names, protections, filters, rules, tables."""

from __future__ import annotations

import pytest

from tests.emulators.serving import serving
from tests.emulators_tests.people import token_for
from tests.emulators_tests.spreadsheets import Book, area, lines

PROTECTED = (
    "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to "
    "remove protection if you need to edit."
)


@pytest.fixture(scope="module")
def emulator():
    with serving("google") as running:
        yield running


def bare(found):
    """A range on the sheet whose id is 0, as it is written back."""
    return {name: value for name, value in found.items() if name != "sheetId"}


def test_a_named_range_is_added_used_changed_and_deleted(book):
    added = book.do(addNamedRange={"namedRange": {"name": "ages", "range": area(1, 4, 2, 3)}})
    held = added["addNamedRange"]["namedRange"]
    assert held["range"] == bare(area(1, 4, 2, 3))
    book.write("F1", [["=SUM(ages)"]])
    assert book.values("People!F1") == [["75"]]
    change = {"namedRangeId": held["namedRangeId"], "range": area(1, 3, 2, 3)}
    book.do(updateNamedRange={"namedRange": change, "fields": "range"})
    assert book.values("People!F1") == [["50"]]
    assert book.values("ages") == [["30"], ["20"]]
    book.do(deleteNamedRange={"namedRangeId": held["namedRangeId"]})
    assert book.values("People!F1") == [["#NAME?"]]


@pytest.mark.parametrize("name", ["two words", "A1", "1st", "", "true"])
def test_a_name_that_could_be_something_else_is_refused(book, name):
    given = {"namedRange": {"name": name, "range": area(0, 1, 0, 1)}}
    assert book.refused(addNamedRange=given) == (
        "Invalid requests[0].addNamedRange: The name given to this range is invalid."
    )


def test_a_protected_range_keeps_others_out_but_not_the_owner(emulator, book):
    reply = book.do(
        addProtectedRange={"protectedRange": {"range": area(1, 2, 0, 3), "editors": {}}}
    )
    held = reply["addProtectedRange"]["protectedRange"]
    assert held["requestingUserCanEdit"] is True
    assert held["editors"] == {"users": ["owner@example.org"]}
    one = {"start": {"rowIndex": 1}, "rows": [{"values": [{"note": "x"}]}], "fields": "note"}
    number = held["protectedRangeId"]
    with Book(emulator, token_for(emulator, "coach@example.org")) as coach:
        assert coach.refused(updateCells=one) == f"Invalid requests[0].updateCells: {PROTECTED}"
        assert coach.refused(deleteDimension={"range": lines("ROWS", 1, 2)}).endswith(PROTECTED)
        assert coach.refused(deleteProtectedRange={"protectedRangeId": number}).endswith(PROTECTED)
        assert coach.do(updateCells={**one, "start": {"rowIndex": 2}}) == {}
        editors = {"protectedRangeId": number, "editors": {"users": ["coach@example.org"]}}
        book.do(updateProtectedRange={"protectedRange": editors, "fields": "editors"})
        assert coach.do(updateCells=one) == {}
    book.do(deleteProtectedRange={"protectedRangeId": number})
    assert book.sheet("protectedRanges") == {}


def test_a_mere_warning_stops_nobody_and_unprotected_cells_are_free(emulator, book):
    sheet = {"range": {"sheetId": 0}, "unprotectedRanges": [area(0, 4, 2, 3)]}
    book.do(addProtectedRange={"protectedRange": sheet})
    book.do(addProtectedRange={"protectedRange": {"range": area(0, 4, 2, 3), "warningOnly": True}})
    given = {"rows": [{"values": [{"note": "x"}]}], "fields": "note"}
    with Book(emulator, token_for(emulator, "coach@example.org")) as coach:
        assert coach.do(updateCells={**given, "start": {"rowIndex": 1, "columnIndex": 2}}) == {}
        refused = coach.refused(updateCells={**given, "start": {"rowIndex": 1}})
        assert refused.endswith(PROTECTED)


def test_a_rule_for_cells_is_set_and_removed(book):
    rule = {
        "condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "Ulm"}]},
        "showCustomUi": True,
        "strict": True,
    }
    book.do(setDataValidation={"range": area(1, 4, 1, 2), "rule": rule})
    assert book.cell("B3", "dataValidation") == {"dataValidation": rule}
    book.do(setDataValidation={"range": area(2, 3, 1, 2)})
    assert book.cell("B3", "dataValidation") == {}
    assert book.cell("B2", "dataValidation") == {"dataValidation": rule}
    wrong = {"condition": {"type": "NUMBER_BETWEEN", "values": [{"userEnteredValue": "1"}]}}
    assert book.refused(setDataValidation={"range": area(0, 1, 0, 1), "rule": wrong}) == (
        "Invalid requests[0].setDataValidation: ConditionType 'NUMBER_BETWEEN' requires exactly 2 "
        "ConditionValues, but 1 values were supplied."
    )


def test_the_basic_filter_sorts_and_hides_rows_that_are_written_all_the_same(book):
    rule = {"condition": {"type": "TEXT_EQ", "values": [{"userEnteredValue": "Ulm"}]}}
    given = {
        "range": area(0, 4, 0, 3),
        "criteria": {"1": rule},
        "sortSpecs": [{"dimensionIndex": 2, "sortOrder": "DESCENDING"}],
    }
    book.do(setBasicFilter={"filter": given})
    found = book.get(
        "sheets(basicFilter(range,criteria),data.rowMetadata.hiddenByFilter)", "People!A1:A4"
    )
    (sheet,) = found["sheets"]
    assert sheet["basicFilter"] == {"range": bare(area(0, 4, 0, 3)), "criteria": {"1": rule}}
    hidden = [one.get("hiddenByFilter", False) for one in sheet["data"][0]["rowMetadata"]]
    assert hidden == [False, False, False, True]
    assert book.values("People!A2:A4") == [["Ann"], ["Cid"], ["Bob"]]
    book.do(clearBasicFilter={"sheetId": 0})
    assert book.sheet("basicFilter") == {}


def test_a_filter_over_a_whole_sheet_has_all_its_sides(book):
    book.do(setBasicFilter={"filter": {"range": {"sheetId": 0}}})
    assert book.sheet("basicFilter.range")["basicFilter"]["range"] == bare(area(0, 1000, 0, 26))


def test_filter_views_are_added_duplicated_changed_and_deleted(book):
    view = {
        "title": "Mine",
        "range": area(0, 4, 0, 3),
        "criteria": {"0": {"hiddenValues": ["Bob"]}},
    }
    held = book.do(addFilterView={"filter": view})["addFilterView"]["filter"]
    assert held["title"] == "Mine"
    twin = book.do(duplicateFilterView={"filterId": held["filterViewId"]})
    twin = twin["duplicateFilterView"]["filter"]
    assert twin["title"] == "Copy of Mine"
    change = {"filterViewId": twin["filterViewId"], "title": "Yours"}
    book.do(updateFilterView={"filter": change, "fields": "title"})
    book.do(deleteFilterView={"filterId": held["filterViewId"]})
    assert [one["title"] for one in book.sheet("filterViews")["filterViews"]] == ["Yours"]
    assert book.refused(deleteFilterView={"filterId": 5}) == (
        "Invalid requests[0].deleteFilterView: No filter view with id: 5"
    )


def test_rules_of_conditional_formatting_stand_in_an_order(book):
    def rule(word):
        condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": word}]}
        colour = {"backgroundColor": {"red": 1}}
        return {
            "ranges": [area(0, 4, 0, 1)],
            "booleanRule": {"condition": condition, "format": colour},
        }

    for index, word in enumerate(["a", "b", "c"]):
        book.do(addConditionalFormatRule={"rule": rule(word), "index": index})
    reply = book.do(updateConditionalFormatRule={"sheetId": 0, "index": 0, "newIndex": 2})
    assert reply["updateConditionalFormatRule"]["oldIndex"] == 0
    reply = book.do(updateConditionalFormatRule={"index": 1, "rule": rule("d")})
    assert (
        reply["updateConditionalFormatRule"]["newRule"]["booleanRule"]["condition"]
        == (rule("d")["booleanRule"]["condition"])
    )
    book.do(deleteConditionalFormatRule={"sheetId": 0, "index": 0})
    rules = book.sheet("conditionalFormats")["conditionalFormats"]
    words = [one["booleanRule"]["condition"]["values"][0]["userEnteredValue"] for one in rules]
    assert words == ["d", "a"]
    assert rules[0]["booleanRule"]["format"]["backgroundColorStyle"] == {"rgbColor": {"red": 1}}
    assert book.refused(deleteConditionalFormatRule={"sheetId": 0, "index": 9}) == (
        "Invalid requests[0].deleteConditionalFormatRule: No conditional format on sheet: 0 at "
        "index: 9"
    )


def test_banding_lies_over_cells_once(book):
    given = {"range": area(0, 4, 0, 3), "rowProperties": {"firstBandColor": {"red": 1}}}
    reply = book.do(addBanding={"bandedRange": given})["addBanding"]["bandedRange"]
    assert book.refused(addBanding={"bandedRange": given}).endswith(
        "alternating background colors."
    )
    change = {"bandedRangeId": reply["bandedRangeId"], "range": area(0, 2, 0, 3)}
    book.do(updateBanding={"bandedRange": change, "fields": "range"})
    assert book.sheet("bandedRanges")["bandedRanges"][0]["range"] == bare(area(0, 2, 0, 3))
    book.do(deleteBanding={"bandedRangeId": reply["bandedRangeId"]})
    assert book.sheet("bandedRanges") == {}


def metadata(start=1, end=2, **more):
    where = {"dimensionRange": lines("ROWS", start, end)}
    given = {"metadataKey": "sf", "location": where, "visibility": "DOCUMENT", **more}
    return {"createDeveloperMetadata": {"developerMetadata": given}}


def test_metadata_is_created_found_changed_and_deleted(book):
    reply = book.do(**metadata(metadataValue="ann", metadataId=5))["createDeveloperMetadata"]
    assert reply["developerMetadata"] == {
        "metadataId": 5,
        "metadataKey": "sf",
        "metadataValue": "ann",
        "visibility": "DOCUMENT",
        "location": {
            "locationType": "ROW",
            "dimensionRange": {"dimension": "ROWS", "startIndex": 1, "endIndex": 2},
        },
    }
    lookup = {"developerMetadataLookup": {"metadataKey": "sf"}}
    change = {"dataFilters": [lookup], "developerMetadata": {"metadataValue": "bob"}}
    reply = book.do(updateDeveloperMetadata={**change, "fields": "metadataValue"})
    assert reply["updateDeveloperMetadata"]["developerMetadata"][0]["metadataValue"] == "bob"
    reply = book.do(deleteDeveloperMetadata={"dataFilter": lookup})["deleteDeveloperMetadata"]
    assert [one["metadataId"] for one in reply["deletedDeveloperMetadata"]] == [5]
    assert book.do(deleteDeveloperMetadata={"dataFilter": lookup}) == {
        "deleteDeveloperMetadata": {}
    }


REFUSED = [
    (metadata(1, 3), "DimensionRange must represent a single row or column"),
    (metadata(metadataKey=""), "DeveloperMetadata must specify a metadataKey."),
    (metadata(metadataValue="x" * 29_999), None),
]


@pytest.mark.parametrize(("request_", "message"), REFUSED)
def test_metadata_that_cannot_be_is_refused(book, request_, message):
    said = book.refused(**request_)
    assert said.startswith("Invalid requests[0].createDeveloperMetadata: ")
    assert message is None or said.endswith(message)


def test_an_open_range_and_a_taken_id_are_no_place_for_metadata(book):
    given = metadata()["createDeveloperMetadata"]["developerMetadata"]
    there = {"dimensionRange": {"sheetId": 0, "dimension": "ROWS", "startIndex": 1}}
    assert book.refused(
        createDeveloperMetadata={"developerMetadata": {**given, "location": there}}
    ).endswith("DimensionRange must specify both a startIndex and an endIndex")
    book.do(**metadata(metadataId=5))
    assert book.refused(**metadata(metadataId=5)).endswith(
        "Developer metadata with ID 5 already exists."
    )


def test_three_thousand_rows_of_a_sheet_can_be_anchored_and_no_more(book):
    grid = {"gridProperties": {"rowCount": 3100}}
    book.do(updateSheetProperties={"properties": grid, "fields": "gridProperties.rowCount"})
    many = [metadata(at, at + 1, metadataValue=f"{at:08}") for at in range(3000)]
    assert len(book.batch(*many)["replies"]) == 3000
    assert "30000 characters" in book.refused(**metadata(3000, 3001))


def test_charts_and_slicers_are_kept_as_given(book):
    chart = {
        "spec": {"title": "Ages", "pieChart": {"legendPosition": "RIGHT_LEGEND"}},
        "position": {"overlayPosition": {"anchorCell": {"sheetId": 0, "rowIndex": 5}}},
    }
    held = book.do(addChart={"chart": chart})["addChart"]["chart"]
    spec = {"title": "Old", "pieChart": {}}
    book.do(updateChartSpec={"chartId": held["chartId"], "spec": spec})
    assert book.sheet("charts.spec(title,pieChart)")["charts"] == [{"spec": spec}]
    assert "must be set on chartSpec" in book.refused(
        updateChartSpec={"chartId": held["chartId"], "spec": {"title": "x"}}
    )
    slicer = {"spec": {"title": "S", "dataRange": area(0, 4, 0, 3)}, "position": chart["position"]}
    number = book.do(addSlicer={"slicer": slicer})["addSlicer"]["slicer"]["slicerId"]
    for object_id in (held["chartId"], number):
        book.do(deleteEmbeddedObject={"objectId": object_id})
    assert book.sheet("charts,slicers") == {}
    assert book.refused(deleteEmbeddedObject={"objectId": number}) == (
        f"Invalid requests[0].deleteEmbeddedObject: No embedded object with id: {number}"
    )


def test_a_table_has_a_name_and_columns_and_takes_its_rules_with_it(book):
    reply = book.do(addTable={"table": {"name": "Folk", "range": area(0, 4, 0, 4)}})
    held = reply["addTable"]["table"]
    assert [one["columnName"] for one in held["columnProperties"]] == [
        "Name",
        "Town",
        "Age",
        "Column 4",
    ]
    assert book.values("People!D1") == [["Column 4"]]
    condition = {"type": "NOT_BLANK"}
    rule = {"ranges": [area(0, 4, 0, 1)], "booleanRule": {"condition": condition, "format": {}}}
    book.do(addConditionalFormatRule={"rule": rule, "index": 0})
    book.do(updateTable={"table": {"tableId": held["tableId"], "name": "New"}, "fields": "name"})
    assert book.sheet("tables.name") == {"tables": [{"name": "New"}]}
    book.do(deleteTable={"tableId": held["tableId"]})
    assert book.sheet("tables,conditionalFormats") == {}
    assert book.values("People") == []


def looks(book, name):
    """What a cell looks like in the end, as far as rules set it."""
    found = book.cell(name, "effectiveFormat(textFormat(bold,italic),backgroundColor)")
    held = found["effectiveFormat"]
    return {
        "bold": held["textFormat"]["bold"],
        "italic": held["textFormat"]["italic"],
        "red": held["backgroundColor"] == {"red": 1},
    }


def conditional(book, condition, form, where, index):
    rule = {"ranges": [where], "booleanRule": {"condition": condition, "format": form}}
    book.do(addConditionalFormatRule={"rule": rule, "index": index})


def test_rules_show_in_the_effective_format_and_the_first_one_counts(book):
    ages = area(1, 4, 2, 3)
    red, bold = {"backgroundColor": {"red": 1}}, {"textFormat": {"bold": True}}
    over = {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "24"}]}
    by_formula = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": '=$B2="Ulm"'}]}
    conditional(book, over, {**red, "textFormat": {"bold": False}}, ages, 0)
    conditional(book, by_formula, {**bold, "backgroundColor": {"blue": 1}}, area(1, 4, 0, 3), 1)
    conditional(book, {"type": "NOT_BLANK"}, {"textFormat": {"italic": True}}, ages, 2)
    assert looks(book, "C2") == {"bold": False, "italic": True, "red": True}
    assert looks(book, "C3") == {"bold": False, "italic": True, "red": False}
    assert looks(book, "A4") == {"bold": True, "italic": False, "red": False}
    assert looks(book, "A3") == {"bold": False, "italic": False, "red": False}
    assert "userEnteredFormat" not in book.cell("C2")


def test_a_gradient_lies_between_its_colours(book):
    rule = {
        "ranges": [area(1, 4, 2, 3)],
        "gradientRule": {
            "minpoint": {"type": "MIN", "color": {"red": 1, "green": 1, "blue": 1}},
            "maxpoint": {"type": "NUMBER", "value": "30", "color": {"red": 1}},
        },
    }
    book.do(addConditionalFormatRule={"rule": rule, "index": 0})
    colours = [
        book.cell(name, "effectiveFormat.backgroundColor")["effectiveFormat"]["backgroundColor"]
        for name in ("C2", "C4", "C3")
    ]
    assert colours == [
        {"red": 1},
        {"red": 1, "green": 0.5, "blue": 0.5},
        {"red": 1, "green": 1, "blue": 1},
    ]


def test_a_link_in_a_format_is_where_the_cell_leads(book):
    link = {"userEnteredFormat": {"textFormat": {"link": {"uri": "https://example.org"}}}}
    mask = "userEnteredFormat.textFormat.link"
    book.do(repeatCell={"range": area(1, 2, 0, 1), "cell": link, "fields": mask})
    assert book.cell("A2", "hyperlink") == {"hyperlink": "https://example.org"}
    book.do(repeatCell={"range": area(1, 2, 0, 1), "cell": {}, "fields": mask})
    assert book.cell("A2", "hyperlink") == {}
    book.write("A2", [['=HYPERLINK("https://example.org/a", "Ann")']])
    assert book.cell("A2", "hyperlink,formattedValue") == {
        "hyperlink": "https://example.org/a",
        "formattedValue": "Ann",
    }


def test_a_table_made_larger_takes_its_headers_from_the_cells(book):
    """Where a cell is empty, a header is made up; a column inserted in it is one of its own."""
    held = book.do(addTable={"table": {"name": "Folk", "range": area(0, 4, 0, 2)}})["addTable"]
    table = {"tableId": held["table"]["tableId"], "range": area(0, 4, 0, 4)}
    book.do(updateTable={"table": table, "fields": "range"})
    assert book.values("People!A1:D1") == [["Name", "Town", "Age", "Column 4"]]
    between = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    book.do(insertDimension={"range": between})
    found = book.sheet("tables(range,columnProperties)")["tables"][0]
    assert found["range"]["endColumnIndex"] == 5
    names = [one["columnName"] for one in found["columnProperties"]]
    assert names == ["Name", "Column 2", "Town", "Age", "Column 4"]


def test_what_is_appended_to_a_table_makes_it_longer_and_moves_what_is_below(book):
    held = book.do(addTable={"table": {"name": "Folk", "range": area(0, 2, 0, 2)}})["addTable"]
    below = book.values("People!A3")
    row = {"values": [{"userEnteredValue": {"stringValue": "Zoe"}}]}
    table_id = held["table"]["tableId"]
    book.do(appendCells={"tableId": table_id, "rows": [row], "fields": "userEnteredValue"})
    assert book.values("People!A3:A4") == [["Zoe"], *below]
    assert book.sheet("tables.range")["tables"][0]["range"]["endRowIndex"] == 3
