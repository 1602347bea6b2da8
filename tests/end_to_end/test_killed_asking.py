"""kill -9 while a service has a request of ours in hand, then again: once, and nothing lost."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.emulators.serving import Emulator, serving
from tests.plugins import _airtable, _sheets
from tests.plugins.test_airtable_log import LOG, LOGGED, NAMES, PATCH, TABLE
from tests.plugins.test_google_docs import PLANNING, UPDATE, lines
from tests.plugins.test_google_docs_in_recipes import DATA, SETTINGS
from tests.plugins.test_google_sheets_between import HUMAN, OURS, TELLING
from tests.plugins.test_google_sheets_meanwhile import WITHOUT_STAGE
from tests.plugins.test_google_sheets_tables import _is_whole, _make

pytestmark = pytest.mark.slow

LINES = f"""\
recipe: Welcome
for_each: person in People
where: everyone
steps:
  - write_doc: {PLANNING}
    append: "{{{{ person.name }}}} was welcomed"
    under: Who
"""
BATCH, WRITE = (
    "sheets.spreadsheets.batchUpdate",
    "sheets.spreadsheets.values.batchUpdateByDataFilter",
)


def command(folder: Path) -> Sequence[str]:
    return [sys.executable, "-m", "sheetflow", "-w", str(folder), "run", "welcome", "--yes"]


def killed(folder: Path, emulator: Emulator, method: str, nth: int = 1) -> None:
    """A run that is killed while its `nth` request of this kind is being answered."""
    rule: dict[str, Any] = {"method": method, "nth": nth}
    emulator.faults.add(when=rule, do={"delay": 1.0}, times=1)
    before = len(emulator.exchanges)
    process = subprocess.Popen(command(folder), stdout=subprocess.DEVNULL)
    while not any(one.acted for one in emulator.faults.rules):
        assert process.poll() is None, "it ended before it was asked"
        time.sleep(0.02)
    process.kill()
    process.wait()
    while [one["id"] for one in emulator.exchanges[before:]].count(method) < nth:
        time.sleep(0.02)  # what was on its way is taken all the same
    emulator.faults.clear()


def again(folder: Path) -> None:
    for _ in range(2):
        subprocess.run(command(folder), check=True, stdout=subprocess.DEVNULL)


def test_lines_of_a_document_stand_there_once(tmp_path: Path):
    with serving("google", data=DATA) as google:
        (tmp_path / "recipes/welcome").mkdir(parents=True)
        (tmp_path / "sheetflow.yaml").write_text(SETTINGS.format(url=google.url), "utf-8")
        (tmp_path / "recipes/welcome/recipe.yaml").write_text(LINES, "utf-8")
        people = "".join(f"{name},{name}@example.org\n" for name in ("Ana", "Bo", "Cy"))
        (tmp_path / "people.csv").write_text(f"Name,Email\n{people}", "utf-8")
        killed(tmp_path, google, UPDATE)
        again(tmp_path)
        written = [one.partition(": ")[2] for one in lines(google, PLANNING.split("/")[5])[1:]]
        assert written == [f"{name} was welcomed" for name in ("Ana", "Bo", "Cy")]


@pytest.mark.parametrize("nth", [2, 3], ids=["telling the rows", "telling the log"])
def test_a_log_in_airtable_says_nothing_twice_of_one_run(tmp_path: Path, nth: int):
    """The next run tells the rows once more, since nobody knows that they were told."""
    with _airtable.world(tmp_path, _airtable.READY, TABLE) as w:
        folder = w.workspace(tables=LOGGED).folder
        killed(folder, w.emulator, PATCH, nth)
        again(folder)
        assert len(w.mails()) == 4
        assert all(one["Sheetflow status"].startswith("Sent") for one in w.records())
        logged = [(one["Who"], one["Run"]) for one in w.records(LOG)]
        assert len(set(logged)) == len(logged)
        assert {who for who, _ in logged} == set(NAMES)


@pytest.mark.parametrize("method", [BATCH, WRITE])
def test_a_table_of_google_takes_in_its_columns_once(tmp_path: Path, method: str):
    with _sheets.world(tmp_path, ("People", WITHOUT_STAGE)) as w:
        _make(w)
        folder = w.workspace(recipe=TELLING).folder
        killed(folder, w.emulator, method)
        again(folder)
        assert w.rows()[0] == [*HUMAN, *OURS]
        assert len(w.mails()) == 6
        _is_whole(w)
