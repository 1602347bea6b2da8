"""What Gmail holds: mailboxes with messages, labels, drafts, history and settings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import Message as Mime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tests.emulators.google.errors import ApiError, not_found
from tests.emulators.google.gmail import mime

if TYPE_CHECKING:
    from tests.emulators.google.calls import Call
    from tests.emulators.google.world import World

SYSTEM = ("INBOX", "SENT", "DRAFT", "SPAM", "TRASH", "UNREAD", "STARRED", "IMPORTANT", "CHAT")
SYSTEM += ("CATEGORY_PERSONAL", "CATEGORY_SOCIAL", "CATEGORY_PROMOTIONS", "CATEGORY_UPDATES")
SYSTEM += ("CATEGORY_FORUMS",)
FIXED = frozenset({"SENT", "DRAFT", "CHAT"})
"""Labels that nobody can add or remove."""
ROBOT = ".gserviceaccount.com"
HISTORY_KEPT = timedelta(days=7)  # "typically valid for at least a week"


def invalid(message: str) -> ApiError:
    """400 with the reason that Gmail gives for nearly everything."""
    return ApiError(400, "invalidArgument", message)


class Precondition(ApiError):
    """400 failedPrecondition, whose status differs from the usual one of 400."""

    def __init__(self, message: str = "Precondition check failed.") -> None:
        super().__init__(400, "failedPrecondition", message)

    def body(self, service: str) -> dict[str, Any]:
        """The usual body with the status FAILED_PRECONDITION."""
        found = super().body(service)
        return {"error": {**found["error"], "status": "FAILED_PRECONDITION"}}


@dataclass
class Message:
    """One message in one mailbox."""

    id: str
    thread_id: str
    labels: list[str]
    date: int  # milliseconds since 1970: `internalDate`
    raw: bytes
    history_id: int = 0

    @cached_property
    def mime(self) -> Mime:
        """The message as a tree of parts."""
        return mime.parsed(self.raw)

    def header(self, name: str) -> str:
        """A header field, readable."""
        return mime.header(self.mime, name)

    @cached_property
    def message_id(self) -> str:
        """The Message-ID, "<...>", or ""."""
        return self.header("Message-ID").strip()

    @cached_property
    def text(self) -> str:
        """All that a search for words looks at, in small letters."""
        fields = [self.header(name) for name in ("Subject", "From", "To", "Cc", "Bcc")]
        files = [mime.filename(part) for part in mime.leaves(self.mime)]
        return "\n".join([*fields, *files, mime.text(self.mime)]).casefold()


@dataclass
class Mailbox:
    """One person's mail."""

    email: str
    world: World
    messages: dict[str, Message] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    """Draft id to the id of its message."""
    labels: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The user's own labels by id."""
    settings: dict[str, Any] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)
    """What changed: id, at (milliseconds), kind, message and, for labels, labels."""
    history_id: int = 0
    forgotten: int = 0
    """History up to this id is gone."""
    sent: list[int] = field(default_factory=list)
    """When messages were sent, in milliseconds; for the daily cap."""

    # changes -------------------------------------------------------------------------------------

    def _log(self, kind: str, message: Message, labels: Iterable[str] = ()) -> None:
        self.history_id += self.world.chance.randint(1, 9)  # ids have gaps
        message.history_id = self.history_id
        stub = {"id": message.id, "threadId": message.thread_id, "labelIds": list(message.labels)}
        entry = {"id": self.history_id, "at": self.now(), "kind": kind, "message": stub}
        self.history.append({**entry, "labels": list(labels)})

    def now(self) -> int:
        """The time in milliseconds."""
        return int(self.world.now().timestamp() * 1000)

    def add(
        self, raw: bytes, labels: Iterable[str], *, date: int | None = None, thread_id: str = ""
    ) -> Message:
        """Put a message into the mailbox, in a thread that is there or one of its own."""
        name = self._new_id()
        when = self.now() if date is None else date
        thread = thread_id or self.thread_of(mime.parsed(raw)) or name
        kept = list(dict.fromkeys(labels))
        message = self.messages[name] = Message(name, thread, kept, when, raw)
        self._log("messagesAdded", message)
        return message

    def _new_id(self) -> str:
        name = f"{self.now() << 20 | self.world.chance.randrange(1 << 20):016x}"[-16:]
        return name if name not in self.messages else self._new_id()

    def remove(self, message: Message) -> None:
        """Delete a message for good, and the draft whose message it is."""
        del self.messages[message.id]
        self.drafts = {d: m for d, m in self.drafts.items() if m != message.id}
        self._log("messagesDeleted", message)

    def relabel(self, message: Message, add: Iterable[str], remove: Iterable[str]) -> None:
        """Add and remove labels; only what really changes is history."""
        gone = [one for one in remove if one in message.labels]
        new = [one for one in dict.fromkeys(add) if one not in message.labels]
        message.labels = [one for one in message.labels if one not in gone] + new
        if gone:
            self._log("labelsRemoved", message, gone)
        if new:
            self._log("labelsAdded", message, new)

    # looking -------------------------------------------------------------------------------------

    def message(self, name: str) -> Message:
        """A message by id: 400 for what is no id, 404 for one that is not here."""
        if not re.fullmatch(r"[0-9a-f]{1,16}", name):
            raise invalid("Invalid id value")
        if name not in self.messages:
            raise not_found()
        return self.messages[name]

    def thread(self, name: str) -> list[Message]:
        """The messages of a thread, oldest first; 404 when there are none."""
        if not re.fullmatch(r"[0-9a-f]{1,16}", name):
            raise invalid("Invalid id value")
        found = [one for one in self.messages.values() if one.thread_id == name]
        if not found:
            raise not_found()
        return sorted(found, key=lambda one: one.date)

    def newest_first(self) -> list[Message]:
        """All messages by date, the newest first."""
        return sorted(self.messages.values(), key=lambda one: (one.date, one.id), reverse=True)

    def thread_of(self, message: Mime, only: str = "") -> str:
        """The thread that a message continues: what it refers to is there, under its subject.

        `only` asks for one thread; "" for any. Gives "" when there is none.
        """
        named = f"{message.get('References', '')} {message.get('In-Reply-To', '')}"
        wanted = set(re.findall(r"<[^<>\s]+>", named))
        if not wanted:
            return ""
        subject = mime.plain_subject(mime.header(message, "Subject"))
        for other in reversed(self.messages.values()):
            same = other.message_id in wanted
            same = same and mime.plain_subject(other.header("Subject")) == subject
            if same and only in ("", other.thread_id):
                return other.thread_id
        return ""

    def check_labels(self, names: Iterable[str], *, fixed: bool = True) -> None:
        """400 for a label that is not there, or that cannot be put on and taken off by hand."""
        for name in names:
            known = name in SYSTEM or name in self.labels
            if not known or (fixed and name in FIXED):
                raise invalid(f"Invalid label: {name}")


