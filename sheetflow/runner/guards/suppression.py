"""Who asked not to be written to is not written to: by the list of the ledger, and by a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sheetflow.errors import ColumnMissing
from sheetflow.plugin.guard import Guard, Held
from sheetflow.runner.guards.addressed import rows_addressed
from sheetflow.tables import statuses
from sheetflow.tables.handles import Handle, handles_in, normal_handle
from sheetflow.tables.headers import header
from sheetflow.tables.table import Table
from sheetflow.tables.text import normal
from sheetflow.values import Entry, Row

EITHER = ("email or phone", "e-mail or phone", "address", "contact", "who")
EMAIL = ("email", "e-mail", "email address", "e-mail address", "mail")
PHONE = ("phone", "phone number", "telephone", "tel", "mobile", "cell", "number")
SCOPE = ("scope", "for", "channel", "channels")
SINCE = ("since", "date", "on", "when", "asked on")
"""Headers that a table of those who asked not to be written to may have."""


@dataclass(frozen=True)
class _Asked:
    """What the table says of one address: since when, and of which channel; "" is of all."""

    since: date | None
    channel: str

    def is_about(self, channel: str) -> bool:
        """Whether it forbids a message that goes by `channel`; one that does not say, it does."""
        return not self.channel or not channel or self.channel == channel

    def and_also(self, other: _Asked | None) -> _Asked:
        """What both together say, of an address that two rows name; the first moment stays."""
        if other is None:
            return self
        since = min(filter(None, (self.since, other.since)), default=None)
        return _Asked(since, self.channel if self.channel == other.channel else "")


class Suppressed(Guard):
    """Keeps everything, of whichever kind, from those who asked for nothing more."""

    name = "asked not to"

    def prepare(self, entries: Sequence[Entry]) -> None:  # noqa: ARG002 - the table is read whole
        """Read the table, once for the run."""
        self._asked: dict[str, _Asked] = {}
        self._unread: list[int] = []
        self._table_lists_phones = False
        name = self.tools.policy.do_not_contact
        if name:
            self._read(self.tools.table(name))

    @property
    def notices(self) -> Sequence[str]:
        """Rows of the table that forbid nothing, because nobody can tell whom they mean."""
        if not self._unread:
            return ()
        rows = ", ".join(map(str, self._unread[:20])) + (", …" if self._unread[20:] else "")
        name = self.tools.policy.do_not_contact
        return (f'"{name}" has no e-mail address or phone number in row {rows}.',)

    @property
    def lets_all_through(self) -> bool:
        """Where nobody is on either list."""
        return not self._asked and not self.memory.lists_anybody

    def ask(self, entry: Entry) -> Held | None:
        """Whether any address that is reached, or its person's number, is on a list."""
        change = entry.change
        if change is None or not change.to:
            return None
        for address in (*change.to, *self._numbers(entry)):
            asked = self._asked.get(normal_handle(address)) if self._asked else None
            if asked is not None and asked.is_about(change.channel):
                return Held(statuses.asked_not_to(asked.since))
            listed = self.memory.asked_not_to(address)
            if listed is not None:
                since = listed.since.astimezone(self.tools.clock.zone)
                return Held(statuses.asked_not_to(since.date()))
        return None

    def _numbers(self, entry: Entry) -> Iterator[str]:
        """The phone numbers of the people written to, where anybody is listed by number."""
        if not (self._table_lists_phones or self.memory.lists_phones):
            return
        for table, row in rows_addressed(entry, self.tools):
            column = table.spec.person.phone
            if column:
                found = handles_in(table.cell(row, column, "text").value, table.spec.region)
                yield from (handle.text for handle in found)

    def _read(self, table: Table) -> None:
        reading = _Reading(table)
        for row in table.rows:
            handles = reading.handles(row)
            if not handles and row.number is not None and reading.says_anything(row):
                self._unread.append(row.number)
            for handle in handles:
                before = self._asked.get(handle.text)
                self._asked[handle.text] = reading.asked(row).and_also(before)
                self._table_lists_phones |= handle.channel == "phone"


@dataclass(frozen=True)
class _Reading:
    """A table of those who asked, with its columns found by their headers."""

    table: Table

    def __post_init__(self) -> None:
        if not self._who:
            raise ColumnMissing(
                f'"{self.table.spec.name}" says nobody: it has no column "Email or phone".',
                hint='Name a column "Email or phone", "Email" or "Phone".',
            )

    def handles(self, row: Row) -> tuple[Handle, ...]:
        """Every address and number in the row."""
        region = self.table.spec.region
        cells = (row.cells.get(column) for column in self._who)
        return tuple(handle for cell in cells for handle in handles_in(cell, region))

    def says_anything(self, row: Row) -> bool:
        """Whether the row names somebody at all."""
        return any(normal(row.cells.get(column)) for column in self._who)

    def asked(self, row: Row) -> _Asked:
        """Since when, and of which channel."""
        since = self._value(row, SINCE, "date")
        if isinstance(since, datetime):
            since = since.date()
        return _Asked(
            since if isinstance(since, date) else None,
            _channel(normal(self._value(row, SCOPE, "text"))),
        )

    @cached_property
    def _who(self) -> tuple[str, ...]:
        found = (self._column(names) for names in (EITHER, EMAIL, PHONE))
        return tuple(dict.fromkeys(column for column in found if column))

    def _column(self, names: Sequence[str]) -> str:
        ours = self.table.spec.owned
        return next(
            (name for name in self.table.columns if header(name) in names and name not in ours), ""
        )

    def _value(self, row: Row, names: Sequence[str], kind: str) -> object:
        column = self._column(names)
        if not column:
            return None
        return self.table.cell(row, column, "date" if kind == "date" else "text").value


def _channel(scope: str) -> str:
    """The one channel that a scope is about, "" for all and for whatever is not understood."""
    mail = "mail" in scope
    phone = any(word in scope for word in ("phone", "call", "sms", "text"))
    if mail == phone:
        return ""
    return "email" if mail else "phone"
