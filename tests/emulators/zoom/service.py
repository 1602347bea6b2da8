"""From a request to an answer: routes, who asks, limits, the handler, errors."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount

from tests.emulators.asgi import Endpoint
from tests.emulators.exchange_log import ExchangeLog
from tests.emulators.exchanging import Answer, Request
from tests.emulators.faults import FaultPlan
from tests.emulators.zoom import events, meetings, past, registrants, tokens, users
from tests.emulators.zoom.calls import METHODS, Call, Method
from tests.emulators.zoom.errors import FAULT_TEXTS, ZoomError, no_scopes
from tests.emulators.zoom.quotas import HOST_DAY_OVER, Quotas
from tests.emulators.zoom.state import add_meeting, dump_data
from tests.emulators.zoom.world import World

MODULES = (meetings, past, registrants, users)
"""All that register methods."""
TOKEN = "/oauth/token"
BASE = "/v2"
NOT_EMULATED = ("userCreate", "userDelete", "userUpdate", "webinars", "meetingPolls", "chat")


class Zoom:
    """Zoom at one address: /oauth/token, and the API below /v2."""

    def __init__(self, world: World, *, quotas: bool = False) -> None:
        self.world = world
        self.quotas = Quotas() if quotas else None
        self.ask: Callable[[Request], Answer] = self._answer

    def make_app(self) -> Starlette:
        """The ASGI app, with a log and a fault plan of its own."""
        endpoint = Endpoint(self, log=ExchangeLog(), faults=FaultPlan())
        return Starlette(routes=[Mount("/", app=endpoint)])

    def name(self, request: Request) -> tuple[str, str]:
        """Zoom, and the operation's id; ("", "") where none is meant."""
        if request.raw_path == TOKEN:
            return "oauth", "oauth.token"
        found = _find(request)
        return ("zoom", found[0].id) if found else ("", "")

    def answer(self, request: Request) -> Answer:
        """Do what is asked."""
        with self.world.lock:
            return self._answer(request)

    def refuse(self, request: Request, status: int, reason: str, message: str) -> Answer:
        """Zoom's error body; `reason` is its code, or "host" for a host's day that is over."""
        if request.raw_path == TOKEN:
            body = {"reason": message or "Bad Request", "error": reason or "invalid_request"}
            return _json(status, body)
        if reason == "host":
            return _error(ZoomError(429, 429, HOST_DAY_OVER))
        code, says = FAULT_TEXTS.get(status, (status, "Planned fault."))
        return _error(ZoomError(status, int(reason) if reason else code, message or says))

    def edit(self, edit: Mapping[str, Any]) -> None:
        """Somebody else at work: {"delete": id}, {"create": {}}, {"meeting": id, "topic"/...}."""
        if "create" in edit:
            made = add_meeting(self.world, dict(edit["create"]))
            events.tell(self.world, "meeting.created", made)
            return
        if "delete" in edit:
            gone = self.world.meetings.pop(int(edit["delete"]), None)
            if gone is not None:
                events.tell(self.world, "meeting.deleted", gone)
            return
        body = {name: value for name, value in edit.items() if name != "meeting"}
        meetings.update(Call(self.world, {"meeting": str(edit["meeting"])}, {}, body))
        events.tell(self.world, "meeting.updated", self.world.meeting(str(edit["meeting"])))

    def subscribe(self, address: str, secret: str) -> bool:
        """An event subscription of the app, as if entered in the App Marketplace."""
        return events.subscribe(self.world, address, secret)

    def expire_tokens(self) -> None:
        """Every token given so far stops working."""
        for token in self.world.tokens.values():
            token.ends = self.world.now()

    def state(self) -> dict[str, Any]:
        """All that is held, in the form of the data file."""
        return dump_data(self.world)

    def coverage(self) -> tuple[list[str], list[str]]:
        """The operations that are served, and some that are often asked for and are not."""
        return sorted(["oauth.token", *(one.id for one in METHODS)]), sorted(NOT_EMULATED)

    def _answer(self, request: Request) -> Answer:
        try:
            if request.raw_path == "/_state":
                return _json(200, self.state())
            if request.raw_path == TOKEN:
                return tokens.answer(self.world, request)
            return self._called(request)
        except ZoomError as error:
            return _error(error)
        except Exception:  # noqa: BLE001 - whatever it is, the client gets an answer
            told = traceback.format_exc()
            print(told, file=sys.stderr)
            answer = _error(ZoomError(500, 500, "Internal Server Error."))
            answer.violations = [told]
            return answer

    def _called(self, request: Request) -> Answer:
        found = _find(request)
        if found is None:
            raise ZoomError(404, 2300, "This API endpoint is not recognized.")
        method, path = found
        scopes = tokens.identify(self.world, request)
        if not _may(method, scopes):
            raise no_scopes(_wanted(method, scopes))
        headers = self.quotas.spend(method, self.world) if self.quotas else {}
        call = Call(self.world, path, dict(request.query), _body(request), request.address)
        if self.quotas and method.id in ("meetingCreate", "meetingUpdate"):
            headers |= self.quotas.write(self.world, self._host(method, call))
        number = path.get("meeting", "")
        before = self.world.meetings.get(int(number)) if number.isdigit() else None
        status, body = method.handler(call)
        meeting = before or self.world.meetings.get(body.get("id") if body else 0)
        if method.id in events.EVENTS and meeting is not None:
            events.tell(self.world, events.EVENTS[method.id], meeting)
        answer = _json(status, body)
        answer.headers.update(headers)
        return answer

    def _host(self, method: Method, call: Call) -> str:
        if method.id == "meetingCreate":
            return self.world.user(call.path["user"]).email
        return self.world.meeting(call.path["meeting"]).host


def _find(request: Request) -> tuple[Method, dict[str, str]] | None:
    path = request.raw_path.removeprefix(BASE)
    if path == request.raw_path:
        return None
    for method in METHODS:
        found = method.match(request.verb, path)
        if found is not None:
            return method, found
    return None


def _may(method: Method, scopes: tuple[str, ...]) -> bool:
    classic = (method.classic, f"{method.classic}:admin")
    return bool({*method.scopes, *classic} & {*scopes})


def _wanted(method: Method, scopes: tuple[str, ...]) -> tuple[str, ...]:
    """As Zoom names them: in the words of the app's own kind of scopes."""
    is_classic = any(scope.removesuffix(":admin").count(":") == 1 for scope in scopes)
    return (method.classic, f"{method.classic}:admin") if is_classic else method.scopes


def _body(request: Request) -> Mapping[str, Any]:
    if not request.content:
        return {}
    try:
        found = json.loads(request.content)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ZoomError(400, 300, "Request Body should be a valid JSON object.")
    return found


def _error(error: ZoomError) -> Answer:
    answer = _json(error.status, error.body())
    answer.headers.update(error.headers)
    return answer


def _json(status: int, body: Any) -> Answer:
    if body is None:
        return Answer(status)
    headers = {"Content-Type": "application/json;charset=UTF-8"}
    return Answer(status, json.dumps(body, ensure_ascii=False).encode(), headers, json=body)
