"""From a request to an answer: the method, who asks, the arguments, the limits, the error."""

from __future__ import annotations

import base64
import json
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.routing import Mount

from tests.emulators.asgi import Endpoint
from tests.emulators.exchange_log import ExchangeLog
from tests.emulators.exchanging import Answer, Request
from tests.emulators.faults import FaultPlan
from tests.emulators.slack import events, scheduled, tokens, webhooks
from tests.emulators.slack.calls import METHODS, Call
from tests.emulators.slack.errors import SlackError
from tests.emulators.slack.quotas import Quotas, rate_limited
from tests.emulators.slack.second_editor import edit_workspace
from tests.emulators.slack.state import dump_data
from tests.emulators.slack.world import Token, World

API = "/api/"
FORM = "application/x-www-form-urlencoded"
NOBODY = Token("", "")


class Slack:
    """One workspace at one address."""

    def __init__(self, world: World, *, quotas: bool = False) -> None:
        self.world = world
        self.quotas = Quotas() if quotas else None
        self.ask: Callable[[Request], Answer] = self.answer

    def make_app(self) -> Starlette:
        """The ASGI app, with a log and a fault plan of its own."""
        endpoint = Endpoint(self, log=ExchangeLog(), faults=FaultPlan())
        return Starlette(routes=[Mount("/", app=endpoint)])

    def name(self, request: Request) -> tuple[str, str]:
        """The part of Slack, and the method: ("slack", "chat.postMessage")."""
        if request.raw_path.startswith("/services/"):
            return "webhooks", "webhook"
        name = request.path.removeprefix(API) if request.path.startswith(API) else ""
        return ("slack", name) if name else ("", "")

    def answer(self, request: Request) -> Answer:
        """Do what is asked."""
        scheduled.post_what_is_due(self.world)
        part, name = self.name(request)
        if request.raw_path == "/_state":
            return _json(dump_data(self.world), "")
        if part == "webhooks":
            return webhooks.answer(self.world, request, self.quotas)
        if part != "slack":
            page = b"<!DOCTYPE html><title>404 | Slack</title><p>This page does not exist."
            return Answer(404, page, {"Content-Type": "text/html; charset=utf-8"})
        try:
            return self._called(request, name)
        except SlackError as error:
            return _failed(error, name)
        except Exception:  # noqa: BLE001 - whatever it is, the client gets an answer
            told = traceback.format_exc()
            print(told, file=sys.stderr)
            answer = _failed(SlackError("fatal_error"), name)
            answer.violations = [told]
            return answer

    def refuse(self, request: Request, status: int, reason: str, message: str) -> Answer:
        """A planned fault: with status 200 it is the word alone, as Slack mostly answers."""
        name = self.name(request)[1]
        if status == 429:
            return _failed(rate_limited(30), name)
        if status >= 500:
            return Answer(status, (message or "upstream error").encode(), method=name)
        return _failed(SlackError(reason or "internal_error", status=status), name)

    def edit(self, edit: Mapping[str, Any]) -> None:
        """What a second person does in Slack's own window."""
        edit_workspace(self.world, edit)

    def subscribe(self, address: str, secret: str) -> bool:
        """The Request URL of the app's event subscriptions, as if entered at api.slack.com."""
        return events.subscribe(self.world, address, secret)

    def expire_tokens(self) -> None:
        """Every token given so far stops working."""
        for token in self.world.tokens.values():
            token.expired = True

    def state(self) -> dict[str, Any]:
        """All that is held, in the form of the data file."""
        return dump_data(self.world)

    def coverage(self) -> tuple[list[str], list[str]]:
        """The methods that are served; of Slack's other ones there are far too many to list."""
        return sorted(METHODS), []

    def _called(self, request: Request, name: str) -> Answer:
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        arguments = _arguments(request, takes_json=method.takes_json)
        token = NOBODY
        if method.needs_token:
            token = tokens.identify(self.world, request, arguments)
            tokens.must_may(token, method)
        call = Call(method, arguments, self.world, token, request.address)
        if self.quotas:
            who, now = token.token, self.world.now()
            self.quotas.spend(method, who, lambda: call.text("channel"), now)
        answer = _json({"ok": True, **method.function(call)}, name)
        if method.needs_token:
            answer.headers["X-OAuth-Scopes"] = ",".join(token.scopes or EVERY)
            answer.headers["X-Accepted-OAuth-Scopes"] = ",".join(method.scopes)
        return answer


EVERY = (
    *("chat:write", "chat:write.public", "users:read", "users:read.email", "users.profile:read"),
    *("channels:read", "channels:history", "channels:join", "channels:manage", "groups:read"),
    *("groups:history", "groups:write", "im:read", "im:history", "im:write", "mpim:read"),
    *("mpim:history", "mpim:write", "team:read", "reactions:read", "reactions:write"),
    "metadata.message:read",
)
"""What a token may do of which nothing is said."""


def _arguments(request: Request, *, takes_json: bool) -> dict[str, Any]:
    """From the query and the body: a form, or JSON where the method takes it."""
    found: dict[str, Any] = {**_app(request), **dict(request.query)}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.verb != "POST" or not request.content:
        return found
    if kind == "application/json":
        return found | (_from_json(request.content) if takes_json else {})
    if kind == FORM:
        pairs = parse_qsl(request.content.decode("utf-8", "replace"), keep_blank_values=True)
        return found | dict(pairs)
    raise SlackError("invalid_post_type" if kind else "missing_post_type")


def _app(request: Request) -> dict[str, str]:
    """An app's id and secret, where they come as name and password."""
    header = request.headers.get("authorization", "")
    if not header.startswith("Basic "):
        return {}
    name, _, password = base64.b64decode(header[6:]).decode("utf-8", "replace").partition(":")
    return {"client_id": name, "client_secret": password}


def _from_json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(found, dict):
        raise SlackError("json_not_object")
    return found


def _failed(error: SlackError, name: str) -> Answer:
    answer = _json(error.body(), name, status=error.status)
    answer.headers.update(error.headers)
    return answer


def _json(body: dict[str, Any], name: str, *, status: int = 200) -> Answer:
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    headers = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"}
    return Answer(status, content, headers, json=body, method=name)
