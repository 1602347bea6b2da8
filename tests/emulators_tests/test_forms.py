"""Forms, through google-api-python-client."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from googleapiclient.errors import HttpError

from tests.emulators.google.forms.responses import submit
from tests.emulators.serving import serving
from tests.emulators_tests.people import Clients

ANN, BOB = "ann@example.org", "bob@example.org"
SURVEY = {
    "id": "survey",
    "title": "Host a meeting",
    "items": [
        "Your name",
        {
            "title": "When",
            "questionItem": {
                "question": {
                    "questionId": "0000beef",
                    "choiceQuestion": {
                        "type": "CHECKBOX",
                        "options": [{"value": "Mon"}, {"value": "Tue"}],
                    },
                }
            },
        },
    ],
    "responses": [
        {
            "responseId": "r1",
            "createTime": "2026-05-01T10:00:00.123Z",
            "respondentEmail": "ada@example.org",
            "answers": {"Your name": "Ada", "0000beef": ["Mon", "Tue"]},
        },
        {"responseId": "r2", "createTime": "2026-05-02T10:00:00Z", "answers": {"Your name": "Bea"}},
        {"responseId": "r3", "createTime": "2026-05-03T10:00:00Z", "answers": {}},
    ],
}
DATA = {"users": [ANN, BOB], "forms": [SURVEY]}


class Clock:
    """A time that a test moves."""

    def __init__(self):
        self.now = datetime(2026, 5, 4, 9, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def emulator(clock):
    with serving("google", data=DATA, clock=clock) as running:
        yield running


@pytest.fixture
def clients(emulator):
    with Clients(emulator) as opened:
        yield opened


@pytest.fixture
def forms(clients):
    return clients.of("forms", ANN).forms()


def refusal(call):
    with pytest.raises(HttpError) as refused:
        call.execute()
    return refused.value.status_code, refused.value.reason


def update(forms, *asked, name="survey", **more):
    return forms.batchUpdate(formId=name, body={"requests": [*asked], **more})


def question(title="?", **kind):
    return {"title": title, "questionItem": {"question": kind or {"textQuestion": {}}}}


def create(item, index=0):
    return {"createItem": {"item": item, "location": {"index": index}}}


def titles(forms):
    return [item.get("title") for item in forms.get(formId="survey").execute()["items"]]


def ids(forms, **query):
    found = forms.responses().list(formId="survey", **query).execute()
    return [one["responseId"] for one in found.get("responses", [])]


# the form


def test_a_form_is_made_with_a_title_only(clients, forms):
    made = forms.create(body={"info": {"title": "T", "documentTitle": "D"}}).execute()
    assert made["info"] == {"title": "T", "documentTitle": "D"}
    assert made["publishSettings"]["publishState"] == {
        "isPublished": True,
        "isAcceptingResponses": True,
    }
    name = clients.of("drive", ANN).files().get(fileId=made["formId"]).execute()["name"]
    assert name == "D"
    more = forms.create(body={"info": {"title": "T", "description": "d"}})
    assert refusal(more)[0] == 400
    assert refusal(forms.create(body={}))[0] == 400


def test_a_form_has_its_items_with_ids(forms):
    first, second = forms.get(formId="survey").execute()["items"]
    assert (first["title"], first["questionItem"]["question"]["textQuestion"]) == ("Your name", {})
    assert second["questionItem"]["question"]["questionId"] == "0000beef"
    assert first["itemId"] != second["itemId"]


@pytest.mark.parametrize(
    "item",
    [
        question(textQuestion={"paragraph": True}, required=True),
        question(choiceQuestion={"type": "RADIO", "options": [{"value": "a"}, {"isOther": True}]}),
        question(choiceQuestion={"type": "DROP_DOWN", "options": [{"value": "a"}]}),
        question(scaleQuestion={"low": 1, "high": 5, "lowLabel": "no", "highLabel": "yes"}),
        question(dateQuestion={"includeYear": True, "includeTime": True}),
        question(timeQuestion={"duration": True}),
        question(ratingQuestion={"ratingScaleLevel": 5, "iconType": "STAR"}),
        {
            "title": "grid",
            "questionGroupItem": {
                "grid": {"columns": {"type": "RADIO", "options": [{"value": "yes"}]}},
                "questions": [{"rowQuestion": {"title": "a"}}, {"rowQuestion": {"title": "b"}}],
            },
        },
        {"title": "Part 2", "pageBreakItem": {}},
        {"title": "Words", "textItem": {}},
        {"imageItem": {"image": {"sourceUri": "https://example.org/a.png"}}},
        {"videoItem": {"video": {"youtubeUri": "https://youtube.com/watch?v=x"}}},
    ],
)
def test_every_kind_of_item_is_made_and_read_back(forms, item):
    (reply,) = update(forms, create(item, 1)).execute()["replies"]
    made = reply["createItem"]
    found = forms.get(formId="survey").execute()["items"][1]
    assert found["itemId"] == made["itemId"]
    count = {"questionItem": 1, "questionGroupItem": 2}.get([*item][-1], 0)
    assert len(made.get("questionId", [])) == count
    assert found.get("title") == item.get("title")
    assert {*found} == {*item, "itemId"}


def test_items_are_updated_moved_and_deleted(forms):
    where = {"location": {"index": 1}}
    wanted = {"title": "Days", "description": "any", "questionItem": {"question": {}}}
    update(forms, {"updateItem": {**where, "item": wanted, "updateMask": "title"}}).execute()
    second = forms.get(formId="survey").execute()["items"][1]
    assert (second["title"], "description" in second) == ("Days", False)
    assert second["questionItem"]["question"]["questionId"] == "0000beef"
    move = {"originalLocation": {"index": 1}, "newLocation": {"index": 0}}
    update(forms, {"moveItem": move}).execute()
    assert titles(forms) == ["Days", "Your name"]
    update(forms, {"deleteItem": {"location": {"index": 0}}}).execute()
    assert titles(forms) == ["Your name"]


def test_info_and_settings_are_set_by_their_masks(forms):
    info = {"info": {"title": "New", "description": "d"}, "updateMask": "title,description"}
    settings = {
        "settings": {"quizSettings": {"isQuiz": True}, "emailCollectionType": "VERIFIED"},
        "updateMask": "quizSettings.isQuiz,emailCollectionType",
    }
    body = {"updateFormInfo": info}, {"updateSettings": settings}
    form = update(forms, *body, includeFormInResponse=True).execute()["form"]
    assert form["info"] == {"title": "New", "description": "d", "documentTitle": "Host a meeting"}
    assert form["settings"] == {
        "quizSettings": {"isQuiz": True},
        "emailCollectionType": "VERIFIED",
    }
    assert forms.get(formId="survey").execute() == form


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (create(question(), 3), "Index 3 must be in the range [0,3)."),
        ({"deleteItem": {"location": {"index": 2}}}, "Index 2 must be in the range [0,2)."),
        (create({"title": "none"}), "Exactly one item kind must be set."),
        (create(question("a\nb")), "cannot contain newlines"),
        (create(question(choiceQuestion={"type": "RADIO", "options": []})), "at least one option"),
        (
            create(
                question(
                    choiceQuestion={"type": "RADIO", "options": [{"value": "a"}, {"value": "a"}]}
                )
            ),
            "duplicate option values",
        ),
        (create(question(fileUploadQuestion={"folderId": "x"})), "not supported"),
        (create(question(textQuestion={}, questionId="0000beef")), "already exists"),
        (create(question(textQuestion={}, grading={"pointValue": 1})), "not a quiz"),
        ({"createItem": {"item": question()}}, "location must be specified."),
        ({"updateFormInfo": {"info": {"title": "x"}}}, "update_mask is required."),
        ({}, "Must specify one request type."),
    ],
)
def test_a_wrong_update_is_refused_in_words(forms, request_, words):
    status, reason = refusal(update(forms, request_))
    assert status == 400
    assert reason.startswith("Invalid requests[0]")
    assert words in reason


def test_a_batch_with_one_wrong_update_does_nothing(forms):
    before = forms.get(formId="survey").execute()
    batch = update(forms, create({"textItem": {}}), {"deleteItem": {"location": {"index": 9}}})
    status, reason = refusal(batch)
    assert (status, reason.partition(":")[0]) == (400, "Invalid requests[1].deleteItem")
    assert forms.get(formId="survey").execute() == before


def test_a_stale_revision_is_refused(forms):
    first = forms.get(formId="survey").execute()["revisionId"]
    fresh = {"writeControl": {"requiredRevisionId": first}}
    answer = update(forms, create({"title": "a", "textItem": {}}), **fresh).execute()
    assert answer["writeControl"]["requiredRevisionId"] != first
    status, reason = refusal(update(forms, create({"textItem": {}}), **fresh))
    assert status == 400
    assert "does not match the latest revision ID" in reason


def test_a_form_is_closed_and_published_again(forms):
    def publish(**state):
        body = {"publishSettings": {"publishState": state}}
        answer = forms.setPublishSettings(formId="survey", body=body).execute()
        return answer["publishSettings"]["publishState"]

    assert publish(isPublished=False, isAcceptingResponses=True) == {
        "isPublished": False,
        "isAcceptingResponses": False,
    }
    assert publish(isPublished=True, isAcceptingResponses=True)["isAcceptingResponses"] is True


def test_only_editors_read_a_form_and_its_responses(clients, forms):
    theirs = clients.of("forms", BOB).forms()
    assert refusal(theirs.get(formId="survey")) == (403, "The caller does not have permission")
    body = {"type": "user", "role": "writer", "emailAddress": BOB}
    clients.of("drive", ANN).permissions().create(fileId="survey", body=body).execute()
    assert len(theirs.responses().list(formId="survey").execute()["responses"]) == 3
    assert refusal(theirs.get(formId="nowhere")) == (404, "Requested entity was not found.")


# responses


def test_responses_have_answers_by_question(forms):
    found = forms.responses().get(formId="survey", responseId="r1").execute()
    assert (found["formId"], found["respondentEmail"]) == ("survey", "ada@example.org")
    assert found["lastSubmittedTime"] == "2026-05-01T10:00:00.123Z"
    answers = found["answers"]["0000beef"]["textAnswers"]["answers"]
    assert answers == [{"value": "Mon"}, {"value": "Tue"}]
    lost = forms.responses().get(formId="survey", responseId="r9")
    assert refusal(lost) == (404, "Requested entity was not found.")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("timestamp > 2026-05-02T10:00:00Z", ["r3"]),
        ("timestamp >= 2026-05-02T10:00:00Z", ["r2", "r3"]),
        ("timestamp >= 2026-05-02T12:00:00.000000000+02:00", ["r2", "r3"]),
        ("timestamp > 2026-05-01T10:00:00.1229Z", ["r1", "r2", "r3"]),
        ("timestamp>2026-06-01T00:00:00Z", []),
    ],
)
def test_responses_are_filtered_by_when_they_came(forms, text, found):
    assert ids(forms, filter=text) == found


@pytest.mark.parametrize(
    "text", ["timestamp < 2026-05-02T10:00:00Z", "timestamp > now", "x", "timestamp > 2026-05-02"]
)
def test_another_filter_is_refused(forms, text):
    assert refusal(forms.responses().list(formId="survey", filter=text))[0] == 400


def test_responses_come_in_pages(forms):
    first = forms.responses().list(formId="survey", pageSize=2).execute()
    assert [one["responseId"] for one in first["responses"]] == ["r1", "r2"]
    token = first["nextPageToken"]
    last = forms.responses().list(formId="survey", pageSize=2, pageToken=token).execute()
    assert [one["responseId"] for one in last["responses"]] == ["r3"]
    assert "nextPageToken" not in last
    odd = forms.responses().list(formId="survey", pageToken="x")
    assert refusal(odd) == (400, "Invalid page token.")


def test_a_response_given_while_it_runs_is_listed_and_an_edited_one_comes_again(
    emulator, forms, clock
):
    with emulator.world.lock:
        made = submit(emulator.world, "survey", {"Your name": "Cyd"}, email="cyd@example.org")
    since = f"timestamp > {clock.now.isoformat().replace('+00:00', 'Z')}"
    assert ids(forms)[-1] == made["responseId"]
    assert ids(forms, filter=since) == []
    clock.now += timedelta(minutes=1)
    with emulator.world.lock:
        submit(emulator.world, "survey", {"Your name": "Cid"}, response_id="r1")
    assert ids(forms, filter=since) == ["r1"]
    edited = forms.responses().get(formId="survey", responseId="r1").execute()
    assert edited["createTime"] == "2026-05-01T10:00:00.123Z"
    assert edited["lastSubmittedTime"] == "2026-05-04T09:01:00Z"


def test_a_response_is_posted_by_any_program(emulator, forms):
    address = emulator.url + "/_forms/survey/responses"
    answers = {"Your name": "Dot", "When": ["Mon"]}
    made = requests.post(address, json={"email": "dot@example.org", "answers": answers})
    assert made.status_code == 200
    found = forms.responses().get(formId="survey", responseId=made.json()["responseId"]).execute()
    assert found["respondentEmail"] == "dot@example.org"
    unknown = requests.post(address, json={"answers": {"Shoe size": "1"}})
    assert (unknown.status_code, unknown.json()["error"]["message"]) == (
        400,
        "The form has no question Shoe size.",
    )
    nowhere = requests.post(emulator.url + "/_forms/x/responses", json={"answers": {}})
    assert nowhere.status_code == 404


def test_a_closed_form_takes_no_responses(emulator, forms):
    state = {"publishState": {"isPublished": True, "isAcceptingResponses": False}}
    forms.setPublishSettings(formId="survey", body={"publishSettings": state}).execute()
    answer = requests.post(emulator.url + "/_forms/survey/responses", json={"answers": {}})
    assert answer.status_code == 400
    assert len(ids(forms)) == 3


def test_the_answers_of_a_quiz_get_points(emulator, forms):
    quiz = {"settings": {"quizSettings": {"isQuiz": True}}, "updateMask": "quizSettings.isQuiz"}
    key = {"answers": [{"value": "Mon"}]}
    days = {"type": "RADIO", "options": [{"value": "Mon"}, {"value": "Tue"}]}
    asked = question(
        "Day",
        questionId="00000001",
        choiceQuestion=days,
        grading={"pointValue": 2, "correctAnswers": key},
    )
    update(forms, {"updateSettings": quiz}, create(asked)).execute()
    with emulator.world.lock:
        right = submit(emulator.world, "survey", {"Day": "Mon", "Your name": "Ada"})
        wrong = submit(emulator.world, "survey", {"Day": "Tue"})
    found = forms.responses().get(formId="survey", responseId=right["responseId"]).execute()
    assert found["totalScore"] == 2
    assert found["answers"]["00000001"]["grade"] == {"score": 2, "correct": True}
    assert (wrong["totalScore"], wrong["answers"]["00000001"]["grade"]["correct"]) == (0, False)


# watches


def test_a_watch_lives_seven_days_unless_renewed(forms, clock):
    watches = forms.watches()
    watch = {"eventType": "RESPONSES", "target": {"topic": {"topicName": "projects/p/topics/t"}}}
    made = watches.create(formId="survey", body={"watch": watch, "watchId": "mine"}).execute()
    assert made["expireTime"] == "2026-05-11T09:00:00Z"
    again = watches.create(formId="survey", body={"watch": watch, "watchId": "mine"})
    assert refusal(again)[0] == 409
    clock.now += timedelta(days=6)
    renewed = watches.renew(formId="survey", watchId="mine", body={}).execute()
    assert renewed["expireTime"] == "2026-05-17T09:00:00Z"
    assert watches.list(formId="survey").execute()["watches"] == [renewed]
    clock.now += timedelta(days=7)
    assert watches.list(formId="survey").execute() == {}
    assert refusal(watches.delete(formId="survey", watchId="mine"))[0] == 404
    watches.create(formId="survey", body={"watch": watch, "watchId": "mine"}).execute()
    assert watches.delete(formId="survey", watchId="mine").execute() == {}


def test_a_form_of_the_state_is_loaded_as_it_was(emulator):
    state = emulator.state()
    with serving("google", data=state) as second:
        assert second.state() == state
