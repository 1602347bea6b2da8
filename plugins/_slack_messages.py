"""Messages on their way to Slack, and finding them there again by the mark that each carries.

Slack has no key that would keep it from taking the same message twice. So each message carries the
keys of its rows in its metadata, which nobody sees, and one in doubt is looked for by them.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sheetflow import Chat, ChatMessage, ChatPlace, NotKnown, Receipt, Refused, Unreachable

from ._slack_client import SlackClient
from ._slack_text import as_words

EVENT = "sheetflow"
SETTLED = timedelta(minutes=15)
"""How long after the last try a message that is not there was surely not taken: longer than any
request can be on its way."""
KEPT = timedelta(hours=20)
"""How long Slack surely keeps a message: the shortest retention that a workspace can choose is a
day. What was tried before then and is not there may have been there."""
EARLIER = timedelta(hours=1)
"""How long before the last moment of doubt the handing over may have begun, with room to spare."""

_TS = re.compile(r"\d{10}\.\d{6}")
_LINK = re.compile(r"https://[\w.-]+/archives/([A-Z0-9]+)/p(\d{10})(\d{6})(?:\?\S*)?")
_ROOT = re.compile(r"[?&]thread_ts=(\d{10}\.\d{6})")


class Slacker(Chat):
    """A connector that posts in Slack."""

    @property
    @abstractmethod
    def client(self) -> SlackClient:
        """Slack, through the door."""

    def plain(self, text: str) -> str:
        """The text with what would mean something to Slack made harmless, line by line."""
        return "\n".join(as_words(line) for line in text.split("\n"))

    def channel(self, name: str) -> ChatPlace:
        """The channel of a name or an id. Raises NotFound, or Refused where it may not post."""
        found = self.client.channel(name)
        if found.is_archived:
            raise Refused(f"the channel {found.shown} is archived")
        if not found.is_member and not self._may_post_anywhere:
            raise Refused(f"the app is not in {found.shown}: write /invite and its name there")
        return ChatPlace(found.id, found.shown)

    def person(self, email: str) -> ChatPlace:
        """Who has this address, and has not left. Raises NotFound."""
        found = self.client.person(email)
        return ChatPlace(str(found["id"]), str(found.get("real_name") or email), is_person=True)

    def thread(self, link: str, place: ChatPlace) -> str:
        """The moment of the message that is answered, from its link. Raises Refused."""
        if _TS.fullmatch(link):
            return link
        found = _LINK.fullmatch(link)
        if found is None:
            raise Refused("the thread is not the link of a message in Slack")
        if not place.is_person and found[1] != place.id:
            raise Refused(f"the thread is not in {place.shown}")
        root = _ROOT.search(link)
        return root[1] if root else f"{found[2]}.{found[3]}"

    def post(self, message: ChatMessage) -> Receipt:
        """Post it. Raises NotKnown where nobody says if it was taken.

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
        return self._receipt(str(found["channel"]), str(found["ts"]), message.thread)

    def find(self, message: ChatMessage) -> Receipt | bool:
        """Where the message stands; False if it was surely not taken, True if nobody can tell."""
        channel = message.to
        if message.is_for_a_person:
            channel = self.client.direct_if_any(message.to)
        ours = str(self.client.me()["user_id"])
        tried_at, can_be_read = message.tried_at, True
        oldest = f"{(tried_at - EARLIER).timestamp():.6f}" if tried_at else ""
        if channel:
            for one in self.client.messages(channel, thread=message.thread, oldest=oldest):
                keys = _keys_of(one)
                if set(keys) & set(message.keys):
                    return self._receipt(channel, str(one["ts"]), message.thread)
                if one.get("user") == ours and not keys and _is_later(one, oldest):
                    can_be_read = False  # all of ours carry keys: we are not shown them
        return not (can_be_read and self._is_settled(tried_at))

    @property
    def _may_post_anywhere(self) -> bool:
        """Whether it may post in public channels that it is not in; yes where nobody says."""
        scopes = self.client.scopes()
        return not scopes or "chat:write.public" in scopes

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

    def _receipt(self, channel: str, ts: str, thread: str) -> Receipt:
        """How the message is known to Slack, and the address at which a person sees it."""
        home = str(self.client.me()["url"]).rstrip("/")
        link = f"{home}/archives/{channel}/p{ts.replace('.', '')}"
        link = f"{link}?thread_ts={thread}&cid={channel}" if thread else link
        return Receipt(f"{channel}/{ts}", gives={"link": link})


def _keys_of(found: Mapping[str, Any]) -> list[str]:
    metadata = found.get("metadata") or {}
    if metadata.get("event_type") != EVENT:
        return []
    return re.findall(r"\w+", str((metadata.get("event_payload") or {}).get("keys", "")))


def _is_later(found: Mapping[str, Any], oldest: str) -> bool:
    """Whether it is not just the first message of a thread, which is shown however old it is."""
    return not oldest or float(found["ts"]) >= float(oldest)
