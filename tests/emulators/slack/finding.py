"""Which conversation, message or person a call means, and whether the caller may."""

from __future__ import annotations

from tests.emulators.slack.calls import Call
from tests.emulators.slack.errors import SlackError
from tests.emulators.slack.tokens import missing
from tests.emulators.slack.world import Conversation, Message, User

PREFIX = {
    "public_channel": "channels",
    "private_channel": "groups",
    "im": "im",
    "mpim": "mpim",
}


def must_have(call: Call, kind: str, what: str) -> None:
    """Raises missing_scope where the token has no `channels:what`, or what `kind` asks for."""
    wanted = f"{PREFIX[kind]}:{what}"
    if call.token.scopes is not None and wanted not in call.token.scopes:
        raise missing(call.token, wanted)


def conversation(call: Call, what: str = "", *, name: str = "channel") -> Conversation:
    """The conversation of an id that the caller may know. Raises channel_not_found."""
    found = call.world.conversations.get(call.needed(name))
    if found is None or not _sees(call, found):
        raise SlackError("channel_not_found")
    if what:
        must_have(call, found.kind, what)
    return found


def joined(call: Call, what: str = "") -> Conversation:
    """The same, and the caller is in it. Raises not_in_channel."""
    found = conversation(call, what)
    if call.user.id not in found.members:
        raise SlackError("not_in_channel")
    return found


def postable(call: Call, *, by_name: bool = True) -> Conversation:
    """Where the caller may write: a conversation by id or name, or the direct one with a person."""
    wanted = call.needed("channel")
    found = call.world.conversations.get(wanted)
    if found is None and by_name:
        found = _named(call, wanted)
    if found is None or not _sees(call, found):
        raise SlackError("channel_not_found")
    if found.is_archived:
        raise SlackError("is_archived")
    if call.user.id not in found.members:
        scopes = call.token.scopes
        if scopes is not None and "chat:write.public" not in scopes:
            raise SlackError("not_in_channel")
    if found.only and call.user.id not in found.only:
        raise SlackError("restricted_action")
    return found


def message_in(place: Conversation, ts: str, error: str = "message_not_found") -> Message:
    """The message of this moment. Raises `error`."""
    found = place.message(ts)
    if found is None:
        raise SlackError(error)
    return found


def person(call: Call, user_id: str, error: str = "user_not_found") -> User:
    """The person of an id. Raises `error`."""
    found = call.world.users.get(user_id)
    if found is None:
        raise SlackError(error)
    return found


def _named(call: Call, wanted: str) -> Conversation | None:
    person = call.world.users.get(wanted)
    if person is not None:
        if person.deleted:
            raise SlackError("user_disabled")
        return call.world.direct(call.user.id, person.id)
    name = wanted.removeprefix("#")
    return next((one for one in call.world.channels() if one.name == name), None)


def _sees(call: Call, found: Conversation) -> bool:
    return found.kind == "public_channel" or call.user.id in found.members
