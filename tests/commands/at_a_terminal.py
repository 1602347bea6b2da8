"""A person at a terminal: sees what a command says there, and types an answer to each question."""

from __future__ import annotations

import os
import pty
import re
import select
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST = 30.0  # seconds until something has to be said
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A command in a process of its own, at a terminal of its own; `shown` is all that it said."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._pid, self._file = pty.fork()
        if self._pid == 0:  # the command
            os.chdir(folder)
            paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
            environment = {**os.environ, "PYTHONPATH": paths, "TERM": "dumb", "COLUMNS": "120"}
            command = [sys.executable, "-m", "sheetflow", *arguments]
            os.execve(sys.executable, command, environment)
        self.shown = ""
        self._seen = 0

    def answer(self, question: str, text: str = "") -> None:
        """Wait until it asks this, after all that was answered before, and type the answer."""
        found = self._until(question)
        self._seen = found + len(question)
        os.write(self._file, f"{text}\n".encode())

    def ends(self) -> int:
        """Wait until it ends; gives its exit code."""
        while self._read():
            pass
        os.close(self._file)
        _, status = os.waitpid(self._pid, 0)
        return os.waitstatus_to_exitcode(status)

    def _until(self, text: str) -> int:
        until = time.monotonic() + LONGEST
        while (found := self.shown.find(text, self._seen)) < 0:
            if not self._read() or time.monotonic() > until:
                raise AssertionError(f"it never said {text!r}:\n{self.shown}")
        return found

    def _read(self) -> bool:
        """Whether it said something more; False at its end."""
        ready, _, _ = select.select([self._file], [], [], LONGEST)
        if not ready:
            raise AssertionError(f"it says nothing more:\n{self.shown}")
        try:
            some = os.read(self._file, 65_536)
        except OSError:  # what Linux gives when the other end is gone
            return False
        self.shown += _COLOURS.sub("", some.decode("utf-8", "replace")).replace("\r\n", "\n")
        return bool(some)
