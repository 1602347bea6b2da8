"""What somebody else does in Slack's own window while a program is at work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.emulators.slack import events
from tests.emulators.slack.world import Conversation, User, World


def edit_workspace(world: World, edit: Mapping[str, Any]) -> None:
    """Do one thing, such as {"post": {"channel": "general", "user": "U1", "text": "Hi"}}."""
    ((what, of),) = edit.items()
    _DEEDS[what](world, of)


def channel_of(world: World, name: str) -> Conversation:
    """A conversation by its id, or by its name."""
    found = world.conversations.get(name)
    return found or next(one for one in world.channels() if one.name == name.lstrip("#"))


def _post(world: World, of: Mapping[str, Any]) -> None:
    fields = {"user": of["user"], "text": of["text"]}
    events.told(world, {"type": "message", "channel": of["channel"], **fields})
    world.post(channel_of(world, of["channel"]), fields, thread_ts=of.get("thread_ts", ""))


def _delete(world: World, of: Mapping[str, Any]) -> None:
    channel = channel_of(world, of["channel"])
    channel.messages = [one for one in channel.messages if one.ts != of["ts"]]


def _archive(world: World, of: str) -> None:
    channel_of(world, of).is_archived = True


def _rename(world: World, of: Mapping[str, Any]) -> None:
    channel = channel_of(world, of["channel"])
    channel.previous_names.append(channel.name)
    channel.name = of["name"]


def _remove(world: World, of: Mapping[str, Any]) -> None:
    channel_of(world, of["channel"]).members.remove(of["user"])


def _deactivate(world: World, of: str) -> None:
    world.users[of].deleted = True
    events.tell(world, "user_change", world.users[of])


def _join(world: World, of: Mapping[str, Any]) -> None:
    made = User(**of)
    world.users[made.id] = made
    events.tell(world, "team_join", made)


def _revoke(world: World, of: str) -> None:
    world.tokens[of].revoked = True


def _scopes(world: World, of: Mapping[str, Any]) -> None:
    world.tokens[of["token"]].scopes = list(of["scopes"])


_DEEDS = {
    "post": _post,
    "delete": _delete,
    "archive": _archive,
    "rename": _rename,
    "remove": _remove,
    "deactivate": _deactivate,
    "join": _join,
    "revoke": _revoke,
    "scopes": _scopes,
}
