"""What Slack's words for failures mean, and what to do about each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheetflow import Fault

_APPS = "https://api.slack.com/apps"
_NEW_TOKEN = (
    f"Take the Bot User OAuth Token under OAuth & Permissions at {_APPS} once more, and check it: "
    "sheetflow doctor"
)
_LET_IN = "In Slack, write /invite and the app's name in that channel."

_NOT_ALLOWED: Mapping[str, tuple[str, str]] = {
    "invalid_auth": ("it does not know the token", _NEW_TOKEN),
    "not_authed": ("there is no token", _NEW_TOKEN),
    "token_revoked": ("the token was taken back", _NEW_TOKEN),
    "token_expired": ("the token has expired", _NEW_TOKEN),
    "account_inactive": (
        "the app was removed from the workspace, or its account is deactivated",
        f"Install it again at {_APPS}, then take the new token.",
    ),
    "not_allowed_token_type": ("this is not a bot's token", "It begins with xoxb-."),
    "no_permission": ("the token may not do this", _NEW_TOKEN),
    "access_denied": ("the workspace does not let this app in", "Ask its administrators."),
    "team_access_not_granted": ("the app is not installed there", "Ask its administrators."),
    "org_login_required": ("the workspace moves to Enterprise Grid", "Wait until it has."),
    "ekm_access_denied": ("the administrators have suspended it", "Ask them."),
    "accesslimited": ("access to the workspace is limited", "Ask its administrators."),
}
_NOT_FOUND: Mapping[str, tuple[str, str]] = {
    "channel_not_found": ("no such channel, or a private one without the app", _LET_IN),
    "user_not_found": ("no such person", ""),
    "users_not_found": ("nobody with this e-mail address", ""),
    "thread_not_found": ("the message to answer is gone", ""),
    "message_not_found": ("the message is gone", ""),
}
_REFUSED: Mapping[str, tuple[str, str]] = {
    "not_in_channel": ("the app is not in that channel", _LET_IN),
    "is_archived": ("the channel is archived", "Name another one, or unarchive it."),
    "msg_too_long": ("the message is too long", "Slack takes 40,000 characters at the most."),
    "restricted_action": (
        "an administrator restricts who may post there",
        "Have the app allowed in the channel's settings.",
    ),
    "cannot_reply_to_message": ("this message cannot be answered in a thread", ""),
    "user_disabled": ("this person's account is deactivated", ""),
    "cannot_dm_bot": ("a bot cannot write to a bot", ""),
    "no_text": ("there is nothing in the message", ""),
}
_TOO_FAST = frozenset({"ratelimited", "rate_limited", "team_added_to_org"})
_USED_UP: Mapping[str, str] = {
    "message_limit_exceeded": "the workspace's allowance of messages is used up",
}
_MAYBE_TAKEN = frozenset({"fatal_error", "internal_error", "service_unavailable"})
"""Slack says of these that something may have been done before it failed."""


def fault_in(told: Any) -> Fault | None:
    """What a body says went wrong; None where it says nothing."""
    word = told.get("error") if isinstance(told, dict) else None
    if not isinstance(word, str) or not word:
        return None
    if word == "missing_scope":
        return _missing(str(told.get("needed") or "one more"))
    if word in _NOT_ALLOWED:
        return Fault("not allowed", *_NOT_ALLOWED[word], reason=word)
    if word in _NOT_FOUND:
        return Fault("not found", *_NOT_FOUND[word], reason=word)
    if word in _TOO_FAST:
        return Fault("too fast", reason=word)
    if word in _USED_UP:
        return Fault("used up", _USED_UP[word], reason=word)
    if word in _MAYBE_TAKEN:
        return Fault("unavailable", word.replace("_", " "), reason=word)
    says, hint = _REFUSED.get(word, (word.replace("_", " "), ""))
    return Fault("refused", says, hint, reason=word)


def _missing(scope: str) -> Fault:
    return Fault(
        "not allowed",
        f"the app lacks the scope {scope}",
        f"Add it under OAuth & Permissions at {_APPS}, then press Reinstall to Workspace there.",
        reason="missing_scope",
    )
