"""A file beside a table that keeps what happened to its rows, in full: the newest lines last.

It is a .csv that any spreadsheet program opens. It is no memory of Sheetflow's: whoever empties or
deletes it loses nothing but the lines.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sheetflow import Door, LogLine

from ._delimited import shielded

HEADERS = ("When", "Who", "What happened", "Recipe", "Run")
KEPT = 5_000
"""How many lines are kept; older ones are in the ledger."""


@dataclass
class FileLog:
    """The log at `path`, or none at all. Lines wait in it for the next write of the table."""

    path: Path | None = None
    door: Door | None = None
    waiting: Sequence[LogLine] = field(default_factory=list)

    def keep(self, lines: Iterable[LogLine]) -> None:
        """Keep the last of these lines for the next write."""
        self.waiting = list(deque(lines, KEPT)) if self.path is not None else []

    def put(self) -> None:
        """Put the lines there. A log that cannot be written keeps nobody from anything."""
        lines, self.waiting = self.waiting, []
        if self.path is None or self.door is None or not lines:
            return
        with suppress(OSError, UnicodeDecodeError, csv.Error):
            new = not self.path.exists()
            self.door.save(self.path, _after(self.path, lines), new=new)


def log_of(place: Mapping[str, str], folder: Path, door: Door) -> FileLog:
    """The log that a table's place names, seen from the workspace; none if it names none."""
    return FileLog(folder / place["log"], door) if place.get("log") else FileLog()


def _after(path: Path, lines: Sequence[LogLine]) -> bytes:
    """What the log holds with these lines."""
    known: list[list[str]] = []
    if path.exists():
        known = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))[1:]
    new = [
        [line.at.isoformat(" "), *map(shielded, (line.who, line.what, line.recipe, line.run))]
        for line in lines
    ]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADERS, *[*known, *new][-KEPT:]])
    return text.getvalue().encode("utf-8-sig")
