"""One call of the API, as handlers are given it, and the table of all routes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.emulators.airtable.changing import Transaction
from tests.emulators.airtable.errors import (
    ApiError,
    bad_request,
    forbidden,
    no_row,
    not_found,
    not_permitted,
)
from tests.emulators.airtable.world import LEVELS, Base, Field, Record, Table, Token, World

SCOPES = frozenset(
    {"data.records:read", "data.records:write", "data.recordComments:read"}
    | {"data.recordComments:write", "schema.bases:read", "schema.bases:write", "webhook:manage"}
    | {"user.email:read"}
)


@dataclass
class Call:
    """What is asked, by whom, of which base."""

    method: str
    world: World
    token: Token
    path: Mapping[str, str]
    query: list[tuple[str, str]]
    body: Any
    address: str
    base: Base | None = None
    change: Transaction | None = None
    answer_headers: dict[str, str] = field(default_factory=dict)

    @property
    def its_base(self) -> Base:
        """The base that the path names."""
        assert self.base is not None, "the route names no base"
        return self.base

    @property
    def its_change(self) -> Transaction:
        """What this call changes."""
        if self.change is None:
            self.change = Transaction(self.world, self.its_base, self.token.user)
        return self.change

    def table(self, name: str = "") -> Table:
        """The table that the path names; raises 403: Airtable does not say that it is missing."""
        found = self.its_base.find(name or self.path["table"])
        if found is None:
            raise forbidden()
        return found

    def record(self, table: Table) -> Record:
        """The record that the path names; raises as Airtable does for one that is not there."""
        wanted = self.path["record"]
        if not re.fullmatch(r"rec\w+", wanted):
            raise not_found()
        found = table.records.get(wanted)
        if found is None:
            raise forbidden()
        return found

    def row(self, table: Table, record_id: Any) -> Record:
        """A record that a body or query names; raises 422."""
        found = table.records.get(record_id) if isinstance(record_id, str) else None
        if found is None:
            raise no_row(str(record_id))
        return found

    def needs(self, *scopes: str, level: str = "") -> None:
        """Raise 403 unless the token has one of the scopes and the person the level."""
        if scopes and not self.token.scopes & {*scopes}:
            raise forbidden()
        if level and self.base is not None:
            has = self.base.level(self.token.user)
            if LEVELS.index(has) < LEVELS.index(level):
                raise not_permitted()

    def object(self) -> dict[str, Any]:
        """The body, which must be a JSON object."""
        if not isinstance(self.body, dict):
            raise bad_request()
        return self.body


Handler = Callable[[Call], Any]


@dataclass(frozen=True)
class Route:
    """A verb and a path, and what answers there."""

    id: str
    verb: str
    pattern: re.Pattern[str]
    handler: Handler
    scopes: tuple[str, ...]
    level: str
    """The permission level in the base that the person needs."""


ROUTES: list[Route] = []


def route(
    name: str, verb: str, path: str, *scopes: str, level: str = "read"
) -> Callable[[Handler], Handler]:
    """Register a handler: `/v0/{base}/{table}` gives it `path["base"]` and `path["table"]`."""
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path.replace(".", r"\.")) + "/?")

    def register(handler: Handler) -> Handler:
        ROUTES.append(Route(name, verb, pattern, handler, scopes, level))
        return handler

    return register


def find(verb: str, raw_path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a request; fixed words are stronger than names."""
    fits = []
    for one in ROUTES:
        match = one.pattern.fullmatch(raw_path)
        if match and one.verb == verb:
            fits.append((len(match.groupdict()), one, match))
    if not fits:
        return None
    _, found, match = min(fits, key=lambda fit: fit[0])
    return found, {name: unquote(text) for name, text in match.groupdict().items()}


def their_field(table: Table, name: Any, error: Callable[[str], ApiError]) -> Field:
    """A field of the table by id or name; raises what `error` makes."""
    found = table.find(name) if isinstance(name, str) else None
    if found is None:
        raise error(str(name))
    return found
