"""What one Slack workspace holds: people, conversations, messages, tokens, apps.

One lock is held around each request; a test that looks at or changes the world while the emulator
runs takes it, too (`with world.lock`).
"""

from __future__ import annotations

import random
import string
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.emulators.calling import Courier

LETTERS = string.ascii_uppercase + string.digits


@dataclass
class User:
    """Somebody with an account: a person or a bot."""

    id: str
    name: str
    real_name: str = ""
    email: str = ""
    tz: str | None = "UTC"
    is_bot: bool = False
    deleted: bool = False
    bot_id: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    """Further fields of the user object, and under "profile" of its profile."""


@dataclass
class Message:
    """One message. `fields` are those of the message object, apart from what is counted here."""

    ts: str
    fields: dict[str, Any]
    thread_ts: str = ""
    metadata: dict[str, Any] | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)

    @property
    def user(self) -> str:
        """Who wrote it."""
        return str(self.fields.get("user", ""))

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread, below another one."""
        return bool(self.thread_ts) and self.thread_ts != self.ts


@dataclass
class Conversation:
    """A channel, or a direct message between two or several."""

    id: str
    kind: str  # public_channel, private_channel, im, mpim
    name: str = ""
    members: list[str] = field(default_factory=list)
    creator: str = ""
    created: int = 0
    is_archived: bool = False
    is_general: bool = False
    topic: dict[str, Any] = field(
        default_factory=lambda: {"value": "", "creator": "", "last_set": 0}
    )
    purpose: dict[str, Any] = field(
        default_factory=lambda: {"value": "", "creator": "", "last_set": 0}
    )
    previous_names: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    only: list[str] = field(default_factory=list)
    """Who may post, where that is restricted; empty for everybody."""

    @property
    def is_direct(self) -> bool:
        """Whether it has people, and no name."""
        return self.kind in ("im", "mpim")

    def message(self, ts: str) -> Message | None:
        """The message of this moment."""
        return next((one for one in self.messages if one.ts == ts), None)

    def replies(self, ts: str) -> list[Message]:
        """What stands in the thread below a message, the oldest first."""
        return [one for one in self.messages if one.is_reply and one.thread_ts == ts]


@dataclass
class Token:
    """A token: as whom it speaks, and what it may do (None: everything)."""

    token: str
    user: str
    scopes: list[str] | None = None
    revoked: bool = False
    expired: bool = False


@dataclass
class Scheduled:
    """A message that is to be posted later."""

    id: str
    channel: str
    post_at: int
    created: int
    user: str
    fields: dict[str, Any]


def real_time() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


class World:
    """All state of one emulator."""

    def __init__(self, *, clock: Callable[[], datetime] = real_time, seed: int = 7) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.chance = random.Random(seed)
        self.team: dict[str, Any] = {}
        self.users: dict[str, User] = {}
        self.conversations: dict[str, Conversation] = {}
        self.tokens: dict[str, Token] = {}
        self.strict = False
        """Whether only known tokens are let in; otherwise any that looks like one is the bot's."""
        self.apps: list[dict[str, Any]] = []
        self.webhooks: dict[str, dict[str, str]] = {}
        self.scheduled: dict[str, Scheduled] = {}
        self.subscriptions: list[tuple[str, str]] = []
        """Addresses that are told of events, each with the app's signing secret."""
        self.courier = Courier()
        self._last = 0

    def now(self) -> datetime:
        """The time, in UTC."""
        return self.clock().astimezone(UTC)

    def seconds(self) -> int:
        """The time as Slack writes it: seconds since 1970."""
        return int(self.now().timestamp())

    def new_id(self, letter: str) -> str:
        """An id as Slack makes them: a letter for the kind, then ten signs."""
        return letter + "0" + "".join(self.chance.choices(LETTERS, k=9))

    def new_ts(self) -> str:
        """A message's own moment: no two are alike, and each is later than the one before."""
        micros = max(int(self.now().timestamp() * 1_000_000), self._last + 1)
        self._last = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06}"

    def seen_ts(self, ts: str) -> None:
        """A moment that a message already has."""
        whole, _, micros = ts.partition(".")
        if whole.isdigit():
            self._last = max(self._last, int(whole) * 1_000_000 + int(micros or 0))

    @property
    def bot(self) -> User:
        """The bot that speaks where nothing else is said: the first one."""
        return next(user for user in self.users.values() if user.is_bot)

    def by_email(self, email: str) -> User | None:
        """Who has this address, deactivated or not."""
        wanted = email.strip().casefold()
        return next((one for one in self.users.values() if one.email.casefold() == wanted), None)

    def channels(self) -> Iterator[Conversation]:
        """Public and private channels."""
        return (one for one in self.conversations.values() if not one.is_direct)

    def direct(self, *members: str) -> Conversation:
        """The direct message between these, made when there is none yet."""
        wanted = sorted(set(members))
        for one in self.conversations.values():
            if one.is_direct and sorted(one.members) == wanted:
                return one
        kind = "im" if len(wanted) <= 2 else "mpim"
        letter = "D" if kind == "im" else "C"
        made = Conversation(
            self.new_id(letter), kind, members=wanted, creator=members[0], created=self.seconds()
        )
        if kind == "mpim":
            made.name = "mpdm-" + "--".join(self.users[one].name for one in wanted) + "-1"
        self.conversations[made.id] = made
        return made

    def post(
        self, conversation: Conversation, fields: dict[str, Any], *, thread_ts: str = ""
    ) -> Message:
        """A new message."""
        metadata = fields.pop("metadata", None)
        message = Message(self.new_ts(), {"type": "message", **fields}, thread_ts, metadata)
        conversation.messages.append(message)
        return message
