"""Laws of a document's tape: indexes, named ranges, and writes aimed at an earlier state."""

import contextlib

from hypothesis import given, strategies as st

from tests.emulators.google.docs.batch import updated
from tests.emulators.google.docs.document import BODY, Document
from tests.emulators.google.docs.rendering import elements
from tests.emulators.google.docs.stored import document_of, dump_tab, load_tab
from tests.emulators.google.docs.tape import text_of, units
from tests.emulators.google.errors import ApiError

TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Co", "Cc")) | st.sampled_from("\n😀é"),
    min_size=1,
    max_size=12,
)
PLACE = st.integers(0, 40)
INSERTS = st.tuples(st.just("insert"), PLACE, TEXT)
CUTS = st.tuples(st.just("delete"), PLACE, st.integers(1, 6))
TABLES = st.tuples(st.just("table"), PLACE, st.integers(1, 2))
EDITS = st.lists(INSERTS | CUTS | TABLES, max_size=8)


def request(edit):
    kind, index, more = edit
    if kind == "insert":
        return {"insertText": {"location": {"index": index}, "text": more}}
    if kind == "delete":
        return {"deleteContentRange": {"range": {"startIndex": index, "endIndex": index + more}}}
    return {"insertTable": {"location": {"index": index}, "rows": more, "columns": 2}}


def edited(document, edits, **control):
    """The document after each edit that it takes, one batch each."""
    for edit in edits:
        with contextlib.suppress(ApiError):
            document, _ = updated(document, {"requests": [request(edit)], "writeControl": control})
    return document


def body(document):
    return document.tabs[0].segments[BODY]


def check(found, start):
    """Elements follow each other without a gap; gives where they end."""
    for element in found:
        assert element.get("startIndex", 0) == start
        if "table" in element:
            start += 1
            for row in element["table"]["tableRows"]:
                assert row["startIndex"] == start
                start += 1
                for cell in row["tableCells"]:
                    assert cell["startIndex"] == start
                    start = check(cell["content"], start + 1)
                    assert cell["endIndex"] == start
                assert row["endIndex"] == start
            start += 1
        elif "paragraph" in element:
            for part in element["paragraph"]["elements"]:
                assert part.get("startIndex", 0) == start
                start += len(units(part["textRun"]["content"]))
                assert part["endIndex"] == start
            assert part["textRun"]["content"].endswith("\n")
        else:
            start += 1
        assert element["endIndex"] == start
    return start


@given(EDITS)
def test_whatever_is_edited_the_indexes_have_no_gap(edits):
    document = edited(Document("d"), edits)
    found = elements(body(document))
    assert check(found, 0) == len(body(document))
    assert "paragraph" in found[-1]


@given(EDITS)
def test_each_edit_that_is_taken_is_a_revision_and_no_other(edits):
    document, revisions = Document("d"), set()
    for edit in edits:
        before = document
        document = edited(document, [edit])
        assert (document.revision_id == before.revision_id) == (body(document) == body(before))
        revisions.add(document.revision_id)
    assert len(revisions) <= document.revision


@given(EDITS)
def test_what_is_stored_is_loaded_as_it_was(edits):
    document = edited(Document("d"), edits)
    again = load_tab(dump_tab(document.tabs[0]))
    assert again == document.tabs[0]


@given(TEXT, TEXT, st.lists(TEXT, max_size=4))
def test_a_named_range_goes_on_naming_its_text(before, name, typed):
    before, name = before.replace("\n", ""), name.replace("\n", "") or "x"
    document = document_of({"text": f"{before}|{name}|end"}, "d")
    start = 1 + len(units(before)) + 1
    span = {"startIndex": start, "endIndex": start + len(units(name))}
    request_ = {"createNamedRange": {"name": "n", "range": span}}
    document, _ = updated(document, {"requests": [request_]})
    document = edited(document, [("insert", 1, text) for text in typed])
    ((_, first, last),) = document.tabs[0].named_ranges[0].places
    assert text_of(body(document), first, last) == name


@given(st.text("abcdefgh\n", min_size=4, max_size=12), st.integers(1, 4), st.integers(1, 4))
def test_two_writers_aimed_at_one_state_both_get_their_words_in(text, first, second):
    document = document_of({"text": text}, "d")
    one = edited(document, [("insert", first, "1")])
    both = edited(one, [("insert", second, "2")], targetRevisionId=document.revision_id)
    expected = text[: second - 1] + "2" + text[second - 1 :]
    place = first - 1 if first <= second else first
    assert text_of(body(both)) == expected[:place] + "1" + expected[place:] + "\n"


@given(st.text("abc 😀", min_size=1, max_size=20), st.text("ab😀", min_size=1, max_size=2))
def test_replacing_text_is_what_python_does(text, sought):
    document = document_of({"text": text}, "d")
    criteria = {"text": sought, "matchCase": True}
    replace = {"replaceAllText": {"containsText": criteria, "replaceText": "<x>"}}
    after, (reply,) = updated(document, {"requests": [replace]})
    assert text_of(body(after)) == text.replace(sought, "<x>") + "\n"
    assert reply["replaceAllText"].get("occurrencesChanged", 0) == text.count(sought)
