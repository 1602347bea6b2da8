"""A workspace opened once: its tables and connections, each made when first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sheetflow.errors import ColumnMissing, SetupError
from sheetflow.language.recipe import NeededColumns
from sheetflow.network.door import Door
from sheetflow.plugin.connector import Connector
from sheetflow.plugin.library import Library
from sheetflow.plugin.options import options_of
from sheetflow.plugin.registry import Registry
from sheetflow.plugin.tools import Sender
from sheetflow.secrets import find_secret
from sheetflow.tables.headers import lasting_names
from sheetflow.tables.readings import Readings
from sheetflow.tables.source import CanBeMade, LeadsTo, LeavesOut, Sheet, TableSource
from sheetflow.tables.spec import TableSpec
from sheetflow.tables.table import Table
from sheetflow.tables.wanted import Wanted
from sheetflow.values import Row
from sheetflow.workspace.connection_keys import ConnectionSettings, is_secret
from sheetflow.workspace.settings import Settings

if TYPE_CHECKING:
    from sheetflow.ledger.store import Ledger


@dataclass
class Opened:
    """What a session has in its hands. Every table is read at most once.

    Without a ledger, nobody is recognised: enough to see which columns there are. `readings` are
    handed on from the session before, and to the next one.
    """

    folder: Path
    chapter: str
    settings: Settings
    registry: Registry
    ledger: Ledger | None
    door: Door
    readings: Readings | None = None
    _needed: Mapping[str, NeededColumns] | None = None
    _sources: dict[str, TableSource] = field(default_factory=dict)
    _tables: dict[str, Table] = field(default_factory=dict)
    _connections: dict[str, Connector] = field(default_factory=dict)

    def table(self, name: str) -> Table:
        """The table of that name, as it is now. Raises TableError when it cannot be read."""
        if name not in self._tables:
            self._tables[name] = self._read(name, self._source(name))
        return self._tables[name]

    def expect(self, names: Iterable[str]) -> None:
        """Open these tables, and those that their cells point at, before any of them is read.

        So a connector can read several at once. Which are not there is told when they are needed.
        """
        waiting, seen = list(names), set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen or name not in self.settings.tables:
                continue
            seen.add(name)
            self._source(name)
            columns = self.settings.tables[name].columns.values()
            waiting += [column.table for column in columns if column.table]

    def need(self, columns: Mapping[str, NeededColumns]) -> None:
        """From now on, read no more than these columns of a table, where it can leave any out.

        Of a table that is not named, those that its settings declare are read.
        """
        self._needed = columns

    def connection(self, name: str) -> Connector:
        """The connection of that name; a connector without settings needs no connection."""
        if name not in self._connections:
            self._connections[name] = self._connect(name)
        return self._connections[name]

    def sender(self, name: str) -> Sender:
        """The sender of that name; "" is the first one. Raises SetupError when there is none."""
        senders: Mapping[str, Sender] = self.settings.senders
        if not senders:
            raise SetupError(
                "Nobody is there to send from.", hint="Add senders: to sheetflow.yaml."
            )
        return senders[name] if name else next(iter(senders.values()))

    def library(self, address: str) -> Library:
        """The first connection with a document at this address. Raises SetupError if none has."""
        for name, declared in self.settings.connections.items():
            kind = self.registry.connector(declared.connector)
            if issubclass(kind, Library) and kind.keeps(address):
                found = self.connection(name)
                assert isinstance(found, Library)
                return found
        raise SetupError(
            "no connection has documents at this address.",
            hint="Add one to sheetflow.yaml, such as one with connector: google_docs.",
        )

    def link(self, table: str, row: Row) -> str:
        """Where a person finds a row of a table in a browser; "" where that is nowhere."""
        source = self._source(table)
        return source.link(row) if isinstance(source, LeadsTo) else ""

    def make(self, table: str, rows: Sequence[Sequence[object]], headers: Sequence[str]) -> bool:
        """Make a table whose second column is ticked, if its system can; whether it was made."""
        source = self._source(table)
        return isinstance(source, CanBeMade) and source.make(headers, rows, ticks=1)

    def close(self) -> None:
        """Let go of everything."""
        for connection in self._connections.values():
            connection.close()
        if self.ledger is not None:
            self.ledger.close()

    def _read(self, name: str, source: TableSource) -> Table:
        """The table that a source gives; all of it, unless it is known what is needed.

        A column that is looked for in vain may be among those left out: then all are read, so that
        whoever is told of it hears what it may be called now.
        """
        wanted = self._wanted(name)
        if wanted is None or not isinstance(source, LeavesOut):
            return self._made(name, source)
        source.only(wanted)
        with suppress(ColumnMissing):
            table = self._made(name, source)
            if wanted.all_in(table.columns):
                return table
        source.only(None)
        if self.readings is not None:
            self.readings.lately(name, self.door.clock.now())
        return self._made(name, source)

    def _made(self, name: str, source: TableSource) -> Table:
        """The table as it stands there, with what the ledger remembers of its rows."""
        ledger, spec = self.ledger, self._spec(name)
        sheet = self._sheet(name, source)
        if ledger is None:
            return Table(spec, source, resolve=self.table, sheet=sheet)
        known, salt = ledger.identities(self.chapter, name), ledger.salt
        table = Table(spec, source, known=known, salt=salt, resolve=self.table, sheet=sheet)
        if sheet.columns and not ledger.read_only:
            self._remember(spec, sheet, ledger)
        return table

    def _remember(self, spec: TableSpec, sheet: Sheet, ledger: Ledger) -> None:
        """Remember what the system itself calls the columns, if any of it is new."""
        from sheetflow.ledger.columns import remember_columns

        new = dict(lasting_names(sheet, spec).items() - spec.lasting.items())
        if new:
            remember_columns(ledger.database, self.chapter, spec.name, new)

    def _spec(self, name: str) -> TableSpec:
        """The table as it is declared, with what the system itself called its columns before."""
        spec = self.settings.tables[name]
        if self.ledger is None or self.connection(spec.connector).local:
            return spec
        from sheetflow.ledger.columns import read_columns

        return replace(spec, lasting=read_columns(self.ledger.database, self.chapter, name))

    def _wanted(self, name: str) -> Wanted | None:
        """Which columns of the table are needed, None for all."""
        if self._needed is None:
            return None
        needed = self._needed.get(name, NeededColumns())
        wanted = Wanted(self._spec(name), needed.named, needed.perhaps)
        return None if needed.whole or not wanted.tells_apart else wanted

    def _sheet(self, name: str, source: TableSource) -> Sheet:
        """What stands in the table: as it was read a moment ago elsewhere, or as it is now."""
        connector = self.connection(self.settings.tables[name].connector)
        if self.readings is None or connector.local:
            return source.read()
        sheet = self.readings.lately(name, self.door.clock.now())
        if sheet is None:
            sheet = source.read()
            self.readings.keep(name, sheet, self.door.clock.now())
        return sheet

    def _source(self, name: str) -> TableSource:
        if name not in self._sources:
            spec = self.settings.tables[name]
            self._sources[name] = self.connection(spec.connector).open_table(spec.place)
        return self._sources[name]

    def _connect(self, name: str) -> Connector:
        declared = self.settings.connections.get(name, ConnectionSettings(name, {}))
        connector = self.registry.connector(declared.connector)
        values = dict(declared.values)
        for option in options_of(connector.Settings):
            if is_secret(option) and option.field in values:
                values[option.field] = find_secret(values[option.field], folder=self.folder)
        return connector(connector.Settings(**values), door=self.door, folder=self.folder)
