"""The data file: what a workspace holds at the start, and the same of a running one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from tests.emulators.slack.world import Conversation, Message, Token, User, World

KNOWN = {"team", "users", "channels", "tokens", "apps", "webhooks"}
OF_USER = {"id", "name", "real_name", "email", "tz", "is_bot", "deleted", "bot_id"}
OF_CHANNEL = {"id", "kind", "name", "members", "creator", "created", "is_archived", "is_general"}
OF_CHANNEL |= {"topic", "purpose", "only", "is_private", "messages", "previous_names"}
OF_MESSAGE = {"ts", "thread_ts", "metadata", "reactions"}


def load_data(world: World, data: Mapping[str, Any]) -> None:
    """Fill an empty world. Raises ValueError for what is no data of a workspace."""
    _only(data, KNOWN, "the data")
    world.team = {
        "id": "T0RIVERSIDE",
        "name": "Riverside",
        "domain": "riverside",
        "email_domain": "",
        "created": world.seconds(),
        **data.get("team", {}),
    }
    _load_users(world, data.get("users", ()))
    for number, given in enumerate(data.get("channels", ()), 1):
        _load_channel(world, given, f"C0CHANNEL{number:02}")
    if not world.conversations:
        _load_channel(world, {"name": "general", "is_general": True}, "C0GENERAL01")
    for given in data.get("tokens", ()):
        token = Token(**{"user": world.bot.id, **given})
        if token.user not in world.users:
            raise ValueError(f"tokens: nobody is {token.user}")
        world.tokens[token.token] = token
    world.strict = bool(world.tokens)
    world.apps = deepcopy(list(data.get("apps", ())))
    world.webhooks = {given["path"]: dict(given) for given in data.get("webhooks", ())}


def dump_data(world: World) -> dict[str, Any]:
    """All that is held, in the form of the data file."""
    return {
        "team": dict(world.team),
        "users": [_user(one) for one in world.users.values()],
        "channels": [_channel(one) for one in world.conversations.values()],
        "tokens": [dict(vars(one)) for one in world.tokens.values()],
        "apps": list(world.apps),
        "webhooks": list(world.webhooks.values()),
    }


def _load_users(world: World, users: Iterable[Mapping[str, Any]]) -> None:
    for number, given in enumerate(users, 1):
        known = {key: value for key, value in given.items() if key in OF_USER}
        more = {key: value for key, value in given.items() if key not in OF_USER}
        name = given.get("name") or str(given.get("email", "")).partition("@")[0]
        made = User(**{"id": f"U0PERSON{number:03}", "real_name": name, **known, "name": name})
        made.extra = more
        world.users[made.id] = made
    if not any(user.is_bot for user in world.users.values()):
        world.users["U0SHEETFLOW"] = User(
            "U0SHEETFLOW", "sheetflow", "Sheetflow", is_bot=True, bot_id="B0SHEETFLOW"
        )


def _load_channel(world: World, given: Mapping[str, Any], usual_id: str) -> None:
    _only(given, OF_CHANNEL, f"channel {given.get('name')}")
    private = given.get("is_private", False)
    rest = {key: value for key, value in given.items() if key not in ("is_private", "messages")}
    made = Conversation(
        **{
            "id": usual_id,
            "kind": "private_channel" if private else "public_channel",
            "members": [world.bot.id],
            "creator": next(iter(world.users)),
            "created": world.seconds(),
            **rest,
        }
    )
    for one in given.get("messages", ()):
        fields = {"type": "message", **one}
        kept = {key: fields.pop(key) for key in list(fields) if key in OF_MESSAGE}
        world.seen_ts(kept.get("ts", ""))
        made.messages.append(
            Message(**{"ts": kept.pop("ts", "") or world.new_ts(), **kept}, fields=fields)
        )
    world.conversations[made.id] = made


def _user(user: User) -> dict[str, Any]:
    found = {key: value for key, value in vars(user).items() if key != "extra"}
    return {**found, **user.extra}


def _channel(conversation: Conversation) -> dict[str, Any]:
    found = {key: value for key, value in vars(conversation).items() if key != "messages"}
    return {**found, "messages": [_message(one) for one in conversation.messages]}


def _message(message: Message) -> dict[str, Any]:
    kept = {key: value for key, value in vars(message).items() if key in OF_MESSAGE and value}
    return {**message.fields, **kept}


def _only(given: Mapping[str, Any], known: set[str], what: str) -> None:
    unknown = {*given} - known
    if unknown:
        raise ValueError(f"{what}: unknown {', '.join(sorted(unknown))}")
