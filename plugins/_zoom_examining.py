"""What `sheetflow doctor` says of a Zoom connection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC

from sheetflow import Finding, SheetflowError

from ._zoom_client import Api
from ._zoom_hosts import Hosts
from ._zoom_signin import ZoomIdentity

NEEDED = (
    ("make calls", "meeting:write:meeting:admin", "meeting:write:admin"),
    ("move calls", "meeting:update:meeting:admin", "meeting:write:admin"),
    ("delete calls", "meeting:delete:meeting:admin", "meeting:write:admin"),
    ("look calls up", "meeting:read:meeting:admin", "meeting:read:admin"),
    ("list calls", "meeting:read:list_meetings:admin", "meeting:read:admin"),
    ("see hosts", "user:read:user:admin", "user:read:admin"),
)
"""What must be allowed: what for, the scope, and the older one that covers it as well."""
FOR_TABLES = (
    ("registrants", "meeting:read:list_registrants:admin", "meeting:read:admin"),
    ("participants", "meeting:read:list_past_participants:admin", "meeting:read:admin"),
    ("past meetings", "meeting:read:list_past_instances:admin", "meeting:read:admin"),
    ("report", "report:read:list_meeting_participants:admin", "report:read:admin"),
)
"""What only tables need."""


def examined(
    identity: ZoomIdentity,
    api: Api,
    hosts: Hosts,
    names: Sequence[str],
    most: int,
    plan: str,
) -> Iterator[Finding]:
    """Whether the app is let in and may do what is needed; each host, and what is left today."""
    try:
        identity.renew()
    except SheetflowError as error:
        yield Finding.amiss("signing in", error)
        return
    yield Finding("signing in", True, f"signed in as {identity.name}{_until(identity)}")
    yield _scopes(identity.scopes)
    yield _tables(identity.scopes)
    for name in names:
        yield from _host(api, hosts, name, most, plan)


def _until(identity: ZoomIdentity) -> str:
    if identity.until is None:
        return ""
    return f" until {identity.until.astimezone(UTC):%H:%M} UTC, then signed in again"


def _scopes(granted: Sequence[str]) -> Finding:
    missing = [scope for _, scope, older in NEEDED if not {scope, older} & {*granted}]
    if not missing:
        return Finding("scopes", True, f"may {', '.join(what for what, _, _ in NEEDED)}")
    cure = "Add them to the app in the Zoom App Marketplace, under Scopes."
    return Finding("scopes", False, f"missing: {', '.join(missing)}", cure)


def _tables(granted: Sequence[str]) -> Finding:
    """Not every connection reads tables, so that it is no failure."""
    missing = [f"{scope} for {what}" for what, scope, older in FOR_TABLES
               if not {scope, older} & {*granted}]  # fmt: skip
    if not missing:
        return Finding("tables", True, "may read all of them")
    return Finding("tables", True, f"to read them, these scopes are missing: {', '.join(missing)}")


def _host(api: Api, hosts: Hosts, name: str, most: int, plan: str) -> Iterator[Finding]:
    what = f"host {name}"
    try:
        user = api.user(name)
    except SheetflowError as error:
        yield Finding.amiss(what, error)
        return
    if user.get("status", "active") != "active":
        yield Finding(what, False, f"is {user['status']}", "Let the user sign in to Zoom once.")
        return
    if user.get("type") != 2 and plan != "free":
        says = "has no licence: calls end after 40 minutes"
        yield Finding(what, False, says, "Give the user a licence, or write plan: free.")
    else:
        licence = "licensed" if user.get("type") == 2 else "basic, calls end after 40 minutes"
        yield Finding(what, True, f"{licence}, times in {user.get('timezone') or 'UTC'}")
    try:
        left = max(0, hosts.left(name))
    except SheetflowError as error:
        yield Finding.amiss(f"calls of {name}", error)
        return
    yield Finding(
        f"calls of {name}", True, f"at most {left} of {most} may be made or changed today"
    )
