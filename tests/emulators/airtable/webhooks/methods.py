"""The routes of webhooks."""

from __future__ import annotations

import base64
from typing import Any

from tests.emulators.airtable.calls import Call, route
from tests.emulators.airtable.errors import bad_request, forbidden, invalid
from tests.emulators.airtable.webhooks.hooks import LASTS, Webhook
from tests.emulators.airtable.world import stamp
from tests.emulators.exchanging import Answer

PATH = "/v0/bases/{base}/webhooks"
SCOPE = "webhook:manage"
MOST = 10
"""Webhooks of a base."""
PAGE = 50
"""Payloads in an answer."""
DATA = {"tableData": "data.records:read", "tableFields": "schema.bases:read"}
DATA["tableMetadata"] = DATA["tableFields"]
SOURCES = frozenset(
    {"client", "publicApi", "formSubmission", "formPageSubmission", "automation", "system"}
    | {"sync", "anonymousUser", "unknown"}
)
CHANGES = frozenset({"add", "remove", "update"})
FILTERS = frozenset(
    {"dataTypes", "recordChangeScope", "changeTypes", "fromSources", "sourceOptions"}
    | {"watchDataInFieldIds", "watchSchemasOfFieldIds"}
)
INCLUDES = frozenset(
    {"includeCellValuesInFieldIds", "includePreviousCellValues"}
    | {"includePreviousFieldDefinitions"}
)


@route("webhooks.create", "POST", PATH, SCOPE, level="create")
def create(call: Call) -> Any:
    """A new webhook, with or without an address to notify."""
    body = call.object()
    url = body.get("notificationUrl")
    if {*body} - {"notificationUrl", "specification"} or not isinstance(url, str | None):
        raise bad_request()
    specification = _specification(call, body.get("specification"))
    if len(call.its_base.webhooks) >= MOST:
        raise invalid("TOO_MANY_WEBHOOKS_IN_BASE", "Maximum number of webhooks reached")
    world = call.world
    secret = base64.b64encode(world.chance.randbytes(64)).decode()
    expires = world.now() + LASTS
    hook = Webhook(world.new_id("ach"), secret, url or "", specification, expires)
    call.its_base.webhooks[hook.id] = hook
    return {
        "id": hook.id,
        "macSecretBase64": hook.secret,
        "expirationTime": stamp(hook.expires),
    }


def _specification(call: Call, given: Any) -> dict[str, Any]:
    options = given.get("options") if isinstance(given, dict) else None
    filters = options.get("filters") if isinstance(options, dict) else None
    if options is None or not isinstance(filters, dict) or {*filters} - FILTERS:
        raise _bad("filters")
    _among(filters, "dataTypes", frozenset(DATA), needed=True)
    _among(filters, "changeTypes", CHANGES)
    _among(filters, "fromSources", SOURCES)
    includes = options.get("includes") or {}
    if (
        not isinstance(includes, dict)
        or {*includes} - INCLUDES
        or {*options} - {"filters", "includes"}
    ):
        raise _bad("includes")
    cells = includes.get("includeCellValuesInFieldIds")
    if cells != "all" and not _names(cells):
        raise _bad("includes")
    for name in ("watchDataInFieldIds", "watchSchemasOfFieldIds"):
        if not _names(filters.get(name)):
            raise _bad(name)
    for one in filters["dataTypes"]:
        call.needs(DATA[one])
    scope = filters.get("recordChangeScope") or ""
    tables = call.its_base.tables
    if not isinstance(scope, str):
        raise _bad("recordChangeScope")
    if scope and not any(scope == one.id or one.view(scope) for one in tables):
        raise _bad("recordChangeScope")
    return {"options": options}


def _among(
    filters: dict[str, Any], name: str, known: frozenset[str], *, needed: bool = False
) -> None:
    given = filters.get(name)
    if given is None and not needed:
        return
    fits = isinstance(given, list) and all(isinstance(one, str) for one in given)
    if not fits or {*given} - known or (needed and not given):
        raise _bad(name)


def _names(given: Any) -> bool:
    """Whether it is a list of ids, or nothing."""
    return given is None or (isinstance(given, list) and all(isinstance(one, str) for one in given))


def _bad(name: str) -> Exception:
    return invalid("INVALID_REQUEST_UNKNOWN", f"Invalid request: {name} of the webhook is invalid")


@route("webhooks.list", "GET", PATH, SCOPE)
def list_webhooks(call: Call) -> Any:
    """The base's webhooks; one that ended 7 days ago is gone."""
    now = call.world.now()
    hooks = call.its_base.webhooks
    for one in [one for one in hooks.values() if one.expires + LASTS <= now]:
        del hooks[one.id]
    return {"webhooks": [one.json(now) for one in hooks.values()]}


def _hook(call: Call) -> Webhook:
    found: Webhook | None = call.its_base.webhooks.get(call.path["webhook"])
    if found is None or found.expires + LASTS <= call.world.now():
        raise forbidden()
    return found


@route("webhooks.delete", "DELETE", PATH + "/{webhook}", SCOPE, level="create")
def delete(call: Call) -> Any:
    """The webhook goes, with its payloads."""
    del call.its_base.webhooks[_hook(call).id]
    return _nothing(call)


def _nothing(call: Call) -> Answer:
    return Answer(200, b"", method=call.method)


@route(
    "webhooks.enableNotifications",
    "POST",
    PATH + "/{webhook}/enableNotifications",
    SCOPE,
    level="create",
)
def enable_notifications(call: Call) -> Any:
    """Notifications on or off; payloads are written down all the same."""
    hook, body = _hook(call), call.object()
    if {*body} != {"enable"} or not isinstance(body["enable"], bool):
        raise bad_request()
    hook.notifies = body["enable"]
    return _nothing(call)


@route("webhooks.refresh", "POST", PATH + "/{webhook}/refresh", SCOPE, level="create")
def refresh(call: Call) -> Any:
    """Seven more days, unless it has ended."""
    hook = _hook(call)
    if not hook.enabled(call.world.now()):
        raise invalid("CANNOT_REFRESH_EXPIRED_WEBHOOK", "The webhook has expired")
    hook.expires = call.world.now() + LASTS
    return {"expirationTime": stamp(hook.expires)}


@route("webhooks.payloads", "GET", PATH + "/{webhook}/payloads", SCOPE)
def payloads(call: Call) -> Any:
    """The payloads from a cursor on; asking for them refreshes the webhook."""
    hook, query = _hook(call), dict(call.query)
    if {*query} - {"cursor", "limit"}:
        raise bad_request()
    cursor, limit = _number(query, "cursor", 1), _number(query, "limit", PAGE)
    now = call.world.now()
    kept = hook.kept(now)
    if cursor > hook.next:
        raise invalid("INVALID_CURSOR", "The cursor is beyond the last payload")
    if hook.enabled(now):
        hook.expires = now + LASTS
    following = [one for one in kept if one[0] >= cursor]
    page = following[: min(limit, PAGE)]
    return {
        "payloads": [made for _, _, made in page],
        "cursor": page[-1][0] + 1 if page else max(cursor, hook.next if not kept else cursor),
        "mightHaveMore": len(following) > len(page),
        "payloadFormat": "v0",
    }


def _number(query: dict[str, str], name: str, otherwise: int) -> int:
    text = query.get(name, str(otherwise))
    if not text.isdecimal() or int(text) < 1:
        raise bad_request()
    return int(text)
