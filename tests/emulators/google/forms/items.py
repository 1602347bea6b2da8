"""Items of a form: which kinds there are, what they must have, the ids they get."""

import copy
from typing import Any

from tests.emulators.google.forms.model import Form, FormError, questions_of

Json = dict[str, Any]
KINDS = ("questionItem", "questionGroupItem", "pageBreakItem", "textItem", "imageItem", "videoItem")
QUESTIONS = (
    "choiceQuestion",
    "textQuestion",
    "scaleQuestion",
    "dateQuestion",
    "timeQuestion",
    "fileUploadQuestion",
    "rowQuestion",
    "ratingQuestion",
)
_LEAST_SCALE, _MOST_SCALE = (0, 1), range(2, 11)
_RATINGS = range(3, 11)


def completed(form: Form, item: Json, before: Json | None = None) -> Json:
    """An item with ids where it had none, checked.

    Raises FormError. The given item stays as it is.
    """
    item = copy.deepcopy(item)
    kinds = [kind for kind in KINDS if kind in item]
    if len(kinds) != 1:
        raise FormError("Exactly one item kind must be set.")
    others = {*form.item_ids()} - {(before or {}).get("itemId", "")}
    if not item.get("itemId"):
        item["itemId"] = form.new_id()
    if item["itemId"] in others:
        raise FormError(f"Item ID {item['itemId']} already exists.")
    if "questionItem" in item and "question" not in item["questionItem"]:
        raise FormError("A question item must have a question.")
    if "questionGroupItem" in item and not questions_of(item):
        raise FormError("A question group must have at least one question.")
    _with_ids(form, item, before)
    for question in questions_of(item):
        _check_question(form, question, grouped="questionGroupItem" in item)
    if "imageItem" in item:
        _fetched(item["imageItem"])
    return item


def _with_ids(form: Form, item: Json, before: Json | None) -> None:
    """Gives each question an id. One that another item has is refused."""
    own = {question["questionId"] for question in questions_of(before or {})}
    taken = {question["questionId"] for question in form.questions()} - own
    for question in questions_of(item):
        if not question.get("questionId"):
            question["questionId"] = form.new_id()
        if question["questionId"] in taken:
            raise FormError(f"Question ID {question['questionId']} already exists.")
        taken.add(question["questionId"])


def _check_question(form: Form, question: Json, *, grouped: bool) -> None:
    kinds = [kind for kind in QUESTIONS if kind in question]
    if len(kinds) != 1:
        raise FormError("Exactly one question kind must be set.")
    if (kinds[0] == "rowQuestion") != grouped:
        raise FormError("Row questions can only be used in a question group.")
    if kinds[0] == "fileUploadQuestion" and not form.question(question["questionId"]):
        raise FormError("Creating file upload questions is not supported.")
    if "grading" in question and not form.settings.get("quizSettings", {}).get("isQuiz"):
        raise FormError("Cannot set grading on a question in a form that is not a quiz.")
    check = _CHECKS.get(kinds[0])
    if check:
        check(question[kinds[0]])


def _check_choice(choice: Json) -> None:
    if choice.get("type", "CHOICE_TYPE_UNSPECIFIED") == "CHOICE_TYPE_UNSPECIFIED":
        raise FormError("A choice type must be specified.")
    options = choice.get("options", [])
    if not options:
        raise FormError("A choice question must have at least one option.")
    named = [one.get("value", "") for one in options if not one.get("isOther")]
    if "" in named:
        raise FormError("Option value must not be empty.")
    if len({*named}) < len(named):
        raise FormError("Cannot have duplicate option values.")
    if choice["type"] == "DROP_DOWN" and len(named) < len(options):
        raise FormError("Drop-down questions cannot have an other option.")
    if any("\n" in value for value in named):
        raise FormError("Displayed text cannot contain newlines")


def _check_scale(scale: Json) -> None:
    if scale.get("low", 0) not in _LEAST_SCALE or scale.get("high", 0) not in _MOST_SCALE:
        raise FormError("Scale must start at 0 or 1 and end between 2 and 10.")


def _check_rating(rating: Json) -> None:
    if rating.get("ratingScaleLevel", 0) not in _RATINGS:
        raise FormError("Rating scale level must be between 3 and 10.")
    if rating.get("iconType", "RATING_ICON_TYPE_UNSPECIFIED") == "RATING_ICON_TYPE_UNSPECIFIED":
        raise FormError("An icon type must be specified.")


_CHECKS = {
    "choiceQuestion": _check_choice,
    "scaleQuestion": _check_scale,
    "ratingQuestion": _check_rating,
}


def _fetched(held: Json) -> None:
    """An image as it is once fetched: its source is not shown again."""
    image = held.get("image", {})
    source = image.pop("sourceUri", "")
    if source:
        image["contentUri"] = source


def check_text(item: Json) -> None:
    """Titles are of one line. Raises FormError."""
    if "\n" in item.get("title", ""):
        raise FormError("Displayed text cannot contain newlines")
