"""google_forms: responses as rows, whatever people asked and answered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st
from sheetflow_plugins._google_forms_questions import cell_of, questions_in
from sheetflow_plugins.google_forms import GoogleForms, Responses

from sheetflow.errors import SetupError, TableBusy, TableError
from sheetflow.plugin.connector import Finding
from sheetflow.plugin.testing import ReadOnlyTableContract
from sheetflow.secrets import Secret
from sheetflow.tables.source import Sheet
from tests.emulators.serving import Emulator, serving
from tests.plugins._google_doors import Time, connected

ID = "1FormFormFormFormFormFormFormForm"
ADDRESS = f"https://docs.google.com/forms/d/{ID}/edit#responses"
LIST, GET = "forms.forms.responses.list", "forms.forms.get"


def question(title: str, of: str, question_id: str, **more: Any) -> dict[str, Any]:
    """An item with one question."""
    return {
        "title": title,
        "questionItem": {"question": {"questionId": question_id, of: more}},
    }


CHOICES = {"type": "CHECKBOX", "options": [{"value": "Cook"}, {"value": "Drive"}]}
ITEMS = [
    question("Your  name\n", "textQuestion", "aa01"),
    {"title": "About you", "textItem": {}},
    question("Helps with", "choiceQuestion", "aa02", **CHOICES),
    question("How sure", "scaleQuestion", "aa03", low=1, high=5),
    question("From", "dateQuestion", "aa04", includeYear=True),
    question("Call me", "dateQuestion", "aa05", includeYear=True, includeTime=True),
    question("At", "timeQuestion", "aa06"),
    {
        "title": "Free",
        "questionGroupItem": {
            "questions": [
                {"questionId": "aa07", "rowQuestion": {"title": "Sat"}},
                {"questionId": "aa08", "rowQuestion": {"title": "Sun"}},
            ],
            "grid": {"columns": {"type": "CHECKBOX", "options": [{"value": "a.m."}]}},
        },
    },
    question("Note", "textQuestion", "aa09"),
    question("Note", "textQuestion", "aa10"),
    question("Submitted", "textQuestion", "aa11"),
]
ANA = {
    "responseId": "ana",
    "createTime": "2026-03-01T10:00:00.123456789Z",
    "lastSubmittedTime": "2026-03-02T10:00:00Z",
    "answers": {
        "aa01": "=HYPERLINK(1)",
        "aa02": ["Cook", "sing {{ x }}"],
        "aa03": "4",
        "aa04": "2026-04-01",
        "aa05": "2026-04-02 18:30",
        "aa06": "09:15",
        "aa07": ["a.m.", "p.m."],
        "aa09": "one",
        "aa10": "two",
        "aa11": "yesterday",
    },
}
BO = {"responseId": "bo", "createTime": "2026-02-01T10:00:00Z", "answers": {"aa01": "Bo"}}
DATA = {"forms": [{"id": ID, "title": "Sign-up", "items": ITEMS, "responses": [ANA, BO]}]}


@pytest.fixture
def google() -> Iterator[Emulator]:
    """A Google with a form."""
    with serving("google", data=DATA) as emulator:
        yield emulator


def table(google: Emulator, form: str = ADDRESS, **more: Any) -> Responses:
    """The responses of the form."""
    place = {"form": form, **{key: more.pop(key) for key in ("since",) if key in more}}
    found = connected(GoogleForms, google.url, **more).open_table(place)
    assert isinstance(found, Responses)
    return found


def rows(sheet: Sheet) -> dict[str, dict[object, object]]:
    """What was answered, by response."""
    head, *below = sheet.rows
    return {row.id: dict(zip(head.cells, row.cells, strict=True)) for row in below}


class TestGoogleForms(ReadOnlyTableContract):
    connector = GoogleForms
    place = {"form": ADDRESS}
    asks_the_network = True

    @pytest.fixture(autouse=True)
    def _google(self) -> Iterator[None]:
        with serving("google", data=DATA) as google:
            self.settings = {"url": google.url}
            yield


def test_a_response_is_a_row_and_each_question_a_column(google: Emulator):
    sheet = table(google).read()
    assert sheet.rows[0].cells == (
        *("Submitted", "Your name", "Helps with", "How sure", "From", "Call me", "At"),
        *("Free [Sat]", "Free [Sun]", "Note [aa09]", "Note [aa10]", "Submitted [aa11]"),
    )
    assert rows(sheet) == {
        "bo": {
            **dict.fromkeys(sheet.rows[0].cells),
            "Submitted": datetime(2026, 2, 1, 10, tzinfo=UTC),
            "Your name": "Bo",
        },
        "ana": {
            "Submitted": datetime(2026, 3, 2, 10, tzinfo=UTC),
            "Your name": "=HYPERLINK(1)",
            "Helps with": "Cook, sing {{ x }}",
            "How sure": 4,
            "From": date(2026, 4, 1),
            "Call me": datetime(2026, 4, 2, 18, 30),
            "At": "09:15",
            "Free [Sat]": "a.m., p.m.",
            "Free [Sun]": None,
            "Note [aa09]": "one",
            "Note [aa10]": "two",
            "Submitted [aa11]": "yesterday",
        },
    }
    assert [row.id for row in sheet.rows] == ["", "bo", "ana"], "the oldest first"


def test_a_form_nobody_answered_has_its_columns(google: Emulator):
    with google.world.lock:
        google.world.files[ID].document.responses.clear()
    (head,) = table(google).read().rows
    assert head.cells[:3] == ("Submitted", "Your name", "Helps with")


def test_collected_addresses_are_a_column_and_a_question_of_that_name_steps_back(google: Emulator):
    with google.world.lock:
        form = google.world.files[ID].document
        form.items.append(question("Email", "textQuestion", "aa20"))
        form.settings = {"emailCollectionType": "VERIFIED"}
        form.responses[0]["respondentEmail"] = "ana@example.org"
    found = rows(table(google).read())
    assert (found["ana"]["Email"], found["bo"]["Email"]) == ("ana@example.org", None)
    assert "Email [aa20]" in found["ana"]


def test_an_uploaded_file_is_a_link(google: Emulator):
    with google.world.lock:
        form = google.world.files[ID].document
        upload = {"folderId": "1abc"}
        form.items.append(question("Photo", "fileUploadQuestion", "aa30", **upload))
        form.responses[0]["answers"]["aa30"] = {
            "questionId": "aa30",
            "fileUploadAnswers": {
                "answers": [{"fileId": "f1", "fileName": "a.png"}, {"fileId": "f2"}]
            },
        }
    assert rows(table(google).read())["ana"]["Photo"] == (
        "https://drive.google.com/file/d/f1/view, https://drive.google.com/file/d/f2/view"
    )


def test_an_edited_response_keeps_its_row(google: Emulator):
    from tests.emulators.google.forms.responses import submit

    before = table(google).read()
    with google.world.lock:
        submit(google.world, ID, {"aa01": "Bo Tran"}, response_id="bo")
    after = table(google).read()
    assert rows(after)["bo"]["Your name"] == "Bo Tran"
    assert [row.id for row in after.rows] == [row.id for row in before.rows]
    assert after.version != before.version


def test_answers_to_a_question_that_was_taken_out_are_left_out(google: Emulator):
    with google.world.lock:
        del google.world.files[ID].document.items[0]
    assert "Your name" not in rows(table(google).read())["ana"]


# Pages, filters, pace


def test_every_page_is_read_and_each_once(google: Emulator, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sheetflow_plugins.google_forms.PAGE", 1)
    assert {*rows(table(google).read())} == {"ana", "bo"}
    assert len(google.asked(GET)) == 1
    assert ["pageToken" in one["query"] for one in google.asked(LIST)] == [False, True]


def test_several_accounts_share_the_forms_and_not_the_pages_of_one(
    google: Emulator, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sheetflow_plugins.google_forms.PAGE", 1)
    common = {"type": "authorized_user", "client_id": "id", "client_secret": "not a secret"}
    keys = [{**common, "account": who, "refresh_token": who} for who in ("owner", "stranger")]
    with google.world.lock:
        google.world.user("owner@example.org").refresh_token = "owner"
        google.world.user("stranger@example.org").refresh_token = "stranger"
    secret = Secret(json.dumps(keys))
    forms = connected(GoogleForms, google.url, settings={"credentials": secret})
    readers = {forms._forms(ID + str(number))._http for number in range(20)}
    assert len(readers) == 2, "both have their share"
    lines = [client._http for client in forms._clients]
    who = ("owner", "stranger")[lines.index(forms._forms(ID)._http)]
    with google.world.lock:
        (mine,) = google.world.files[ID].permissions
        mine.email = f"{who}@example.org"
    for _ in range(3):
        assert len(list(forms.responses(ID))) == 2
    assert [one["status"] for one in google.asked(LIST)] == [200] * 6


def test_since_a_moment_only_what_changed_is_asked_for(google: Emulator):
    forms = connected(GoogleForms, google.url)
    moment = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert [one["responseId"] for one in forms.responses(ID, since=moment)] == ["ana"]
    (asked,) = google.asked(LIST)
    assert asked["query"]["filter"] == "timestamp >= 2026-03-02T10:00:00.000000Z"
    assert {*rows(table(google, since="2026-02-15").read())} == {"ana"}


def test_expensive_reads_are_paced(google: Emulator):
    time = Time()
    forms = connected(GoogleForms, google.url, time=time, settings={"responses_per_minute": 2})
    for _ in range(5):
        list(forms.responses(ID))
    assert time.seconds >= 120, "two a minute"


def test_google_that_is_busy_is_asked_again(google: Emulator):
    google.faults.add(when={"method": LIST}, do={"status": 429, "retry_after": "2"}, times=2)
    google.faults.add(when={"method": GET}, do={"drop": "before"}, times=1)
    assert {*rows(table(google).read())} == {"ana", "bo"}


# What is wrong


def test_it_can_only_be_read_and_says_what_to_do(google: Emulator):
    form = table(google)
    with pytest.raises(TableBusy) as unread:
        form.ready()
    assert str(unread.value) == (
        'the form "Sign-up" can only be read, so there is no place for statuses. Let the recipe go '
        "through the sheet that collects its responses. In the form, open Responses and choose "
        '"Link to Sheets".'
    )
    with google.world.lock:
        google.world.files[ID].document.linked_sheet = "1SheetSheetSheet"
    sheet = form.read()
    with pytest.raises(TableBusy) as caught:
        form.write(sheet, [])
    assert caught.value.message.startswith('the form "Sign-up" can only be read')
    assert "(https://docs.google.com/spreadsheets/d/1SheetSheetSheet)" in caught.value.hint


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ("https://docs.google.com/forms/d/e/1FAIpQLS/viewform", "address for those who answer"),
        ("https://forms.gle/abc", "address for those who answer"),
        ("https://docs.google.com/spreadsheets/d/1abc/edit", "is not the address of a Google form"),
        ("Sign-up", "is not the address of a Google form"),
    ],
)
def test_an_address_of_something_else_is_told(google: Emulator, form: str, says: str):
    with pytest.raises(SetupError, match=says):
        table(google, form)


def test_a_day_that_is_none_is_told(google: Emulator):
    with pytest.raises(SetupError, match=r"since: soon is no day\. Write 2026-01-31\."):
        table(google, since="soon")
    with pytest.raises(SetupError, match="is no day"):  # its zone would be overlooked
        table(google, since="2026-01-31T23:00+09:00")


def test_a_form_that_is_not_shared_is_a_trouble_of_its_table(google: Emulator):
    with pytest.raises(TableError, match="cannot find it"):
        table(google, "1NobodyNobodyNobodyNobody").read()


def test_google_that_stays_down_is_a_trouble_of_its_table(google: Emulator):
    google.faults.add(when={"method": LIST}, do={"status": 503})
    with pytest.raises(TableBusy, match="does not answer"):
        table(google).read()


def test_the_doctor_is_told_who_asks(google: Emulator):
    assert list(connected(GoogleForms, google.url).examine()) == [
        Finding("credentials", True, "none are needed at this address")
    ]


ANSWERS = st.lists(st.text(max_size=20), max_size=3)


@given(
    ANSWERS,
    st.sampled_from(["textQuestion", "scaleQuestion", "ratingQuestion", "dateQuestion"]),
)
def test_any_answer_is_a_cell(texts: list[str], of: str):
    (column,) = questions_in({"items": [question("Q", of, "aa")]}, emails=False)
    answer = {"textAnswers": {"answers": [{"value": text} for text in texts]}}
    found = cell_of(column, answer)
    assert found is None or isinstance(found, str | int | date)
    if of == "textQuestion":
        assert found == (", ".join(filter(None, texts)) or None)


def test_an_answer_is_bounded_and_what_is_no_date_stays_a_text():
    (column,) = questions_in({"items": [question("Q", "dateQuestion", "aa")]}, emails=False)
    for text in ("2026-13-45", "05-19", "2026-02-30 25:00"):
        assert cell_of(column, {"textAnswers": {"answers": [{"value": text}]}}) == text
    long = cell_of(column, {"textAnswers": {"answers": [{"value": "x" * 60_000}]}})
    assert isinstance(long, str)
    assert len(long) == 50_000


TITLES = st.lists(
    st.sampled_from(["", "Name", "Email", "Submitted", "Name [b1]", "Name [b1] [b0]"]), max_size=6
)


@given(TITLES, st.booleans())
def test_no_two_columns_have_one_name(titles: list[str], emails: bool):
    items = [question(title, "textQuestion", f"b{n}") for n, title in enumerate(titles)]
    found = [one.title for one in questions_in({"items": items}, emails=emails)]
    headers = ["Submitted", *(["Email"] if emails else []), *found]
    assert len({*headers}) == len(headers)
    assert "" not in headers
