"""acl: who may do what with a calendar."""

from __future__ import annotations

from typing import Any

from tests.emulators.google.calendar import paging
from tests.emulators.google.calendar.model import (
    ROLES,
    Calendar,
    Calendars,
    calendars,
    match_etag,
    version_of,
)
from tests.emulators.google.calls import Call, method
from tests.emulators.google.errors import ApiError

SCOPES = ("default", "user", "group", "domain")


def _owned(call: Call) -> tuple[Calendars, Calendar]:
    state = calendars(call.world)
    return state, state.find(call.path["calendarId"], call.user, role="owner")


def _rule(call: Call, calendar: Calendar) -> dict[str, Any]:
    name = call.path["ruleId"].lower()
    rule = next((r for key, r in calendar.rules.items() if key.lower() == name), None)
    if rule is None or rule["role"] == "none":
        raise ApiError(404, "notFound", "Not Found")
    return rule


@method("calendar.acl.list")
def list_rules(call: Call) -> dict[str, Any]:
    """All rules, or those changed since a sync token."""
    state, calendar = _owned(call)
    rules = list(calendar.rules.values())
    if call.query.get("syncToken"):
        since = paging.read_sync(call.query["syncToken"], now=call.now, of=["acl", calendar.id])
        rules = [rule for rule in rules if version_of(rule) > since["v"]]
    elif not call.query.get("showDeleted"):
        rules = [rule for rule in rules if rule["role"] != "none"]
    of, version = ["acl", calendar.id], state.version
    items, token = paging.page(rules, call.query, now=call.now, version=version, of=of, sync={})
    newest = max(version_of(rule) for rule in calendar.rules.values())
    return {"kind": "calendar#acl", "etag": f'"p{newest}"', "items": items, **token}


@method("calendar.acl.get")
def get(call: Call) -> dict[str, Any]:
    """One rule."""
    return _rule(call, _owned(call)[1])


@method("calendar.acl.insert")
def insert(call: Call) -> dict[str, Any]:
    """A rule for a scope; a rule the scope has already is replaced."""
    state, calendar = _owned(call)
    scope, role = _checked(call.body)
    return state.allow(calendar, scope, role)


def _checked(body: dict[str, Any]) -> tuple[dict[str, str], str]:
    scope, role = body.get("scope") or {}, body.get("role")
    kind, value = scope.get("type", "default"), scope.get("value", "")
    if role not in ROLES:
        raise ApiError(400, "invalid" if role else "required", "Invalid role.")
    if kind not in SCOPES or (kind != "default" and not value):
        raise ApiError(400, "invalid", "Invalid scope value.")
    if kind == "default":
        return {"type": "default"}, role
    return {"type": kind, "value": value.lower()}, role


@method("calendar.acl.update")
def update(call: Call) -> dict[str, Any]:
    """Another role for a rule; its scope stays."""
    return _write(call, call.body)


@method("calendar.acl.patch")
def patch(call: Call) -> dict[str, Any]:
    """As update: the role is all that can change."""
    _, calendar = _owned(call)
    return _write(call, {**_rule(call, calendar), **call.body})


def _write(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    state, calendar = _owned(call)
    rule = _rule(call, calendar)
    match_etag(call.headers, rule)
    _, role = _checked({**body, "scope": rule["scope"]})
    _keep_an_owner(call, calendar, rule, role)
    return state.allow(calendar, rule["scope"], role)


@method("calendar.acl.delete")
def delete(call: Call) -> None:
    """Take a rule away."""
    state, calendar = _owned(call)
    rule = _rule(call, calendar)
    match_etag(call.headers, rule)
    _keep_an_owner(call, calendar, rule, "none")
    state.allow(calendar, rule["scope"], "none")


def _keep_an_owner(call: Call, calendar: Calendar, rule: dict[str, Any], role: str) -> None:
    """Nobody takes their own access to a calendar whose data they own (403)."""
    own = rule["scope"].get("value") == calendar.owner.lower()
    if own and role != "owner":
        text = "Cannot change your own access level."
        raise ApiError(403, "cannotChangeOwnAcl", text, domain="calendar")
