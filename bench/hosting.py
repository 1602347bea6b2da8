"""What `sheetflow serve` costs while nothing is due, and how soon after a due time a message goes.

    python -m bench.hosting --recipes 200 --seconds 60

The processor time is that of the whole process, its endpoints included, as the kernel counts it in
/proc (so: on Linux). Each of the recipes is about the same small table and is switched on.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from bench.measuring import ROOT, Failed
from bench.workspaces import make_workspace
from sheetflow.ledger.records import Switch
from sheetflow.ledger.ticks import Tick, Ticks
from sheetflow.workspace import CHAPTER, Workspace

RECIPE = """\
recipe: Number {number}
schedule: {schedule}
for_each: person in People
where: everyone
steps:
  - email: person
    template: {template}
"""
MESSAGE = "---\nsubject: Number {number}\n---\nHello {{{{ person.name }}}}.\n"
ROUNDS = 5
SAID = "served.log"
"""What the server prints, in the folder of its workspace."""
LONGEST = 300.0
"""Seconds until everything that is due at the beginning must be over."""


def main(arguments: Sequence[str]) -> int:
    """Measure both, and say it."""
    parser = argparse.ArgumentParser(prog="python -m bench.hosting", description=__doc__)
    parser.add_argument("--recipes", type=int, default=200, metavar="COUNT")
    parser.add_argument("--seconds", type=float, default=60.0, metavar="LENGTH")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = _workspace(Path(name) / "idle", given.recipes, "every day at 00:00")
        with serving(folder) as pid:
            time.sleep(10)  # what it loads at the beginning is not idling
            busy, memory = _idle(pid, given.seconds)
        print(f"{given.recipes} recipes, idle: {busy:.2%} of a core, {memory / 2**20:.0f} MB")
        late = [_first_message(Path(name) / f"due-{n}", given.recipes) for n in range(ROUNDS)]
        print(f"from due to the first message: {median(late):.2f} s (most: {max(late):.2f} s)")
    return 0


def _idle(pid: int, seconds: float) -> tuple[float, int]:
    """The share of a core that is used over so many seconds, and the memory at the end."""
    before, began = processor_seconds(pid), time.perf_counter()
    time.sleep(seconds)
    used = processor_seconds(pid) - before
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return used / (time.perf_counter() - began), pages * os.sysconf("SC_PAGE_SIZE")


def processor_seconds(pid: int) -> float:
    """How long a process has kept processors busy, in steps of the kernel's clock."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _first_message(folder: Path, recipes: int) -> float:
    """Seconds from when a recipe is due, among many, until its first message lies there."""
    _workspace(folder, recipes, "every day at 00:00")
    workspace = Workspace.open(folder)
    due = datetime.now(UTC) + timedelta(seconds=12)
    with workspace.ledger(read_only=False) as ledger:
        zone = workspace.settings.organization.zone
        tick = Tick("r0", f"every day at 00:00 ({zone})", due_at=due)
        Ticks(ledger.database, CHAPTER).move(None, tick)
    outbox = folder / "outbox"
    with serving(folder):
        by = time.monotonic() + LONGEST
        while not (outbox.is_dir() and any(outbox.iterdir())):
            if time.monotonic() > by:
                raise Failed("nothing was sent")
            time.sleep(0.01)
        return (datetime.now(UTC) - due).total_seconds()


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """A `sheetflow serve` over the workspace, as long as this lasts; its process."""
    command = [sys.executable, "-m", "sheetflow", "-w", str(folder), "serve", "--port", "0"]
    with (
        (folder / SAID).open("wb") as said,
        subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said) as process,
    ):
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)


def _workspace(folder: Path, recipes: int, schedule: str) -> Path:
    """A table of ten people, and that many recipes about it, all of them switched on."""
    make_workspace(folder, 10, "csv", 0)
    for number in range(recipes):
        text = RECIPE.format(number=number, schedule=schedule, template=f"m{number}")
        (folder / "recipes" / f"r{number}.yaml").write_text(text, "utf-8")
        message = folder / "recipes" / "templates" / f"m{number}.md"
        message.parent.mkdir(exist_ok=True)
        message.write_text(MESSAGE.format(number=number), "utf-8")
    now = datetime.now(UTC)
    with Workspace.open(folder).ledger(read_only=False) as ledger:
        for number in range(recipes):
            long_ago = Switch(True, "", "bench", now - timedelta(days=2))
            ledger.decisions.switch(CHAPTER, f"r{number}", long_ago)
    return folder


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failed as failed:
        sys.exit(f"This could not be measured: {failed}")
