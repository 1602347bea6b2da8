"""The token endpoint of server-to-server apps, and who holds a token."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import timedelta
from urllib.parse import parse_qsl

from tests.emulators.exchanging import Answer, Request
from tests.emulators.zoom.calls import METHODS
from tests.emulators.zoom.errors import bad_token
from tests.emulators.zoom.world import App, Token, World

LASTS = timedelta(hours=1)


def answer(world: World, request: Request) -> Answer:
    """A token for an app that names itself, its secret and the account; else why not."""
    given = {**dict(request.query), **dict(parse_qsl(request.content.decode("utf-8", "replace")))}
    if request.verb != "POST":
        return _no("invalid_request", "Request method 'GET' not supported", 405)
    client, secret = _basic(request)
    app = world.apps.get(client)
    if world.apps and (app is None or app.client_secret != secret):
        return _no("invalid_client", "Invalid client_id or client_secret", 400)
    grant = given.get("grant_type", "")
    if grant != "account_credentials":
        return _no("unsupported_grant_type", "unsupported grant type", 400)
    if given.get("account_id") != world.account and world.apps:
        return _no("invalid_request", "Bad Request", 400)
    scopes = app.scopes if app and app.scopes else every_scope()
    name = f"zoom-token-{world.number()}-{'x' * 24}"
    world.tokens[name] = Token(client, scopes, world.now() + LASTS)
    return _json(
        {
            "access_token": name,
            "token_type": "bearer",
            "expires_in": 3_599,
            "scope": " ".join(scopes),
            "api_url": request.address,
        }
    )


def identify(world: World, request: Request) -> tuple[str, ...]:
    """The scopes of whoever asks, all where nobody is checked. Raises ZoomError 124."""
    scheme, _, name = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not name:
        raise bad_token()
    token = world.tokens.get(name)
    if token is None and not world.apps:
        return every_scope()
    if token is None:
        raise bad_token()
    if token.ends <= world.now():
        raise bad_token("Access token is expired.")
    return token.scopes


def every_scope() -> tuple[str, ...]:
    """What an app may be allowed, as far as it is emulated."""
    return tuple(sorted({f"{method.granular}:admin" for method in METHODS}))


def app_in(given: dict[str, object]) -> App:
    """An app as the data file has it; one without scopes has all of them."""
    scopes = given.get("scopes", [])
    names = tuple(str(one) for one in scopes) if isinstance(scopes, list) else ()
    return App(str(given["client_id"]), str(given["client_secret"]), names)


def _basic(request: Request) -> tuple[str, str]:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        client, _, secret = base64.b64decode(text).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client, secret


def _no(error: str, reason: str, status: int) -> Answer:
    return _json({"reason": reason, "error": error}, status)


def _json(body: dict[str, object], status: int = 200) -> Answer:
    headers = {"Content-Type": "application/json;charset=UTF-8"}
    return Answer(status, json.dumps(body).encode(), headers, json=body, method="oauth.token")
