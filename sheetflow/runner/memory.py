"""What the ledger remembers, for guards: read in a few queries, whatever the number of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property

from sheetflow.ledger.asks import Asks
from sheetflow.ledger.decisions import Decided, Watch
from sheetflow.ledger.records import Approval, Contact, Suppression, Switch
from sheetflow.runner.session import Session
from sheetflow.tables.handles import keyed, normal_handle
from sheetflow.values import Key, RowRef, State

_LATELY = 256
"""How many names are kept: more than are on their way at the same time."""


class LedgerMemory:
    """The memory of one recipe; `approval` stands in for the ledger's, to see what a Go would do.

    What people decide is read again by `refresh`, when anything was decided since. The rest is read
    once: while a run hands over, no other does.
    """

    def __init__(self, session: Session, recipe: str, *, approval: Approval | None = None) -> None:
        self._ledger, self._place = session.ledger, (session.chapter, recipe)
        self._watch: Watch = session.ledger.watch()
        self._assumed = approval
        self._names: dict[str, str] = {}
        self._contacts: dict[datetime, Mapping[str, Sequence[Contact]]] = {}

    def refresh(self) -> None:
        """Forget what is out of date, which costs one small query."""
        if self._watch.count() != self._decided.count:
            del self._decided

    def close(self) -> None:
        """Let go of the ledger."""
        self._watch.close()

    @property
    def switch(self) -> Switch | None:
        """Whether the recipe was switched on or off."""
        return self._decided.switch

    @property
    def approval(self) -> Approval | None:
        """The latest Go."""
        return self._assumed or self._decided.approval

    @property
    def lists_anybody(self) -> bool:
        """Whether anybody is on the suppression list."""
        return bool(self._decided.suppressions)

    @property
    def lists_phones(self) -> bool:
        """Whether anybody is on the suppression list by a phone number."""
        return any(each.channel == "phone" for each in self._decided.suppressions.values())

    @property
    def knows_rows_from_before(self) -> bool:
        """Whether any row was there when the recipe was switched on."""
        return bool(self._decided.here_before)

    def was_here_before(self, row: RowRef) -> bool:
        """Whether the row was there when the recipe was switched on."""
        return row in self._decided.here_before

    def asked_not_to(self, address: str) -> Suppression | None:
        """Whether whoever has this address is on the suppression list."""
        listed = self._decided.suppressions
        return listed.get(self.name_of(address)) if listed else None

    def name_of(self, address: str) -> str:
        """What an address or number is known by here."""
        name = self._names.get(address)  # each guard asks for the same one, and the ledger after
        if name is None:
            if len(self._names) >= _LATELY:
                self._names.clear()
            name = self._names[address] = keyed(self._salt, normal_handle(address))
        return name

    def contacts(self, since: datetime) -> Mapping[str, Sequence[Contact]]:
        """What reached whom after `since`, over all recipes."""
        if since not in self._contacts:
            self._contacts[since] = self._ledger.contacts(since)
        return self._contacts[since]

    def asks(self, table: str) -> Asks:
        """What rows of a table ask somebody to tick."""
        return self._ledger.asks(self._place[0], table)

    def first_held(self, key: Key) -> datetime | None:
        """Since when a change waits that never went out."""
        return self._held_since.get(key.digest)

    def gone_out(self, key_digest: str) -> bool:
        """Whether a change was handed over, or done."""
        return key_digest in self._gone_out

    def reached_by_runs(self, limit: int) -> Sequence[int]:
        """How many people the latest finished runs reached."""
        return self._ledger.reached(*self._place, limit=limit)

    @cached_property
    def _decided(self) -> Decided:
        return self._ledger.decided(*self._place)

    @cached_property
    def _salt(self) -> str:
        return self._ledger.salt

    @cached_property
    def _held_since(self) -> Mapping[str, datetime]:
        return self._ledger.held_since(*self._place)

    @cached_property
    def _gone_out(self) -> frozenset[str]:
        return frozenset(
            record.key.digest
            for records in self._ledger.records(*self._place).values()
            for record in records
            if record.state is not State.WAITING
        )
