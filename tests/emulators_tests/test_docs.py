"""Docs, through google-api-python-client."""

import pytest
from googleapiclient.errors import HttpError

from tests.emulators.serving import serving
from tests.emulators_tests.people import Clients

ANN, BOB = "ann@example.org", "bob@example.org"
DATA = {
    "users": [ANN, BOB],
    "documents": [
        {
            "id": "letter",
            "title": "Letter",
            "paragraphs": [
                {"text": "Hello", "style": "HEADING_1"},
                "Dear {{name}}",
                "Bye {{Name}}",
            ],
            "namedRanges": [{"name": "place", "text": "{{name}}"}],
            "permissions": [{"emailAddress": BOB, "role": "writer"}],
        },
        {"id": "empty", "title": "Empty"},
    ],
}


@pytest.fixture(scope="module")
def documents():
    """Docs as Ann uses it; each test takes a document of its own."""
    with serving("google", data=DATA) as emulator, Clients(emulator) as clients:
        yield clients.of("docs", ANN).documents()


@pytest.fixture
def empty(documents):
    return documents.create(body={"title": "Mine"}).execute()["documentId"]


@pytest.fixture
def letter(documents, empty):
    """A document with the letter's text, as an edit makes it."""
    update(documents, empty, insert(1, "Hello\nDear {{name}}\nBye {{Name}}"))
    return empty


def insert(index, text):
    return {"insertText": {"location": {"index": index}, "text": text}}


def delete(start, end):
    return {"deleteContentRange": {"range": {"startIndex": start, "endIndex": end}}}


def span(start, end):
    return {"startIndex": start, "endIndex": end}


def update(documents, name, *requests, **control):
    body = {"requests": list(requests)}
    if control:
        body["writeControl"] = control
    return documents.batchUpdate(documentId=name, body=body).execute()


def refusal(documents, name, *requests, **control):
    with pytest.raises(HttpError) as refused:
        update(documents, name, *requests, **control)
    return refused.value.status_code, refused.value.reason


def lines(document):
    """The text of the body, a table as the list of its cells' texts."""
    found = []
    for element in document["body"]["content"]:
        if "table" in element:
            rows = element["table"]["tableRows"]
            found.append([[text(cell) for cell in row["tableCells"]] for row in rows])
        elif "paragraph" in element:
            found.append(words(element["paragraph"]))
    return found


def words(paragraph):
    return "".join(part.get("textRun", {}).get("content", "") for part in paragraph["elements"])


def text(cell):
    return "".join(words(one["paragraph"]) for one in cell["content"])


def read(documents, name):
    return documents.get(documentId=name).execute()


def test_a_new_document_is_empty_and_has_its_title(documents):
    made = documents.create(body={"title": "Plan"}).execute()
    assert made["title"] == "Plan"
    assert read(documents, made["documentId"]) == made
    section, paragraph = made["body"]["content"]
    assert (section["endIndex"], "startIndex" in section) == (1, False)
    assert (paragraph["startIndex"], paragraph["endIndex"]) == (1, 2)
    assert lines(made) == ["\n"]
    styles = [one["namedStyleType"] for one in made["namedStyles"]["styles"]]
    assert styles[:2] == ["NORMAL_TEXT", "HEADING_1"]


def test_the_data_file_has_paragraphs_styles_and_named_ranges(documents):
    found = read(documents, "letter")
    assert lines(found) == ["Hello\n", "Dear {{name}}\n", "Bye {{Name}}\n"]
    heading = found["body"]["content"][1]["paragraph"]["paragraphStyle"]
    assert heading["namedStyleType"] == "HEADING_1"
    (place,) = found["namedRanges"]["place"]["namedRanges"]
    assert place["ranges"] == [span(12, 20)]


def test_with_tabs_the_content_is_in_the_tab(documents):
    found = documents.get(documentId="letter", includeTabsContent=True).execute()
    (tab,) = found["tabs"]
    assert tab["tabProperties"] == {"tabId": "t.0", "title": "Tab 1", "index": 0}
    assert tab["documentTab"]["body"] == read(documents, "letter")["body"]
    assert "body" not in found


def test_a_mask_leaves_only_what_it_names(documents):
    found = documents.get(documentId="letter", fields="title,body/content/endIndex").execute()
    assert found["title"] == "Letter"
    assert found["body"]["content"][0] == {"endIndex": 1}


