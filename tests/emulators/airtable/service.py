"""From a request to an answer: routes, who asks, limits, the handler, errors."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount

from tests.emulators.airtable.attachments import download
from tests.emulators.airtable.calls import ROUTES, SCOPES, Call, Route, find
from tests.emulators.airtable.errors import ApiError, bad_request, forbidden, invalid, not_found
from tests.emulators.airtable.rates import Rates, too_fast, used_up
from tests.emulators.airtable.second_editor import edit_base
from tests.emulators.airtable.state import dump_data
from tests.emulators.airtable.tokens import expire_all, identify
from tests.emulators.airtable.webhooks.logging import log
from tests.emulators.airtable.world import Token, World
from tests.emulators.asgi import Endpoint
from tests.emulators.exchange_log import ExchangeLog
from tests.emulators.exchanging import Answer, Request
from tests.emulators.faults import FaultPlan

LONGEST_URL = 16_000
"""Characters, as support.airtable.com says."""
LARGEST = 5 * 1024 * 1024
"""Bytes of a request with records; an attachment has as many before it is encoded."""
TEXTS = {
    401: ("AUTHENTICATION_REQUIRED", "Authentication required"),
    403: ("INVALID_PERMISSIONS", "You are not permitted to perform this operation"),
    413: ("REQUEST_TOO_LARGE", "Request body too large"),
    422: ("INVALID_REQUEST_UNKNOWN", "Invalid request: parameter validation failed."),
    500: ("SERVER_ERROR", "Internal Server Error. Please try again later."),
    502: ("BAD_GATEWAY", "Bad Gateway"),
    503: ("SERVICE_UNAVAILABLE", "The server is temporarily unable to process your request."),
}


class Airtable:
    """The Web API and content API at one address, over one world."""

    def __init__(self, world: World, *, quotas: bool = False) -> None:
        self.world = world
        self.rates = Rates() if quotas else None
        self.ask: Callable[[Request], Answer] = self._answer

    def make_app(self) -> Starlette:
        """The ASGI app, with a log and a fault plan of its own."""
        endpoint = Endpoint(self, log=ExchangeLog(), faults=FaultPlan())
        return Starlette(routes=[Mount("/", app=endpoint)])

    # what the shared frame asks for --------------------------------------------------------------

    def name(self, request: Request) -> tuple[str, str]:
        """The part of the API and the method's id; ("", "") where no method is meant."""
        found = find(request.verb, request.raw_path)
        return (found[0].id.partition(".")[0], found[0].id) if found else ("", "")

    def answer(self, request: Request) -> Answer:
        """Do what is asked."""
        with self.world.lock:
            return self._answer(request)

    def refuse(self, request: Request, status: int, reason: str, message: str) -> Answer:
        """The error body that Airtable has for a status and a type."""
        if status == 429:
            error = used_up() if reason == "PUBLIC_API_BILLING_LIMIT_EXCEEDED" else too_fast()
            return _told(error)
        if status == 404 and not message:
            return _told(ApiError(404, reason or "NOT_FOUND"))
        kind, text = TEXTS.get(status, ("SERVER_ERROR", "Planned fault."))
        return _told(ApiError(status, reason or kind, message or text))

    def edit(self, edit: Mapping[str, Any]) -> None:
        """A second person's change."""
        edit_base(self.world, edit)

    def expire_tokens(self) -> None:
        """Every token known so far stops working."""
        expire_all(self.world)

    def state(self) -> dict[str, Any]:
        """All that is held, in the form of the data file."""
        return dump_data(self.world)

    def coverage(self) -> tuple[list[str], list[str]]:
        """The ids of the methods that are served; none of those named in README.md is missing."""
        return sorted({one.id for one in ROUTES}), []

    # one request ---------------------------------------------------------------------------------

    def _answer(self, request: Request) -> Answer:
        if request.raw_path == "/_state":
            return _json(200, self.state())
        try:
            return self._called(request)
        except ApiError as error:
            return _told(error)
        except Exception:  # noqa: BLE001 - whatever it is, the client gets an answer
            told = traceback.format_exc()
            print(told, file=sys.stderr)
            answer = _told(ApiError(500, *TEXTS[500]))
            answer.violations = [told]
            return answer

    def _called(self, request: Request) -> Answer:
        found = find(request.verb, request.raw_path)
        if found is None:
            raise not_found()
        route, path = found
        if route.id == "attachments.download":
            token = Token("", self.world.default_user.id, SCOPES)
            call = Call(route.id, self.world, token, path, request.query, None, request.address)
            return download(call)
        call = self._call(request, route, path)
        self._limited(request, call)
        call.body = _body(request)
        call.needs(*route.scopes, level=route.level)
        try:
            given = route.handler(call)
        except Exception:
            if call.change is not None:
                call.change.undo()
            raise
        if call.change is not None:
            log(call.change)
        if isinstance(given, Answer):
            return given
        answer = _json(200, given)
        answer.method = route.id
        return answer

    def _call(self, request: Request, route: Route, path: dict[str, str]) -> Call:
        token = identify(self.world, request)
        call = Call(route.id, self.world, token, path, request.query, None, request.address)
        if "base" in path:
            call.base = self.world.bases.get(path["base"])
            missing = call.base is None or call.base.level(token.user) == "none"
            if missing or (token.bases is not None and path["base"] not in token.bases):
                raise not_found() if not path["base"].startswith("app") else forbidden()
        return call

    def _limited(self, request: Request, call: Call) -> None:
        """Raise for what is too much: too many requests, too long an address, too much to read."""
        workspace = call.base.workspace if call.base else ""
        if workspace in self.world.calls_left and not call.method.startswith("meta."):
            if self.world.calls_left[workspace] <= 0:
                raise used_up()
            self.world.calls_left[workspace] -= 1
        if self.rates:
            self.rates.spend(call.path.get("base", ""), call.token.user, self.world.now())
        if len(request.raw_path) + len(request.query_text) + len(request.address) >= LONGEST_URL:
            raise ApiError(414, "URI_TOO_LONG", "The request URL is too long")
        limit = LARGEST * 2 if call.method == "attachments.upload" else LARGEST
        if len(request.content) > limit:
            raise ApiError(413, *TEXTS[413])


def _body(request: Request) -> Any:
    """The body as JSON, None where there is none; raises 422."""
    if not request.content.strip():
        return None if request.verb in {"GET", "DELETE"} else {}
    if request.verb in {"GET", "DELETE"}:
        return None
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise invalid(
            "INVALID_REQUEST_BODY", "Could not parse request body: it must be application/json"
        )
    try:
        return json.loads(request.content, parse_constant=_no_number)
    except ValueError:
        raise bad_request() from None


def _no_number(text: str) -> float:
    """NaN and Infinity, which Python takes for JSON, and others do not."""
    raise ValueError(text)


def _told(error: ApiError) -> Answer:
    return _json(error.status, error.body())


def _json(status: int, body: Any) -> Answer:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    headers = {"Content-Type": "application/json; charset=utf-8"}
    return Answer(status, text.encode(errors="replace"), headers, json=body)
