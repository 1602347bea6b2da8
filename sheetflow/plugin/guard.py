"""A guard may hold a change back; the gate is all of them, one after the other.

class Siesta(Guard):
    name = "siesta"

    def ask(self, entry: Entry) -> Held | None:
        now = self.tools.clock.now()
        if entry.kind and now.hour == 14:
            return Held(Status(Word.WAITING, "goes out after the siesta"), now + timedelta(hours=1))
        return None
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from sheetflow.values import Entry, Key, RowRef, Status

if TYPE_CHECKING:
    from sheetflow.language.recipe import Recipe
    from sheetflow.ledger.asks import Asks
    from sheetflow.ledger.records import Approval, Contact, Suppression, Switch
    from sheetflow.plugin.tools import Tools


@dataclass(frozen=True)
class Held:
    """A change that does not go out now. `until` is None for "not before a person acts".

    `guard` is the name of whoever holds it; the gate writes it there.
    """

    status: Status
    until: datetime | None = None
    guard: str = ""


class Memory(Protocol):
    """What the ledger remembers, as far as a guard may see it. It only reads.

    Nothing here costs a query for each change. People are known by the name that `name_of` makes of
    an address, from which the address cannot be read back.
    """

    @property
    def switch(self) -> Switch | None:
        """Whether the recipe was switched on or off; None when nobody ever said."""

    @property
    def approval(self) -> Approval | None:
        """The latest Go that somebody gave to a plan of the recipe."""

    @property
    def lists_anybody(self) -> bool:
        """Whether anybody is on the suppression list."""

    @property
    def lists_phones(self) -> bool:
        """Whether anybody is on the suppression list by a phone number."""

    @property
    def knows_rows_from_before(self) -> bool:
        """Whether any row was there already when the recipe was switched on."""

    def was_here_before(self, row: RowRef) -> bool:
        """Whether the row was there already when the recipe was switched on."""

    def asked_not_to(self, address: str) -> Suppression | None:
        """Whether whoever has this address or number asked not to be written to."""

    def name_of(self, address: str) -> str:
        """What an address or number is known by here."""

    def contacts(self, since: datetime) -> Mapping[str, Sequence[Contact]]:
        """What reached whom after `since`, or may have, over all recipes; the oldest first."""

    def asks(self, table: str) -> Asks:
        """What rows of a table ask somebody to tick, by row id and recipe."""

    def first_held(self, key: Key) -> datetime | None:
        """Since when a change waits that never went out."""

    def gone_out(self, key_digest: str) -> bool:
        """Whether the change with this digest of its key was handed over, or done."""

    def reached_by_runs(self, limit: int) -> Sequence[int]:
        """How many people each of the latest finished runs reached that reached anybody."""


class Guard(ABC):
    """Asked about every change twice: when it is planned, and just before it is handed over.

    It can say Held or nothing; it can never let through what another guard holds. One guard is made
    for each plan, and it is asked by one thread at a time.
    """

    name: str

    def __init__(self, recipe: Recipe, tools: Tools, memory: Memory) -> None:
        self.recipe = recipe
        self.tools = tools
        self.memory = memory

    def prepare(self, entries: Sequence[Entry]) -> None:  # noqa: B027 - most guards need not
        """See the whole plan before being asked about each change of it."""

    @property
    def notices(self) -> Sequence[str]:
        """What is worth saying once about the whole plan, now that it is prepared."""
        return ()

    @property
    def lets_all_through(self) -> bool:
        """Whether, as things stand, it is sure to hold nothing of the plan it was prepared for.

        Then it is not asked while planning. Just before each change is handed over, it is.
        """
        return False

    @abstractmethod
    def ask(self, entry: Entry) -> Held | None:
        """Why this change must not go out now, or None."""

    def passed(self, entry: Entry) -> None:  # noqa: B027 - most guards need not
        """Hear that nobody holds this change, so that it is as good as gone out."""


class RunGuard(Guard):
    """A guard that looks at a whole run. It is asked after all others."""

    @property
    def lets_all_through(self) -> bool:
        """Whether, having weighed a run, it is sure to hold nothing of it; then it is not asked."""
        return False

    def weigh(self, going: Sequence[Entry]) -> None:
        """See the changes that no guard before held, before being asked about each."""