def test_indexes_count_utf_16_units(documents, empty):
    update(documents, empty, insert(1, "a😀b"))
    _, paragraph = read(documents, empty)["body"]["content"]
    assert paragraph["endIndex"] == 1 + 4 + 1
    cut = refusal(documents, empty, delete(2, 3))
    assert cut[0] == 400
    assert "surrogate pair" in cut[1]
    assert refusal(documents, empty, insert(3, "x"))[0] == 400
    update(documents, empty, delete(2, 4))
    assert lines(read(documents, empty)) == ["ab\n"]


def test_text_is_appended_at_the_end_of_the_body(documents, letter):
    update(documents, letter, {"insertText": {"endOfSegmentLocation": {}, "text": "\n2 May: met"}})
    assert lines(read(documents, letter))[-1] == "2 May: met\n"


def test_control_characters_are_taken_out(documents, empty):
    update(documents, empty, insert(1, "a\x00b\x0cc\ue000d\te"))
    assert lines(read(documents, empty)) == ["abcd\te\n"]


def test_every_occurrence_is_replaced_and_counted(documents, letter):
    replace = {"containsText": {"text": "{{NAME}}", "matchCase": True}, "replaceText": "Ada"}
    assert update(documents, letter, {"replaceAllText": replace})["replies"] == [
        {"replaceAllText": {}}
    ]
    replace["containsText"]["matchCase"] = False
    assert update(documents, letter, {"replaceAllText": replace})["replies"] == [
        {"replaceAllText": {"occurrencesChanged": 2}}
    ]
    assert lines(read(documents, letter)) == ["Hello\n", "Dear Ada\n", "Bye Ada\n"]


def test_a_replaced_text_keeps_the_style_it_stood_in(documents, letter):
    bold = {"range": span(12, 20), "textStyle": {"bold": True}, "fields": "bold"}
    update(documents, letter, {"updateTextStyle": bold})
    replace = {"containsText": {"text": "{{name}}", "matchCase": True}, "replaceText": "Ada"}
    update(documents, letter, {"replaceAllText": replace})
    runs = read(documents, letter)["body"]["content"][2]["paragraph"]["elements"]
    assert [(run["textRun"]["content"], run["textRun"]["textStyle"]) for run in runs] == [
        ("Dear ", {}),
        ("Ada", {"bold": True}),
        ("\n", {}),
    ]


def test_a_stale_revision_is_refused_and_a_fresh_one_taken(documents, letter):
    first = read(documents, letter)["revisionId"]
    answer = update(documents, letter, insert(1, "a"), requiredRevisionId=first)
    second = answer["writeControl"]["requiredRevisionId"]
    assert second == read(documents, letter)["revisionId"] != first
    stale = refusal(documents, letter, insert(1, "b"), requiredRevisionId=first)
    assert stale == (400, f"The required revision ID '{first}' does not match the latest revision.")
    assert lines(read(documents, letter))[0] == "aHello\n"


def test_a_write_aimed_at_an_earlier_state_is_moved_by_what_came_since(documents, letter):
    target = read(documents, letter)["revisionId"]
    update(documents, letter, insert(1, "Well: "), delete(7, 12))
    update(documents, letter, insert(12, "my "), insert(6, ", all"), targetRevisionId=target)
    assert lines(read(documents, letter)) == [
        "Well: , all\n",
        "Dear my {{name}}\n",
        "Bye {{Name}}\n",
    ]
    unknown = refusal(documents, letter, insert(1, "b"), targetRevisionId="nonsense")
    assert unknown[0] == 400


def test_a_batch_is_done_whole_or_not_at_all(documents, letter):
    before = read(documents, letter)
    refused = refusal(documents, letter, insert(1, "x"), insert(999, "y"))
    index = "Index 999 must be less than the end index of the referenced segment, 35."
    assert refused == (400, f"Invalid requests[1].insertText: {index}")
    assert read(documents, letter) == before


