"""conversations.*: channels are made, renamed, archived; people join and leave."""

from __future__ import annotations

import re
from typing import Any

from tests.emulators.slack.calls import Call, method
from tests.emulators.slack.errors import SlackError, invalid_arguments
from tests.emulators.slack.finding import conversation, joined, person
from tests.emulators.slack.shapes import conversation_object
from tests.emulators.slack.world import Conversation

MANAGES = ("channels:manage", "groups:write", "im:write", "mpim:write")
_NAME = re.compile(r"[^\s.,:;!?'\"<>#@&/\\()\[\]{}A-Z]{1,80}")


@method("conversations.join", "channels:join")
def join(call: Call) -> dict[str, Any]:
    """The caller comes in."""
    found = conversation(call)
    if found.kind != "public_channel":
        raise SlackError("method_not_supported_for_channel_type")
    if found.is_archived:
        raise SlackError("is_archived")
    there = call.user.id in found.members
    if not there:
        found.members.append(call.user.id)
    shown = {"channel": conversation_object(call.world, found, call.user.id)}
    told = {"warnings": ["already_in_channel"]}
    return shown | ({"warning": "already_in_channel", "response_metadata": told} if there else {})


@method("conversations.leave", *MANAGES)
def leave(call: Call) -> dict[str, Any]:
    """The caller goes out."""
    found = conversation(call)
    if found.is_general:
        raise SlackError("cant_leave_general")
    if call.user.id not in found.members:
        return {"not_in_channel": True}
    found.members.remove(call.user.id)
    return {}


@method("conversations.create", "channels:manage", "groups:write", tier="2")
def create(call: Call) -> dict[str, Any]:
    """A new channel, in which the caller is."""
    name = _checked_name(call)
    kind = "private_channel" if call.flag("is_private") else "public_channel"
    made = Conversation(
        call.world.new_id("C"),
        kind,
        name,
        members=[call.user.id],
        creator=call.user.id,
        created=call.world.seconds(),
    )
    call.world.conversations[made.id] = made
    return {"channel": conversation_object(call.world, made, call.user.id)}


@method("conversations.rename", *MANAGES, tier="2")
def rename(call: Call) -> dict[str, Any]:
    """Another name."""
    found = _open(joined(call))
    name = _checked_name(call)
    found.previous_names = [*found.previous_names, found.name]
    found.name = name
    return {"channel": conversation_object(call.world, found, call.user.id)}


def _checked_name(call: Call) -> str:
    name = call.text("name").removeprefix("#")
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > 80:
        raise SlackError("invalid_name_maxlength")
    if not _NAME.fullmatch(name):
        raise SlackError("invalid_name_specials")
    if any(one.name == name for one in call.world.channels()):
        raise SlackError("name_taken")
    return name


@method("conversations.setTopic", *MANAGES, tier="2")
def set_topic(call: Call) -> dict[str, Any]:
    """What it is about just now."""
    found = _open(joined(call))
    topic = call.text("topic")
    if len(topic) > 250:
        raise SlackError("too_long")
    now = call.world.seconds()
    found.topic = {"value": topic, "creator": call.user.id, "last_set": now}
    return {"channel": conversation_object(call.world, found, call.user.id)}


@method("conversations.archive", *MANAGES, tier="2")
def archive(call: Call) -> dict[str, Any]:
    """Nobody writes there any more."""
    found = joined(call)
    if found.is_general:
        raise SlackError("cant_archive_general")
    if found.is_archived:
        raise SlackError("already_archived")
    found.is_archived = True
    return {}


@method("conversations.unarchive", *MANAGES, tier="2")
def unarchive(call: Call) -> dict[str, Any]:
    """It is open again."""
    found = conversation(call)
    if not found.is_archived:
        raise SlackError("not_archived")
    found.is_archived = False
    return {}


@method("conversations.invite", "channels:manage", "channels:write.invites", "groups:write")
def invite(call: Call) -> dict[str, Any]:
    """Others come in."""
    found = _open(joined(call))
    wanted = call.listed("users")
    if not wanted:
        raise invalid_arguments("missing required field: users")
    for user_id in wanted:
        _may_come(call, found, user_id)
    found.members += wanted
    return {"channel": conversation_object(call.world, found, call.user.id)}


def _may_come(call: Call, found: Conversation, user_id: str) -> None:
    if user_id == call.user.id:
        raise SlackError("cant_invite_self")
    if person(call, user_id).deleted:
        raise SlackError("user_disabled")
    if user_id in found.members:
        raise SlackError("already_in_channel")


def _open(found: Conversation) -> Conversation:
    if found.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    if found.is_archived:
        raise SlackError("is_archived")
    return found
