"""chat.*: messages are posted, changed, deleted, linked to."""

from __future__ import annotations

import json
from typing import Any

from tests.emulators.slack import texts
from tests.emulators.slack.calls import Call, method
from tests.emulators.slack.errors import SlackError, invalid_arguments
from tests.emulators.slack.finding import conversation, message_in, person, postable
from tests.emulators.slack.shapes import message_object
from tests.emulators.slack.world import Conversation, Message

LARGEST_METADATA = 16_384
MOST_ATTACHMENTS = 100
MOST_BLOCKS = 50


@method("chat.postMessage", "chat:write", tier="special")
def post_message(call: Call) -> dict[str, Any]:
    """A message in a conversation, or below another message."""
    place = postable(call)
    message = call.world.post(place, fields_of(call), thread_ts=_thread(call, place))
    if message.is_reply and call.flag("reply_broadcast"):
        message.fields["subtype"] = "thread_broadcast"
    shown = message_object(place, message, metadata=True)
    return {"channel": place.id, "ts": message.ts, "message": shown}


@method("chat.meMessage", "chat:write")
def me_message(call: Call) -> dict[str, Any]:
    """What somebody does, in italics."""
    place = postable(call)
    fields = {"subtype": "me_message", "text": _text(call), "user": call.user.id}
    return {"channel": place.id, "ts": call.world.post(place, fields).ts}


@method("chat.postEphemeral", "chat:write", tier="4")
def post_ephemeral(call: Call) -> dict[str, Any]:
    """A message that one person sees, and that is kept nowhere."""
    place, reader = postable(call), person(call, call.needed("user"))
    if reader.id not in place.members:
        raise SlackError("user_not_in_channel")
    fields_of(call)
    return {"message_ts": call.world.new_ts()}


@method("chat.update", "chat:write")
def update(call: Call) -> dict[str, Any]:
    """Other words in a message of one's own."""
    place = conversation(call)
    message = message_in(place, call.needed("ts"))
    if message.user != call.user.id:
        raise SlackError("cant_update_message")
    fields = fields_of(call)
    if "metadata" in fields:
        message.metadata = fields.pop("metadata")
    edited = {"user": call.user.id, "ts": call.world.new_ts()}
    message.fields |= {**fields, "edited": edited}
    shown = message_object(place, message, metadata=True)
    return {"channel": place.id, "ts": message.ts, "text": shown["text"], "message": shown}


@method("chat.delete", "chat:write")
def delete(call: Call) -> dict[str, Any]:
    """A message of one's own is gone; of one with a thread, a trace is left."""
    place = conversation(call)
    message = message_in(place, call.needed("ts"))
    if message.user != call.user.id:
        raise SlackError("cant_delete_message")
    if place.replies(message.ts):
        message.fields = {
            "type": "message",
            "subtype": "tombstone",
            "text": "This message was deleted.",
            "user": "USLACKBOT",
        }
        message.metadata = None
    else:
        place.messages.remove(message)
    return {"channel": place.id, "ts": message.ts}


@method("chat.getPermalink", tier="special", takes_json=False)
def get_permalink(call: Call) -> dict[str, Any]:
    """The address at which a browser shows a message."""
    place = conversation(call)
    message = message_in(place, call.needed("message_ts"))
    return {"channel": place.id, "permalink": permalink(call, place, message)}


def permalink(call: Call, place: Conversation, message: Message) -> str:
    """The address of a message."""
    domain = call.world.team["domain"]
    link = f"https://{domain}.slack.com/archives/{place.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={place.id}"
    return link


def fields_of(call: Call) -> dict[str, Any]:
    """What goes into the message object. Raises no_text, msg_too_long, invalid_blocks ..."""
    text = _text(call, needed=False)
    blocks = call.structure("blocks", list, "invalid_blocks_format")
    attachments = call.structure("attachments", list, "invalid_attachments")
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    fields: dict[str, Any] = {"text": text, "user": call.user.id, "team": call.world.team["id"]}
    if call.user.bot_id:
        fields |= {"bot_id": call.user.bot_id, "app_id": "A0SHEETFLOW"}
    if blocks:
        fields["blocks"] = _checked_blocks(blocks)
    if attachments:
        if len(attachments) > MOST_ATTACHMENTS:
            raise SlackError("too_many_attachments")
        fields["attachments"] = [{"id": n, **one} for n, one in enumerate(attachments, 1)]
    metadata = _metadata(call)
    return fields | ({"metadata": metadata} if metadata else {})


def _text(call: Call, *, needed: bool = True) -> str:
    text = call.text("text")
    if needed and not text:
        raise SlackError("no_text")
    if len(text) > texts.LONGEST:
        raise SlackError("msg_too_long")
    link_names = call.flag("link_names") or call.text("parse") == "full"
    return texts.stored(text, link_names=link_names)


def _checked_blocks(blocks: list[Any]) -> list[Any]:
    problems = [
        f"[ERROR] missing required field: type [json-pointer:/blocks/{number}/type]"
        for number, block in enumerate(blocks)
        if not isinstance(block, dict) or not block.get("type")
    ]
    if len(blocks) > MOST_BLOCKS:
        problems.append(f"[ERROR] no more than {MOST_BLOCKS} items allowed [json-pointer:/blocks]")
    if problems:
        raise SlackError("invalid_blocks", response_metadata={"messages": problems})
    return [{"block_id": f"b{number}", **block} for number, block in enumerate(blocks)]


def _metadata(call: Call) -> dict[str, Any] | None:
    found = call.structure("metadata", dict, "invalid_metadata_format")
    if found is None:
        return None
    is_event = found.get("event_type") and isinstance(found.get("event_payload"), dict)
    if not is_event and not isinstance(found.get("entities"), list):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(found)) > LARGEST_METADATA:
        raise SlackError("metadata_too_large")
    known = ("event_type", "event_payload", "entities")
    return {key: found[key] for key in known if key in found}


def _thread(call: Call, place: Conversation) -> str:
    ts = call.text("thread_ts")
    if not ts:
        return ""
    parent = place.message(ts)
    if parent is None:
        raise SlackError("thread_not_found")
    if parent.is_reply or parent.fields.get("subtype") == "tombstone":
        raise SlackError("cannot_reply_to_message")
    if not parent.thread_ts:
        parent.thread_ts = parent.ts
    return ts


def whole(call: Call, name: str) -> int:
    """A moment in whole seconds that must be there."""
    text = call.needed(name)
    if not text.isdigit():
        raise invalid_arguments(f"must be an integer [json-pointer:/{name}]")
    return int(text)
