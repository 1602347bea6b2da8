"""What a connector is that keeps documents: to be read as messages, or to be written into."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from sheetflow.language.messages.drafts import Draft
from sheetflow.plugin.connector import Connector
from sheetflow.plugin.one_by_one import one_by_one
from sheetflow.values import Receipt


class Library(Connector):
    """A connector with documents that a recipe may name as templates, each by its address."""

    @classmethod
    @abstractmethod
    def keeps(cls, address: str) -> bool:
        """Whether an address, https://..., leads to one of its documents. Asks nobody."""

    @abstractmethod
    def draft(self, address: str) -> Draft:
        """The document as it is now. Raises ServiceError when it cannot be read."""


@dataclass(frozen=True)
class Writing:
    """What is to stand in a document: a line of its own, or the text of a place.

    `place` is the name of the place. A line is added at the end, or `under` a heading; `mark` is
    what it is known by ever after, and `day` is written before it.
    """

    document: str
    text: str
    place: str = ""
    under: str = ""
    mark: str = ""
    day: str = ""

    @property
    def line(self) -> str:
        """The line as it is read."""
        return f"{self.day}: {self.text}" if self.day else self.text


class Notebook(Library):
    """A connector with documents that are written into.

    All of its methods raise ServiceError: Refused with words when the document has no such place.
    """

    @abstractmethod
    def title(self, document: str) -> str:
        """What people call the document at this address."""

    @abstractmethod
    def holds(self, writing: Writing) -> bool:
        """Whether it stands there already, and raises Refused when it could not stand there."""

    @abstractmethod
    def put(self, writing: Writing) -> Receipt:
        """Write it, unless it stands there already, and never over what somebody else wrote."""

    def put_all(self, writings: Sequence[Writing]) -> Sequence[Receipt | Exception]:
        """For each what `put` gives back or raises; by default one after the other."""
        return one_by_one(self.put, writings)
