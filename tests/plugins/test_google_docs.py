"""google_docs and write_doc: documents as messages, and documents that are written into."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings, strategies as st
from sheetflow_plugins._google_docs_draft import draft_of
from sheetflow_plugins._google_docs_page import Page, width
from sheetflow_plugins.google_docs import TRIES, GoogleDocs

from sheetflow.errors import NotAllowed, NotFound, NotKnown, Refused, SetupError, TooFast
from sheetflow.language.messages.draft_loading import load_draft
from sheetflow.language.messages.drafts import Draft, Paragraph, Run
from sheetflow.language.templating import Environment, Fields
from sheetflow.plugin.connector import Finding
from sheetflow.plugin.library import Writing
from sheetflow.plugin.testing import NotebookContract
from sheetflow.secrets import Secret
from sheetflow.values import Receipt
from tests.emulators.serving import Emulator, serving
from tests.plugins._google_doors import connected

ID = "1LetterLetterLetterLetterLetter"
PLAN = "1PlanPlanPlanPlanPlanPlanPlan"
ADDRESS = f"https://docs.google.com/document/d/{ID}/edit?tab=t.0#heading=h.x"
PLANNING = f"https://docs.google.com/document/d/{PLAN}/edit"
DATA = {
    "documents": [
        {
            "id": ID,
            "title": "Welcome letter",
            "paragraphs": [
                "Subject: Welcome, {{ person.name }}",
                {"text": "Hello \U0001f30a", "style": "HEADING_1"},
                "Your coach is *Lee*.",
            ],
        },
        {
            "id": PLAN,
            "title": "Planning",
            "paragraphs": [
                {"text": "Planning", "style": "TITLE"},
                "Kick-off: {{KICK-OFF}}, really {{ kick-off }}",
                {"text": "Who brings what \U0001f35e", "style": "HEADING_1"},
                "Bo: bread",
                "",
                {"text": "Notes", "style": "HEADING_2"},
                {"text": "Money", "style": "HEADING_1"},
            ],
        },
    ]
}
GET, UPDATE = "docs.documents.get", "docs.documents.batchUpdate"


@pytest.fixture
def google() -> Iterator[Emulator]:
    """A Google with two documents."""
    with serving("google", data=DATA) as emulator:
        yield emulator


@pytest.fixture
def docs(google: Emulator) -> GoogleDocs:
    """A connection that may write."""
    return connected(GoogleDocs, google.url, may_write=True)


class TestGoogleDocs(NotebookContract):
    connector = GoogleDocs
    address = ADDRESS
    writing = Writing(PLANNING, "Ana joined", mark="sf-contract")

    @pytest.fixture(autouse=True)
    def _google(self) -> Iterator[None]:
        with serving("google", data=DATA) as google:
            self.settings = {"url": google.url}
            yield


class TestPlaces(TestGoogleDocs):
    writing = Writing(PLANNING, "14 March", place="KICK-OFF")


def change(google: Emulator, *asked: dict[str, Any], document: str = ID) -> None:
    """Edit a document as its owner would."""
    answer = requests.post(
        f"{google.url}/v1/documents/{document}:batchUpdate", json={"requests": asked}, timeout=10
    )
    assert answer.status_code == 200, answer.text


def lines(google: Emulator, document: str = PLAN) -> list[str]:
    """What stands in a document."""
    held = google.state()["documents"]
    (found,) = [one for one in held if one["id"] == document]
    text: str = found["text"]
    return text.split("\n")[:-1]


def styled(start: int, end: int, style: dict[str, Any]) -> dict[str, Any]:
    """The request that gives a text a look."""
    span = {"startIndex": start, "endIndex": end}
    return {"updateTextStyle": {"range": span, "textStyle": style, "fields": ",".join(style)}}


# Messages


def test_a_document_is_read_as_paragraphs_with_their_looks(google: Emulator, docs: GoogleDocs):
    start = len("Subject: Welcome, {{ person.name }}\nHello __\nYour coach is ") + 1
    change(google, styled(start, start + 5, {"bold": True}))
    change(google, styled(start + 1, start + 4, {"link": {"url": "https://x.org/lee"}}))
    found = docs.draft(ADDRESS)
    assert found == Draft(
        "Welcome letter",
        (
            Paragraph((Run("Subject: Welcome, {{ person.name }}"),), 1),
            Paragraph((Run("Hello \U0001f30a"),), 2, "heading", 1),
            Paragraph(
                (
                    Run("Your coach is "),
                    Run("*", bold=True),
                    Run("Lee", bold=True, link="https://x.org/lee"),
                    Run("*", bold=True),
                    Run("."),
                ),
                3,
            ),
        ),
    )
    message = load_draft(found, Environment()).render(
        {"person": Fields({"Name": "Ana"}.__getitem__, ["Name"])}
    )
    assert message.subject == "Welcome, Ana"
    assert message.text == "Hello \U0001f30a\n\nYour coach is *Lee (https://x.org/lee)*.\n"


def test_lists_keep_their_dots_and_numbers(google: Emulator, docs: GoogleDocs):
    span = {"startIndex": 1, "endIndex": 50}
    numbered = "NUMBERED_DECIMAL_ALPHA_ROMAN"
    change(google, {"createParagraphBullets": {"range": span, "bulletPreset": numbered}})
    found = docs.draft(ADDRESS).paragraphs
    assert [(each.kind, each.ordinal) for each in found] == [
        ("item", 1),
        ("heading", None),
        ("item", 2),
    ]


def test_the_tab_of_the_address_is_read_wherever_it_hangs():
    def tab(name: str, *below: dict[str, Any]) -> dict[str, Any]:
        body = {"content": [_paragraph(_text(f"{name}\n"))]}
        properties = {"tabId": name}
        return {
            "tabProperties": properties,
            "documentTab": {"body": body},
            "childTabs": [*below],
        }

    found = {"title": "T", "tabs": [tab("t.0", tab("t.1", tab("t.2"))), tab("t.3")]}
    for wanted, shown in (("", "t.0"), ("t.0", "t.0"), ("t.2", "t.2"), ("t.3", "t.3")):
        page = Page.read(found, wanted)
        assert (page.tab, draft_of(page).paragraphs[0].text) == (shown, shown)


def test_chips_rules_and_what_cannot_be_sent():
    """Elements that nobody can make through the API, as it gives them."""
    person = {"personProperties": {"name": "Lee Park", "email": "lee@example.org"}}
    link = {"richLinkProperties": {"title": "The plan", "uri": "https://x.org/plan"}}
    day = {"dateElementProperties": {"displayText": "Mar 14, 2026"}}
    inside = {"link": {"headingId": "h.1"}}
    content = [
        {"sectionBreak": {}},
        _paragraph({"person": person}, _text(" has "), {"richLink": link}, _text("\n")),
        _paragraph({"dateElement": day}, _text(" see above\n", inside)),
        _paragraph(_text("before "), {"horizontalRule": {}}, _text("after\n")),
        {"table": {"tableRows": []}},
        _paragraph({"inlineObjectElement": {}}, {"footnoteReference": {}}, _text("\n")),
        {"tableOfContents": {"content": []}},
        _paragraph({"equation": {}}, {"pageBreak": {}}, _text("\n"), positionedObjectIds=["k"]),
        _paragraph(_text("State: \ue907\n")),
    ]
    assert draft_of(Page("T", "", "t.0", content)).paragraphs == (
        Paragraph(
            (
                Run("Lee Park", link="mailto:lee@example.org"),
                Run(" has "),
                Run("The plan", link="https://x.org/plan"),
            ),
            1,
        ),
        Paragraph((Run("Mar 14, 2026"), Run(" see above")), 2),
        Paragraph((), 3, "rule"),
        Paragraph((Run("before "), Run("after")), 3),
        Paragraph((), 4, left_out=("a table",)),
        Paragraph((), 5, left_out=("a picture", "a footnote")),
        Paragraph((), 6, left_out=("an equation", "a picture")),
        Paragraph(
            (Run("State: \ue907"),),
            7,
            left_out=("something that is no text, such as a drop-down,",),
        ),
    )


def _text(content: str, style: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"textRun": {"content": content, "textStyle": style or {}}}


def _paragraph(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"paragraph": {"elements": [*parts], **more}}


def test_a_numbered_list_is_counted_as_the_document_counts_it():
    levels = [{"glyphType": "DECIMAL", "startNumber": 3}, {"glyphType": "ALPHA"}, {}]
    lists = {"l": {"listProperties": {"nestingLevels": levels}}}
    found = [
        _paragraph(_text("x\n"), bullet={"listId": "l", "nestingLevel": level})
        for level in (0, 1, 1, 0, 1, 2)
    ]
    paragraphs = draft_of(Page("T", "", "t.0", found, lists)).paragraphs
    assert [(one.level, one.ordinal) for one in paragraphs] == [
        *((0, 3), (1, 1), (1, 2), (0, 4), (1, 1), (2, None))
    ]


def test_suggestions_are_left_out_and_it_is_asked_once(google: Emulator, docs: GoogleDocs):
    docs.draft(ADDRESS)
    (asked,) = google.asked(GET)
    assert asked["query"]["suggestionsViewMode"] == "PREVIEW_WITHOUT_SUGGESTIONS"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        (ADDRESS, True),
        (f"https://docs.google.com/document/u/1/d/{ID}", True),
        (f"https://docs.google.com/a/example.org/document/d/{ID}/edit", True),
        (f"https://docs.google.com/spreadsheets/d/{ID}/edit", False),
        (f"https://docs.google.com.evil.example/document/d/{ID}/edit", False),
        (f"http://docs.google.com/document/d/{ID}", False),
        (ID, False),
    ],
)
def test_it_keeps_what_stands_at_googles_own_address(address: str, kept: bool):
    assert GoogleDocs.keeps(address) is kept


def test_what_cannot_be_read_is_told_in_words(google: Emulator, docs: GoogleDocs):
    with pytest.raises(NotFound, match="Google Docs cannot find it"):
        docs.draft("https://docs.google.com/document/d/1NobodyNobodyNobodyNobody")
    with pytest.raises(SetupError, match='"Welcome letter" has no such tab'):
        docs.draft(ADDRESS.replace("t.0", "t.9"))
    with pytest.raises(NotFound, match="is not the address of a Google document"):
        docs.title("https://example.org/")


# Lines


def line(text: str, mark: str = "sf-1", **more: str) -> Writing:
    """A line for the planning document."""
    return Writing(PLANNING, text, mark=mark, day="2026-03-14", **more)


def test_a_line_is_added_at_the_end(google: Emulator, docs: GoogleDocs):
    before = lines(google)
    assert docs.put(line("Ana \U0001f35e joined")) == Receipt("sf-1")
    assert docs.put(line("Bo left", "sf-2")) == Receipt("sf-2")
    assert lines(google) == [*before, "2026-03-14: Ana \U0001f35e joined", "2026-03-14: Bo left"]
    assert [one.runs for one in docs.draft(PLANNING).paragraphs[-2:]] == [
        (Run("2026-03-14: Ana \U0001f35e joined"),),
        (Run("2026-03-14: Bo left"),),
    ]
    assert docs.draft(PLANNING).paragraphs[-1].kind == "text", "the text above is a heading"


def test_a_line_is_added_under_its_heading(google: Emulator, docs: GoogleDocs):
    docs.put(line("Ana: salt", under="who brings what \U0001f35e"))
    docs.put(line("Cy: soup", "sf-2", under="Who brings  what \U0001f35e"))
    docs.put(line("a note", "sf-3", under="Notes"))
    assert lines(google)[2:] == [
        "Who brings what \U0001f35e",
        "Bo: bread",
        "2026-03-14: Ana: salt",
        "2026-03-14: Cy: soup",
        "Notes",
        "2026-03-14: a note",
        "Money",
    ]


def test_the_first_line_of_an_empty_document_is_its_first(google: Emulator, docs: GoogleDocs):
    whole = width("\n".join(lines(google))) + 1
    span = {"startIndex": 1, "endIndex": whole}
    change(google, {"deleteContentRange": {"range": span}}, document=PLAN)
    docs.put(line("Ana joined"))
    docs.put(line("Bo joined", "sf-2"))
    assert lines(google) == ["2026-03-14: Ana joined", "2026-03-14: Bo joined"]


def test_a_line_does_not_look_like_the_text_above(google: Emulator, docs: GoogleDocs):
    at = len("\n".join(lines(google)[:3])) + 3
    style = {"bold": True, "link": {"url": "https://x.org/"}}
    change(google, styled(at, at + len("Bo: bread"), style), document=PLAN)
    start = at + len("Bo: bread")
    span = {"startIndex": start, "endIndex": start + 1}
    change(google, {"deleteContentRange": {"range": span}}, document=PLAN)
    docs.put(line("Ana: salt", under="Who brings what \U0001f35e"))
    assert [one.runs for one in docs.draft(PLANNING).paragraphs[3:5]] == [
        (Run("Bo: bread", bold=True, link="https://x.org/"),),
        (Run("2026-03-14: Ana: salt"),),
    ]


def test_the_same_line_is_never_written_twice(google: Emulator, docs: GoogleDocs):
    first = docs.put(line("Ana joined"))
    written = lines(google)
    assert docs.put(line("Ana joined")) == first
    assert docs.holds(line("Ana joined"))
    assert (lines(google), len(google.asked(UPDATE))) == (written, 1)


def test_a_line_whose_answer_was_lost_is_found_again(google: Emulator, docs: GoogleDocs):
    google.faults.add(when={"method": UPDATE}, do={"drop": "after"}, times=1)
    assert not docs.holds(line("Ana joined"))
    with pytest.raises(NotKnown):
        docs.put(line("Ana joined"))
    assert docs.holds(line("Ana joined"))
    assert len(google.asked(UPDATE)) == 1, "it was not sent again by itself"


def test_a_line_that_never_arrived_is_not_found(google: Emulator, docs: GoogleDocs):
    google.faults.add(when={"method": UPDATE}, do={"drop": "before"}, times=1)
    with pytest.raises(NotKnown):
        docs.put(line("Ana joined"))
    assert not docs.holds(line("Ana joined"))
    docs.put(line("Ana joined"))
    assert lines(google)[-1] == "2026-03-14: Ana joined"


def test_what_somebody_types_meanwhile_is_kept(google: Emulator, docs: GoogleDocs):
    before = lines(google)
    between(google, "Hello\n", nth=1)
    docs.put(line("Ana: salt", under="Who brings what \U0001f35e"))
    after = lines(google)
    assert after[0] == "Hello"
    assert after[1:5] == before[:4]
    assert after[5] == "2026-03-14: Ana: salt"
    assert [one["status"] for one in google.asked(UPDATE)] == [400, 200]


# Lines together

THREE = (
    ("Ana: salt", "sf-1", "Who brings what \U0001f35e"),
    ("Bo joined", "sf-2", ""),
    ("Cy \U0001f35e: soup", "sf-3", "Who brings what \U0001f35e"),
    ("Di left", "sf-4", ""),
)


def together() -> list[Writing]:
    return [line(text, mark, under=under) for text, mark, under in THREE]


def as_one_by_one(google: Emulator, docs: GoogleDocs) -> list[str]:
    """What stands there when the same lines are put one after the other."""
    with serving("google", data=DATA) as other:
        one = connected(GoogleDocs, other.url, may_write=True)
        for writing in together():
            one.put(writing)
        one.close()
        return lines(other)


def marked(docs: GoogleDocs) -> dict[str, str | None]:
    """The text under each mark."""
    page = docs._page(PLANNING)
    return {mark: page.text(page.named(mark)[0]) for _, mark, _ in THREE if page.named(mark)}


def test_lines_of_one_document_take_one_reading_and_one_write(google: Emulator, docs: GoogleDocs):
    wanted = as_one_by_one(google, docs)
    found = docs.put_all(together())
    assert found == [Receipt(mark) for _, mark, _ in THREE]
    assert (len(google.asked(GET)), len(google.asked(UPDATE))) == (1, 1)
    assert lines(google) == wanted
    assert marked(docs) == {mark: f"2026-03-14: {text}" for text, mark, _ in THREE}
    looks = [one.runs for one in docs.draft(PLANNING).paragraphs if "2026" in str(one.runs)]
    assert looks == [(Run(text),) for text in wanted if text.startswith("2026")]


def test_lines_that_stand_there_already_are_not_written_again(google: Emulator, docs: GoogleDocs):
    wanted = as_one_by_one(google, docs)
    docs.put(together()[0])
    for _ in range(2):
        assert docs.put_all(together()) == [Receipt(mark) for _, mark, _ in THREE]
    assert sorted(lines(google)) == sorted(wanted)


def test_a_line_whose_heading_is_missing_holds_up_none_of_the_others(
    google: Emulator, docs: GoogleDocs
):
    found = docs.put_all([*together(), line("Ed", "sf-5", under="Nowhere")])
    assert found[:4] == [Receipt(mark) for _, mark, _ in THREE]
    assert isinstance(found[4], Refused)
    assert len(google.asked(UPDATE)) == 1


def test_what_is_typed_before_many_lines_is_kept(google: Emulator, docs: GoogleDocs):
    wanted = as_one_by_one(google, docs)
    between(google, "Hello\n", nth=1)
    assert docs.put_all(together()) == [Receipt(mark) for _, mark, _ in THREE]
    assert lines(google) == ["Hello", *wanted]
    assert [one["status"] for one in google.asked(UPDATE)] == [400, 200]


@pytest.mark.parametrize("when", ["after", "before"])
def test_many_lines_whose_answer_was_lost_are_looked_up(
    google: Emulator, docs: GoogleDocs, when: str
):
    wanted = as_one_by_one(google, docs)
    google.faults.add(when={"method": UPDATE}, do={"drop": when}, times=1)
    found = docs.put_all(together())
    if when == "after":
        assert found == [Receipt(mark) for _, mark, _ in THREE]
    else:
        assert [type(one) for one in found] == [NotKnown] * 4
        assert not any(docs.holds(writing) for writing in together())
        docs.put_all(together())
    assert lines(google) == wanted


def test_many_lines_asked_for_too_often_are_written_later(google: Emulator, docs: GoogleDocs):
    google.faults.add(when={"method": UPDATE}, do={"status": 429, "retry_after": 0}, times=1)
    assert docs.put_all(together()) == [Receipt(mark) for _, mark, _ in THREE]


def test_several_documents_are_written_each_with_one_request(google: Emulator, docs: GoogleDocs):
    letter = ADDRESS.partition("?")[0]
    beside = [Writing(letter, "Noted", mark=f"sf-{n}") for n in (7, 8)]
    broken = [
        Writing("https://docs.google.com/document/d/1NobodyNobodyNobodyNobody", "x", mark=mark)
        for mark in ("sf-9", "sf-10")
    ]
    found = docs.put_all([*together(), *beside, *broken])
    assert found[:6] == [Receipt(one.mark) for one in (*together(), *beside)]
    assert [type(one) for one in found[6:]] == [NotFound] * 2
    assert len(google.asked(UPDATE)) == 2


def between(google: Emulator, text: str, **when: Any) -> None:
    """Let somebody type at the document's beginning just before one of our writes."""

    def edit(world: Any) -> None:
        from tests.emulators.google.docs.batch import updated

        file = world.files[PLAN]
        insert = {"insertText": {"location": {"index": 1}, "text": text}}
        file.document, _ = updated(file.document, {"requests": [insert]})

    google.faults.add(when={"method": UPDATE, **when}, do={"call": edit})


