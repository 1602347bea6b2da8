"""What a connector is that carries mail."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sheetflow.plugin.connector import Connector
from sheetflow.plugin.one_by_one import one_by_one
from sheetflow.values import Receipt


@dataclass(frozen=True)
class Mail:
    """One message for one address, complete as bytes; `id` is its Message-ID.

    `tried_at` is when at the latest it may have been handed over, for a message in doubt.
    """

    sender: str
    to: str
    id: str
    content: bytes
    tried_at: datetime | None = None


class Mailer(Connector):
    """A connector that carries mail."""

    @property
    def parallel(self) -> int:
        """How many messages it can be handed at the same time."""
        return 1

    leaves_files: ClassVar[bool] = False
    """Whether mail stays on this machine as files; what belongs to a mail may lie beside them."""

    @abstractmethod
    def deliver(self, mail: Mail) -> Receipt:
        """Hand one message over, as `Action.apply` does its deed."""

    @property
    def together(self) -> int:
        """How many messages `deliver_many` takes at the same time, in one thread."""
        return 1

    def deliver_many(self, mails: Sequence[Mail]) -> Sequence[Receipt | Exception]:
        """Hand several over at the same time, as `Action.apply_many` does its deeds."""
        return one_by_one(self.deliver, mails)

    def find(self, mail: Mail) -> Receipt | bool:  # noqa: ARG002 - for others
        """Whether this message was taken: a receipt, False for no, True if nobody can tell."""
        return True
