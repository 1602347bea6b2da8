"""Google's words for why it turned something down, each with its meaning and its cure."""

from __future__ import annotations

from collections.abc import Mapping

from sheetflow import Meaning

BY_REASON: Mapping[str, Meaning] = {
    "rateLimitExceeded": "too fast",
    "userRateLimitExceeded": "too fast",
    "RATE_LIMIT_EXCEEDED": "too fast",
    "RESOURCE_EXHAUSTED": "too fast",
    "sharingRateLimitExceeded": "used up",
    "dailyLimitExceeded": "used up",
    "quotaExceeded": "used up",
    "accessNotConfigured": "not allowed",
    "SERVICE_DISABLED": "not allowed",
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": "not allowed",
    "insufficientPermissions": "not allowed",
    "insufficientFilePermissions": "not allowed",
    "forbiddenForServiceAccounts": "not allowed",
    "forbidden": "not allowed",
    "authError": "not allowed",
    "notFound": "not found",
    "deleted": "not found",
    "fullSyncRequired": "refused",
    "duplicate": "there already",
    "conditionNotMet": "refused",
    "backendError": "unavailable",
    "internalError": "unavailable",
}
"""By the reason itself, whatever the HTTP status: 403 is both "too fast" and "not allowed"."""

BY_STATUS: Mapping[str, Meaning] = {
    "UNAUTHENTICATED": "not allowed",
    "PERMISSION_DENIED": "not allowed",
    "NOT_FOUND": "not found",
    "ALREADY_EXISTS": "there already",
    "ABORTED": "too fast",
    "RESOURCE_EXHAUSTED": "too fast",
    "UNAVAILABLE": "unavailable",
    "INTERNAL": "unavailable",
    "DEADLINE_EXCEEDED": "unavailable",
}
"""By the canonical code of google.rpc. ABORTED is two writers at once: ours was not taken."""

BY_CODE: Mapping[int, Meaning] = {
    401: "not allowed",
    403: "not allowed",
    404: "not found",
    408: "unavailable",
    409: "there already",
    410: "not found",
    429: "too fast",
}

UNAVAILABLE = frozenset(("internal_failure", "server_error", "temporarily_unavailable"))

_SHARE = "Share it with the account that Sheetflow signs in with, as an editor: docs/google.md"
_ENABLE = "Switch this API on in the Google Cloud project of the credentials; see docs/google.md."
_SCOPES = "The sign-in does not cover this. Sign in again: sheetflow connect google"
_DELEGATE = (
    "A service account cannot do this by itself. Let an administrator allow it to act for a "
    "person (domain-wide delegation), and write that person's address as acts_as; or sign in as "
    "a person: sheetflow connect google"
)
_SLOWER = "It goes on by itself when Google lets it; or let several service accounts share it."

HINTS: Mapping[str, str] = {
    "notFound": _SHARE,
    "NOT_FOUND": _SHARE,
    "forbidden": _SHARE,
    "insufficientFilePermissions": _SHARE,
    "PERMISSION_DENIED": _SHARE,
    "accessNotConfigured": _ENABLE,
    "SERVICE_DISABLED": _ENABLE,
    "insufficientPermissions": _SCOPES,
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": _SCOPES,
    "forbiddenForServiceAccounts": _DELEGATE,
    "rateLimitExceeded": _SLOWER,
    "userRateLimitExceeded": _SLOWER,
    "RATE_LIMIT_EXCEEDED": _SLOWER,
    "RESOURCE_EXHAUSTED": _SLOWER,
    "dailyLimitExceeded": "The rest goes on when Google fills the allowance up again.",
    "quotaExceeded": "The rest goes on when Google fills the allowance up again.",
    "invalid_grant": "The key was taken back, or the sign-in has run out. Sign in again: "
    "sheetflow connect google",
    "unauthorized_client": "Domain-wide delegation does not cover this: an administrator must "
    "allow this service account's client id exactly the scopes that docs/google.md names.",
    "invalid_client": "The program's own credentials were taken back. Make new ones: "
    "docs/google.md",
    "invalid_scope": _SCOPES,
}
