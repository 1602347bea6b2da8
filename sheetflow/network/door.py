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

from sheetflow.errors import PlanningWrote


class Door:
    """Open while applying, shut while planning."""

    def __init__(self, *, may_write: bool) -> None:
        self.may_write = may_write

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
