"""`documents.batchUpdate`: all requests or none, at the revision the caller names."""

from typing import Any

from tests.emulators.google.docs import looks, objects, requests
from tests.emulators.google.docs.document import Document, EditError
from tests.emulators.google.docs.rebasing import edits_after, edits_since, moved_request
from tests.emulators.google.errors import ApiError, bad_request

Json = dict[str, Any]
KINDS = {**requests.KINDS, **objects.KINDS, **looks.KINDS}


def updated(document: Document, body: Json) -> tuple[Document, list[Json]]:
    """The document after a batch, and the replies.

    Raises ApiError; the given document is left as it was.
    """
    control, asked = body.get("writeControl", {}), body.get("requests", [])
    required, target = control.get("requiredRevisionId"), control.get("targetRevisionId")
    if required and required != document.revision_id:
        raise ApiError(
            400,
            "FAILED_PRECONDITION",
            f"The required revision ID '{required}' does not match the latest revision.",
        )
    if target and target != document.revision_id:
        return _rebased(document, target, asked)
    after = document.copied()
    replies = [_one(after, number, request) for number, request in enumerate(asked)]
    return _result(document, after), replies


def _rebased(document: Document, target: str, asked: list[Json]) -> tuple[Document, list[Json]]:
    """Plays the batch on the state it was written for and, with its indexes moved, on the present
    one.
    """
    found = edits_since(document, target)
    if found is None:
        raise ApiError(
            400,
            "FAILED_PRECONDITION",
            f"The target revision ID '{target}' is invalid or too far behind the latest revision.",
        )
    base, others = found
    aimed, after, replies = base.copied(), document.copied(), []
    for number, request in enumerate(asked):
        replies.append(_one(after, number, moved_request(request, others, base.tabs[0].id)))
        made = [len(tab.edits) for tab in aimed.tabs]
        _one(aimed, number, request)
        own = [edit for tab, had in zip(aimed.tabs, made, strict=False) for edit in tab.edits[had:]]
        others = edits_after(others, own)
    return _result(document, after), replies


def _one(document: Document, number: int, request: Json) -> Json:
    names = [name for name in request if name in KINDS]
    if len(names) != 1:
        unknown = next(iter(request), None)
        text = f"{unknown} is not supported." if unknown else "No request set."
        raise bad_request(f"Invalid requests[{number}]: {text}")
    (name,) = names
    try:
        return KINDS[name](document, request[name])
    except KeyError as error:
        raise bad_request(
            f"Invalid requests[{number}].{name}: {error.args[0]} must be specified."
        ) from error
    except EditError as error:
        raise bad_request(f"Invalid requests[{number}].{name}: {error}") from error


def _result(before: Document, after: Document) -> Document:
    return before.succeeded(after) if before.tabs != after.tabs else before
