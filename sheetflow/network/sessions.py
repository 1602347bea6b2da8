"""HTTP through the door: sign, pace, retry, translate, for any client library built on requests.

All of it happens in the transport under the library's session, so that no library can go around it.
One rule stands over the rest: what may have been taken is never sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ssl import SSLCertVerificationError
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError, SSLError

from sheetflow.clock import Clock
from sheetflow.errors import SheetflowError, Unreachable
from sheetflow.network.bill import Bill
from sheetflow.network.exchanges import Bounded, TooLarge, hurry
from sheetflow.network.pacing import Pacer
from sheetflow.network.retrying import Retrying, retry_after
from sheetflow.network.services import Answer, Call, Fault, Identity, Nature, Service
from sheetflow.network.translating import error_for, foreign, taken_or_not, too_early, too_large

TIMEOUT = (10.0, 180.0)
"""Seconds to connect, and between two bytes; Sheets may work on one request for 180
(developers.google.com/workspace/sheets/api/limits)."""

UNTIL_ASKED_AGAIN = 3_600.0
"""Seconds for which a service is left alone whose allowance is used up, unless it says how long."""

TOO_SLOW = "TooSlow"
"""The reason of a failure when an answer was not whole in time: it is not asked for again."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Passage:
    """What each request passes on its way out. `writing` raises PlanningWrote where it must."""

    writing: Callable[[str], None]
    clock: Clock
    pacer: Pacer
    bill: Bill
    retrying: Retrying


def open_session(passage: Passage, service: Service) -> requests.Session:
    """A session whose every request goes through `passage`, to the service's own places only."""
    session = requests.Session()
    session.auth = _signed_below
    session.mount("https://", _Closed(service))
    session.mount("http://", _Closed(service))
    transport = Transport(passage, service)
    for origin in service.origins:
        session.mount(_checked(origin), transport)
    return session


