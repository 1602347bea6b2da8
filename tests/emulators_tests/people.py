"""Real client libraries that speak to the emulator for somebody."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document
from httplib2 import Http

from tests.emulators.google.discovery import local_document
from tests.emulators.google.tokens import Token, store
from tests.emulators.serving import Emulator


def token_for(emulator: Emulator, user: str) -> str:
    """An access token with which requests speak for `user`."""
    text = f"token-of-{user}"
    until = emulator.world.now() + timedelta(days=3650)
    with emulator.world.lock:
        store(emulator.world).given[text] = Token(user, None, until)
    return text


def client(emulator: Emulator, api: str, user: str = "") -> Any:
    """google-api-python-client's service for an API, at the emulator's address."""
    version = {"calendar": "v3", "gmail": "v1"}[api]
    document = json.dumps(local_document(api, version, emulator.url))
    if not user:
        return build_from_document(document, http=Http())
    http = AuthorizedHttp(Credentials(token_for(emulator, user)), http=Http())
    return build_from_document(document, http=http)
