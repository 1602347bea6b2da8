"""`serve` as a real process while the disk is full, and over a ledger that was put back."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.hosting.conftest import Stage
from tests.hosting.test_processes import NAMES, serving, slow  # noqa: F401 - slow is a fixture
from tests.slow_mail import taken, until

EVERYBODY = Counter(name.lower() for name in NAMES)


def called(folder: Path, *arguments: str) -> tuple[int, str]:
    """A command beside the one that serves: its exit code, and what it said."""
    command = [sys.executable, "-m", "sheetflow", "-w", str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    found = re.search(r"http://\S+:\d+", process.stdout.readline())
    assert found
    return found[0]


def health(url: str) -> tuple[int, str]:
    """What a monitor is told."""
    try:
        with urlopen(f"{url}/healthz", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def told(folder: Path) -> list[str]:
    """The words of all rows that were told something."""
    return re.findall(r"(Sent|Not sure|Waiting|Needs you) —", (folder / "people.csv").read_text())


def test_on_a_full_disk_nothing_is_handed_over_that_could_not_be_remembered(
    slow: Path,  # noqa: F811
    stage: Stage,
):
    """No file may grow: the log of the ledger cannot be written from the start."""
    largest = (slow / "sheetflow.db").stat().st_size

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, largest * 10))

    with serving(slow, preexec_fn=full) as process:
        url = address(process)
        until(lambda: health(url)[0] == 503)
        assert "Is the disk full, or a limit on file sizes reached?" in health(url)[1]
        assert taken(slow) == []
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (largest * 10, largest * 10))
        process.terminate()
        process.communicate(timeout=20)
    with serving(slow):
        until(lambda: len(taken(slow)) == len(NAMES))
        until(lambda: stage.ticks()["welcome"].taken_at is None)
    assert Counter(taken(slow)) == EVERYBODY


@pytest.mark.slow
def test_a_copy_made_under_load_and_put_back_after_a_kill_sends_nothing_twice(
    slow: Path,  # noqa: F811
    stage: Stage,
):
    copy = stage.folder.parent / "copy.db"
    with serving(slow) as process:
        until(lambda: len(taken(slow)) >= 1)
        assert called(slow, "backup", str(copy)) == (0, f"{copy} is a copy of the ledger.\n")
        until(lambda: len(taken(slow)) >= 3)
        process.kill()
        process.communicate()
    for file in slow.glob("sheetflow.db*"):
        file.unlink()
    assert called(slow, "restore", str(copy))[0] == 0

    before = taken(slow)
    with serving(slow) as process:
        url = address(process)
        until(lambda: health(url)[0] == 503)
        assert "is a copy of" in health(url)[1]
        assert taken(slow) == before
        # nobody knows who was written to by the run that was cut off
        assert called(slow, "restored", "--nothing-is-sure", "--yes")[0] == 0
        until(lambda: len(told(slow)) == len(NAMES))
        until(lambda: health(url) == (200, "ok\n"))
    assert taken(slow) == before
    assert set(told(slow)) <= {"Sent", "Not sure"}


@pytest.mark.slow
def test_two_that_serve_while_one_is_killed_again_and_again_send_nothing_twice(
    slow: Path,  # noqa: F811
    stage: Stage,
):
    with serving(slow) as steady:
        for _ in range(4):
            with serving(slow) as process:
                until(lambda: bool(process.stdout and process.stdout.readline()))
                process.kill()
                process.communicate()
        until(lambda: set(taken(slow)) == set(EVERYBODY))
        until(lambda: stage.ticks()["welcome"].taken_at is None)
        steady.terminate()
        steady.communicate(timeout=20)
    assert Counter(taken(slow)) == EVERYBODY
