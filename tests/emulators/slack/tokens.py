"""Who asks: a token in the header, in the form, or in the query; and what it may do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.emulators.exchanging import Request
from tests.emulators.slack.calls import Method
from tests.emulators.slack.errors import SlackError
from tests.emulators.slack.world import Token, World


def identify(world: World, request: Request, arguments: Mapping[str, Any]) -> Token:
    """The token of a request. Raises not_authed, invalid_auth, token_revoked and the like."""
    header = request.headers.get("authorization", "")
    text = header[7:].strip() if header[:7].lower() == "bearer " else ""
    text = text or str(arguments.get("token") or "")
    if not text:
        raise SlackError("not_authed")
    token = world.tokens.get(text)
    if token is None and not world.strict and text.startswith(("xoxb-", "xoxp-")):
        token = Token(text, world.bot.id)
    if token is None:
        raise SlackError("invalid_auth")
    _must_hold(world, token)
    return token


def _must_hold(world: World, token: Token) -> None:
    if token.revoked:
        raise SlackError("token_revoked")
    if token.expired:
        raise SlackError("token_expired")
    if world.users[token.user].deleted:
        raise SlackError("account_inactive")


def must_may(token: Token, method: Method) -> None:
    """Raises missing_scope when the token has none of the scopes that the method needs."""
    if token.scopes is None or not method.scopes:
        return
    if not set(token.scopes) & set(method.scopes):
        raise missing(token, method.scopes[0])


def missing(token: Token, needed: str) -> SlackError:
    """The scope that is not there, and those that are."""
    provided = ",".join(token.scopes or ())
    return SlackError("missing_scope", needed=needed, provided=provided)
