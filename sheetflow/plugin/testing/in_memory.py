"""Tables, mail and rooms in memory, a clock that stands still, and a ledger that knows nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from sheetflow.clock import Clock, zone_named
from sheetflow.errors import SetupError
from sheetflow.network.door import Door
from sheetflow.plugin.action import Work
from sheetflow.plugin.connector import Connector
from sheetflow.plugin.mailer import Mail, Mailer
from sheetflow.plugin.meetings import MeetingPlace
from sheetflow.plugin.testing.in_memory_calendar import CalendarInMemory
from sheetflow.plugin.tools import Organization, Sender, Tools
from sheetflow.tables.memory_table import MemoryTable, sheet_of
from sheetflow.tables.spec import CellKind, ColumnSpec, PersonColumns, TableSpec
from sheetflow.tables.table import RowWrite, Table
from sheetflow.values import Change, Key, Receipt

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
"""The moment at which everything takes place unless a test says otherwise: a Saturday."""


@dataclass
class GivenTables:
    """The tables of a test, each made from rows written as mappings, and read by the real Table.

    The `door` is shut until a test opens it: `door.may_write = True`.
    """

    zone: str = "UTC"
    door: Door = field(default_factory=lambda: Door(may_write=False))
    sources: dict[str, MemoryTable] = field(default_factory=dict)
    specs: dict[str, TableSpec] = field(default_factory=dict)
    _read: dict[str, Table] = field(default_factory=dict)

    def add(
        self,
        name: str,
        rows: Sequence[Mapping[str, object]],
        *,
        columns: Sequence[ColumnSpec] | Mapping[str, str] = (),
        writes: Sequence[str] = (),
        zone: str = "",
        key: tuple[str, ...] = (),
        people: bool = True,
    ) -> None:
        """A table; `id` in a row is its Sheetflow ID, and its name where it has none.

        `columns` say what cells hold, as in sheetflow.yaml: {"Coach": "row of Coaches"}. Without
        `people`, rows stand for nobody and need no name.
        """
        rows = [{"Name": row["id"], **row} if people else row for row in rows]
        headers = list(dict.fromkeys(header for row in rows for header in row if header != "id"))
        listed = [[row.get("id"), *(row.get(header) for header in headers)] for row in rows]
        top: list[object] = ["Sheetflow ID", *headers]
        self.sources[name] = MemoryTable(sheet_of([top, *listed]), name, self.door.writing)
        declared = _columns(columns) if isinstance(columns, Mapping) else columns
        self.specs[name] = TableSpec(
            name,
            "list",
            {},
            key=key,
            person=_person_columns(headers),
            columns={column.name: column for column in declared},
            writes=tuple(writes),
            same_person="allow",
            zone=zone or self.zone,
        )
        self._read.pop(name, None)

    def edit(self, name: str, row_id: str, column: str, value: object) -> None:
        """Write into a cell as a person would, behind our back."""
        source = self.sources[name]
        (number,) = [row.number for row in source.sheet.rows if row.cells[0] == row_id]
        source.type_into(number, {column: value})

    def table(self, name: str) -> Table:
        """The table of that name, read once."""
        if name not in self._read:
            self._read[name] = Table(self.specs[name], self.sources[name], resolve=self.table)
        return self._read[name]

    def read_again(self) -> None:
        """As a new run would."""
        self._read.clear()

    def tell(self, name: str, row_id: str, change: Change) -> None:
        """Write the change's cells into its row, as a run does at its end."""
        if change.cells:
            self.table(name).write([RowWrite(row_id, change.cells)])

    def tools(
        self,
        now: datetime = NOON,
        *,
        folder: Path = Path(),
        connections: Mapping[str, Connector] | None = None,
    ) -> Tools:
        """What an action and a guard are given.

        `mail` carries mail, `room` gives links, and `calendar` invites by itself.
        """
        given = {
            "mail": MailInMemory(self.door),
            "room": RoomInMemory(self.door),
            "calendar": CalendarInMemory(self.door),
        }
        known: Mapping[str, Connector] = {**given, **(connections or {})}
        return Tools(
            clock=Clock.at(now, zone_named(self.zone)),
            door=self.door,
            folder=folder,
            organization=Organization("Clean Rivers", "1 Bridge Street, Riverside"),
            table=self.table,
            connection=lambda name: _named(name, known),
            sender=lambda name: Sender(name or "us", "us@example.org", "mail"),
        )

    def works(
        self, table: str, name: str = "person", now: datetime = NOON, *, tools: Tools | None = None
    ) -> list[Work]:
        """Every row of a table, on its way through a recipe that calls it `name`."""
        tools = tools or self.tools(now)
        found = self.table(table)
        return [
            Work(row, found, name, Key("main", "recipe", "step", table, row.id), tools)
            for row in found.rows
        ]


