"""Who asks: from the Authorization header to a token."""

from __future__ import annotations

from tests.emulators.airtable.calls import SCOPES
from tests.emulators.airtable.errors import ApiError
from tests.emulators.airtable.world import Token, World
from tests.emulators.exchanging import Request


def identify(world: World, request: Request) -> Token:
    """The token of a request; raises 401.

    Unless the data is strict, a token that is not known speaks for the first of the users.
    """
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    text = text.strip() if kind.lower() == "bearer" else ""
    found = world.tokens.get(text)
    if found is not None and not found.expired:
        return found
    if not text and (world.strict or request.headers.get("authorization")):
        raise ApiError(401, "AUTHENTICATION_REQUIRED", "Authentication required")
    if world.strict or found is not None:
        raise ApiError(401, "UNAUTHORIZED", "Invalid authentication token")
    return Token(text, world.default_user.id, SCOPES)


def expire_all(world: World) -> None:
    """No token known so far works any more."""
    world.strict = True
    for one in world.tokens.values():
        one.expired = True