def test_where_somebody_types_all_the_time_it_is_tried_later(google: Emulator, docs: GoogleDocs):
    between(google, "x")
    with pytest.raises(TooFast, match='Somebody is writing in "Planning"'):
        docs.put(line("Ana joined"))
    assert len(google.asked(UPDATE)) == TRIES
    assert not docs.holds(line("Ana joined"))


def test_what_google_turns_down_for_another_reason_is_told(google: Emulator, docs: GoogleDocs):
    google.faults.add(when={"method": UPDATE}, do={"status": 400, "message": "no such thing"})
    with pytest.raises(Refused, match="no such thing"):
        docs.put(line("Ana joined"))
    assert len(google.asked(UPDATE)) == 1


def test_a_token_that_has_run_out_is_fetched_anew(google: Emulator):
    key = {
        "type": "authorized_user",
        "refresh_token": "lee",
        "client_id": "id",
        "client_secret": "not a secret",
    }
    with google.world.lock:
        google.world.user("owner@example.org").refresh_token = "lee"
    secret = Secret(json.dumps(key))
    docs = connected(GoogleDocs, google.url, may_write=True, settings={"credentials": secret})
    google.faults.add(when={"method": UPDATE}, do={"expire_tokens": True}, times=1)
    docs.put(line("Ana joined"))
    assert [one["status"] for one in google.asked(UPDATE)] == [401, 200]
    assert lines(google)[-1] == "2026-03-14: Ana joined"


