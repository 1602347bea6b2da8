"""reactions.*: small pictures below a message."""

from __future__ import annotations

import re
from typing import Any

from tests.emulators.slack.calls import Call, method
from tests.emulators.slack.chat import permalink
from tests.emulators.slack.errors import SlackError
from tests.emulators.slack.finding import conversation, message_in
from tests.emulators.slack.shapes import message_object
from tests.emulators.slack.world import Conversation, Message

_NAME = re.compile(r"[a-z0-9_'+-]{1,100}(::skin-tone-[2-6])?")


@method("reactions.add", "reactions:write")
def add(call: Call) -> dict[str, Any]:
    """One more, once for each person and picture."""
    _, message = _meant(call)
    name = _name(call)
    users = message.reactions.setdefault(name, [])
    if call.user.id in users:
        raise SlackError("already_reacted")
    users.append(call.user.id)
    return {}


@method("reactions.remove", "reactions:write", tier="2")
def remove(call: Call) -> dict[str, Any]:
    """One's own is taken away."""
    _, message = _meant(call)
    name = _name(call)
    if call.user.id not in message.reactions.get(name, []):
        raise SlackError("no_reaction")
    message.reactions[name].remove(call.user.id)
    if not message.reactions[name]:
        del message.reactions[name]
    return {}


@method("reactions.get", "reactions:read", takes_json=False)
def get(call: Call) -> dict[str, Any]:
    """The message with all of them."""
    place, message = _meant(call)
    shown = message_object(place, message) | {"permalink": permalink(call, place, message)}
    return {"type": "message", "channel": place.id, "message": shown}


def _meant(call: Call) -> tuple[Conversation, Message]:
    if not call.has("channel") or not call.has("timestamp"):
        raise SlackError("no_item_specified")
    place = conversation(call)
    return place, message_in(place, call.text("timestamp"))


def _name(call: Call) -> str:
    name = call.text("name").strip(":")
    if not _NAME.fullmatch(name):
        raise SlackError("invalid_name")
    return name
