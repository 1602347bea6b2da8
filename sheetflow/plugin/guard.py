"""A guard may hold a change back; the gate is all of them, one after the other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sheetflow.values import Entry, Status

if TYPE_CHECKING:
    from sheetflow.language.recipe import Recipe
    from sheetflow.plugin.tools import Tools


@dataclass(frozen=True)
class Held:
    """A change that does not go out now. `until` is None for "not before a person acts".

    `guard` is the name of whoever holds it; the gate writes it there.
    """

    status: Status
    until: datetime | None = None
    guard: str = ""


class Guard(ABC):
    """Asked about every change twice: when it is planned, and just before it is handed over.

    It can say Held or nothing; it can never let through what another guard holds.
    """

    name: str

    def __init__(self, recipe: Recipe, tools: Tools) -> None:
        self.recipe = recipe
        self.tools = tools

    def prepare(self, entries: Sequence[Entry]) -> None:  # noqa: B027 - most guards need not
        """See all changes of a plan before being asked about each."""

    @abstractmethod
    def ask(self, entry: Entry) -> Held | None:
        """Why this change must not go out now, or None."""