def test_one_account_reads_and_writes_though_there_be_two(google: Emulator):
    """A revision is a word between Google and one account; another's would always be stale."""
    common = {"type": "authorized_user", "client_id": "id", "client_secret": "not a secret"}
    keys = [{**common, "account": who, "refresh_token": who} for who in ("owner", "stranger")]
    with google.world.lock:
        google.world.user("owner@example.org").refresh_token = "owner"
        google.world.user("stranger@example.org").refresh_token = "stranger"
    secret = Secret(json.dumps(keys))
    docs = connected(GoogleDocs, google.url, may_write=True, settings={"credentials": secret})
    for number in range(3):
        docs.put(line(f"{number} joined", f"sf-{number}"))
    assert {one["status"] for one in google.exchanges} == {200}


def test_a_heading_that_is_not_there_or_twice_is_told(google: Emulator, docs: GoogleDocs):
    with pytest.raises(Refused, match='"Planning" has no heading "Food"'):
        docs.holds(line("Ana", under="Food"))
    change(
        google,
        {"insertText": {"location": {"index": 1}, "text": "Money\n"}},
        document=PLAN,
    )
    with pytest.raises(Refused, match='has the heading "Money" twice'):
        docs.put(line("Ana", under="Money"))
    assert len(google.asked(UPDATE)) == 1, "the one of this test itself"


