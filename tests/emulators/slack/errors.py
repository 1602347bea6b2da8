"""Slack's way to say no: status 200, and a word."""

from __future__ import annotations

from typing import Any


class SlackError(Exception):
    """A request that fails. `more` goes into the answer beside the word."""

    def __init__(self, error: str, *, status: int = 200, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.more = more
        self.headers: dict[str, str] = {}

    def body(self) -> dict[str, Any]:
        """The answer."""
        return {"ok": False, "error": self.error, **self.more}


def invalid_arguments(*messages: str) -> SlackError:
    """Arguments that are missing or of the wrong kind."""
    told = {"messages": [f"[ERROR] {text}" for text in messages]}
    return SlackError("invalid_arguments", response_metadata=told)
