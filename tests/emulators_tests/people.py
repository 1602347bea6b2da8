"""Real client libraries that speak to the emulator for somebody."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import build_http
from httplib2 import Http

from tests.emulators.google.discovery import SERVED, local_document
from tests.emulators.google.tokens import Token, store
from tests.emulators.serving import Emulator


def token_for(emulator: Emulator, user: str) -> str:
    """An access token with which requests speak for `user`."""
    text = f"token-of-{user}"
    until = emulator.world.now() + timedelta(days=3650)
    with emulator.world.lock:
        store(emulator.world).given[text] = Token(user, None, until)
    return text


class Clients:
    """google-api-python-client's services at one emulator, closed together."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self._open: list[Http] = []

    def __enter__(self) -> Clients:
        return self

    def __exit__(self, *_: object) -> None:
        for http in self._open:
            http.close()

    def calendar(self, user: str) -> Any:
        """Calendar v3, asked by `user`."""
        return self.of("calendar", user)

    def gmail(self, user: str) -> Any:
        """Gmail v1's users, asked by `user`."""
        return self.of("gmail", user).users()

    def of(self, api: str, user: str = "") -> Any:
        """An API by its name, asked by `user` or, without one, by nobody in particular."""
        document = json.dumps(local_document(api, SERVED[api], self.emulator.url))
        http = build_http()  # Http() alone would take an upload's 308 for a redirect
        self._open.append(http)
        if not user:
            return build_from_document(document, http=http)
        credentials = Credentials(token_for(self.emulator, user))
        return build_from_document(document, http=AuthorizedHttp(credentials, http=http))


class Moment:
    """A clock that a test can move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 14, 11, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def refusal(ask: Callable[[], Any]) -> tuple[int, str, str]:
    """Status, reason and message of the error that a call ends with."""
    with pytest.raises(HttpError) as caught:
        ask()
    error = caught.value.error_details[0]
    return caught.value.status_code, error["reason"], error["message"]
