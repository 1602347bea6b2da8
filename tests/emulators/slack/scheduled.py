"""Messages for later: chat.scheduleMessage and what belongs to it."""

from __future__ import annotations

from typing import Any

from tests.emulators.slack.calls import Call, method
from tests.emulators.slack.chat import fields_of, whole
from tests.emulators.slack.errors import SlackError
from tests.emulators.slack.finding import conversation, postable
from tests.emulators.slack.paging import page
from tests.emulators.slack.world import Scheduled, World

FURTHEST = 120 * 86_400  # seconds


@method("chat.scheduleMessage", "chat:write")
def schedule(call: Call) -> dict[str, Any]:
    """A message that is posted at `post_at`, at most 120 days from now."""
    place, post_at = postable(call), whole(call, "post_at")
    now = call.world.seconds()
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + FURTHEST:
        raise SlackError("time_too_far")
    fields = fields_of(call)
    made = Scheduled(call.world.new_id("Q"), place.id, post_at, now, call.user.id, fields)
    call.world.scheduled[made.id] = made
    shown = {"type": "delayed_message", **fields}
    return {
        "channel": place.id,
        "scheduled_message_id": made.id,
        "post_at": post_at,
        "message": shown,
    }


@method("chat.scheduledMessages.list")
def listed(call: Call) -> dict[str, Any]:
    """What is to come, of one channel or of all."""
    place = conversation(call).id if call.has("channel") else ""
    oldest, latest = call.number("oldest", 0), call.number("latest", 2**40)
    fitting = [
        {
            "id": one.id,
            "channel_id": one.channel,
            "post_at": one.post_at,
            "date_created": one.created,
            "text": one.fields["text"],
        }
        for one in call.world.scheduled.values()
        if one.user == call.user.id
        and place in ("", one.channel)
        and oldest <= one.post_at <= latest
    ]
    items, cursor = page(call, fitting, "scheduled", usual=100)
    return {"scheduled_messages": items, "response_metadata": {"next_cursor": cursor}}


@method("chat.deleteScheduledMessage", "chat:write")
def delete(call: Call) -> dict[str, Any]:
    """One of them is not posted."""
    place = conversation(call)
    found = call.world.scheduled.get(call.needed("scheduled_message_id"))
    if found is None or found.channel != place.id or found.user != call.user.id:
        raise SlackError("invalid_scheduled_message_id")
    del call.world.scheduled[found.id]
    return {}


def post_what_is_due(world: World) -> None:
    """Post those whose time has come."""
    for one in [one for one in world.scheduled.values() if one.post_at <= world.seconds()]:
        del world.scheduled[one.id]
        place = world.conversations[one.channel]
        if not place.is_archived:
            world.post(place, dict(one.fields))
