"""users.*: who is in the workspace."""

from __future__ import annotations

from typing import Any

from tests.emulators.slack.calls import Call, method
from tests.emulators.slack.errors import SlackError
from tests.emulators.slack.finding import person
from tests.emulators.slack.paging import page
from tests.emulators.slack.shapes import APP, user_object
from tests.emulators.slack.world import User

ICON = "https://a.slack-edge.com/bot.png"


@method("users.list", "users:read", tier="2", takes_json=False)
def listed(call: Call) -> dict[str, Any]:
    """Everybody, bots and those who left included."""
    every = list(call.world.users.values())
    items, cursor = page(call, every, "users", usual=max(1, len(every)))
    members = [_shown(call, one) for one in items]
    told = {"next_cursor": cursor}
    return {"members": members, "cache_ts": call.world.seconds(), "response_metadata": told}


@method("users.info", "users:read", tier="4", takes_json=False)
def info(call: Call) -> dict[str, Any]:
    """One person."""
    return {"user": _shown(call, person(call, call.text("user")))}


@method("users.lookupByEmail", "users:read.email", takes_json=False)
def lookup_by_email(call: Call) -> dict[str, Any]:
    """The person who has this address, and has not left."""
    found = call.world.by_email(call.needed("email"))
    if found is None or found.deleted:
        raise SlackError("users_not_found")
    return {"user": user_object(call.world, found)}


@method("users.profile.get", "users.profile:read", tier="4", takes_json=False)
def profile(call: Call) -> dict[str, Any]:
    """What somebody says of themselves."""
    found = person(call, call.text("user") or call.user.id)
    shown = _shown(call, found)["profile"]
    return {"profile": {**shown, "fields": shown.get("fields", {})}}


@method("users.getPresence", "users:read", takes_json=False)
def presence(call: Call) -> dict[str, Any]:
    """Nobody is ever there but those who are not deactivated."""
    found = person(call, call.text("user") or call.user.id)
    if found.deleted:
        raise SlackError("user_not_found")
    return {"presence": "active"}


@method("bots.info", "users:read", takes_json=False)
def bot_info(call: Call) -> dict[str, Any]:
    """What stands behind a bot's id."""
    wanted = call.text("bot") or call.user.bot_id
    found = next((one for one in call.world.users.values() if one.bot_id == wanted), None)
    if not wanted or found is None:
        raise SlackError("bot_not_found")
    bot = {
        "id": found.bot_id,
        "deleted": found.deleted,
        "name": found.real_name,
        "updated": call.world.team["created"],
        "app_id": APP,
        "user_id": found.id,
        "icons": {f"image_{size}": f"{ICON}?s={size}" for size in (36, 48, 72)},
    }
    return {"bot": bot}


def _shown(call: Call, user: User) -> dict[str, Any]:
    scopes = call.token.scopes
    return user_object(call.world, user, email=scopes is None or "users:read.email" in scopes)