def test_who_may_only_read_is_told_whom_to_ask(google: Emulator, docs: GoogleDocs):
    with google.world.lock:
        (mine,) = google.world.files[PLAN].permissions
        mine.role = "reader"
    with pytest.raises(NotAllowed, match='"Planning" may only be read') as caught:
        docs.holds(line("Ana joined"))
    assert "as an editor" in caught.value.hint
    with pytest.raises(NotAllowed):
        docs.put(line("Ana joined"))
    assert google.asked(UPDATE) == []


# Places


def kick_off(text: str, place: str = "KICK-OFF") -> Writing:
    """What fills the place in the planning document."""
    return Writing(PLANNING, text, place=place)


def test_a_place_is_filled_and_filled_again(google: Emulator, docs: GoogleDocs):
    assert not docs.holds(kick_off("14 March \U0001f30a"))
    docs.put(kick_off("14 March \U0001f30a"))
    assert lines(google)[1] == "Kick-off: 14 March \U0001f30a, really 14 March \U0001f30a"
    assert docs.holds(kick_off("14 March \U0001f30a"))
    docs.put(kick_off("15 March"))
    docs.put(kick_off("15 March"))
    assert lines(google)[1] == "Kick-off: 15 March, really 15 March"
    assert len(google.asked(UPDATE)) == 2


