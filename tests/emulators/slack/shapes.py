"""How people, conversations and messages look in an answer."""

from __future__ import annotations

from typing import Any

from tests.emulators.slack.world import Conversation, Message, User, World

COLOR = "9f69e7"
APP = "A0SHEETFLOW"


def user_object(world: World, user: User, *, email: bool = True) -> dict[str, Any]:
    """A user; the address is only there for those who may see it."""
    more = dict(user.extra)
    profile = {
        "title": "",
        "phone": "",
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "status_text": "",
        "status_emoji": "",
        "skype": "",
        "avatar_hash": "g0000000000",
        "team": world.team["id"],
    }
    if user.email and email:
        profile["email"] = user.email
    if user.bot_id:
        profile |= {"api_app_id": APP, "bot_id": user.bot_id}
    found: dict[str, Any] = {
        "id": user.id,
        "team_id": world.team["id"],
        "name": user.name,
        "deleted": user.deleted,
        "profile": profile | more.pop("profile", {}),
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": world.team["created"],
    }
    if not user.deleted:
        found |= {
            "color": COLOR,
            "real_name": user.real_name,
            "tz": user.tz,
            "tz_label": user.tz or "",
            "tz_offset": 0,
            "is_admin": False,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "is_email_confirmed": True,
        }
    return found | more


def conversation_object(
    world: World, conversation: Conversation, viewer: str, *, count: bool = False
) -> dict[str, Any]:
    """A conversation, as `viewer` sees it."""
    if conversation.kind == "im":
        other = [one for one in conversation.members if one != viewer]
        return {
            "id": conversation.id,
            "created": conversation.created,
            "is_archived": conversation.is_archived,
            "is_im": True,
            "is_org_shared": False,
            "user": (other or [viewer])[0],
            "is_user_deleted": any(world.users[one].deleted for one in other),
            "priority": 0,
        }
    private = conversation.kind != "public_channel"
    found: dict[str, Any] = {
        "id": conversation.id,
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": not private,
        "is_group": conversation.kind == "private_channel",
        "is_im": False,
        "is_mpim": conversation.kind == "mpim",
        "is_private": private,
        "is_archived": conversation.is_archived,
        "is_general": conversation.is_general,
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "is_member": viewer in conversation.members,
        "created": conversation.created,
        "creator": conversation.creator,
        "unlinked": 0,
        "topic": conversation.topic,
        "purpose": conversation.purpose,
        "previous_names": conversation.previous_names,
        "pending_shared": [],
        "priority": 0,
    }
    if count:
        found["num_members"] = len(conversation.members)
    return found


def message_object(
    conversation: Conversation, message: Message, *, metadata: bool = False
) -> dict[str, Any]:
    """A message; what hangs below it is counted."""
    found: dict[str, Any] = {**message.fields, "ts": message.ts}
    replies = conversation.replies(message.ts)
    if message.thread_ts:
        found["thread_ts"] = message.thread_ts
        parent = conversation.message(message.thread_ts)
        if message.is_reply and parent:
            found["parent_user_id"] = parent.user
    if replies:
        people = list(dict.fromkeys(one.user for one in replies))
        found |= {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users_count": len(people),
            "latest_reply": replies[-1].ts,
            "reply_users": people[:5],
            "is_locked": False,
            "subscribed": False,
        }
    if message.reactions:
        found["reactions"] = [
            {"name": name, "users": users, "count": len(users)}
            for name, users in message.reactions.items()
        ]
    if metadata and message.metadata:
        found["metadata"] = message.metadata
    return found
