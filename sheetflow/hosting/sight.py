"""How much a monitor is told: all of it on this machine or with the token, else one word.

Whether all is well is nothing private, and whoever watches over Sheetflow from outside must be able
to ask. Why it is not, and the figures, name recipes and tell how much is written to people.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from enum import Enum, auto
from hmac import compare_digest
from typing import TYPE_CHECKING

from sheetflow.errors import SetupError
from sheetflow.secrets import Secret

if TYPE_CHECKING:
    from starlette.requests import Request

_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9_.-]{1,253})(?::\d{1,5})?")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")

SHORTEST = 20
"""Characters of a token: nobody types it, so it need not be one that can be guessed."""


class Sight(Enum):
    """What whoever asks may see."""

    ALL = auto()
    ONE_WORD = auto()
    NOTHING = auto()


def sight_of(request: Request, token: Secret | None) -> Sight:
    """How much is told. A token that is wrong gets nothing, whoever comes with it."""
    given = request.headers.get("authorization", "")
    if given:
        return Sight.ALL if _fits(given, token) else Sight.NOTHING
    host = request.client.host if request.client is not None else ""
    is_near = is_loopback(host) and is_own_name(request.headers.get("host", ""))
    return Sight.ALL if is_near and not was_forwarded(request.headers) else Sight.ONE_WORD


def must_be_long(token: Secret) -> Secret:
    """The token; raises SetupError for one that somebody could guess."""
    if len(token.reveal()) < SHORTEST:
        raise SetupError(
            f"monitor_token has fewer than {SHORTEST} characters.",
            hint="Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    return token


def host_name(header: str) -> str:
    """The name in a Host header without its port, in small letters; "" for one that is none."""
    found = _HOST.fullmatch(header)
    return found["name"].lower().removesuffix(".") if found else ""


def is_own_name(header: str) -> bool:
    """Whether a Host header names this machine as only its own programs can."""
    return host_name(header) in _LOOPBACK


def is_loopback(address: str) -> bool:
    """Whether an address is one of this machine alone."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def was_forwarded(headers: Mapping[str, str]) -> bool:
    """Whether a proxy says that it passed the request on."""
    return any(name in headers for name in _FORWARDED)


def _fits(given: str, token: Secret | None) -> bool:
    scheme, _, text = given.partition(" ")
    if token is None or scheme.lower() != "bearer":
        return False
    return compare_digest(text.strip().encode("utf-8", "replace"), token.reveal().encode())
