"""Who the caller is, the workspace, and how an app gets its token."""

from __future__ import annotations

from typing import Any

from tests.emulators.slack.calls import Call, method
from tests.emulators.slack.errors import SlackError
from tests.emulators.slack.world import Token


@method("api.test", tier="4", needs_token=False)
def api_test(call: Call) -> dict[str, Any]:
    """What was asked, back again; with `error`, a failure."""
    told = {"args": {key: call.text(key) for key in call.arguments}} if call.arguments else {}
    if call.has("error"):
        raise SlackError(call.text("error"), **told)
    return told


@method("auth.test", tier="special")
def auth_test(call: Call) -> dict[str, Any]:
    """Who the token speaks for."""
    team, user = call.world.team, call.user
    bot = {"bot_id": user.bot_id} if user.bot_id else {}
    return {
        "url": f"https://{team['domain']}.slack.com/",
        "team": team["name"],
        "user": user.name,
        "team_id": team["id"],
        "user_id": user.id,
        **bot,
        "is_enterprise_install": False,
    }


@method("auth.revoke")
def auth_revoke(call: Call) -> dict[str, Any]:
    """The token ends; with `test`, it only would have."""
    if not call.flag("test"):
        call.world.tokens.setdefault(call.token.token, call.token).revoked = True
    return {"revoked": not call.flag("test")}


@method("team.info", "team:read", takes_json=False)
def team_info(call: Call) -> dict[str, Any]:
    """The workspace."""
    team = call.world.team
    if call.text("team") not in ("", team["id"]):
        raise SlackError("team_not_found")
    keys = ("id", "name", "domain", "email_domain")
    shown: dict[str, Any] = {key: team[key] for key in keys}
    shown["url"] = f"https://{team['domain']}.slack.com/"
    return {"team": shown | {"icon": {"image_default": True}}}


@method("oauth.v2.access", tier="4", needs_token=False, takes_json=False)
def oauth_access(call: Call) -> dict[str, Any]:
    """A code becomes a token, once."""
    app = next((one for one in call.world.apps if one["client_id"] == call.text("client_id")), None)
    if app is None:
        raise SlackError("invalid_client_id")
    if app["client_secret"] != call.text("client_secret"):
        raise SlackError("bad_client_secret")
    codes: dict[str, dict[str, Any]] = app.get("codes", {})
    given = codes.pop(call.text("code"), None)
    if given is None:
        raise SlackError("invalid_code")
    if given.get("redirect_uri", "") != call.text("redirect_uri"):
        raise SlackError("bad_redirect_uri")
    return _installed(call, app, given)


def _installed(call: Call, app: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    world, scopes = call.world, list(given.get("scopes", ["chat:write"]))
    text = f"xoxb-{world.new_id('1')}-{world.new_id('2')}"
    world.tokens[text] = Token(text, world.bot.id, scopes)
    return {
        "access_token": text,
        "token_type": "bot",
        "scope": ",".join(scopes),
        "bot_user_id": world.bot.id,
        "app_id": app.get("app_id", "A0SHEETFLOW"),
        "team": {"name": world.team["name"], "id": world.team["id"]},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": given.get("user", next(iter(world.users)))},
    }