class Transport(HTTPAdapter):
    """What lies between a client library and the network."""

    def __init__(self, passage: Passage, service: Service) -> None:
        self._passage = passage
        self._service = service
        super().__init__(max_retries=0, pool_maxsize=32)

    def init_poolmanager(self, *args: Any, **named: Any) -> None:
        """As in requests, with a time in which each answer has to be whole."""
        super().init_poolmanager(*args, **named)
        self._hurry(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **named: Any) -> Any:
        """As in requests, with the same time."""
        return self._hurry(super().proxy_manager_for(*args, **named))

    def _hurry(self, manager: Any) -> Any:
        retrying = self._passage.retrying
        hurry(manager, retrying.exchange, retrying.now)
        return manager

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send it at its time and as often as is safe. Raises a ServiceError for any failure."""
        way = {"timeout": timeout or TIMEOUT, "verify": verify, "cert": cert, "proxies": proxies}
        return _Sending(self._passage, self._service, request).until_taken(
            lambda: super(Transport, self).send(request, stream=stream, **way)
        )


@dataclass(frozen=True)
class _Failed:
    """Why there is no response, and whether the request may have been taken all the same."""

    fault: Fault
    may_be_taken: bool


class _Sending:
    """One request on its way, with all that was tried so far."""

    def __init__(
        self, passage: Passage, service: Service, request: requests.PreparedRequest
    ) -> None:
        self._passage, self._service, self._request = passage, service, request
        self._call = Call(request.method or "GET", request.url or "", _body(request))
        self._nature: Nature = service.nature(self._call)
        self._attempt = 0
        self._waited = 0.0
        self._renewed = False
        self._in_doubt = False
        self._answer: Answer | None = None

    def until_taken(self, send: Callable[[], requests.Response]) -> requests.Response:
        """The response, after as many tries as are safe. Raises a ServiceError for any failure."""
        if self._nature != "read":
            self._passage.writing(f"{self._call.method} to {self._service.name}")
        while True:
            identity = self._my_turn()
            self._attempt += 1
            found = self._try(send, identity)
            if isinstance(found, requests.Response):
                return found
            self._in_doubt = self._in_doubt or found.may_be_taken
            if self._renews(found.fault, identity):
                continue
            pause = self._pause(found, identity)
            if pause is None:
                raise self._error(found)
            self._sleep(pause)

    def _my_turn(self) -> Identity:
        identities = {identity.name: identity for identity in self._service.identities}
        charges = {
            name: tuple(self._service.charges(self._call, identity))
            for name, identity in identities.items()
        }
        pauses = {name: self._service.pauses(self._call, one) for name, one in identities.items()}
        patience = self._passage.retrying.patience - self._waited
        name, wait, limit = self._passage.pacer.turn(
            self._service.name, charges, patience=patience, pauses=pauses
        )
        if wait > patience:
            if self._in_doubt and self._nature != "read":
                raise taken_or_not(self._service.name, Fault("too fast"), may_be_taken=True)
            raise too_early(self._service.name, wait, limit)
        self._sleep(wait)
        return identities[name]

    def _try(
        self, send: Callable[[], requests.Response], identity: Identity
    ) -> requests.Response | _Failed:
        self._answer = None
        identity.sign(self._request)
        self._passage.bill.count(self._service.name, self._nature)
        begin = self._passage.retrying.now()
        try:
            response = send()
            response.raw = Bounded(response.raw, self._service.largest)
            content = response.content  # all of it, now: a line that breaks later breaks here
        except TooLarge:
            response.close()
            is_read = self._nature == "read"
            raise too_large(self._service.name, self._service.largest, is_read=is_read) from None
        except requests.RequestException as error:
            slow = self._passage.retrying.now() - begin >= self._passage.retrying.exchange
            fault = Fault("unavailable", reason=TOO_SLOW if slow else type(error).__name__)
            return _Failed(fault, may_be_taken=not _never_left(error))
        answer = Answer(response.status_code, response.headers, content)
        told = self._fault(answer)
        if told is None:
            return response
        self._answer = answer
        response.close()
        self._passage.bill.told(self._service.name, told.meaning)
        return _Failed(told, may_be_taken=told.meaning == "unavailable")

    def _fault(self, answer: Answer) -> Fault | None:
        # an upload that goes on is told so by 308, and is sent nowhere else
        goes_on = answer.status == 308 and "Location" not in answer.headers
        if answer.status < 300 or answer.status == 304 or goes_on:
            return self._service.told_inside(answer)
        return self._service.fault(answer)

    def _renews(self, fault: Fault, identity: Identity) -> bool:
        """Whether new credentials were found, once, after the old ones were turned down."""
        turned_down = self._answer is not None and self._answer.status == 401
        if fault.meaning != "not allowed" or not turned_down or self._renewed:
            return False
        self._renewed = True
        return identity.renew()

    def _pause(self, failed: _Failed, identity: Identity) -> float | None:
        """The seconds until it is tried again, or None if it is not."""
        fault = failed.fault
        if fault.meaning == "used up":
            pause = self._asked_for() or UNTIL_ASKED_AGAIN
            self._let_pause(identity, pause)
        if fault.meaning not in ("too fast", "unavailable"):
            return None
        if fault.reason == TOO_SLOW or (failed.may_be_taken and self._nature == "write"):
            return None
        retrying = self._passage.retrying
        pause = self._asked_for() or fault.pause or retrying.pause(self._attempt)
        if fault.meaning == "too fast":
            self._let_pause(identity, pause)
        if self._attempt >= retrying.tries or self._waited + pause > retrying.patience:
            return None
        return pause

    def _let_pause(self, identity: Identity, seconds: float) -> None:
        paused = self._service.pauses(self._call, identity)
        self._passage.pacer.pause(self._service.name, paused, seconds)

    def _asked_for(self) -> float | None:
        """The seconds that the last answer says to wait, if there was one that does."""
        if self._answer is None:
            return None
        return retry_after(self._answer.headers.get("Retry-After"), self._passage.clock.now())

    def _sleep(self, seconds: float) -> None:
        if seconds > 0:
            self._waited += seconds
            self._passage.bill.waited(self._service.name, seconds)
            self._passage.pacer.waiting.sleep(seconds)

    def _error(self, failed: _Failed) -> SheetflowError:
        """What the last try says, unless an earlier one of a write may have been taken."""
        secret = self._request.headers.get("Authorization") or ""
        later = failed.fault.meaning in ("too fast", "used up") and self._in_doubt
        if self._nature != "read" and (later or failed.fault.meaning == "unavailable"):
            return taken_or_not(self._service.name, failed.fault, self._in_doubt)
        return error_for(self._service.name, failed.fault, self._asked_for(), str(secret))


class _Closed(HTTPAdapter):
    """Any place that is not the service's own."""

    def __init__(self, service: Service) -> None:
        super().__init__()
        self._service = service

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ARG002 - nothing is sent
        """Raises Unreachable: our credentials are not carried elsewhere."""
        raise foreign(self._service.name, urlsplit(request.url or "").hostname or "")


def _checked(origin: str) -> str:
    """The origin as a prefix of its addresses. Raises Unreachable for one that can be overheard."""
    parts = urlsplit(origin)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise Unreachable(
            f"{origin} is not encrypted.", hint="Use its https:// address, or one of this machine."
        )
    return f"{parts.scheme}://{parts.netloc}/"


def _signed_below(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep requests from adding what a .netrc file says: signing is the transport's."""
    return request


def _body(request: requests.PreparedRequest) -> bytes:
    body = request.body
    return body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b""


def _never_left(error: requests.RequestException) -> bool:
    """Whether not one byte of the request can have arrived."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    cause = getattr(cause, "reason", cause)
    if isinstance(cause, SSLError):  # any other one may also come with the answer
        return bool(cause.args) and isinstance(cause.args[0], SSLCertVerificationError)
    return isinstance(cause, NewConnectionError | ConnectTimeoutError | ProxyError)
