"""The one door: whatever changes the world outside goes through it, and it is shut while planning.

Files are written beside their place and moved into it, so that a crash leaves the old or the new
one, never half of either.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sheetflow.clock import Clock
from sheetflow.errors import PlanningWrote
from sheetflow.network.bill import Bill
from sheetflow.network.pacing import Pacer
from sheetflow.network.retrying import Retrying
from sheetflow.network.services import Service

if TYPE_CHECKING:
    from requests import Session


class Door:
    """Open while applying, shut while planning.

    Doors of one process share a pacer and a bill, so that a plan's requests count for the run.
    """

    def __init__(
        self,
        *,
        may_write: bool,
        pacer: Pacer | None = None,
        bill: Bill | None = None,
        retrying: Retrying | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.may_write = may_write
        self.clock = clock or Clock()
        self.pacer = pacer or Pacer()
        self.bill = bill or Bill()
        self.retrying = retrying or Retrying()

    def session(self, service: Service) -> Session:
        """A requests session for a client library; all it sends goes through this door.

        Its requests raise ServiceErrors where a plain session gives back a failure, and
        PlanningWrote where the door is shut. Sessions keep connections: close them.
        """
        from sheetflow.network.sessions import Passage, open_session

        passage = Passage(self.writing, self.clock, self.pacer, self.bill, self.retrying)
        return open_session(passage, service)

    def writing(self, what: str) -> None:
        """Say that something is about to change the world. Raises PlanningWrote if it must not."""
        if not self.may_write:
            raise PlanningWrote(
                f"Something tried to write while planning: {what}.",
                hint="Planning only reads. This is a mistake in a plugin: please report it.",
            )

    def save(self, path: Path, content: bytes | Iterable[bytes], *, new: bool = False) -> None:
        """Put `content`, or its parts, at `path`, whole and on disk, with the old permissions.

        With `new`, an existing file is left alone and FileExistsError is raised.
        """
        self.writing(str(path))
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        beside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines([content] if isinstance(content, bytes) else content)
                file.flush()
                os.fsync(file.fileno())
            if new:
                beside.chmod(0o644)
                os.link(beside, path)
                beside.unlink()
            else:
                _same_permissions(path, beside)
                os.replace(beside, path)
            _sync_folder(path.parent)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


def _same_permissions(old: Path, new: Path) -> None:
    if old.exists():
        shutil.copymode(old, new)
    else:
        new.chmod(0o644)


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # a folder cannot be synced on every system
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
