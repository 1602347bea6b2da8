"""The token endpoint, and who a request speaks for.

Sources: RFC 6749, RFC 7523; developers.google.com/identity/protocols/oauth2/service-account.
Signatures are not checked: whoever reaches the emulator may be anybody.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from tests.emulators.exchanging import Answer, Request
from tests.emulators.google.discovery import Method
from tests.emulators.google.errors import ApiError
from tests.emulators.google.world import World

PATHS = frozenset({"/token", "/oauth2/v4/token", "/o/oauth2/token", "/revoke", "/o/oauth2/revoke"})
LIFETIME = 3599  # seconds, as Google gives them
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
INVALID = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie "
    "or other valid authentication credential. See "
    "https://developers.google.com/identity/sign-in/web/devconsole-project."
)


@dataclass
class Token:
    """An access token that was given out."""

    user: str
    scopes: frozenset[str] | None
    """None: whatever the method wants."""
    until: datetime


@dataclass
class Tokens:
    """All tokens that were given out."""

    given: dict[str, Token] = field(default_factory=dict)

    def expire_all(self) -> None:
        """None of them works any more."""
        for token in self.given.values():
            token.until = datetime.min.replace(tzinfo=token.until.tzinfo)


def store(world: World) -> Tokens:
    """The world's tokens."""
    found: Tokens = world.services.setdefault("tokens", Tokens())
    return found


def identify(
    world: World, request: Request, common: Mapping[str, str]
) -> tuple[str, frozenset[str] | None]:
    """Who asks, and with which scopes (None: any); raises ApiError 401."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    text = text.strip() if scheme.lower() == "bearer" else ""
    text = text or common.get("access_token", "") or common.get("oauth_token", "")
    token = store(world).given.get(text)
    if token is None:
        if world.strict:
            raise _unauthenticated()
        return world.default_user, None
    if world.now() >= token.until:
        raise _unauthenticated()
    return token.user, token.scopes


def _unauthenticated() -> ApiError:
    challenge = 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
    return ApiError(
        401,
        "authError",
        INVALID,
        location="Authorization",
        location_type="header",
        headers={"WWW-Authenticate": challenge},
    )


def too_few_scopes(method: Method) -> ApiError:
    """403 for a token whose scopes do not reach."""
    return ApiError(
        403,
        "insufficientPermissions",
        "Request had insufficient authentication scopes.",
        details=[
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                "domain": "googleapis.com",
                "metadata": {"method": method.id, "service": f"{method.service}.googleapis.com"},
            }
        ],
    )


# the endpoint ------------------------------------------------------------------------------------


def answer(world: World, request: Request) -> Answer:
    """What the token endpoint says."""
    form = dict(parse_qsl(request.content.decode())) | dict(request.query)
    if request.raw_path.endswith("revoke"):
        store(world).given.pop(form.get("token", ""), None)
        return _json(200, {})
    try:
        return _json(200, _granted(world, form))
    except _Refused as refused:
        return _json(400, {"error": refused.args[0], "error_description": refused.args[1]})


class _Refused(Exception):
    pass


def _granted(world: World, form: Mapping[str, str]) -> dict[str, Any]:
    kind = form.get("grant_type", "")
    if kind == JWT_BEARER:
        return _for_assertion(world, form.get("assertion", ""))
    if kind == "refresh_token":
        user = _user_of(world, form.get("refresh_token", ""), "Token has been expired or revoked.")
        return _token(world, user, form.get("scope", ""))
    if kind == "authorization_code":
        user = _user_of(world, form.get("code", ""), "Malformed auth code.")
        refresh = world.users[user].refresh_token or f"1//{user}"
        world.users[user].refresh_token = refresh
        return _token(world, user, form.get("scope", "")) | {"refresh_token": refresh}
    raise _Refused("unsupported_grant_type", f"Invalid grant_type: {kind}")


def _for_assertion(world: World, assertion: str) -> dict[str, Any]:
    try:
        payload = assertion.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        issuer = claims["iss"]
    except (IndexError, KeyError, ValueError):
        raise _Refused("invalid_grant", "Invalid JWT.") from None
    world.user(issuer)
    subject = claims.get("sub", issuer)
    if subject not in world.users:
        if world.strict:
            raise _Refused("invalid_grant", "Invalid email or User ID")
        world.user(subject)
    if "target_audience" in claims:
        return {"id_token": assertion}
    return _token(world, subject, claims.get("scope", ""))


def _user_of(world: World, code: str, refusal: str) -> str:
    """Codes and refresh tokens are a user's own, or their address with "1//" or "4/" before it."""
    for user in world.users.values():
        if code and code in {user.refresh_token, user.email, f"1//{user.email}", f"4/{user.email}"}:
            return user.email
    if world.strict or not code:
        raise _Refused("invalid_grant", refusal)
    return world.default_user


def _token(world: World, user: str, scope: str) -> dict[str, Any]:
    text = "ya29." + secrets.token_urlsafe(40)
    scopes = frozenset(scope.split()) or None
    store(world).given[text] = Token(user, scopes, world.now() + timedelta(seconds=LIFETIME))
    found = {"access_token": text, "expires_in": LIFETIME, "token_type": "Bearer"}
    return found | ({"scope": scope} if scope else {})


def _json(status: int, body: dict[str, Any]) -> Answer:
    headers = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"}
    return Answer(status, json.dumps(body).encode(), headers, json=body)
