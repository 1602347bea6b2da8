"""The program as a real process: exit codes, streams, Ctrl-C."""

from __future__ import annotations

import csv
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.files import write_files
from tests.slow_mail import PLUGIN, held, taken, until

NAMES = ("ana", "bo", "chidi", "dora", "emre", "fay")


@pytest.fixture
def slow(workspace: Path) -> Path:
    """A workspace with six people, whose mail takes its time."""
    write_files(workspace, {"plugins/slow.py": PLUGIN})
    settings = workspace / "sheetflow.yaml"
    text = settings.read_text("utf-8")
    settings.write_text(
        text.replace("connector: outbox\n    folder: outbox", "connector: slow"), "utf-8"
    )
    rows = "".join(f"{name.title()},{name}@example.org,North,\n" for name in NAMES)
    (workspace / "people.csv").write_text(f"Name,Email,Region,Stage\n{rows}", "utf-8")
    return workspace


def _program(*arguments: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "sheetflow", "-w", str(folder), *arguments]


def _running(folder: Path, told: int) -> subprocess.Popen[str]:
    """A run that is under way; what it says goes to `told`."""
    return subprocess.Popen(
        _program("run", "welcome", "--yes", folder=folder),
        stdin=subprocess.DEVNULL,
        stdout=told,
        stderr=told,
        text=True,
    )


def _words(folder: Path) -> dict[str, str]:
    with (folder / "people.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["Name"].lower(): (row.get("Sheetflow status") or "").partition(" —")[0]
            for row in csv.DictReader(file)
        }


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_being_stopped_finishes_what_is_being_handed_over(slow: Path, number: signal.Signals):
    process = _running(slow, subprocess.PIPE)
    until(lambda: len(taken(slow)) >= 2, runs=process)
    process.send_signal(number)
    out, err = process.communicate(timeout=20)

    assert process.returncode == 130
    assert "Stopping: what is being handed over is finished first" in err
    assert "The run was stopped:" in out
    first = taken(slow)
    assert 2 <= len(first) < len(NAMES)
    words = _words(slow)
    assert {name for name in NAMES if words[name]} >= set(first)
    assert not {"Not sure", "Needs you"} & set(words.values())

    done = subprocess.run(_program("run", "welcome", "--yes", folder=slow), check=False)
    assert done.returncode == 0
    assert sorted(taken(slow)) == sorted(NAMES)
    assert set(_words(slow).values()) == {"Done"}


def test_killed_in_the_middle_it_says_not_sure_and_repeats_nothing(slow: Path):
    process = _running(slow, subprocess.DEVNULL)
    until(lambda: len(taken(slow)) >= 3, runs=process)
    process.kill()
    process.wait()
    in_flight = taken(slow)[-1]

    done = subprocess.run(_program("run", "welcome", "--yes", folder=slow), check=False)
    assert done.returncode == 1
    assert sorted(taken(slow)) == sorted(NAMES)
    words = _words(slow)
    assert words.pop(in_flight) == "Not sure"
    assert set(words.values()) == {"Done"}


def test_two_runs_at_once_are_one_run_and_one_that_says_so(slow: Path):
    with held(slow):
        first = _running(slow, subprocess.DEVNULL)
        until(lambda: len(taken(slow)) >= 1, runs=first)
        second = subprocess.run(
            _program("run", "welcome", "--yes", folder=slow), capture_output=True, text=True
        )
    assert second.returncode == 1
    assert "Sorry" not in second.stderr
    assert "run welcome" in second.stderr
    assert first.wait(20) == 0
    assert sorted(taken(slow)) == sorted(NAMES)
    assert set(_words(slow).values()) == {"Done"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check"], 0),
        (["plan", "welcome"], 0),
        (["plan", "nobody"], 2),
        (["run", "welcome"], 2),
        (["run", "welcome", "--yes"], 0),
        (["nonsense"], 2),
    ],
    ids=str,
)
def test_exit_codes_are_those_of_the_process(workspace: Path, arguments: list[str], code: int):
    done = subprocess.run(
        _program(*arguments, folder=workspace), stdin=subprocess.DEVNULL, capture_output=True
    )
    assert done.returncode == code
    assert b"Traceback" not in done.stderr


def test_a_run_that_nobody_listens_to_is_a_run_all_the_same(workspace: Path):
    command = " ".join(_program("run", "welcome", "--yes", folder=workspace))
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command} | true"], capture_output=True, text=True
    )
    assert done.returncode == 0
    assert "BrokenPipe" not in done.stderr
    assert len(list((workspace / "outbox").iterdir())) == 2


def _on_a_terminal(arguments: list[str], answer: bytes = b"", **environment: str) -> bytes:
    """What a person would see, having typed `answer`."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        arguments,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={"PATH": os.environ["PATH"], "TERM": "xterm-256color", "COLUMNS": "100", **environment},
    )
    os.close(theirs)
    os.write(ours, answer)
    seen = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # how Linux says that the other side is closed
            break
        if not part:
            break
        seen += part
    assert process.wait(20) == 0
    os.close(ours)
    return seen


def test_a_person_is_asked_and_sees_how_far_it_is(workspace: Path):
    seen = _on_a_terminal(_program("run", "welcome", folder=workspace), b"y\n")
    assert b"Do this? [y/N]:" in seen
    assert b"4/4" in seen
    assert len(list((workspace / "outbox").iterdir())) == 2


def test_a_plan_is_coloured_on_a_terminal_and_not_with_no_color(workspace: Path):
    command = _program("plan", "welcome", folder=workspace)
    assert b"\x1b[1m" in _on_a_terminal(command)
    assert b"\x1b[33m" in _on_a_terminal(command)
    assert b"\x1b[3" not in _on_a_terminal(command, NO_COLOR="1")