def test_a_named_range_of_an_organizer_is_a_place(google: Emulator, docs: GoogleDocs):
    start = lines(google)
    at = len("\n".join(start[:3])) + 3
    span = {"startIndex": at, "endIndex": at + len("Bo: bread")}
    change(google, {"createNamedRange": {"name": "Bread", "range": span}}, document=PLAN)
    docs.put(kick_off("Ana: rye", "Bread"))
    assert lines(google)[3] == "Ana: rye"
    assert docs.holds(kick_off("Ana: rye", "Bread"))


def test_a_place_that_is_not_there_is_told(docs: GoogleDocs):
    with pytest.raises(Refused, match='"Planning" has no place "BUDGET"') as caught:
        docs.holds(kick_off("100", "BUDGET"))
    assert caught.value.hint == "Write {{BUDGET}} where it is to stand."


def test_a_cell_cannot_make_a_place(google: Emulator, docs: GoogleDocs):
    docs.put(line("{{BUDGET}}"))
    docs.put(kick_off("{{BUDGET}}"))
    with pytest.raises(Refused, match="has no place"):
        docs.put(kick_off("100", "BUDGET"))


HOSTILE = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Co", "Zl", "Zp")), min_size=1, max_size=20
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=HOSTILE, under=st.sampled_from(["", "Notes", "Money"]))
def test_any_text_is_written_as_it_is(google: Emulator, docs: GoogleDocs, text: str, under: str):
    writing = line(text, f"sf-{len(google.exchanges)}", under=under)
    before = lines(google)
    docs.put(writing)
    after = lines(google)
    assert writing.line in after
    after.remove(writing.line)
    assert after == before
    assert docs.holds(writing)


