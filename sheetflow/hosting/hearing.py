"""Takes the calls of services: is it true, is it new; then it is written down, and somebody looks.

Nothing is done here, and nobody is asked. A call only has Sheetflow look sooner, so that one which
is lost, late or forged changes nothing but the hour.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

from sheetflow.clock import Clock
from sheetflow.errors import LedgerError, NotAllowed
from sheetflow.hosting.tally import Tally
from sheetflow.ledger.calls import Calls
from sheetflow.network.door import Door
from sheetflow.plugin.listener import Heard, Hook, Listener
from sheetflow.workspace import CHAPTER, Workspace

if TYPE_CHECKING:
    from sheetflow.ledger.store import Ledger

KEPT = timedelta(days=7)
"""How long a call is remembered, so that it counts once however often it is sent."""

PATIENCE = timedelta(seconds=2)
"""How long a call waits for the ledger; services give up after three seconds, and call again."""

How = Literal["taken", "known", "answered", "refused"]


def _nobody() -> None:
    """Nobody waits: whoever looks next finds the call in the ledger."""


@dataclass
class Hearing:
    """Takes calls, from any thread. `hurry` has somebody look at once."""

    clock: Clock
    tally: Tally = field(default_factory=Tally)
    hurry: Callable[[], None] = _nobody
    _lock: Lock = field(default_factory=Lock)
    _ledger: tuple[str | Path, Ledger] | None = None

    def close(self) -> None:
        """Let go of the ledger."""
        with self._lock:
            if self._ledger is not None:
                self._ledger[1].close()
            self._ledger = None

    def hear(
        self, workspace: Workspace, connection: str, hook: Hook
    ) -> tuple[How, Mapping[str, Any] | None]:
        """What became of a call, and what its service wants to hear.

        Whether there is no such connection, it cannot hear, or the call is forged: it is refused,
        and nothing tells which. Raises SetupError when a secret cannot be read, and LedgerError
        when the call could not be written down: then it is to be sent again.
        """
        try:
            heard = _heard(workspace, connection, hook)
        except NotAllowed:
            known = connection if connection in workspace.settings.connections else ""
            self.tally.called(known, "refused")
            return "refused", None
        how: How = "answered"
        if heard.event and heard.about != frozenset():
            how = "taken" if self._taken(workspace, connection, heard, hook) else "known"
        if how == "taken":
            self.hurry()
        self.tally.called(connection, how)
        return how, heard.answer

    def _taken(self, workspace: Workspace, connection: str, heard: Heard, hook: Hook) -> bool:
        """Whether it was written down now, for the first time."""
        calls, event = Calls(CHAPTER), heard.event
        try:
            with self._opened(workspace).database.writing() as line:
                calls.forget(line, hook.at - KEPT)
                about, tables = heard.about, heard.tables
                return calls.take(line, connection, event, hook.at, about=about, tables=tables)
        except LedgerError:
            self.close()
            raise

    def _opened(self, workspace: Workspace) -> Ledger:
        from sheetflow.ledger.store import Ledger

        address = workspace.ledger_address
        with self._lock:
            if self._ledger is not None and self._ledger[0] != address:
                self._ledger[1].close()
                self._ledger = None
            if self._ledger is None:
                opened = Ledger.open(address, clock=self.clock, patience=PATIENCE)
                self._ledger = (address, opened)
            return self._ledger[1]


def _heard(workspace: Workspace, connection: str, hook: Hook) -> Heard:
    """What a call says. Raises NotAllowed for any that is not to be believed."""
    declared = workspace.settings.connections.get(connection)
    kind = workspace.registry.connector(declared.connector) if declared else None
    if kind is not None and issubclass(kind, Listener):
        with closing(workspace.opened(None, Door(may_write=False))) as opened:
            listener = opened.connection(connection)
            assert isinstance(listener, Listener)
            if listener.listens:
                return listener.heard(hook)
    hmac.digest(b"nobody", hook.body, "sha256")  # it takes as long as for one that there is
    raise NotAllowed("Nobody here listens to that.")
