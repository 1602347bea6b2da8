"""Asks those that hear of changes, and keeps what they say before anything is done about it.

One request tells of any number of files. What may have changed, and the token from which the next
request goes on, are kept together in one transaction; a crash before it has the same told again,
and after it nothing is lost: recipes compare what stands there with what they saw last.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sheetflow.errors import SheetflowError
from sheetflow.hosting.journal import Journal
from sheetflow.hosting.looking import Marks
from sheetflow.hosting.places import Places, tables_about
from sheetflow.hosting.subscribing import subscribed
from sheetflow.ledger.calls import Calls, Waiting
from sheetflow.ledger.databases import Database
from sheetflow.ledger.watches import Place, Watch, Watches
from sheetflow.network.door import Door
from sheetflow.network.retrying import Retrying
from sheetflow.plugin.watcher import Changed, Watcher
from sheetflow.workspace import CHAPTER, Workspace

SWEEP = timedelta(hours=1)
"""How often what was changed lately is searched for, beside what is told."""

SOONEST = timedelta(seconds=10)
"""How long after a look that a service called for the next call of the same one waits."""

BRIEFLY = Retrying(tries=2, patience=30.0)
"""Nobody waits long for a watcher that does not answer: everything else waits meanwhile."""

MOST = 1_000
"""Calls that are looked after together."""


@dataclass(frozen=True)
class Known:
    """What the ledger holds of watchers, marks and calls, at one moment."""

    watches: Mapping[str, Watch] = field(default_factory=dict)
    marks: Mapping[Place, str] = field(default_factory=dict)
    waiting: Sequence[Waiting] = ()

    @property
    def overflows(self) -> bool:
        """Whether there are more calls than anybody looks at: then they are about everything."""
        return len(self.waiting) >= MOST


@dataclass
class Watching:
    """Asks watchers when it is time, or when a service called. Only one thread may use it."""

    journal: Journal
    places: Places = field(default_factory=Places)
    _failed: dict[str, datetime] = field(default_factory=dict)
    _hurried: dict[str, datetime] = field(default_factory=dict)

    def known(self, database: Database) -> Known:
        """What stands in the ledger now. Raises LedgerError."""
        watches = Watches(CHAPTER)
        with database.reading() as connection:
            waiting = Calls(CHAPTER).waiting(connection, MOST)
            return Known(watches.all(connection), watches.marks(connection), waiting)

    def marks(
        self, workspace: Workspace, tables: Collection[str], known: Known, now: datetime
    ) -> Marks:
        """What is known of these tables. What was not heard for long is not watched."""
        found: dict[str, list[str]] = {}
        watched = set()
        named = self.places.of(workspace, tables)
        for table in tables:
            place = named.get(table)
            mark = known.marks.get(place, "") if place else ""
            if place and mark and self._hears(workspace, known.watches.get(place[0]), now):
                watched.add(table)
            parts = [one for one in (mark, known.marks.get(("", table), "")) if one]
            if parts:
                found[table] = parts
        return Marks({name: " ".join(parts) for name, parts in found.items()}, frozenset(watched))

    def is_due(
        self, workspace: Workspace, tables: Collection[str], known: Known, now: datetime
    ) -> bool:
        """Whether it is time to ask, or somebody called."""
        asked = _by_watcher(self.places.of(workspace, tables))
        return bool(self._ready(known, now)) or any(
            self._is_time(workspace, name, ids, known, now) for name, ids in asked.items()
        )

    def look(
        self, workspace: Workspace, tables: Collection[str], database: Database, now: datetime
    ) -> None:
        """Ask whom it is time to ask, and keep what they say. Raises LedgerError.

        A connection that cannot be asked is told in the journal; its tables are looked at as if
        nobody watched them.
        """
        known, named = self.known(database), self.places.of(workspace, tables)
        ready = self._ready(known, now)
        called_for = {one.connection for one in ready}
        for name, ids in _by_watcher(named).items():
            if name in called_for or self._is_time(workspace, name, ids, known, now):
                self._ask(workspace, database, name, ids, known, now)
        if ready:
            about = tables_about(workspace, ready, named, self._failed)
            self._answer(database, ready, about, now, overflows=known.overflows)

    def _hears(self, workspace: Workspace, watch: Watch | None, now: datetime) -> bool:
        """Whether it was asked lately, so that a change would have been told."""
        if watch is None or watch.looked_at is None or watch.connection in self._failed:
            return False
        return watch.looked_at <= now < watch.looked_at + 3 * _every(workspace)

    def _is_time(
        self, workspace: Workspace, name: str, ids: Collection[str], known: Known, now: datetime
    ) -> bool:
        failed = self._failed.get(name)
        if failed is not None:
            return not failed <= now < failed + _every(workspace)
        watch = known.watches.get(name)
        if watch is None or watch.looked_at is None:
            return True
        new = any((name, one) not in known.marks for one in ids)
        return new or not watch.looked_at <= now < watch.looked_at + _every(workspace)

    def _ready(self, known: Known, now: datetime) -> Sequence[Waiting]:
        """The calls to look after now; of a connection that keeps calling, all a little later."""
        last = self._hurried
        return [
            replace(one, about=None) if known.overflows else one
            for one in known.waiting
            if (at := last.get(one.connection)) is None or not at <= now < at + SOONEST
        ]

    def _ask(
        self,
        workspace: Workspace,
        database: Database,
        name: str,
        ids: frozenset[str],
        known: Known,
        now: datetime,
    ) -> None:
        """Ask one watcher, and keep what it says together with where it goes on."""
        before = {place: mark for (watcher, place), mark in known.marks.items() if watcher == name}
        door = Door(
            may_write=True,
            pacer=workspace.pacer,
            bill=workspace.bill,
            retrying=BRIEFLY,
            clock=workspace.clock,
        )
        try:
            with closing(workspace.opened(None, door)) as opened:
                watcher = opened.connection(name)
                assert isinstance(watcher, Watcher)
                watch = known.watches.get(name, Watch(name))
                after, told = _told(watcher, watch, ids, before, now)
                address = workspace.settings.hook_address(name)
                after = subscribed(watcher, after, address, ids, now, self.journal)
        except SheetflowError as error:
            if name not in self._failed:
                self.journal.say("cannot hear of changes", connection=name, says=str(error))
            self._failed[name] = now
            return
        self._failed.pop(name, None)
        watches = Watches(CHAPTER)
        with database.writing() as connection:
            watches.keep(connection, after)
            watches.mark(connection, {(name, place): mark for place, mark in told.items()})
            watches.forget(connection, ((name, place) for place in before.keys() - ids))

    def _answer(
        self,
        database: Database,
        ready: Sequence[Waiting],
        about: Collection[str],
        now: datetime,
        *,
        overflows: bool,
    ) -> None:
        """Mark what the calls are about, and that they were looked after."""
        callers = {one.connection for one in ready}
        with database.writing() as connection:
            Watches(CHAPTER).mark(connection, {("", table): _anew(now) for table in about})
            Calls(CHAPTER).answered(connection, ready)
            if overflows:
                Calls(CHAPTER).all_answered(connection, callers, now)
        self._hurried |= dict.fromkeys(callers, now)
        for name in sorted(callers):
            count = sum(one.connection == name for one in ready)
            self.journal.say("was called", connection=name, calls=count)


def _by_watcher(named: Mapping[str, Place]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, place in named.values():
        found.setdefault(name, set()).add(place)
    return {name: frozenset(places) for name, places in found.items()}


def _every(workspace: Workspace) -> timedelta:
    return workspace.settings.hosting.look_every


def _told(
    watcher: Watcher, watch: Watch, ids: frozenset[str], before: Mapping[str, str], now: datetime
) -> tuple[Watch, Mapping[str, str]]:
    """How far the watcher is heard now, and the marks that are other ones than before.

    It is asked what changed first, so that what happens while we ask for more is told later.
    """
    anew = _anew(now)
    told = watcher.changed(watch.token, among=ids, seen=before)
    files = list(told.files)
    swept, new = watch.swept_at, ids - before.keys()
    if swept is None or not swept <= now < swept + SWEEP:
        new |= {place for place in ids if before.get(place) == ""}
        if swept is not None:
            found = watcher.swept(min(swept, now), among=ids, seen=before)
            files += found.files
        swept = now
    sees = watcher.sees(new) if new else frozenset()
    marks = {place: anew if place in sees else "" for place in new}
    if told.everything:
        marks |= {place: anew for place in ids if before.get(place)}
    marks |= {one.id: _mark(one, anew) for one in files}
    return replace(watch, token=told.token, looked_at=now, swept_at=swept), marks


def _mark(one: Changed, anew: str) -> str:
    return "gone" if one.gone else one.as_of or anew


def _anew(now: datetime) -> str:
    """A mark that never was: it begins like none that a service gives."""
    return f"~{now.isoformat()}"
