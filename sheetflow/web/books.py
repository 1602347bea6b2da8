"""The ledger kept open between requests, and opened anew when another one lies in its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sheetflow.ledger.store import Ledger
    from sheetflow.workspace import Workspace

Stamp = tuple[object, ...]


@dataclass(frozen=True)
class _Open:
    stamp: Stamp
    ledger: Ledger
    salt: str


@dataclass
class Books:
    """One ledger to read. A page that opened it for itself would spend most of its time on that.

    No connection to an SQLite file outlives the page that asked for it, so that a run still leaves
    the ledger as one whole file. What is checked when a ledger is opened (that it is not an old
    copy, that it is of this version) is checked again whenever the file, or what a run leaves
    beside it, is not the one it was.
    """

    _kept: _Open | None = None
    _lock: Lock = field(default_factory=Lock)

    def opened(self, workspace: Workspace) -> tuple[Ledger, str]:
        """The workspace's ledger and its salt. Raises LedgerError when it cannot be trusted."""
        address = workspace.ledger_address
        stamp = _stamp(address)
        with self._lock:
            if self._kept is None or self._kept.stamp != stamp:
                ledger = workspace.ledger()
                self._kept = _Open(stamp, ledger, ledger.salt)
            return self._kept.ledger, self._kept.salt


def _stamp(address: str | Path) -> Stamp:
    """What tells one ledger from another in the same place, without opening it."""
    if not isinstance(address, Path):
        return (address,)
    return (address, *_file(address), *_file(address.with_name(f"{address.name}.turn")))


def _file(path: Path) -> Stamp:
    try:
        found = path.stat()
    except FileNotFoundError:
        return (None,)
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size
