"""`serve` as real processes: two over one ledger, told to end, killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.files import write_files
from tests.hosting.conftest import Stage
from tests.slow_mail import PLUGIN, taken, until

NAMES = ("Ana", "Bo", "Cem", "Dina", "Emre", "Fay")
WELCOME = """\
recipe: Welcome
schedule: every 1 minute
for_each: person in People
where: everyone
steps: [{email: person, template: welcome}]
"""


@pytest.fixture
def slow(stage: Stage) -> Path:
    """A workspace whose mail takes its time, and whose recipe is due at once."""
    folder = stage.folder
    write_files(folder, {"plugins/slow.py": PLUGIN})
    settings = folder / "sheetflow.yaml"
    settings.write_text(settings.read_text("utf-8").replace("r: outbox", "r: slow"), "utf-8")
    stage.people(*NAMES)
    stage.recipe("welcome", "").write_text(WELCOME, "utf-8")
    (folder / "templates").mkdir()
    (folder / "templates" / "welcome.md").write_text("---\nsubject: Hi\n---\nHello.\n", "utf-8")
    return folder


@contextmanager
def serving(
    folder: Path, *, preexec_fn: Callable[[], None] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A `sheetflow serve` on a free port; it is killed at the end, if it is there still."""
    command = [sys.executable, "-m", "sheetflow", "-w", str(folder)]
    process = subprocess.Popen(
        [*command, "serve", "--port", "0", "--log", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=preexec_fn,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def test_of_two_programs_one_runs_what_is_due(slow: Path, stage: Stage):
    with serving(slow) as one, serving(slow) as other:
        until(lambda: len(taken(slow)) == len(NAMES))
        until(lambda: stage.ticks()["welcome"].taken_at is None)
        for process in (one, other):
            process.send_signal(signal.SIGTERM)
        said = [process.communicate(timeout=20) for process in (one, other)]
    assert [one.returncode, other.returncode] == [0, 0]
    runs = [err.count('"run begins"') for _, err in said]
    assert sorted(runs) == [0, 1]
    assert Counter(taken(slow)) == Counter(name.lower() for name in NAMES)


def test_told_to_end_it_finishes_what_it_hands_over_and_tells_the_sheet(slow: Path, stage: Stage):
    with serving(slow) as process:
        until(lambda: len(taken(slow)) >= 2)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert '"event": "stopped"}' in err
    first = taken(slow)
    assert 2 <= len(first) < len(NAMES)
    rows = (slow / "people.csv").read_text("utf-8").splitlines()[1:]
    told = {row.partition(",")[0].lower() for row in rows if "Sent" in row}
    assert told == set(first)
    assert stage.ticks()["welcome"].taken_at is None

    with serving(slow):
        until(lambda: len(taken(slow)) >= len(NAMES))
    assert Counter(taken(slow)) == Counter(name.lower() for name in NAMES)


def test_a_second_signal_ends_it_at_once(slow: Path):
    with serving(slow) as process:
        until(lambda: len(taken(slow)) >= 1)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 130
    assert len(taken(slow)) < len(NAMES)


def test_killed_it_repeats_nothing_and_another_goes_on(slow: Path, stage: Stage):
    with serving(slow) as first, serving(slow) as second:
        until(lambda: len(taken(slow)) >= 3)
        holder = stage.ticks()["welcome"].taken_by.split()[1]
        dying = first if holder == str(first.pid) else second
        dying.kill()
        dying.communicate()
        until(lambda: set(taken(slow)) == {name.lower() for name in NAMES})
        until(lambda: stage.ticks()["welcome"].taken_at is None)
    assert Counter(taken(slow)) == Counter(name.lower() for name in NAMES)
    people = (slow / "people.csv").read_text("utf-8")
    assert people.count("Not sure") == 1
