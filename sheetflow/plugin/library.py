"""What a connector is that keeps message templates: documents that organizers write."""

from __future__ import annotations

from abc import abstractmethod

from sheetflow.language.messages.drafts import Draft
from sheetflow.plugin.connector import Connector


class Library(Connector):
    """A connector with documents that a recipe may name as templates, each by its address."""

    @classmethod
    @abstractmethod
    def keeps(cls, address: str) -> bool:
        """Whether an address, https://..., leads to one of its documents. Asks nobody."""

    @abstractmethod
    def draft(self, address: str) -> Draft:
        """The document as it is now. Raises ServiceError when it cannot be read."""
