"""The parts of a request that every method shares, and answers as text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.emulators.exchanging import Answer, Request
from tests.emulators.google import masks, parameters
from tests.emulators.google.calls import Call, Raw
from tests.emulators.google.conforming import departures
from tests.emulators.google.discovery import SERVED, Method, document
from tests.emulators.google.errors import LISTS_ERRORS, ApiError, bad_request

COMMON = frozenset(
    {"alt", "fields", "prettyPrint", "quotaUser", "key", "access_token", "oauth_token", "userIp"}
    | {"$.xgafv", "callback", "uploadType", "upload_protocol", "upload_id", "$alt", "$fields", "pp"}
)
PRETTY_UP_TO = 200_000  # characters; beyond that, indenting costs more than it helps


def split(query: list[tuple[str, str]]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The parameters that every method knows, and the method's own."""
    common = {name: text for name, text in query if name in COMMON}
    return common, [(name, text) for name, text in query if name not in COMMON]


def json_body(request: Request) -> Any:
    """The body as JSON; raises ApiError 400 for what is not."""
    if not request.content.strip():
        return {}
    try:
        return json.loads(request.content, parse_constant=_no_number)
    except ValueError:
        text = request.content[:80].decode("utf-8", "replace")
        raise bad_request(f"Invalid JSON payload received. Unexpected token.\n{text}\n^") from None


def _no_number(text: str) -> float:
    """NaN and Infinity, which Python takes for JSON, and others do not."""
    raise ValueError(text)


def mask_of(request: Request, method: Method, common: Mapping[str, str]) -> masks.Mask:
    """The mask of `fields`; raises ApiError 400 for one that does not fit the answer."""
    text = common.get("fields", common.get("$fields", request.headers.get("x-goog-fieldmask", "")))
    if not text:
        return {}
    try:
        mask = masks.parse(text)
    except masks.BadMask:
        raise _bad_field(method, text) from None
    unknown = parameters.unknown_field(method, mask)
    if unknown:
        raise _bad_field(method, unknown)
    return mask


def _bad_field(method: Method, name: str) -> ApiError:
    if method.service in LISTS_ERRORS and method.service != "gmail":
        message = f"Invalid field selection {name}"
        return ApiError(400, "invalidParameter", message, location="fields")
    told = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{name}'."
    return bad_request("Request contains an invalid argument.", [(name, told)])


def answered(
    request: Request, method: Method, call: Call, common: Mapping[str, str], given: Any
) -> Answer:
    """What a handler gave, checked and masked, as an answer."""
    if isinstance(given, Raw):
        headers = {"Content-Type": given.media_type, **given.headers, **call.answer_headers}
        return Answer(given.status, given.content, headers, method=method.id)
    if given is None:
        return Answer(204, b"", dict(call.answer_headers), method=method.id)
    violations = departures(method, given)
    answer = json_answer(request, masks.kept(call.fields, given), common=common)
    answer.headers.update(call.answer_headers)
    answer.method, answer.violations = method.id, violations
    return answer


def json_answer(
    request: Request, body: Any, *, status: int = 200, common: Mapping[str, str] | None = None
) -> Answer:
    """JSON as an answer, pretty unless that is not wanted or too long."""
    asked = dict(request.query) if common is None else common
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    pretty = asked.get("prettyPrint", asked.get("pp", "true")).lower() not in {"false", "0"}
    if pretty and len(text) <= PRETTY_UP_TO:
        text = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    kind = "application/json; charset=UTF-8"
    if asked.get("callback"):
        text, kind = (
            f"// API callback\n{asked['callback']}({text});",
            "text/javascript; charset=UTF-8",
        )
    # half a character, as JSON can name it, is no text that could be sent
    content = text.encode(errors="replace")
    return Answer(status, content, {"Content-Type": kind}, json=body)


def directory(address: str) -> dict[str, Any]:
    """The list of APIs, as the discovery service gives it."""
    items = []
    for api, version in SERVED.items():
        described = document(api, version)
        items.append(
            {
                "kind": "discovery#directoryItem",
                "id": f"{api}:{version}",
                "name": api,
                "version": version,
                "title": described["title"],
                "description": described["description"],
                "discoveryRestUrl": f"{address}/discovery/v1/apis/{api}/{version}/rest",
                "preferred": True,
            }
        )
    return {"kind": "discovery#directoryList", "discoveryVersion": "v1", "items": items}