@pytest.mark.parametrize(
    ("request_", "words_"),
    [
        (insert(0, "x"), "inside the bounds of an existing paragraph"),
        (insert(1, ""), "must not be empty"),
        (delete(3, 3), "should not be empty"),
        (delete(1, 34), "newline character at the end of the segment"),
        (delete(0, 3), "Invalid deletion range"),
        ({"insertText": {"text": "x"}}, "location must be specified"),
        ({}, "No request set"),
        ({"replaceAllText": {"replaceText": "x"}}, "should not be empty"),
        ({"createNamedRange": {"name": "", "range": span(1, 2)}}, "between 1 and 256"),
        ({"deleteNamedRange": {"namedRangeId": "kix.none"}}, "No named range with ID kix.none"),
        (
            {"updateTextStyle": {"range": span(1, 2), "textStyle": {}, "fields": ""}},
            "At least one field",
        ),
        (
            {"updateTextStyle": {"range": span(1, 2), "textStyle": {}, "fields": "colour"}},
            "Invalid field: colour",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(documents, letter, request_, words_):
    status, reason = refusal(documents, letter, request_)
    assert status == 400
    assert reason.startswith("Invalid requests[0]")
    assert words_ in reason


def test_a_named_range_moves_with_its_text_and_its_content_is_replaced(documents, letter):
    made = update(documents, letter, {"createNamedRange": {"name": "who", "range": span(12, 20)}})[
        "replies"
    ][0]["createNamedRange"]["namedRangeId"]
    update(documents, letter, insert(1, "Oh. "))
    held = read(documents, letter)["namedRanges"]["who"]
    assert held["namedRanges"][0]["ranges"] == [span(16, 24)]
    replace = {"namedRangeName": "who", "text": "Ada\nand all"}
    update(documents, letter, {"replaceNamedRangeContent": replace})
    found = read(documents, letter)
    assert lines(found) == ["Oh. Hello\n", "Dear Ada\n", "and all\n", "Bye {{Name}}\n"]
    assert found["namedRanges"]["who"]["namedRanges"][0]["ranges"] == [span(16, 27)]
    again = {"namedRangeId": made, "text": "Bea"}
    update(documents, letter, {"replaceNamedRangeContent": again})
    assert lines(read(documents, letter))[1] == "Dear Bea\n"
    update(documents, letter, {"deleteNamedRange": {"name": "who"}})
    found = read(documents, letter)
    assert "namedRanges" not in found
    assert lines(found)[1] == "Dear Bea\n"


def test_a_named_range_goes_with_its_text(documents, letter):
    update(documents, letter, {"createNamedRange": {"name": "who", "range": span(12, 20)}})
    update(documents, letter, delete(10, 20))
    assert "namedRanges" not in read(documents, letter)


def test_a_link_looks_like_one_and_typing_behind_it_is_plain(documents, letter):
    link = {"range": span(1, 6), "textStyle": {"link": {"url": "https://example.org"}}}
    update(documents, letter, {"updateTextStyle": {**link, "fields": "link"}}, insert(6, " you"))
    first, second = read(documents, letter)["body"]["content"][1]["paragraph"]["elements"]
    assert first["textRun"]["textStyle"]["underline"] is True
    assert (second["textRun"]["content"], second["textRun"]["textStyle"]) == (" you\n", {})
    clear = {"range": span(1, 6), "textStyle": {}, "fields": "link"}
    update(documents, letter, {"updateTextStyle": clear})
    (run,) = read(documents, letter)["body"]["content"][1]["paragraph"]["elements"]
    assert run["textRun"]["textStyle"] == {}


def test_paragraphs_are_styled_and_a_heading_can_be_linked_to(documents, letter):
    style = {"namedStyleType": "HEADING_2", "alignment": "CENTER"}
    request = {"range": span(8, 9), "paragraphStyle": style, "fields": "namedStyleType,alignment"}
    update(documents, letter, {"updateParagraphStyle": request})
    styles = [
        one["paragraph"]["paragraphStyle"] for one in read(documents, letter)["body"]["content"][1:]
    ]
    assert [one["namedStyleType"] for one in styles] == ["NORMAL_TEXT", "HEADING_2", "NORMAL_TEXT"]
    assert styles[1]["alignment"] == "CENTER"
    assert styles[1]["headingId"].startswith("h.")


def test_bullets_take_their_level_from_leading_tabs(documents, empty):
    update(documents, empty, insert(1, "one\n\ttwo\nthree"))
    bullets = {"range": span(1, 14), "bulletPreset": "NUMBERED_DECIMAL_ALPHA_ROMAN"}
    update(documents, empty, {"createParagraphBullets": bullets})
    found = read(documents, empty)
    assert lines(found) == ["one\n", "two\n", "three\n"]
    held = [one["paragraph"]["bullet"] for one in found["body"]["content"][1:]]
    assert [one.get("nestingLevel", 0) for one in held] == [0, 1, 0]
    (name,) = {one["listId"] for one in held}
    levels = found["lists"][name]["listProperties"]["nestingLevels"]
    assert [one["glyphType"] for one in levels[:3]] == ["DECIMAL", "ALPHA", "ROMAN"]
    update(documents, empty, {"deleteParagraphBullets": {"range": span(1, 3)}})
    first, second, _ = read(documents, empty)["body"]["content"][1:]
    assert "bullet" not in first["paragraph"]
    assert "bullet" in second["paragraph"]


def test_a_table_is_inserted_filled_grown_and_deleted(documents, empty):
    update(
        documents,
        empty,
        {"insertTable": {"rows": 2, "columns": 2, "location": {"index": 1}}},
        insert(12, "D"),
        insert(10, "C"),
        insert(7, "B"),
        insert(5, "A"),
    )
    assert lines(read(documents, empty)) == ["\n", [["A\n", "B\n"], ["C\n", "D\n"]], "\n"]
    cell = {"tableStartLocation": {"index": 2}, "rowIndex": 0, "columnIndex": 0}
    row = {"insertTableRow": {"tableCellLocation": cell, "insertBelow": True}}
    column = {"insertTableColumn": {"tableCellLocation": cell, "insertRight": False}}
    update(documents, empty, row, column)
    empty_row = ["\n", "\n", "\n"]
    grown = [["\n", "A\n", "B\n"], empty_row, ["\n", "C\n", "D\n"]]
    assert lines(read(documents, empty))[1] == grown
    gone = {"tableCellLocation": cell}
    update(documents, empty, {"deleteTableColumn": gone}, {"deleteTableRow": gone})
    assert lines(read(documents, empty))[1] == [["\n", "\n"], ["C\n", "D\n"]]
    table = read(documents, empty)["body"]["content"][2]
    inside = delete(table["startIndex"] + 1, table["endIndex"])
    assert refusal(documents, empty, inside)[0] == 400
    assert refusal(documents, empty, insert(table["startIndex"], "x"))[0] == 400
    assert refusal(documents, empty, delete(1, 2))[0] == 400
    update(documents, empty, delete(table["startIndex"], table["endIndex"]))
    assert lines(read(documents, empty)) == ["\n", "\n"]


def test_headers_and_footnotes_are_segments_of_their_own(documents, letter):
    replies = update(
        documents,
        letter,
        {"createHeader": {"type": "DEFAULT"}},
        {"createFootnote": {"location": {"index": 6}}},
    )["replies"]
    header, note = (
        replies[0]["createHeader"]["headerId"],
        replies[1]["createFootnote"]["footnoteId"],
    )
    place = {"segmentId": header, "index": 0}
    end = {"segmentId": note}
    update(
        documents,
        letter,
        {"insertText": {"location": place, "text": "Top {{name}}"}},
        {"insertText": {"endOfSegmentLocation": end, "text": "see below"}},
        {"replaceAllText": {"containsText": {"text": "{{name}}"}, "replaceText": "Ada"}},
    )
    found = read(documents, letter)
    assert words(found["headers"][header]["content"][0]["paragraph"]) == "Top Ada\n"
    assert words(found["footnotes"][note]["content"][0]["paragraph"]) == " see below\n"
    assert found["documentStyle"]["defaultHeaderId"] == header
    twice = refusal(documents, letter, {"createHeader": {"type": "DEFAULT"}})
    assert twice == (400, "Invalid requests[0].createHeader: Default header already exists.")


def test_page_breaks_people_and_images_take_one_index(documents, empty):
    end = {"endOfSegmentLocation": {}}
    person = {"personProperties": {"email": ANN}}
    image = {"uri": "https://example.org/a.png"}
    update(
        documents,
        empty,
        insert(1, "a"),
        {"insertPageBreak": end},
        {"insertPerson": {**person, **end}},
        {"insertInlineImage": {**image, **end}},
    )
    first, second = read(documents, empty)["body"]["content"][1:]
    kinds = [
        [*(set(part) - {"startIndex", "endIndex"})] for part in second["paragraph"]["elements"]
    ]
    assert [*first["paragraph"]["elements"][1]][-1] == "pageBreak"
    assert kinds == [["person"], ["inlineObjectElement"], ["textRun"]]
    assert second["endIndex"] == 4 + 2 + 1


def test_the_look_of_tables_sections_and_styles_is_changed_by_masks(documents, empty):
    red = {"color": {"rgbColor": {"red": 1}}}
    table = {"tableStartLocation": {"index": 2}}
    corner = {"tableCellLocation": {**table, "rowIndex": 0, "columnIndex": 1}}
    cells = {"tableRange": {**corner, "rowSpan": 1, "columnSpan": 1}}
    width = {"widthType": "FIXED_WIDTH", "width": {"magnitude": 90, "unit": "PT"}}
    title = {"namedStyleType": "TITLE", "textStyle": {"bold": True}}
    update(
        documents,
        empty,
        {"insertTable": {"rows": 2, "columns": 2, "location": {"index": 1}}},
        {
            "updateTableCellStyle": {
                **cells,
                "tableCellStyle": {"backgroundColor": red},
                "fields": "backgroundColor",
            }
        },
        {"pinTableHeaderRows": {**table, "pinnedHeaderRowsCount": 1}},
        {
            "updateTableColumnProperties": {
                **table,
                "columnIndices": [1],
                "tableColumnProperties": width,
                "fields": "width,widthType",
            }
        },
        {"updateNamedStyle": {"namedStyle": title, "fields": "textStyle.bold"}},
        {
            "updateSectionStyle": {
                "range": span(1, 2),
                "sectionStyle": {"contentDirection": "RIGHT_TO_LEFT"},
                "fields": "contentDirection",
            }
        },
    )
    found = read(documents, empty)
    section, _, held, _ = found["body"]["content"]
    first, second = held["table"]["tableRows"]
    assert [cell["tableCellStyle"]["backgroundColor"] for cell in first["tableCells"]] == [{}, red]
    assert first["tableRowStyle"]["tableHeader"] is True
    assert second["tableRowStyle"]["tableHeader"] is False
    assert held["table"]["tableStyle"]["tableColumnProperties"] == [
        {"widthType": "EVENLY_DISTRIBUTED"},
        width,
    ]
    assert section["sectionBreak"]["sectionStyle"]["contentDirection"] == "RIGHT_TO_LEFT"
    styles = {one["namedStyleType"]: one for one in found["namedStyles"]["styles"]}
    assert styles["TITLE"]["textStyle"]["bold"] is True
    assert styles["TITLE"]["textStyle"]["fontSize"]["magnitude"] == 26


def test_a_bullet_takes_the_style_of_its_whole_paragraph(documents, empty):
    update(documents, empty, insert(1, "one\ntwo"))
    bullets = {"range": span(1, 8), "bulletPreset": "BULLET_DISC_CIRCLE_SQUARE"}
    bold = {"range": span(1, 6), "textStyle": {"bold": True}, "fields": "bold"}
    update(documents, empty, {"createParagraphBullets": bullets}, {"updateTextStyle": bold})
    first, second = read(documents, empty)["body"]["content"][1:]
    assert first["paragraph"]["bullet"]["textStyle"] == {"bold": True}
    assert second["paragraph"]["bullet"]["textStyle"] == {}


def test_a_reader_gets_no_revision_and_may_not_write():
    with serving("google", data=DATA) as emulator, Clients(emulator) as clients:
        theirs = clients.of("docs", BOB).documents()
        with pytest.raises(HttpError) as refused:
            theirs.get(documentId="empty").execute()
        assert (refused.value.status_code, refused.value.reason) == (
            403,
            "The caller does not have permission",
        )
        with pytest.raises(HttpError) as refused:
            theirs.get(documentId="nowhere").execute()
        assert (refused.value.status_code, refused.value.reason) == (
            404,
            "Requested entity was not found.",
        )
        update(theirs, "letter", insert(1, "by bob "))
        assert lines(read(clients.of("docs", ANN).documents(), "letter"))[0] == "by bob Hello\n"


def test_a_document_of_the_state_is_loaded_as_it_was(documents):
    with serving("google", data=DATA) as emulator, Clients(emulator) as clients:
        mine = clients.of("docs", ANN).documents()
        bold = {"range": span(2, 4), "textStyle": {"bold": True}, "fields": "bold"}
        bullets = {"range": span(1, 9), "bulletPreset": "BULLET_DISC_CIRCLE_SQUARE"}
        update(
            mine,
            "letter",
            insert(3, "😀"),
            {"updateTextStyle": bold},
            {"createParagraphBullets": bullets},
            {"createHeader": {"type": "DEFAULT"}},
            {"insertTable": {"rows": 1, "columns": 2, "endOfSegmentLocation": {}}},
        )
        before, state = read(mine, "letter"), emulator.state()
    with serving("google", data=state) as emulator, Clients(emulator) as clients:
        assert read(clients.of("docs", ANN).documents(), "letter") == before
