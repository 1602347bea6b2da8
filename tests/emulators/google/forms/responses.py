"""Forms v1: responses. They come from the data file, or from `submit` while the emulator runs."""

import re
from datetime import UTC, datetime
from typing import Any

from tests.emulators.google.calls import Call, method, own_path
from tests.emulators.google.drive.access import editors_file
from tests.emulators.google.drive.paging import page
from tests.emulators.google.errors import ApiError, bad_request
from tests.emulators.google.forms.model import Form
from tests.emulators.google.world import FORM, ID_ALPHABET, World

Json = dict[str, Any]
_USUAL_PAGE = 5000  # also the most
_FILTER = re.compile(r"\s*timestamp\s*(>=?)\s*\"?([^\s\"]+)\"?\s*")
_FRACTION = re.compile(r"\.(\d{1,9})(?=Z|[+-]\d\d:\d\d|$)")


def submit(
    world: World, form_id: str, answers: Json, *, email: str = "", response_id: str = ""
) -> Json:
    """Somebody answers a form: {question title or id: text or texts}. Gives the response.

    An id of a response that is there edits it. Raises KeyError for an unknown form or question.
    """
    form: Form = world.files[form_id].document
    now = nanoseconds(world.now())
    had = next((one for one in form.responses if one["responseId"] == response_id), None)
    if had is not None:
        had |= graded(form, {"answers": _answers(form, answers), "lastSubmittedTime": now})
        return had
    made: Json = {
        "responseId": response_id or "ACYDBN" + "".join(world.chance.choices(ID_ALPHABET, k=44)),
        "createTime": now,
        "lastSubmittedTime": now,
        "answers": _answers(form, answers),
        **({"respondentEmail": email} if email else {}),
    }
    form.responses.append(graded(form, made))
    return form.responses[-1]


@own_path("/_forms/([^/]+)/responses")
def submitted(world: World, path: re.Match[str], body: Json) -> Json:
    """A response from any program: {"answers", "email", "responseId"}. Raises ApiError."""
    file = world.files.get(path[1])
    if file is None or not isinstance(file.document, Form):
        raise ApiError(404, "NOT_FOUND", f"There is no form {path[1]}.")
    if not (file.document.accepts and file.document.published in (True, None)):
        raise ApiError(400, "FAILED_PRECONDITION", "The form does not take responses any more.")
    email, response_id = body.get("email", ""), body.get("responseId", "")
    try:
        return submit(world, file.id, body.get("answers", {}), email=email, response_id=response_id)
    except KeyError as error:
        raise bad_request(f"The form has no question {error.args[0]}.") from error


def nanoseconds(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds, as Forms writes times; no more digits than there are."""
    text = moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "")
    return text.rstrip("0").rstrip(".") + "Z"


def loaded(form: Form, entry: Json, now: datetime) -> Json:
    """A response of the data file: as the API has it, or `answers` by title or question id."""
    created = entry.get("createTime") or nanoseconds(now)
    answers = _answers(form, entry.get("answers", {}))
    whole = {
        **entry,
        "responseId": entry.get("responseId") or f"ACYDBN{form.id[:20]}{len(form.responses):04d}",
        "createTime": created,
        "lastSubmittedTime": entry.get("lastSubmittedTime") or created,
        "answers": answers,
    }
    return graded(form, whole)


def graded(form: Form, response: Json) -> Json:
    """A response with its points when the form is a quiz: an answer is right or gets nothing."""
    if not form.settings.get("quizSettings", {}).get("isQuiz"):
        return response
    answers = {
        question_id: _graded_answer(form.question(question_id) or {}, answer)
        for question_id, answer in response["answers"].items()
    }
    total = sum(one.get("grade", {}).get("score", 0.0) for one in answers.values())
    return {**response, "answers": answers, "totalScore": total}


def _graded_answer(question: Json, answer: Json) -> Json:
    """Of check boxes all the right ones have to be ticked; otherwise any right answer will do."""
    grading = question.get("grading", {})
    key = {one["value"] for one in grading.get("correctAnswers", {}).get("answers", ())}
    given = {one["value"] for one in answer.get("textAnswers", {}).get("answers", ())}
    if not key or "grade" in answer:
        return answer
    boxes = question.get("choiceQuestion", {}).get("type") == "CHECKBOX"
    right = given == key if boxes else bool(given) and given <= key
    score = float(grading.get("pointValue", 0)) if right else 0.0
    return {**answer, "grade": {"score": score, "correct": right}}


def _answers(form: Form, given: Json) -> Json:
    by_title = {
        item.get("title", ""): item["questionItem"]["question"]["questionId"]
        for item in form.items
        if "questionItem" in item
    }
    found: Json = {}
    for name, value in given.items():
        question = name if form.question(name) else by_title[name]
        found[question] = value if isinstance(value, dict) else _answer(question, value)
    return found


def _answer(question: str, value: Any) -> Json:
    texts = value if isinstance(value, list) else [value]
    answers = [{"value": str(text)} for text in texts]
    return {"questionId": question, "textAnswers": {"answers": answers}}


def moment(text: str) -> datetime:
    """An RFC 3339 time; digits behind the microseconds are dropped. Raises ValueError."""
    cut = _FRACTION.sub(lambda found: f".{found[1][:6].ljust(6, '0')}", text)
    when = datetime.fromisoformat(cut)
    if when.tzinfo is None:
        raise ValueError(text)
    return when


@method("forms.forms.responses.list")
def list_responses(call: Call) -> Json:
    """A page of the responses, the first submitted first."""
    file = editors_file(call, call.path["formId"], FORM, "writer")
    form: Form = file.document
    size = call.query.get("pageSize", 0)
    if size < 0:
        raise bad_request("page_size must not be negative.")
    among = _filtered(form, call.query.get("filter", ""))
    query = {**call.query, "pageSize": min(size or _USUAL_PAGE, _USUAL_PAGE)}
    about = f"{form.id} {call.query.get('filter', '')}"
    try:
        chosen, token = page(among, query, _USUAL_PAGE, about=about)
    except ApiError as error:
        raise bad_request("Invalid page token.") from error
    found: Json = {"responses": [dict(one) for one in chosen]} if chosen else {}
    return {**found, "nextPageToken": token} if token else found


def _filtered(form: Form, text: str) -> list[Json]:
    """The responses of a filter, by when they were last submitted. Raises ApiError."""
    among = sorted(form.responses, key=lambda one: moment(one["lastSubmittedTime"]))
    if not text:
        return among
    found = _FILTER.fullmatch(text)
    try:
        since = moment(found[2]) if found else None
    except ValueError:
        since = None
    if found is None or since is None:
        raise bad_request(f"Invalid filter: {text}")
    if found[1] == ">=":
        return [one for one in among if moment(one["lastSubmittedTime"]) >= since]
    return [one for one in among if moment(one["lastSubmittedTime"]) > since]


@method("forms.forms.responses.get")
def get(call: Call) -> Json:
    """One response."""
    file = editors_file(call, call.path["formId"], FORM, "writer")
    form: Form = file.document
    for one in form.responses:
        if one["responseId"] == call.path["responseId"]:
            return {"formId": form.id, **one}
    raise ApiError(404, "NOT_FOUND", "Requested entity was not found.")
