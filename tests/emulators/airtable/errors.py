"""Airtable's refusals, in the three shapes it writes them in."""

from __future__ import annotations

from typing import Any

FORBIDDEN = (
    "Invalid permissions, or the requested model was not found. Check that both your user and your "
    "token have the required permissions, and that the model names and/or ids are correct."
)
INVALID_REQUEST = "Invalid request: parameter validation failed. Check your request data."


class ApiError(Exception):
    """A refusal: {"error": {"type", "message"}}, or {"error": type} where there is no message.

    `listed` is the third shape, {"errors": [{"error", "message"}]}, of requests beyond a limit.
    """

    def __init__(self, status: int, kind: str, message: str = "", *, listed: bool = False) -> None:
        super().__init__(f"{status} {kind} {message}")
        self.status = status
        self.kind = kind
        self.message = message
        self.listed = listed

    def body(self) -> dict[str, Any]:
        """The error as JSON."""
        if self.listed:
            return {"errors": [{"error": self.kind, "message": self.message}]}
        if not self.message:
            return {"error": self.kind}
        return {"error": {"type": self.kind, "message": self.message}}


def not_found() -> ApiError:
    """404 for a route or a resource that is not there."""
    return ApiError(404, "NOT_FOUND")


def forbidden() -> ApiError:
    """403 for what is not there, or not for this token: it does not say which."""
    return ApiError(403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND", FORBIDDEN)


def not_permitted() -> ApiError:
    """403 for who may see a base, but not do this in it."""
    return ApiError(403, "INVALID_PERMISSIONS", "You are not permitted to perform this operation")


def invalid(kind: str, message: str) -> ApiError:
    """422 for a request that is understood and cannot be done."""
    return ApiError(422, kind, message)


def bad_request() -> ApiError:
    """422 for a body or parameter of the wrong form."""
    return invalid("INVALID_REQUEST_UNKNOWN", INVALID_REQUEST)


def unknown_field(name: str) -> ApiError:
    """422 for a field that the table does not have."""
    return invalid("UNKNOWN_FIELD_NAME", f'Unknown field name: "{name}"')


def bad_value(name: str) -> ApiError:
    """422 for a value that the field's type does not take."""
    return invalid("INVALID_VALUE_FOR_COLUMN", f'Field "{name}" cannot accept the provided value')


def computed(name: str) -> ApiError:
    """422 for a value given to a field that Airtable computes."""
    message = f'Field "{name}" cannot accept a value because the field is computed'
    return invalid("INVALID_VALUE_FOR_COLUMN", message)


def bad_records(*, updating: bool) -> ApiError:
    """422 for no list of up to 10 records."""
    ids = 'an "id" ID field and ' if updating else ""
    return invalid(
        "INVALID_RECORDS",
        f'You must provide an array of up to 10 record objects, each with {ids}a "fields" object '
        "for cell values.",
    )


def no_row(record_id: str) -> ApiError:
    """422 for a record that is not in the table."""
    return invalid("ROW_DOES_NOT_EXIST", f"Record ID {record_id} does not exist in this table")
