"""From a request to an answer: routes, who asks, checks, the handler, the mask, errors."""

from __future__ import annotations

import re
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
from tests.emulators.google import batches, checking, parameters, tokens, uploads
from tests.emulators.google.answering import (
    answered,
    directory,
    json_answer,
    json_body,
    mask_of,
    split,
)
from tests.emulators.google.calls import HANDLERS, OWN_PATHS, Call, Media
from tests.emulators.google.discovery import (
    SERVED,
    Method,
    find,
    local_document,
    methods,
    verbs,
)
from tests.emulators.google.errors import ApiError
from tests.emulators.google.older import modern
from tests.emulators.google.quotas import Quotas
from tests.emulators.google.state import dump_data
from tests.emulators.google.world import World

HTML_404 = (
    "<!DOCTYPE html><html lang=en><title>Error 404 (Not Found)!!1</title>"
    "<p><b>404.</b> <ins>That’s an error.</ins>"
    "<p>The requested URL <code>{path}</code> was not found on this server."
)


class Google:
    """The services at one address, over one world."""

    def __init__(self, world: World, *, quotas: bool = False) -> None:
        self.world = world
        self.quotas = Quotas() if quotas else None
        self.uploads = uploads.Sessions()
        self.ask: Callable[[Request], Answer] = self._answer

    def make_app(self) -> Starlette:
        """The ASGI app, with a log and a fault plan of its own."""
        endpoint = Endpoint(self, log=ExchangeLog(), faults=FaultPlan())
        return Starlette(routes=[Mount("/", app=endpoint)])

    # what the shared frame asks for --------------------------------------------------------------

    def name(self, request: Request) -> tuple[str, str]:
        """The service and the method's id; ("", "") where no method is meant."""
        request = modern(request)
        found = find(request.verb, request.raw_path)
        if found:
            return found[0].service, found[0].id
        return ("batch", "") if request.raw_path.startswith("/batch") else ("", "")

    def answer(self, request: Request) -> Answer:
        """Do what is asked."""
        with self.world.lock:
            return self._answer(request)

    def refuse(self, request: Request, status: int, reason: str, message: str) -> Answer:
        """The error body of the service that was asked."""
        error = ApiError(status, reason, message or FAULT_TEXTS.get(status, "Planned fault."))
        return self._error(request, error, self.name(request)[0])

    def edit(self, edit: Mapping[str, Any]) -> None:
        """A second person's change in the spreadsheet's own editor."""
        from tests.emulators.google.sheets.second_editor import edit_sheet

        edit_sheet(self.world, edit)

    def expire_tokens(self) -> None:
        """Every access token given so far stops working."""
        tokens.store(self.world).expire_all()

    def state(self) -> dict[str, Any]:
        """All that is held, in the form of the data file."""
        return dump_data(self.world)

    def coverage(self) -> tuple[list[str], list[str]]:
        """The ids of the methods that are served, and of those that are not."""
        every = sorted({one.id for one in methods()})
        return [one for one in every if one in HANDLERS], [
            one for one in every if one not in HANDLERS
        ]

    # routes --------------------------------------------------------------------------------------

    def _answer(self, request: Request) -> Answer:
        service = ""
        try:
            special = self._special(request)
            if special is not None:
                return special
            request = modern(request)
            found = find(request.verb, request.raw_path) or _resumed(request)
            if found is None:
                return self._unknown_path(request)
            service = found[0].service
            return self._called(request, *found)
        except ApiError as error:
            return self._error(request, error, service)
        except Exception:  # noqa: BLE001 - whatever it is, the client gets an answer
            return self._broken(request, service)

    def _broken(self, request: Request, service: str) -> Answer:
        """A mistake in the emulator: told on the console, and a violation for whoever tests."""
        told = traceback.format_exc()
        print(told, file=sys.stderr)
        error = ApiError(500, "", "Internal error encountered.")
        answer = self._error(request, error, service)
        answer.violations = [told]
        return answer

    def _special(self, request: Request) -> Answer | None:
        path = request.raw_path
        if path == "/_state":
            return json_answer(request, self.state())
        if path in tokens.PATHS:
            return tokens.answer(self.world, request)
        if path.startswith("/batch"):
            return batches.answer(request, self.ask)
        described = re.fullmatch(r"/discovery/v1/apis/([\w-]+)/([\w.-]+)/rest", path)
        if described:
            return self._described(request, described[1], described[2])
        if path == "/discovery/v1/apis":
            return json_answer(request, directory(request.address))
        if path == "/$discovery/rest":
            return self._described_here(request)
        return self._own(request)

    def _own(self, request: Request) -> Answer | None:
        for pattern, function in OWN_PATHS:
            match = pattern.fullmatch(request.path)
            if match and request.verb == "POST":
                return json_answer(request, function(self.world, match, json_body(request)))
        return None

    def _described(self, request: Request, api: str, version: str) -> Answer:
        try:
            return json_answer(request, local_document(api, version, request.address))
        except KeyError:
            raise ApiError(
                404, "notFound", f"Discovery document for {api} {version} not found."
            ) from None

    def _described_here(self, request: Request) -> Answer:
        """At Google, the host says which API is meant; here a parameter can, or the version."""
        query = dict(request.query)
        version = query.get("version", "")
        fits = [api for api, served in SERVED.items() if served == version]
        api = query.get("api") or (fits[0] if fits else "sheets")
        return self._described(request, api, version or SERVED.get(api, "v1"))

    def _unknown_path(self, request: Request) -> Answer:
        allowed = verbs(request.raw_path)
        status = 405 if allowed and request.verb not in {"GET", "POST"} else 404
        html = HTML_404.format(path=request.path.replace("<", "&lt;"))
        return Answer(status, html.encode(), {"Content-Type": "text/html; charset=UTF-8"})

    # one call ------------------------------------------------------------------------------------

    def _called(self, request: Request, method: Method, path: dict[str, str]) -> Answer:
        common, own = split(request.query)
        user, scopes = tokens.identify(self.world, request, common)
        if scopes is not None and method.scopes and not scopes & method.scopes:
            raise tokens.too_few_scopes(method)
        if self.quotas:
            self.quotas.spend(method, user, self.world.now(), common.get("quotaUser", ""))
        if method.upload:
            begun = self.uploads.receive(request, method, common)
            if isinstance(begun, Answer):
                return begun
            body, media = begun
        else:
            body, media = json_body(request), None
        return self._handled(request, method, path, (common, own), body, media, user)

    def _handled(
        self,
        request: Request,
        method: Method,
        path: dict[str, str],
        queries: tuple[dict[str, str], list[tuple[str, str]]],
        body: Any,
        media: Media | None,
        user: str,
    ) -> Answer:
        common, own = queries
        call = Call(
            method=method.id,
            path=path,
            query=parameters.query(method, own),
            body=checking.request_body(method, body),
            world=self.world,
            user=user,
            now=self.world.now(),
            media=media,
            fields=mask_of(request, method, common),
            names_fields=bool({"fields", "$fields"} & {*common}),
            alt=common.get("alt", common.get("$alt", "json")),
            headers=request.headers,
            address=request.address,
        )
        handler = HANDLERS.get(method.id)
        if handler is None:
            raise ApiError(501, "notImplemented", f"{method.id} is not emulated.")
        return answered(request, method, call, common, handler(call))

    def _error(self, request: Request, error: ApiError, service: str) -> Answer:
        answer = json_answer(request, error.body(service or "sheets"), status=error.status)
        answer.headers.update(error.headers)
        return answer


FAULT_TEXTS = {
    401: "Request had invalid authentication credentials.",
    403: "The caller does not have permission",
    429: "Resource has been exhausted (e.g. check quota).",
    500: "Internal error encountered.",
    502: "Bad Gateway",
    503: "The service is currently unavailable.",
    504: "Deadline expired before operation could complete.",
}


def _resumed(request: Request) -> tuple[Method, dict[str, str]] | None:
    """The method whose resumable upload a PUT carries on, by whichever verb that was begun."""
    if request.verb != "PUT" or "upload_id" not in dict(request.query):
        return None
    return find("POST", request.raw_path) or find("PATCH", request.raw_path)
