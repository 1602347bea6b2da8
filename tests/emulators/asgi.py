"""The ASGI app around an emulated service: faults, the log, compression, hanging up."""

from __future__ import annotations

import gzip
import traceback
from collections.abc import Mapping
from typing import Any

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.emulators.exchange_log import ExchangeLog
from tests.emulators.exchanging import Answer, Request, Service
from tests.emulators.faults import FaultPlan, retry_after

ABORT = "emulator.abort"  # the key under which the server's protocol puts its way to hang up
COMPRESS_FROM = 1024  # bytes; below that, compression gains nothing


class Dropped(Exception):
    """The connection is to be closed without a reply."""


class Endpoint:
    """Every request goes through here."""

    def __init__(self, service: Service, *, log: ExchangeLog, faults: FaultPlan) -> None:
        self.service = service
        self.log = log
        self.faults = faults
        service.ask = self.ask_within

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = HttpRequest(scope, receive)
        request = await _request(asked)
        if request.verb == "OPTIONS":
            await _allowed(request)(scope, receive, send)
            return
        try:
            answer = await self._answer(request)
        except Dropped:
            await _hang_up(scope, receive)
            return
        await _response(request, answer)(scope, receive, send)

    async def _answer(self, request: Request) -> Answer:
        service, method = self.service.name(request)
        deeds = self._deeds(request, service, method)
        for seconds in [deed["delay"] for deed in deeds if "delay" in deed]:
            await anyio.sleep(seconds)
        dropped = next((deed["drop"] for deed in deeds if deed.get("drop")), "")
        answer = None
        if dropped != "before":
            answer = await run_in_threadpool(self._handled, request, deeds)
        self.log.add(
            request,
            None if dropped else answer,
            service=service,
            method=method or (answer.method if answer else ""),
            at=self.service.world.now(),
            note=f"dropped {dropped}" if dropped else "",
        )
        if dropped or answer is None:
            raise Dropped
        return answer

    def ask_within(self, request: Request) -> Answer:
        """Answer a request that came within another one, in a batch: logged, and met by faults.

        It can be neither delayed nor dropped: there is no connection of its own.
        """
        service, method = self.service.name(request)
        answer = self._handled(request, self._deeds(request, service, method))
        now = self.service.world.now()
        self.log.add(request, answer, service=service, method=method, at=now, note="in a batch")
        return answer

    def _deeds(self, request: Request, service: str, method: str) -> list[Mapping[str, Any]]:
        return self.faults.for_request(
            service=service, method=method, verb=request.verb, path=request.path
        )

    def _handled(self, request: Request, deeds: list[Mapping[str, Any]]) -> Answer:
        with self.service.world.lock:
            try:
                for deed in deeds:
                    self._beforehand(deed)
            except Exception:  # noqa: BLE001 - a plan that cannot be carried out fails the test
                answer = self.service.refuse(request, 500, "", "The fault plan failed.")
                answer.violations.append(traceback.format_exc())
                return answer
            refusal = next((deed for deed in deeds if "status" in deed), None)
            if refusal is not None:
                return self._refused(request, refusal)
            return self.service.answer(request)

    def _beforehand(self, deed: Mapping[str, Any]) -> None:
        if deed.get("expire_tokens"):
            self.service.expire_tokens()
        if "edit" in deed:
            self.service.edit(deed["edit"])
        if "call" in deed:
            deed["call"](self.service.world)

    def _refused(self, request: Request, deed: Mapping[str, Any]) -> Answer:
        answer = self.service.refuse(
            request, deed["status"], deed.get("reason", ""), deed.get("message", "")
        )
        if "retry_after" in deed:
            now = self.service.world.now()
            answer.headers["Retry-After"] = retry_after(str(deed["retry_after"]), now)
        return answer


async def _request(asked: HttpRequest) -> Request:
    scope = asked.scope
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    headers = {name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]}
    host = headers.get("host") or "{}:{}".format(*scope["server"])
    content = await asked.body()
    if headers.get("content-encoding") == "gzip":
        content = gzip.decompress(content)
    query = scope["query_string"].decode("ascii")
    override = headers.get("x-http-method-override", "").upper()
    if override == "GET":  # a GET too long for a URL comes as a form
        query, content = content.decode("ascii"), b""
    return Request(
        verb=override or asked.method,
        raw_path=raw.decode("ascii"),
        query_text=query,
        headers=headers,
        content=content,
        address=f"{scope['scheme']}://{host}",
    )


def _response(request: Request, answer: Answer) -> Response:
    content, headers = answer.content, dict(answer.headers)
    accepted = request.headers.get("accept-encoding", "")
    if "gzip" in accepted and len(content) >= COMPRESS_FROM:
        content = gzip.compress(content, compresslevel=1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    headers["Vary"] = "Origin, X-Origin, Referer"
    if "origin" in request.headers:
        headers["Access-Control-Allow-Origin"] = request.headers["origin"]
        headers["Access-Control-Allow-Credentials"] = "true"
    return Response(content, status_code=answer.status, headers=headers)


def _allowed(request: Request) -> Response:
    """To a browser that asks beforehand: whatever it wants."""
    headers = {
        "Access-Control-Allow-Origin": request.headers.get("origin", "*"),
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "DELETE,GET,HEAD,PATCH,POST,PUT",
        "Access-Control-Allow-Headers": request.headers.get("access-control-request-headers", "*"),
        "Access-Control-Max-Age": "3600",
    }
    return Response(b"", status_code=200, headers=headers)


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Close the socket, then wait until the server has noticed: it must not reply on its own."""
    scope["state"][ABORT]()
    while (await receive())["type"] != "http.disconnect":
        pass
