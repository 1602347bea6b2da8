"""Which connection tells of a table's changes, and what it calls the table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field

from sheetflow.errors import SheetflowError
from sheetflow.hosting.roster import Stamp, stamp_of
from sheetflow.ledger.calls import Waiting
from sheetflow.ledger.watches import Place
from sheetflow.network.door import Door
from sheetflow.plugin.connector import Connector
from sheetflow.plugin.watcher import Watcher
from sheetflow.workspace import Workspace
from sheetflow.workspace.opened import Opened
from sheetflow.workspace.settings import FILE, Settings


@dataclass
class Places:
    """Remembers what tables are called elsewhere: some services have to be asked for it once."""

    _known: dict[str, Place] = field(default_factory=dict)
    _stamp: Stamp | None = None

    def of(self, workspace: Workspace, tables: Collection[str]) -> Mapping[str, Place]:
        """By table, the connection that watches it and its name there; without those that none
        does, or whose service cannot be asked now."""
        stamp = stamp_of(workspace.folder / FILE)
        if stamp != self._stamp:
            self._known, self._stamp = {}, stamp
        new = {*tables} - self._known.keys()
        if new:
            self._known |= dict(_found(workspace, sorted(new)))
        return {table: self._known[table] for table in tables if table in self._known}


def _found(workspace: Workspace, tables: Collection[str]) -> Iterator[tuple[str, Place]]:
    settings = workspace.settings
    by_watcher = {table: watcher_of(workspace, table) for table in tables}
    if not any(by_watcher.values()):
        return
    door = Door(may_write=False, pacer=workspace.pacer, bill=workspace.bill, clock=workspace.clock)
    with closing(workspace.opened(None, door)) as opened:
        for table, watcher in by_watcher.items():
            if watcher and (name := _called(opened, settings, table)):
                yield table, (watcher, name)


def tables_about(
    workspace: Workspace,
    calls: Iterable[Waiting],
    watched: Mapping[str, Place],
    silent: Collection[str],
) -> frozenset[str]:
    """The tables that calls are about, but for those whose watcher can be asked and knows better.

    `watched` are the tables with watchers, and `silent` are the watchers that cannot be asked. What
    a call names is only looked up among our own tables.
    """
    settings, found = workspace.settings, set[str]()
    door = Door(may_write=False, pacer=workspace.pacer, bill=workspace.bill)
    with closing(workspace.opened(None, door)) as opened:
        for call in calls:
            found |= call.tables & settings.tables.keys()
            for table, spec in settings.tables.items():
                watcher = watched[table][0] if table in watched else ""
                if call.connection == watcher:
                    is_about = watcher in silent
                elif call.connection != spec.connector or call.tables:
                    is_about = False
                else:
                    about = call.about
                    is_about = about is None or _called(opened, settings, table) in about
                if is_about:
                    found.add(table)
    return frozenset(found)


def _called(opened: Opened, settings: Settings, table: str) -> str:
    """What a table is called where its changes are told; "" where they are not, or nobody knows."""
    spec = settings.tables[table]
    try:
        return opened.connection(spec.connector).heard_as(spec.place)
    except SheetflowError:
        return ""  # its own run says what is wrong


def watcher_of(workspace: Workspace, table: str) -> str:
    """The connection that watches a table: its own one, or another of the same family; or ""."""
    own = workspace.settings.tables[table].connector
    kind = kind_of(workspace, own)
    if kind is None or issubclass(kind, Watcher):
        return own if kind else ""
    relatives = (
        name
        for name in workspace.settings.connections
        if (other := kind_of(workspace, name)) is not None
        and issubclass(other, Watcher)
        and other.family == kind.family != ""
    )
    return next(relatives, "")


def kind_of(workspace: Workspace, connection: str) -> type[Connector] | None:
    """The connector of a declared connection."""
    declared = workspace.settings.connections.get(connection)
    return workspace.registry.connector(declared.connector) if declared else None
