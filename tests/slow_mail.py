"""Mail that takes its time, for programs that are told to end, or killed, in the middle of it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PLUGIN = '''"""Mail that takes its time, and keeps a line for each message it took."""

import time
from dataclasses import dataclass

from sheetflow import Mail, Mailer, Receipt, hookimpl


class Slow(Mailer):
    """Carries mail slowly."""

    name = "slow"

    @dataclass(frozen=True, kw_only=True)
    class Settings:
        """Nothing to set."""

    def deliver(self, mail: Mail) -> Receipt:
        """Write it down, and take a while: at least until nobody holds it."""
        with (self.folder / "taken.txt").open("a") as taken:
            taken.write(f"{mail.to}\\n")
        time.sleep(0.3)
        while (self.folder / "held.txt").exists():
            time.sleep(0.05)
        return Receipt(mail.id)


@hookimpl
def connectors():
    return [Slow]
'''
"""A plugin of a workspace: its connector `slow` carries mail."""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Meanwhile, no mail comes to an end."""
    file = folder / "held.txt"
    file.touch()
    try:
        yield
    finally:
        file.unlink()


def taken(folder: Path) -> list[str]:
    """Whose mail was taken, by the part of the address before the @, in order."""
    file = folder / "taken.txt"
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [line.partition("@")[0] for line in lines]


def until(there: Callable[[], bool], *, runs: subprocess.Popen[str] | None = None) -> None:
    """Wait for it, for 20 seconds at most, and while the program `runs`."""
    for _ in range(400):
        if there():
            return
        assert runs is None or runs.poll() is None, runs.communicate()
        time.sleep(0.05)
    raise AssertionError("it took too long")
