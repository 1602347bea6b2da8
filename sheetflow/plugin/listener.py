"""What a connector is that its service calls: it tells a true call from a forged one.

    class Zoom(Listener, MeetingRoom):
        def heard(self, hook: Hook) -> Heard:
            known = sha256_mac(self.settings.hook_secret, b"v0:", ..., hook.body)
            if not is_same(hook.header("x-zm-signature"), "v0=" + known.hex()):
                raise NotAllowed("It is not signed by Zoom.")
            return Heard(event=hook.digest)

Such a call makes Sheetflow look sooner, and does nothing else: nothing that stands in it becomes
data, and whoever is never called finds the same a little later.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Any

from sheetflow.errors import NotAllowed
from sheetflow.plugin.connector import Connector
from sheetflow.secrets import Secret

AROUND = 300
"""Seconds that a signed moment may lie before or after ours (Slack's, Zoom's and Standard Webhooks'
documentation name five minutes)."""

_SECONDS = re.compile(r"[0-9]{9,11}")


@dataclass(frozen=True)
class Hook:
    """A call as it came: header names in small letters, the body byte by byte, and when it came."""

    method: str
    headers: Sequence[tuple[str, str]]
    query: Mapping[str, str]
    body: bytes
    at: datetime

    def header(self, name: str) -> str:
        """What stands in a header; "" for one that is missing, or that came more than once."""
        found = [value for known, value in self.headers if known == name]
        return found[0] if len(found) == 1 else ""

    def seconds(self, name: str) -> str:
        """The moment in a header, in seconds since 1970, as it is written there.

        Raises NotAllowed when it is none, or more than five minutes away from now.
        """
        written = self.header(name)
        if not _SECONDS.fullmatch(written) or abs(self.at.timestamp() - int(written)) > AROUND:
            raise NotAllowed("It was not sent just now.")
        return written

    @property
    def digest(self) -> str:
        """A name for a call whose service gives it none: the same for the same body."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def said(self) -> Mapping[str, Any]:
        """The body as JSON; nothing where it is none, or no map."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            found = None
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Heard:
    """What a true call says.

    `event` is the service's name for it, the same when it is sent again; a call without one asks
    for an answer and tells nothing. `about` are the places that may have changed, as
    `Connector.heard_as` names them, and None is for all of this connection. `tables` names tables
    of the workspace, whichever connection they are read by. `answer` is given back as JSON.
    """

    event: str = ""
    about: frozenset[str] | None = None
    tables: frozenset[str] = frozenset()
    answer: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Subscription:
    """What a service was asked to tell: `known` is the connector's own text, not a secret.

    It ends at `until`, None where it lasts.
    """

    known: str
    until: datetime | None = None


class Listener(Connector):
    """A connector whose service calls `POST /hooks/NAME`, and signs what it sends."""

    @property
    @abstractmethod
    def listens(self) -> bool:
        """Whether it was set up for that: without its secret nobody can be believed."""

    @abstractmethod
    def heard(self, hook: Hook) -> Heard:
        """What a call says, from nothing but the call and the settings: it asks nobody.

        Raises NotAllowed for one that the service did not sign, or not just now.
        """

    def introduce(self, address: str, among: Collection[str]) -> Secret | None:  # noqa: ARG002 - for others
        """Ask the service to call this address when one of these places changes, once and for all.

        Gives the secret that it will sign with, None where a person arranges that.
        """
        return None


class Subscriber(Listener):
    """A listener whose service has to be asked to call, and asked again before that ends."""

    @abstractmethod
    def subscribed(
        self, address: str, known: str, among: Collection[str], now: datetime
    ) -> Subscription:
        """See to it that this address is told of changes in these places for some days from now.

        `known` is what was given back the time before, "" at first; it is asked for again when
        that ends.
        """


def sha256_mac(key: Secret | bytes | None, *parts: str | bytes) -> bytes:
    """The HMAC-SHA256 (RFC 2104) of the parts, one after the other.

    Without a key, it is made with one that nobody knows, so that nothing is ever signed with it.
    """
    known = key.reveal().encode() if isinstance(key, Secret) else key or token_bytes(32)
    made = hmac.new(known, digestmod="sha256")
    for part in parts:
        made.update(part.encode() if isinstance(part, str) else part)
    return made.digest()


def is_same(given: str, wanted: str) -> bool:
    """Whether both are the same, found out in a time that does not tell how much of it is."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())