class Mail:
    """All mailboxes of a world, and how its Gmail behaves."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.mailboxes: dict[str, Mailbox] = world.mailboxes
        self.keeps_message_id = True
        """Whether a message keeps the Message-ID that the client gave it."""
        self.daily_cap: int | None = None
        """Messages a person may send in 24 hours; None: 500 at gmail.com, 2,000 elsewhere."""
        self.deliveries: list[dict[str, Any]] = []
        """Each message handed over: from, to (with Bcc), Message-ID, subject, time."""

    def mailbox(self, email: str) -> Mailbox:
        """A person's mailbox, made when first asked for."""
        email = email.lower()
        if email not in self.mailboxes:
            start = self.world.chance.randint(1000, 9999)
            found = Mailbox(email, self.world, history_id=start, forgotten=start - 1)
            self.mailboxes[email] = found
        return self.mailboxes[email]

    def has_account(self, email: str) -> bool:
        """Whether mail to this address arrives in a mailbox here."""
        email = email.lower()
        people = {one.lower() for one in self.world.users if not one.endswith(ROBOT)}
        return email in self.mailboxes or email in people

    def of(self, call: Call) -> Mailbox:
        """The mailbox in the path: one's own, or refused as Gmail refuses."""
        wanted = call.path["userId"].lower()
        user = call.user.lower()
        if wanted not in ("me", user):
            raise ApiError(403, "forbidden", f"Delegation denied for {call.user}")
        if user.endswith(ROBOT):
            raise Precondition  # a service account that speaks for itself has no mailbox
        return self.mailbox(user)


def mail(world: World) -> Mail:
    """The Gmail state of a world."""
    found: Mail | None = world.services.get("gmail")
    if found is None:
        found = world.services["gmail"] = Mail(world)
    return found
