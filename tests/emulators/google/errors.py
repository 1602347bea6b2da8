"""Errors as Google's services word them.

Drive, Calendar and Gmail answer with a list `errors`, each with domain and reason; Sheets, Forms
and Docs with a `status` and, at times, `details`.
Sources: developers.google.com/workspace/drive/api/guides/handle-errors,
developers.google.com/workspace/calendar/api/guides/errors, cloud.google.com/apis/design/errors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

LISTS_ERRORS = frozenset({"drive", "calendar", "gmail"})
HAS_STATUS = frozenset({"sheets", "forms", "docs", "gmail"})

STATUS_OF = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    409: "ABORTED",
    410: "FAILED_PRECONDITION",
    412: "FAILED_PRECONDITION",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
REASON_OF = {
    400: "badRequest",
    401: "authError",
    403: "forbidden",
    404: "notFound",
    409: "conflict",
    410: "gone",
    412: "conditionNotMet",
    413: "uploadTooLarge",
    429: "rateLimitExceeded",
    500: "backendError",
    501: "notImplemented",
    502: "backendError",
    503: "backendError",
    504: "backendError",
}


class ApiError(Exception):
    """A refusal, told in the body its service would send.

    `reason` is a classic reason ("notFound") or a status text ("FAILED_PRECONDITION"); "" takes
    the usual one of the HTTP status.
    """

    def __init__(
        self,
        status: int,
        reason: str = "",
        message: str = "",
        *,
        domain: str = "global",
        location: str | None = None,
        location_type: str | None = None,
        details: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.domain = domain
        self.location = location
        self.location_type = location_type
        self.details = [dict(one) for one in details]
        self.headers = dict(headers or {})

    def body(self, service: str) -> dict[str, Any]:
        """The body as `service` ("drive", "sheets" ...) words it."""
        named_status = self.reason if self.reason.isupper() else ""
        error: dict[str, Any] = {"code": self.status, "message": self.message}
        if service in LISTS_ERRORS or self.status == 401:
            error["errors"] = [self._classic("" if named_status else self.reason)]
        if service in HAS_STATUS or self.status == 401:
            error["status"] = named_status or STATUS_OF.get(self.status, "UNKNOWN")
        if self.details and service in HAS_STATUS:
            error["details"] = self.details
        return {"error": error}

    def _classic(self, reason: str) -> dict[str, Any]:
        one = {
            "message": self.message,
            "domain": self.domain,
            "reason": reason or REASON_OF.get(self.status, "unknown"),
        }
        if self.location:
            one["location"] = self.location
            one["locationType"] = self.location_type or "parameter"
        return one


def bad_request(message: str, violations: Sequence[tuple[str, str]] = ()) -> ApiError:
    """400 INVALID_ARGUMENT, with (field, description) pairs as details when there are any."""
    listed = [{"field": f, "description": d} if f else {"description": d} for f, d in violations]
    kind = "type.googleapis.com/google.rpc.BadRequest"
    details = [{"@type": kind, "fieldViolations": listed}] if listed else []
    return ApiError(400, "", message, details=details)


def not_found(message: str = "Requested entity was not found.") -> ApiError:
    """404 with the text most services use."""
    return ApiError(404, "notFound", message)


def forbidden(message: str = "The caller does not have permission") -> ApiError:
    """403 with the text Sheets, Docs and Forms use."""
    return ApiError(403, "forbidden", message)
