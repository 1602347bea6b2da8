"""One request as a handler sees it, and the table of all methods."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from tests.emulators.zoom.errors import ZoomError, invalid
from tests.emulators.zoom.world import World


@dataclass
class Call:
    """What was asked of one method."""

    world: World
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    address: str = ""

    def number(self, name: str, otherwise: int, most: int) -> int:
        """A whole number of the query."""
        text = self.query.get(name, "")
        if not text:
            return otherwise
        if not text.isdigit() or not 0 < int(text) <= most:
            raise invalid((name, f"{name} must be between 1 and {most}."))
        return int(text)

    def among(self, name: str, allowed: Sequence[str]) -> str:
        """One of some words of the query; the first if it is not there."""
        text = self.query.get(name) or allowed[0]
        if text not in allowed:
            raise invalid((name, f"The value of {name} must be one of {', '.join(allowed)}."))
        return text


Handler = Callable[[Call], tuple[int, Any]]
"""Gives the status and the JSON of the answer, None where it has no body."""


@dataclass(frozen=True)
class Method:
    """One operation: where it is, how it is limited, and which scopes let it be asked."""

    id: str
    verb: str
    template: str
    label: str
    granular: str
    classic: str
    handler: Handler

    @property
    def scopes(self) -> tuple[str, ...]:
        """Any one of them is enough."""
        return (self.granular, f"{self.granular}:admin")

    def match(self, verb: str, raw_path: str) -> dict[str, str] | None:
        """The parameters of the path, decoded once; None where this is not meant."""
        found = re.fullmatch(self.template.replace("{", "(?P<").replace("}", ">[^/]+)"), raw_path)
        if found is None or verb != self.verb:
            return None
        return {name: unquote(text) for name, text in found.groupdict().items()}


METHODS: list[Method] = []


def method(
    id: str, route: str, label: str, granular: str, classic: str
) -> Callable[[Handler], Handler]:
    """Register a handler: `GET /users/{user}`, its rate label, and its scopes."""
    verb, template = route.split()

    def registered(handler: Handler) -> Handler:
        METHODS.append(Method(id, verb, template, label, granular, classic, handler))
        return handler

    return registered


def page_of(call: Call, found: Sequence[Any], name: str) -> dict[str, Any]:
    """One page of a list: by `next_page_token`, or by number as of old.

    Raises ZoomError 300 for a token that is none of ours.
    """
    size = call.number("page_size", 30, 300)
    number = call.number("page_number", 1, 10_000)
    token = call.query.get("next_page_token", "")
    if token and token not in call.world.pages:
        raise ZoomError(400, 300, "The next page token is invalid or expired.")
    first = call.world.pages[token] if token else (number - 1) * size
    shown = list(found[first : first + size])
    following = ""
    if first + size < len(found):
        following = f"page{call.world.number():06d}token"
        call.world.pages[following] = first + size
    return {
        "page_count": max(1, -(-len(found) // size)),
        "page_number": first // size + 1,
        "page_size": size,
        "total_records": len(found),
        "next_page_token": following,
        name: shown,
    }
