"""One call of a method: its arguments, who asks, and the workspace it is about."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.emulators.slack.errors import SlackError, invalid_arguments
from tests.emulators.slack.world import Token, User, World


@dataclass(frozen=True)
class Method:
    """A method: its function, the scopes of which it needs one, its tier, and whether it reads.

    `special` methods are limited in a way of their own.
    """

    name: str
    function: Callable[[Call], dict[str, Any]]
    scopes: tuple[str, ...] = ()
    tier: str = "3"
    takes_json: bool = True
    needs_token: bool = True


METHODS: dict[str, Method] = {}


def method(name: str, *scopes: str, tier: str = "3", **how: Any) -> Callable[[Any], Any]:
    """Let a function answer the method `name`."""

    def register(function: Callable[[Call], dict[str, Any]]) -> Any:
        METHODS[name] = Method(name, function, scopes, tier, **how)
        return function

    return register


@dataclass
class Call:
    """One call."""

    method: Method
    arguments: Mapping[str, Any]
    world: World
    token: Token
    address: str = ""

    @property
    def user(self) -> User:
        """As whom it is made."""
        return self.world.users[self.token.user]

    def has(self, name: str) -> bool:
        """Whether an argument was given, and is not empty."""
        return self.arguments.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        """An argument as text."""
        value = self.arguments.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return str(value).lower()
        return value if isinstance(value, str) else json.dumps(value)

    def needed(self, name: str, error: str = "") -> str:
        """An argument that must be there. Raises `error`, or invalid_arguments."""
        found = self.text(name)
        if found:
            return found
        raise (SlackError(error) if error else invalid_arguments(f"missing required field: {name}"))

    def flag(self, name: str, default: bool = False) -> bool:
        """An argument that is yes or no: true, 1, "true"."""
        if not self.has(name):
            return default
        return self.text(name).lower() in ("1", "true", "t", "yes")

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        if not self.has(name):
            return default
        try:
            return int(self.text(name))
        except ValueError:
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]") from None

    def listed(self, name: str) -> list[str]:
        """Several values: a list, or a text with commas."""
        value = self.arguments.get(name)
        if isinstance(value, list):
            return [str(one) for one in value]
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def structure(self, name: str, kind: type, error: str) -> Any:
        """An argument that holds JSON, as such or as text. Raises `error` if not of `kind`."""
        value = self.arguments.get(name)
        if value in (None, ""):
            return None
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise SlackError(error) from None
        if not isinstance(value, kind):
            raise SlackError(error)
        return value