# Trouble, and the doctor


def test_what_google_cannot_take_just_now_is_tried_again(google: Emulator, docs: GoogleDocs):
    google.faults.add(when={"method": GET}, do={"status": 503}, times=2)
    google.faults.add(when={"method": UPDATE}, do={"status": 429, "retry_after": "3"}, times=1)
    docs.put(line("Ana joined"))
    assert lines(google)[-1] == "2026-03-14: Ana joined"
    assert len(google.asked(UPDATE)) == 2


def test_a_write_is_not_repeated_when_google_breaks_down_on_it(google: Emulator, docs: GoogleDocs):
    google.faults.add(when={"method": UPDATE}, do={"status": 500}, times=1)
    with pytest.raises(NotKnown):
        docs.put(line("Ana joined"))
    assert len(google.asked(UPDATE)) == 1


def test_while_planning_a_document_is_read_once(google: Emulator):
    docs = connected(GoogleDocs, google.url)
    for mark in ("sf-1", "sf-2"):
        assert not docs.holds(line("Ana", mark))
        assert docs.title(PLANNING) == "Planning"
    assert len(google.asked(GET)) == 1


def test_the_doctor_is_told_who_asks(docs: GoogleDocs):
    assert list(docs.examine()) == [Finding("credentials", True, "none are needed at this address")]


def test_documents_may_have_names(google: Emulator):
    named = {"Plan": PLANNING, "Gone": "https://docs.google.com/document/d/1NobodyNobodyNobody"}
    docs = connected(GoogleDocs, google.url, may_write=True, settings={"documents": named})
    docs.put(Writing("Plan", "Ana joined", mark="sf-1"))
    assert lines(google)[-1] == "Ana joined"
    assert [(one.what, one.ok, one.says) for one in docs.examine()][1:] == [
        ("document Plan", True, "can be read and written"),
        ("document Gone", False, "Google Docs cannot find it: Requested entity was not found."),
    ]
    with google.world.lock:
        google.world.files[PLAN].permissions[0].role = "reader"
    assert [one.says for one in docs.examine()][1] == "can only be read"
    with pytest.raises(ValueError, match="documents: Plan is not the address"):
        GoogleDocs.Settings(documents={"Plan": "plan.docx"})


def test_credentials_that_cannot_be_read_are_a_finding(tmp_path: Path):
    docs = connected(GoogleDocs, "http://127.0.0.1:9", settings={"credentials": Secret("{")})
    (finding,) = docs.examine()
    assert not finding.ok
    assert "cannot be read" in finding.says
