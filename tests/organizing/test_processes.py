"""`serve` and `run --due` as real processes, steered by a table alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sheetflow.clock import Clock
from tests.files import write_files
from tests.hosting.test_processes import serving
from tests.organizing.conftest import SETTINGS, WELCOME, Office
from tests.slow_mail import PLUGIN, taken, until

NAMES = tuple(f"n{number}" for number in range(40))
"""So many that their mails, three a second, take longer than a tick may take to be seen."""


@pytest.fixture
def slow(office: Office) -> Office:
    """The office with mail that takes its time, by the clock of this machine."""
    folder = office.folder
    write_files(folder, {"plugins/slow.py": PLUGIN})
    settings = SETTINGS.replace("{connector: outbox}", "{connector: slow}")
    (folder / "sheetflow.yaml").write_text(settings, "utf-8")
    office.recipe(text=WELCOME.replace("every weekday at 09:00", "on change"))
    office.now = Clock().now()
    return office


def made(office: Office) -> bool:
    path = office.folder / "control.csv"
    return path.exists() and "welcome" in path.read_text("utf-8")


def test_ticked_it_runs_and_unticked_it_stops_before_the_next_message(slow: Office):
    with serving(slow.folder):
        until(lambda: made(slow))
        slow.tick("yes")
        until(lambda: slow.is_on())
        slow.people(*NAMES)
        until(lambda: len(taken(slow.folder)) >= 1)
        slow.tick("no")
        until(lambda: not slow.is_on())
        until(lambda: slow.line()["On"] == "no" and slow.line()["Last run"] != "")
    assert 1 <= len(taken(slow.folder)) < len(NAMES)
    words = [row["Sheetflow status"].partition(" ")[0] for row in slow.rows("people")]
    assert words[:2] == ["Skipped", "Skipped"]
    assert words.count("Sent") == len(taken(slow.folder))
    assert words.count("Waiting") == len(NAMES) - words.count("Sent")


def test_run_due_obeys_ticks_and_tells(slow: Office):
    def due() -> str:
        command = [sys.executable, "-m", "sheetflow", "-w", str(slow.folder), "run", "--due"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        return done.stdout

    due()
    assert made(slow)
    slow.tick("yes")
    slow.people("Cem")
    before = {row["Name"] for row in slow.rows("people")}
    said = due()
    assert said.startswith("welcome: ")
    assert slow.line()["How it went"] == "Skipped: 3"
    assert before == {"Ana", "Bo", "Cem"}
    assert taken(slow.folder) == []


@pytest.mark.slow
def test_two_of_them_alive_keep_one_line_for_each_recipe(slow: Office):
    with serving(slow.folder), serving(slow.folder):
        until(lambda: made(slow))
        slow.tick("yes")
        until(lambda: slow.is_on())
        until(lambda: slow.line()["How it went"] != "")
    names = [row["Recipe"] for row in slow.rows()]
    assert names == ["All recipes", "welcome"]
