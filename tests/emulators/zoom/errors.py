"""Zoom's refusals: an HTTP status, a code of its own, and a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class ZoomError(Exception):
    """What Zoom answers instead; `fields` are those that did not pass validation."""

    status: int
    code: int
    message: str
    fields: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The error as JSON."""
        found: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.fields:
            found["errors"] = [{"field": name, "message": says} for name, says in self.fields]
        return found


def invalid(*fields: tuple[str, str]) -> ZoomError:
    """Values that do not pass."""
    return ZoomError(400, 300, "Validation Failed.", fields)


def no_user(name: str) -> ZoomError:
    """Nobody in this account."""
    return ZoomError(404, 1001, f"User does not exist: {name}.")


def no_meeting(name: object) -> ZoomError:
    """No such meeting, or it was deleted."""
    return ZoomError(404, 3001, f"Meeting does not exist: {name}.")


def no_scopes(wanted: Sequence[str]) -> ZoomError:
    """The app may not."""
    return ZoomError(
        400, 4711, f"Invalid access token, does not contain scopes:[{', '.join(wanted)}]."
    )


def bad_token(says: str = "Invalid access token.") -> ZoomError:
    """No token, or one that is over."""
    return ZoomError(401, 124, says)


FAULT_TEXTS = {
    400: (300, "Request Body should be a valid JSON object."),
    401: (124, "Invalid access token."),
    403: (200, "No permission."),
    404: (3001, "Meeting does not exist."),
    429: (429, "You have reached the maximum per-second rate limit for this API. Try again later."),
    500: (500, "Internal Server Error."),
    503: (503, "Service Unavailable."),
}
"""The code and words of a planned fault, by status."""
