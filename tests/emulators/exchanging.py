"""A request and its answer, and what an emulated service must be able to do with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote

from starlette.applications import Starlette


@dataclass(frozen=True)
class Request:
    """What was asked, as it came over the wire."""

    verb: str
    raw_path: str
    """The path, still percent-encoded."""
    query_text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    content: bytes = b""
    address: str = ""
    """Where the emulator is reached: "http://127.0.0.1:8801"."""

    @property
    def path(self) -> str:
        """The path, decoded, as the log has it."""
        return unquote(self.raw_path)

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query's parameters in order."""
        return parse_qsl(self.query_text, keep_blank_values=True)

    def logged_body(self) -> Any:
        """The body as JSON where it is JSON, else as text, else None."""
        return readable(self.content)


@dataclass
class Answer:
    """What is sent back."""

    status: int
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    json: Any = None
    """The answer before it was written as text, where it is JSON."""
    method: str = ""
    """The id of the method that answered."""
    violations: list[str] = field(default_factory=list)
    """Where the answer departs from the service's own description."""


def readable(content: bytes) -> Any:
    """JSON, or text, or None for nothing; bytes that are no text are counted."""
    if not content:
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return f"<{len(content)} bytes>"
    try:
        return json.loads(text)
    except ValueError:
        return text


class Service(Protocol):
    """One emulated service, as the frame that all of them share sees it."""

    world: Any
    ask: Callable[[Request], Answer]
    """How requests that come within another one are answered; the frame sets it."""

    def make_app(self) -> Starlette:
        """The ASGI app."""
        ...

    def name(self, request: Request) -> tuple[str, str]:
        """Which part of the service is asked, and by which method: ("drive", "drive.files.get")."""
        ...

    def answer(self, request: Request) -> Answer:
        """Do what is asked."""
        ...

    def refuse(self, request: Request, status: int, reason: str, message: str) -> Answer:
        """The service's own error body, for a planned fault."""
        ...

    def edit(self, edit: Mapping[str, Any]) -> None:
        """A second person's change, made in the service's own editor."""
        ...

    def expire_tokens(self) -> None:
        """Every token given so far stops working."""
        ...

    def state(self) -> dict[str, Any]:
        """All that is held, in the form of the data file."""
        ...

    def coverage(self) -> tuple[list[str], list[str]]:
        """The methods that are served, and those that are not."""
        ...
