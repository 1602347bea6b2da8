"""`forms.batchUpdate`: all updates or none, at the revision the caller names."""

from collections.abc import Callable
from typing import Any

from tests.emulators.google.discovery import document as discovery
from tests.emulators.google.errors import ApiError, bad_request
from tests.emulators.google.forms.items import check_text, completed
from tests.emulators.google.forms.model import Form, FormError, questions_of

Json = dict[str, Any]
_STALE = (
    "Update failed: the revision ID does not match the latest revision ID of the form. "
    "Fetch the form again and retry."
)


def updated(form: Form, body: Json) -> tuple[Form, list[Json]]:
    """The form after a batch, and the replies.

    Raises ApiError; the given form is left as it was.
    """
    control = body.get("writeControl", {})
    required, target = control.get("requiredRevisionId"), control.get("targetRevisionId")
    if required and required != form.revision_id:
        raise ApiError(400, "FAILED_PRECONDITION", _STALE)
    if target and not (target.isalnum() and int(target, 16) <= form.revision):
        raise ApiError(400, "INVALID_ARGUMENT", f"Invalid target revision ID: {target}")
    if not body.get("requests"):
        raise bad_request("No requests in batch.")
    after = form.copied()
    replies = [_one(after, number, request) for number, request in enumerate(body["requests"])]
    after.revision += 1
    return after, replies


def _one(form: Form, number: int, request: Json) -> Json:
    names = [name for name in request if name in _KINDS]
    if len(names) != 1:
        raise bad_request(f"Invalid requests[{number}]: Must specify one request type.")
    (name,) = names
    try:
        return _KINDS[name](form, request[name])
    except KeyError as error:
        text = f"{error.args[0]} must be specified."
        raise bad_request(f"Invalid requests[{number}].{name}: {text}") from error
    except FormError as error:
        raise bad_request(f"Invalid requests[{number}].{name}: {error}") from error


def _index(form: Form, location: Json, *, more: int = 0) -> int:
    """An index among the items, or right behind them when there will be `more`.

    Raises FormError.
    """
    index: int = location.get("index", 0)
    if not 0 <= index < len(form.items) + more:
        raise FormError(f"Index {index} must be in the range [0,{len(form.items) + more}).")
    return index


def _create(form: Form, request: Json) -> Json:
    if "location" not in request:
        raise KeyError("location")
    index = _index(form, request["location"], more=1)
    check_text(request["item"])
    item = completed(form, request["item"])
    form.items.insert(index, item)
    reply: Json = {"itemId": item["itemId"]}
    questions = [question["questionId"] for question in questions_of(item)]
    return {"createItem": {**reply, "questionId": questions} if questions else reply}


def _update(form: Form, request: Json) -> Json:
    index = _index(form, request["location"])
    before, wanted = form.items[index], request["item"]
    if wanted.get("itemId", before["itemId"]) != before["itemId"]:
        raise FormError("The item ID must match the item at the location.")
    check_text(wanted)
    merged = _masked(before, wanted, request.get("updateMask", ""), "Item")
    merged["itemId"] = before["itemId"]
    _same_ids(before, merged)
    form.items[index] = completed(form, merged, before)
    return {}


def _same_ids(before: Json, after: Json) -> None:
    """A question whose id the caller left out is the one that stood there."""
    had = questions_of(before)
    for number, question in enumerate(questions_of(after)):
        if not question.get("questionId") and number < len(had):
            question["questionId"] = had[number]["questionId"]


def _delete(form: Form, request: Json) -> Json:
    del form.items[_index(form, request["location"])]
    return {}


def _move(form: Form, request: Json) -> Json:
    origin = _index(form, request["originalLocation"])
    target = _index(form, request["newLocation"])
    form.items.insert(target, form.items.pop(origin))
    return {}


def _update_info(form: Form, request: Json) -> Json:
    info = _masked(form.info, request.get("info", {}), request.get("updateMask", ""), "Info")
    if info.get("documentTitle") != form.info.get("documentTitle"):
        raise FormError("The document title is read-only.")
    form.info = info
    return {}


def _update_settings(form: Form, request: Json) -> Json:
    wanted, mask = request.get("settings", {}), request.get("updateMask", "")
    form.settings = _masked(form.settings, wanted, mask, "FormSettings")
    if not form.settings.get("quizSettings", {}).get("isQuiz"):
        for question in form.questions():
            question.pop("grading", None)
    return {}


def _masked(held: Json, wanted: Json, mask: str, schema: str) -> Json:
    """The fields of the mask as wanted, left out when not given; the rest as held. Raises
    FormError.
    """
    names = [name.strip() for name in mask.split(",") if name.strip()]
    if not names:
        raise FormError("update_mask is required.")
    if names == ["*"]:
        fixed = {key: held[key] for key in ("itemId", "documentTitle") if key in held}
        return {**fixed, **wanted}
    known = discovery("forms", "v1")["schemas"][schema]["properties"]
    result = dict(held)
    for name in names:
        path = [_camel(part) for part in name.split(".")]
        if path[0] not in known:
            raise FormError(f"Invalid field in update_mask: {name}")
        _put(result, wanted, path)
    return result


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


def _put(result: Json, wanted: Json, path: list[str]) -> None:
    head, *rest = path
    if head not in wanted:
        result.pop(head, None)
    elif rest:
        inner = dict(result.get(head) or {})
        _put(inner, wanted[head], rest)
        result[head] = inner
    else:
        result[head] = wanted[head]


_KINDS: dict[str, Callable[[Form, Json], Json]] = {
    "createItem": _create,
    "updateItem": _update,
    "deleteItem": _delete,
    "moveItem": _move,
    "updateFormInfo": _update_info,
    "updateSettings": _update_settings,
}
