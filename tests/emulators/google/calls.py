"""What a handler is given, what it may give back, and the decorators by which it is found.

@method("sheets.spreadsheets.values.get")
def get(call: Call) -> dict: ...
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.emulators.google.masks import Mask, asks

if TYPE_CHECKING:
    from tests.emulators.google.world import World


@dataclass(frozen=True)
class Media:
    """What was uploaded: bytes and their media type."""

    content: bytes
    type: str

    def __iter__(self) -> Any:
        return iter((self.content, self.type))


@dataclass(frozen=True)
class Raw:
    """An answer that is not JSON: a file's content, or nothing (204)."""

    content: bytes
    media_type: str = "application/octet-stream"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Call:
    """One request, checked against the discovery document."""

    method: str
    """The method's id, "drive.files.list"."""
    path: dict[str, str]
    query: dict[str, Any]
    """The method's query parameters, typed; defaults filled in; absent ones are absent."""
    body: dict[str, Any]
    world: World
    user: str
    """Who asks: an e-mail address."""
    now: datetime
    media: Media | None = None
    fields: Mask = field(default_factory=dict)
    """The mask of the `fields` parameter; {} keeps all."""
    names_fields: bool = False
    """Whether the caller gave `fields` at all: without, Drive answers with little."""
    alt: str = "json"
    headers: Mapping[str, str] = field(default_factory=dict)
    """Request headers, names in lower case."""
    address: str = ""
    """Where this emulator is reached: "http://127.0.0.1:8801"."""
    answer_headers: dict[str, str] = field(default_factory=dict)
    """Headers a handler wants on its answer, such as ETag."""

    def wants(self, path: str) -> bool:
        """Whether the mask keeps anything at `path` ("sheets/data")."""
        return asks(self.fields, path)

    def mentions(self, path: str) -> bool:
        """Whether the caller gave a mask and it keeps something at `path`."""
        return bool(self.fields) and asks(self.fields, path)


Handler = Callable[[Call], "dict[str, Any] | Raw | None"]
HANDLERS: dict[str, Handler] = {}  # filled while the modules of the services are imported
LOADERS: dict[str, Callable[[World, list[Any]], None]] = {}
DUMPERS: dict[str, Callable[[World], list[Any]]] = {}


def method(name: str) -> Callable[[Handler], Handler]:
    """Register the handler of a method, by its id in the discovery document."""

    def register(handler: Handler) -> Handler:
        assert HANDLERS.setdefault(name, handler) is handler, f"{name} has two handlers"
        return handler

    return register


OwnPath = Callable[["World", "re.Match[str]", "dict[str, Any]"], "dict[str, Any]"]
OWN_PATHS: list[tuple[re.Pattern[str], OwnPath]] = []


def own_path(pattern: str) -> Callable[[OwnPath], OwnPath]:
    """Register what answers a POST to a path of the emulator's own, which no service has.

    It is given the world, the match of the path and the JSON body; it may raise ApiError.
    """

    def register(function: OwnPath) -> OwnPath:
        OWN_PATHS.append((re.compile(pattern), function))
        return function

    return register


def loads(key: str) -> Callable[[Any], Any]:
    """Register what reads the data file's list `key`: a function of world and list."""

    def register(function: Any) -> Any:
        LOADERS[key] = function
        return function

    return register


def dumps(key: str) -> Callable[[Any], Any]:
    """Register what gives the list `key` of /_state, in the form that `loads(key)` reads."""

    def register(function: Any) -> Any:
        DUMPERS[key] = function
        return function

    return register
