"""What the door must know of a service: which requests change something, cost what, failed why.

A connector describes its service by one class; the door does the rest for each client library.

    class Chat(Service):
        name = "Chat"
        origins = ("https://chat.example.org",)

        def charges(self, call: Call, identity: Identity) -> Iterable[Charge]:
            return [Charge(Limit(60, "minute", "messages"))]
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from sheetflow.secrets import Secret

if TYPE_CHECKING:
    from requests import PreparedRequest

Nature = Literal["read", "repeatable write", "write"]
"""What a request does. A repeatable write leaves the same state however often it arrives."""

Meaning = Literal[
    "not allowed",
    "not found",
    "refused",
    "there already",
    "too fast",
    "used up",
    "unavailable",
]
"""What an answer means that is no success. All but "unavailable" were certainly not taken."""


@dataclass(frozen=True)
class Call:
    """One request, as far as it can be told without sending it."""

    method: str
    url: str
    body: bytes = b""

    @cached_property
    def path(self) -> str:
        """The path, with its percent signs resolved."""
        return unquote(urlsplit(self.url).path)

    @cached_property
    def query(self) -> Mapping[str, Sequence[str]]:
        """The parameters after the question mark."""
        return parse_qs(urlsplit(self.url).query)


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the headers (by any case), and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @cached_property
    def json(self) -> Any:
        """The body as JSON, or {} where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}


@dataclass(frozen=True)
class Fault:
    """Why a request failed. `says` are the service's own words, `reason` its own name for it.

    `pause` are the seconds to wait where the answer itself does not say so.
    """

    meaning: Meaning
    says: str = ""
    hint: str = ""
    reason: str = ""
    pause: float = 0.0


@dataclass(frozen=True)
class Limit:
    """How often a service may be asked: `count` units `per` second, minute, day or month of UTC.

    The same `key` is one account: all that is charged to it counts together. With a `count` of 0
    there is no limit that is known, and it is only counted.
    """

    count: int
    per: Literal["second", "minute", "day", "month"]
    key: str = ""


@dataclass(frozen=True)
class Charge:
    """What one request takes from one limit."""

    limit: Limit
    units: int = 1


class Identity:
    """As whom requests are made; by default as nobody. Several share the load of one service."""

    name: str = ""

    def sign(self, request: PreparedRequest) -> None:
        """Put the credentials into the request's headers."""

    def renew(self) -> bool:
        """Get fresh credentials, after the old ones were turned down. False if there are none."""
        return False


@dataclass(frozen=True)
class Bearer(Identity):
    """A token that lasts."""

    token: Secret
    name: str = ""

    def sign(self, request: PreparedRequest) -> None:
        """Authorization: Bearer."""
        request.headers["Authorization"] = f"Bearer {self.token.reveal()}"


_BY_STATUS: Mapping[int, Meaning] = {
    401: "not allowed",
    403: "not allowed",
    404: "not found",
    408: "unavailable",
    409: "there already",
    410: "not found",
    425: "too fast",
    429: "too fast",
}


LARGEST = 256 * 2**20
"""Bytes of the largest answer, unpacked: some two million cells of Google Sheets, told in full."""


@dataclass
class Service:
    """One service behind the door. `origins` are the only places its credentials go to.

    An answer of more than `largest` bytes, unpacked, is cut off.
    """

    name: str = ""
    origins: Sequence[str] = ()
    identities: Sequence[Identity] = field(default_factory=lambda: (Identity(),))
    largest: int = LARGEST

    def nature(self, call: Call) -> Nature:
        """Whether the request changes something there. By default, all but GET do."""
        return "read" if call.method in ("GET", "HEAD", "OPTIONS") else "write"

    def charges(self, call: Call, identity: Identity) -> Iterable[Charge]:  # noqa: ARG002 - others
        """What the request takes from which limits. By default nothing is counted."""
        return ()

    def pauses(self, call: Call, identity: Identity) -> str:  # noqa: ARG002 - for others
        """What waits when the service says to wait: all that the identity asks, by default."""
        return identity.name

    def fault(self, answer: Answer) -> Fault:
        """What an answer means whose status is 300 or more."""
        if answer.status >= 500:
            return Fault("unavailable")
        return Fault(_BY_STATUS.get(answer.status, "refused"))

    def told_inside(self, answer: Answer) -> Fault | None:  # noqa: ARG002 - for others
        """A failure that is told inside an answer of status 200. By default there is none."""
        return None
