"""conversations.*: they are listed and read, and direct ones are opened."""

from __future__ import annotations

import re
from typing import Any

from tests.emulators.slack.calls import Call, method
from tests.emulators.slack.errors import SlackError
from tests.emulators.slack.finding import (
    PREFIX,
    conversation,
    joined,
    message_in,
    must_have,
    person,
)
from tests.emulators.slack.paging import page
from tests.emulators.slack.shapes import conversation_object, message_object
from tests.emulators.slack.world import Conversation, Message

READS = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORIES = ("channels:history", "groups:history", "im:history", "mpim:history")
MOST_IN_DIRECT = 8


@method("conversations.list", *READS, tier="2", takes_json=False)
def listed(call: Call) -> dict[str, Any]:
    """All conversations of some kinds that the caller may see."""
    return _page_of(call, list(call.world.conversations.values()), call.user.id)


@method("users.conversations", *READS, takes_json=False)
def of_user(call: Call) -> dict[str, Any]:
    """Those that somebody is in."""
    user = person(call, call.text("user") or call.user.id)
    theirs = [one for one in call.world.conversations.values() if user.id in one.members]
    return _page_of(call, theirs, call.user.id)


def _page_of(call: Call, every: list[Conversation], viewer: str) -> dict[str, Any]:
    kinds = call.listed("types") or ["public_channel"]
    if not set(kinds) <= set(PREFIX):
        raise SlackError("invalid_types")
    for kind in kinds:
        must_have(call, kind, "read")
    fitting = [
        one
        for one in every
        if one.kind in kinds
        and (one.kind == "public_channel" or viewer in one.members)
        and not (one.is_archived and call.flag("exclude_archived"))
    ]
    fitting.sort(key=lambda one: one.id)
    items, cursor = page(call, fitting, "channels", usual=100)
    shown = [conversation_object(call.world, one, viewer, count=not one.is_direct) for one in items]
    return {"channels": shown, "response_metadata": {"next_cursor": cursor}}


@method("conversations.info", *READS, takes_json=False)
def info(call: Call) -> dict[str, Any]:
    """One conversation."""
    found = conversation(call, "read")
    count = call.flag("include_num_members")
    return {"channel": conversation_object(call.world, found, call.user.id, count=count)}


@method("conversations.members", *READS, tier="4", takes_json=False)
def members(call: Call) -> dict[str, Any]:
    """The ids of those who are in it."""
    items, cursor = page(call, conversation(call, "read").members, "members", usual=100)
    return {"members": items, "response_metadata": {"next_cursor": cursor}}


@method("conversations.history", *HISTORIES)
def history(call: Call) -> dict[str, Any]:
    """Its messages, the newest first, without what stands in threads."""
    place = joined(call, "history")
    top = [
        one
        for one in place.messages
        if not one.is_reply or one.fields.get("subtype") == "thread_broadcast"
    ]
    fitting = [one for one in reversed(top) if _within(call, one)]
    items, cursor = page(call, fitting, f"history {place.id}", usual=100, most=999)
    more = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
    return {
        "messages": _shown(call, place, items),
        "has_more": bool(cursor),
        "pin_count": 0,
        "channel_actions_ts": None,
        "channel_actions_count": 0,
        **more,
    }


@method("conversations.replies", *HISTORIES)
def replies(call: Call) -> dict[str, Any]:
    """A message and its thread, the oldest first. The first one is on every page."""
    place = joined(call, "history")
    first = message_in(place, call.needed("ts", "invalid_arguments"), "thread_not_found")
    below = [one for one in place.replies(first.ts) if _within(call, one)]
    items, cursor = page(call, below, f"replies {first.ts}", usual=1000)
    more = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
    return {
        "messages": _shown(call, place, [first, *items]),
        "has_more": bool(cursor),
        **more,
    }


def _within(call: Call, message: Message) -> bool:
    at, inclusive = _moment(message.ts), call.flag("inclusive")
    for name, error, sign in (
        ("oldest", "invalid_ts_oldest", 1),
        ("latest", "invalid_ts_latest", -1),
    ):
        if not call.has(name):
            continue
        text = call.text(name)
        if not re.fullmatch(r"\d+(\.\d+)?", text):
            raise SlackError(error)
        distance = (at - _moment(text)) * sign
        if distance < 0 or (distance == 0 and not inclusive):
            return False
    return True


def _moment(ts: str) -> int:
    whole, _, part = ts.partition(".")
    return int(whole) * 1_000_000 + int((part or "0").ljust(6, "0")[:6])


def _shown(call: Call, place: Conversation, messages: list[Message]) -> list[dict[str, Any]]:
    metadata = call.flag("include_all_metadata")
    if call.token.scopes is not None and "metadata.message:read" not in call.token.scopes:
        metadata = False
    return [message_object(place, one, metadata=metadata) for one in messages]


@method("conversations.open", "im:write", "mpim:write")
def opened(call: Call) -> dict[str, Any]:
    """The direct conversation with one person or several, made when there is none."""
    if call.has("channel"):
        found = conversation(call)
        if not found.is_direct:
            raise SlackError("method_not_supported_for_channel_type")
        made = False
    else:
        found, made = _with_people(call)
    shown: dict[str, Any] = {"id": found.id}
    if call.flag("return_im"):
        shown = conversation_object(call.world, found, call.user.id)
    return {"channel": shown} | ({} if made else {"no_op": True, "already_open": True})


def _with_people(call: Call) -> tuple[Conversation, bool]:
    wanted = call.listed("users")
    if not wanted:
        raise SlackError("users_list_not_supplied")
    if len(wanted) > MOST_IN_DIRECT:
        raise SlackError("too_many_users")
    for user_id in wanted:
        if person(call, user_id).deleted:
            raise SlackError("user_disabled")
    must_have(call, "im" if len(wanted) == 1 else "mpim", "write")
    before = len(call.world.conversations)
    found = call.world.direct(call.user.id, *wanted)
    return found, len(call.world.conversations) > before
