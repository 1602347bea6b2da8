"""Slack's methods as we use them: who we are, people, channels, and the messages that are there."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheetflow import Door, NotAllowed, NotFound, Unreachable

from ._slack_service import READS, SlackService

PAGE = 200
"""Items on a page of people or channels, as Slack recommends."""
SINGLE = 20
"""People that are looked up one by one; for more, the list of all is read once."""
MOST_PAGES = 1_000

Found = Mapping[str, Any]


@dataclass(frozen=True)
class Channel:
    """A channel as far as a message needs to know it."""

    id: str
    name: str = ""
    is_archived: bool = False
    is_member: bool = True

    @property
    def shown(self) -> str:
        """As people write it."""
        return f"#{self.name}" if self.name else self.id


class SlackClient:
    """One token's view of its workspace. What it has learned, it asks no second time."""

    def __init__(self, door: Door, service: SlackService, url: str) -> None:
        self._url = url.rstrip("/")
        self._session = door.session(service)
        self._lock = threading.RLock()
        self._me: tuple[Found, frozenset[str]] | None = None
        self._people: dict[str, Found | None] = {}
        self._everybody: dict[str, Found] | None = None
        self._channels: dict[str, Channel] | None = None
        self._direct: dict[str, str] = {}

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()

    def ask(self, method: str, **arguments: Any) -> Found:
        """What a method gives. Raises a ServiceError for each way in which it fails."""
        return self._asked(method, arguments)[0]

    def me(self) -> Found:
        """Who the token speaks for, and in which workspace."""
        return self._introduced()[0]

    def scopes(self) -> frozenset[str]:
        """What the token may do; nothing where Slack does not say."""
        return self._introduced()[1]

    def everybody(self) -> Iterator[Found]:
        """All people of the workspace, bots and those who left included."""
        return self._pages("users.list", "members")

    def person(self, email: str) -> Found:
        """Who has this address and has not left. Raises NotFound."""
        wanted = email.casefold()
        with self._lock:
            if wanted not in self._people:
                self._people[wanted] = self._looked_up(wanted)
            found = self._people[wanted]
        if found is None:
            raise NotFound("nobody in Slack has this e-mail address", reason="users_not_found")
        return found

    def channel(self, name: str) -> Channel:
        """The channel of a name or an id. Raises NotFound."""
        if not name.startswith("#"):
            return self._by_id(name)
        with self._lock:
            if self._channels is None:
                self._channels = {one.name: one for one in self._listed()}
            found = self._channels.get(name[1:])
        if found is None:
            raise NotFound(f"Slack shows the app no channel {name}", reason="channel_not_found")
        return found

    def direct(self, user: str) -> str:
        """The id of the conversation with a person, which is opened if need be."""
        with self._lock:
            if user not in self._direct:
                opened = self.ask("conversations.open", users=user)
                self._direct[user] = str(opened["channel"]["id"])
            return self._direct[user]

    def direct_if_any(self, user: str) -> str:
        """The same if there is one already, else ""; nothing is opened."""
        every = self._pages("users.conversations", "channels", types="im")
        return next((str(one["id"]) for one in every if one.get("user") == user), "")

    def messages(self, channel: str, *, thread: str = "", oldest: str = "") -> Iterator[Found]:
        """The messages of a channel since `oldest`, or those of a thread, with their metadata."""
        method = "conversations.replies" if thread else "conversations.history"
        more = {"ts": thread} if thread else {}
        more |= {"oldest": oldest} if oldest else {}
        return self._pages(method, "messages", channel=channel, include_all_metadata="true", **more)

    def _introduced(self) -> tuple[Found, frozenset[str]]:
        with self._lock:
            if self._me is None:
                found, headers = self._asked("auth.test", {})
                scopes = str(headers.get("X-OAuth-Scopes") or "").split(",")
                self._me = found, frozenset(filter(None, map(str.strip, scopes)))
            return self._me

    def _looked_up(self, email: str) -> Found | None:
        if self._everybody is None and len(self._people) >= SINGLE:
            self._everybody = self._by_address()
        if self._everybody:
            return self._everybody.get(email)
        try:
            user: Found = self.ask("users.lookupByEmail", email=email)["user"]
        except NotFound:
            return None
        return user

    def _by_address(self) -> dict[str, Found]:
        """Everybody with an address; nobody where the token may not list them."""
        try:
            people = list(self.everybody())
        except NotAllowed:
            return {}
        return {
            str(one["profile"]["email"]).casefold(): one
            for one in people
            if one.get("profile", {}).get("email") and not one.get("deleted")
        }

    def _listed(self) -> Iterator[Channel]:
        kinds = ["public_channel"]
        if not self.scopes() or "groups:read" in self.scopes():
            kinds.append("private_channel")
        every = self._pages("conversations.list", "channels", types=",".join(kinds))
        return (_channel(one) for one in every)

    def _by_id(self, channel: str) -> Channel:
        try:
            return _channel(self.ask("conversations.info", channel=channel)["channel"])
        except NotAllowed as error:
            if error.reason == "missing_scope":
                return Channel(channel)  # the message itself will tell
            raise

    def _pages(self, method: str, items: str, **arguments: Any) -> Iterator[Found]:
        """All items of all pages. Raises Unreachable where they have no end, or break off."""
        cursor, seen = "", set[str]()
        for _ in range(MOST_PAGES):
            more = {"cursor": cursor} if cursor else {}
            found = self.ask(method, limit=PAGE, **arguments, **more)
            yield from found.get(items) or ()
            cursor = str((found.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor and not found.get("has_more"):
                return
            if not cursor or cursor in seen:
                break
            seen.add(cursor)
        raise Unreachable(f"Slack does not give all pages of {method}.", hint="Try again later.")

    def _asked(self, method: str, arguments: Mapping[str, Any]) -> tuple[Found, Mapping[str, str]]:
        url = f"{self._url}/{method}"
        if method in READS:
            answer = self._session.get(url, params=dict(arguments))
        else:
            body = json.dumps(arguments, ensure_ascii=False).encode()
            headers = {"Content-Type": "application/json; charset=utf-8"}
            answer = self._session.post(url, data=body, headers=headers)
        found: Found = answer.json()
        return found, answer.headers


def _channel(found: Found) -> Channel:
    return Channel(
        str(found["id"]),
        str(found.get("name") or ""),
        bool(found.get("is_archived")),
        bool(found.get("is_member", True)),
    )


def scopes_missing(known: frozenset[str], wanted: Sequence[str]) -> list[str]:
    """Those of `wanted` that are not there; none where nothing is known."""
    return [scope for scope in wanted if known and scope not in known]
