"""What a connector is that posts messages where people talk: in channels, and to one person."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sheetflow.plugin.connector import Connector
from sheetflow.values import Receipt


def is_channel(to: str) -> bool:
    """Whether where news goes is the name of a channel, such as `#ops`, and no address."""
    return to.startswith("#")


@dataclass(frozen=True)
class ChatPlace:
    """Where a message can go: its id there, and what people call it."""

    id: str
    shown: str
    is_person: bool = False


@dataclass(frozen=True)
class ChatMessage:
    """A message on its way. `keys` are those of the rows that it is for, and mark it.

    `to` is the id of a place, and `thread` what `Chat.thread` gave for the message it answers.
    `tried_at` is when at the latest it may have been handed over, for a message in doubt.
    """

    to: str
    is_for_a_person: bool
    text: str
    keys: Sequence[str]
    thread: str = ""
    tried_at: datetime | None = None


class Chat(Connector):
    """A connector that posts messages."""

    @property
    def parallel(self) -> int:
        """How many messages it can be handed at the same time."""
        return 1

    def plain(self, text: str) -> str:
        """The text so that people there read just that: nothing in it calls or formats."""
        return text

    @abstractmethod
    def channel(self, name: str) -> ChatPlace:
        """The channel of a name or an id. Raises NotFound, or Refused where nobody may post."""

    @abstractmethod
    def person(self, email: str) -> ChatPlace:
        """Whoever has this address there. Raises NotFound."""

    @abstractmethod
    def thread(self, link: str, place: ChatPlace) -> str:
        """What answers the message of this link. Raises Refused where it is not of that place."""

    @abstractmethod
    def post(self, message: ChatMessage) -> Receipt:
        """Post it, as `Action.apply` does its deed; the receipt gives its "link"."""

    @abstractmethod
    def find(self, message: ChatMessage) -> Receipt | bool:
        """Whether a message with any of its keys is there: a receipt, False for no, True for
        unknown.
        """
