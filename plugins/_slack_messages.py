"""Messages on their way to Slack, and finding them there again by the mark that each carries.

Slack has no key that would keep it from taking the same message twice. So each message carries the
keys of its rows in its metadata, which nobody sees, and one in doubt is looked for by them.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sheetflow import Connector, NotKnown, Unreachable

from ._slack_client import Channel, SlackClient

EVENT = "sheetflow"
SETTLED = timedelta(minutes=15)
"""How long after the last try a message that is not there was surely not taken: longer than any
request can be on its way."""
KEPT = timedelta(hours=20)
"""How long Slack surely keeps a message: the shortest retention that a workspace can choose is a
day. What was tried before then and is not there may have been there."""
EARLIER = timedelta(hours=1)
"""How long before the last moment of doubt the handing over may have begun, with room to spare."""


@dataclass(frozen=True)
class Message:
    """A message: where it goes (a channel or a person, by id), the keys of its rows, its thread."""

    to: str
    text: str
    keys: tuple[str, ...]
    thread: str = ""

    @property
    def is_for_a_person(self) -> bool:
        """Whether it goes into a direct conversation."""
        return self.to[:1] in ("U", "W")


class Slacker(Connector):
    """A connector that posts: what the action `post` needs of it."""

    @property
    @abstractmethod
    def client(self) -> SlackClient:
        """Slack, through the door."""

    @property
    @abstractmethod
    def at_once(self) -> int:
        """How many messages may be handed over at the same time."""

    @property
    def may_post_anywhere(self) -> bool:
        """Whether it may post in public channels that it is not in; yes where nobody says."""
        scopes = self.client.scopes()
        return not scopes or "chat:write.public" in scopes

    def channel(self, name: str) -> Channel:
        """The channel of a name or an id. Raises NotFound."""
        return self.client.channel(name)

    def person(self, email: str) -> Mapping[str, Any]:
        """Who has this address. Raises NotFound."""
        return self.client.person(email)

    def post(self, message: Message) -> tuple[str, str]:
        """Post it; its reference and its link. Raises NotKnown where nobody says if it was taken.

        All that is asked beforehand changes nothing that anybody sees: if it fails, so nothing was
        posted.
        """
        self.door.writing("a message in Slack")
        self.client.me()
        channel = self._opened(message.to) if message.is_for_a_person else message.to
        arguments: dict[str, Any] = {
            "channel": channel,
            "text": message.text,
            "link_names": False,
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": {"event_type": EVENT, "event_payload": {"keys": " ".join(message.keys)}},
        }
        if message.thread:
            arguments["thread_ts"] = message.thread
        found = self.client.ask("chat.postMessage", **arguments)
        return self._reference(str(found["channel"]), str(found["ts"]), message.thread)

    def find(self, message: Message, tried_at: datetime | None) -> tuple[str, str] | bool:
        """Where the message stands; False if it was surely not taken, True if nobody can tell."""
        channel = message.to
        if message.is_for_a_person:
            channel = self.client.direct_if_any(message.to)
        ours = str(self.client.me()["user_id"])
        oldest = f"{(tried_at - EARLIER).timestamp():.6f}" if tried_at else ""
        can_be_read = True
        if channel:
            for one in self.client.messages(channel, thread=message.thread, oldest=oldest):
                keys = _keys_of(one)
                if set(keys) & set(message.keys):
                    return self._reference(channel, str(one["ts"]), message.thread)
                if one.get("user") == ours and not keys and _is_later(one, oldest):
                    can_be_read = False  # all of ours carry keys: we are not shown them
        return not (can_be_read and self._is_settled(tried_at))

    def _is_settled(self, tried_at: datetime | None) -> bool:
        if tried_at is None:
            return False
        return SETTLED <= self.door.clock.now() - tried_at <= KEPT

    def _opened(self, user: str) -> str:
        """The conversation with a person. Raises Unreachable where it is not known if it opened."""
        try:
            return self.client.direct(user)
        except NotKnown as error:
            raise Unreachable(
                "Slack does not answer.", hint="Nothing was posted.", reason=error.reason
            ) from None

    def _reference(self, channel: str, ts: str, thread: str) -> tuple[str, str]:
        """How the message is known to Slack, and the address at which a person sees it."""
        home = str(self.client.me()["url"]).rstrip("/")
        link = f"{home}/archives/{channel}/p{ts.replace('.', '')}"
        return f"{channel}/{ts}", f"{link}?thread_ts={thread}&cid={channel}" if thread else link


def _keys_of(found: Mapping[str, Any]) -> list[str]:
    metadata = found.get("metadata") or {}
    if metadata.get("event_type") != EVENT:
        return []
    return re.findall(r"\w+", str((metadata.get("event_payload") or {}).get("keys", "")))


def _is_later(found: Mapping[str, Any], oldest: str) -> bool:
    """Whether it is not just the first message of a thread, which is shown however old it is."""
    return not oldest or float(found["ts"]) >= float(oldest)
