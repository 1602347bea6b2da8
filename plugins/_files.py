"""A table that is a file: where it is, whether it is open elsewhere, and how it is replaced."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO

from sheetflow import Door, SetupError, TableBusy, TableChanged, TableError

LARGEST = 200 * 2**20
"""Bytes in the largest file that is read. A million rows of people take about half of it."""

HELD = 2 * 2**20
"""Bytes of a copy that are held in memory. What grows there is not given back for some time."""

_PART = 2**20


@dataclass(frozen=True)
class TableFile:
    """One file and the door it is saved through. If `path` is a link, its target is written."""

    path: Path
    door: Door

    def read(self) -> bytes:
        """The whole file. Raises TableError if there is none, or none that can be read."""
        with self.copied()[0] as copy:
            return copy.read()

    def copied(self) -> tuple[IO[bytes], str]:
        """A copy that nobody else writes into, and which version it is; close it after use.

        A large one is on the disk, without a name. Raises TableError as `read` does.
        """
        try:
            with self.path.open("rb") as file:
                self._must_be_small_enough()
                return _copy_of(file)
        except FileNotFoundError:
            raise TableError(
                f"I can't find the file {self.path}.", hint="Has it been moved or renamed?"
            ) from None
        except OSError as error:
            raise TableError(
                f"I can't read {self.path}: {error.strerror}.", hint="Check who may open it."
            ) from None

    def _must_be_small_enough(self) -> None:
        if self.path.stat().st_size > LARGEST:
            raise TableError(
                f"{self.path.name} is too large: over {LARGEST // 2**20} MB.",
                hint="Move old rows into another file.",
            )

    def copied_still(self, version: str) -> IO[bytes]:
        """A copy of the file, if it is still what was read. Raises TableChanged otherwise."""
        copy, found = self.copied()
        if found != version:
            copy.close()
            raise TableChanged(f"{self.path.name} was saved by somebody else just now.")
        return copy

    def read_still(self, version: str) -> bytes:
        """The whole file, if it is still what was read. Raises TableChanged if it is another."""
        with self.copied_still(version) as copy:
            return copy.read()

    def ready(self) -> None:
        """Raise TableBusy if somebody has the file open, or it may not be replaced."""
        target = self.path.resolve()
        for place in dict.fromkeys((self.path, target)):
            _nobody_has_open(place)
        if not target.exists():
            raise TableError(
                f"I can't find the file {self.path}.", hint="Has it been moved or renamed?"
            )
        if not target.stat().st_mode & 0o222 or not os.access(target, os.W_OK):
            raise TableBusy(f"{self.path.name} is read-only.", hint="Allow changes to it.")
        if not os.access(target.parent, os.W_OK | os.X_OK):
            raise TableBusy(
                f"The folder {target.parent} cannot be written to.",
                hint=f"{self.path.name} is saved beside itself first: allow changes to the folder.",
            )

    def make(self, content: bytes) -> None:
        """Put a new file there. Raises TableBusy where that cannot be."""
        try:
            self.door.save(self.path, content, new=True)
        except OSError as error:
            raise TableBusy(
                f"{self.path.name} cannot be made: {error.strerror}.",
                hint="Look whether its folder is there and may be written to.",
            ) from None

    def replace(self, content: bytes | Iterable[bytes], version: str) -> None:
        """Put `content` in its place. Raises TableChanged if it is no longer `version`."""
        self.ready()
        self.copied_still(version).close()
        try:
            self.door.save(self.path.resolve(), content)
        except OSError as error:
            raise TableBusy(
                f"{self.path.name} cannot be saved: {error.strerror}.",
                hint="Close it everywhere, see that there is room on the disk, and run again.",
            ) from None


def _copy_of(file: IO[bytes]) -> tuple[IO[bytes], str]:
    copy = SpooledTemporaryFile(HELD, prefix="sheetflow-")  # noqa: SIM115 - the caller closes it
    version = hashlib.blake2b(digest_size=16)
    try:
        while part := file.read(_PART):
            version.update(part)
            copy.write(part)
        copy.seek(0)
    except BaseException:
        copy.close()
        raise
    return copy, version.hexdigest()


def version_of(content: bytes) -> str:
    """A name for exactly this content."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def file_of(place: Mapping[str, str], folder: Path) -> Path:
    """The file that a table's place names, seen from the workspace. Raises SetupError."""
    if not place.get("file"):
        raise SetupError("A table in a file needs to say which one.", hint="Write file: NAME.")
    return folder / place["file"]


def _nobody_has_open(path: Path) -> None:
    for lock, program, who in (
        (path.with_name(f"~${path.name}"), "Excel", _excel_user),
        (path.with_name(f".~lock.{path.name}#"), "LibreOffice", _libreoffice_user),
    ):
        try:
            with lock.open("rb") as file:
                name = who(file.read(1024))
        except OSError:
            if not lock.exists():
                continue
            name = ""
        by = f", by {name}" if name else ""
        raise TableBusy(
            f"{path.name} is open in {program}{by}.",
            hint=f"Close it there and run again. If nobody has it open, delete {lock.name}.",
        )


def _excel_user(content: bytes) -> str:
    """The name in Excel's owner file: its length, 54 bytes of it, then the same in UTF-16."""
    length = int.from_bytes(content[55:57], "little")
    name = content[57 : 57 + 2 * length].decode("utf-16-le", "ignore")
    return _shown(name or content[1 : 1 + content[0]].decode("cp1252", "ignore") if content else "")


def _libreoffice_user(content: bytes) -> str:
    """The name in LibreOffice's lock file: the first of its fields, else the login."""
    fields = content.decode("utf-8", "replace").split(",")
    return _shown(next((field for field in fields[:2] if field.strip()), ""))


def _shown(name: str) -> str:
    return " ".join("".join(c for c in name if c.isprintable()).split())[:40]