class MailInMemory(Mailer):
    """Takes every mail into the list `taken`, and sends none."""

    name = "mail"

    def __init__(self, door: Door) -> None:
        super().__init__(self.Settings(), door=door, folder=Path())
        self.taken: list[Mail] = []

    def deliver(self, mail: Mail) -> Receipt:
        """Take it."""
        self.door.writing(f"a mail to {mail.to}")
        self.taken.append(mail)
        return Receipt(mail.id)

    def find(self, mail: Mail) -> Receipt | bool:
        """Whether it was taken, by its Message-ID."""
        there = any(taken.id == mail.id for taken in self.taken)
        return Receipt(mail.id) if there else False


class RoomInMemory(MeetingPlace):
    """Gives every meeting the same link, which leads nowhere."""

    name = "room"

    def __init__(self, door: Door) -> None:
        super().__init__(self.Settings(), door=door, folder=Path())

    def link(self, title: str, starts: datetime, ends: datetime) -> str:  # noqa: ARG002 - one room
        """A link under .example, which never leads anywhere."""
        return "https://calls.example/room"


@dataclass(frozen=True)
class NothingRemembered:
    """The ledger of the very first run, for guards: nobody was reached, nobody said anything."""

    switch: Any = None
    approval: Any = None
    lists_anybody: bool = False
    lists_phones: bool = False
    knows_rows_from_before: bool = False

    def was_here_before(self, row: Any) -> bool:  # noqa: ARG002 - nothing is remembered
        """No."""
        return False

    def asked_not_to(self, address: str) -> None:
        """No."""

    def name_of(self, address: str) -> str:
        """The address itself: nothing is kept."""
        return address

    def contacts(self, since: datetime) -> Mapping[str, Sequence[Any]]:  # noqa: ARG002 - as above
        """Nobody."""
        return {}

    def asks(self, table: str) -> Mapping[str, Any]:  # noqa: ARG002 - as above
        """Nothing is asked."""
        return {}

    def first_held(self, key: Key) -> None:
        """Never."""

    def gone_out(self, key_digest: str) -> bool:  # noqa: ARG002 - as above
        """No."""
        return False

    def reached_by_runs(self, limit: int) -> Sequence[int]:  # noqa: ARG002 - as above
        """No run."""
        return ()


def _person_columns(headers: Sequence[str]) -> PersonColumns:
    """Those that are called as what they hold."""
    there = {name.lower(): name for name in ("Name", "Email", "Phone") if name in headers}
    return PersonColumns(**there)


def _columns(written: Mapping[str, str]) -> list[ColumnSpec]:
    found = []
    for name, kind in written.items():
        word, _, table = kind.partition(" of ")
        found.append(ColumnSpec(name, cast(CellKind, word), table=table))
    return found


def _named(name: str, known: Mapping[str, Connector]) -> Connector:
    if name not in known:
        raise SetupError(f'This test has no connection "{name}".', hint="Give it one.")
    return known[name]
