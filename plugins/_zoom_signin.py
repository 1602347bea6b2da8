"""As whom Zoom is asked: a server-to-server app, with a token for an hour.

Tokens are fetched through the door, as reads of a service of their own: signing in changes nothing.
"""

from __future__ import annotations

import base64
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from sheetflow import Answer, Call, Door, Fault, Identity, Nature, NotAllowed, Secret, Service

from ._zoom_faults import fault_of_sign_in

if TYPE_CHECKING:
    from requests import PreparedRequest

EARLY = timedelta(minutes=1)
"""How long before its end a token is replaced."""


class SignIn(Protocol):
    """The settings that signing in needs."""

    @property
    def account_id(self) -> str:
        """The Zoom account."""

    @property
    def client_id(self) -> str:
        """The app."""

    @property
    def client_secret(self) -> Secret:
        """Its secret."""

    @property
    def token_url(self) -> str:
        """Where tokens are given."""


class SigningIn(Service):
    """Zoom's token endpoint."""

    def __init__(self, url: str) -> None:
        origin = urlsplit(url)
        super().__init__("Zoom's sign-in", (f"{origin.scheme}://{origin.netloc}",))

    def nature(self, call: Call) -> Nature:  # noqa: ARG002 - whatever is asked for a token
        """Nothing there changes by it, so it may happen while planning and be repeated."""
        return "read"

    def fault(self, answer: Answer) -> Fault:
        """Zoom's own words, with the cure."""
        return fault_of_sign_in(answer)


class ZoomIdentity(Identity):
    """The app. `scopes` and `until` are known once it has signed in."""

    def __init__(self, settings: SignIn, door: Door) -> None:
        self.name = f"app {settings.client_id}"
        self.scopes: tuple[str, ...] = ()
        self.until: datetime | None = None
        self._settings = settings
        self._door = door
        self._token = Secret("")
        self._lock = threading.Lock()

    def sign(self, request: PreparedRequest) -> None:
        """Put a token into the headers that lasts a while yet."""
        with self._lock:
            if self.until is None or self._door.clock.now() >= self.until - EARLY:
                self._fetch()
            token = self._token.reveal()
        request.headers["Authorization"] = f"Bearer {token}"

    def renew(self) -> bool:
        """Fetch a new token, whatever the old one was said to last."""
        with self._lock:
            self._fetch()
        return True

    def _fetch(self) -> None:
        settings = self._settings
        pair = f"{settings.client_id}:{settings.client_secret.reveal()}".encode()
        with self._door.session(SigningIn(settings.token_url)) as session:
            answer = session.post(
                settings.token_url,
                data={"grant_type": "account_credentials", "account_id": settings.account_id},
                headers={"Authorization": f"Basic {base64.b64encode(pair).decode()}"},
            ).json()
        if not answer.get("access_token"):
            raise NotAllowed("Zoom's sign-in gave no token.", hint="Look at token_url.")
        self._token = Secret(str(answer["access_token"]))
        self.scopes = tuple(str(answer.get("scope") or "").split())
        lasts = timedelta(seconds=int(answer.get("expires_in") or 3_600))
        self.until = self._door.clock.now() + lasts
