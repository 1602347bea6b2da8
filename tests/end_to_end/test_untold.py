"""A run that could not tell the sheet, and what people did to the sheet before the next one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sheetflow.commands.init import starter_files
from sheetflow.runner.running import plan_recipe, run
from sheetflow.workspace import Workspace
from tests.files import write_files

HEADERS = ["Name", "Email", "Region", "Signed up", "Stage"]


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    """The starter workspace with twelve people, after a run whose write-back was not possible."""
    write_files(tmp_path, starter_files())
    _write(tmp_path, [[f"P{n} Q", f"p{n}@example.org", "North", "", ""] for n in range(12)])
    workspace = Workspace.open(tmp_path)
    recipe, lock = workspace.recipe("welcome"), tmp_path / ".~lock.people.csv#"
    found = run(
        recipe,
        workspace,
        plan=plan_recipe(recipe, workspace),
        progress=lambda _outcome, _count, _all: lock.write_text(",ana,desk,,;"),
    )
    assert found.untold
    lock.unlink()
    assert _mails(tmp_path) == 12
    return tmp_path


def _write(folder: Path, rows: list[list[str]]) -> None:
    with (folder / "people.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADERS, *rows])


def _rows(folder: Path) -> list[list[str]]:
    with (folder / "people.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


def _mails(folder: Path) -> int:
    return len(list((folder / "outbox").glob("*.eml")))


def _run(folder: Path) -> str:
    workspace = Workspace.open(folder)
    return run(workspace.recipe("welcome"), workspace).plan.halted


def test_left_alone_or_sorted_whole_nobody_is_written_to_again(campaign: Path):
    _write(campaign, _rows(campaign)[::-1])
    assert _run(campaign) == ""
    assert _mails(campaign) == 12


def test_names_sorted_without_their_addresses_send_nothing_until_that_is_undone(campaign: Path):
    rows = _rows(campaign)
    names = [row[0] for row in rows][::-1]
    _write(campaign, [[name, *row[1:]] for name, row in zip(names, rows, strict=True)])
    assert _run(campaign).startswith('The "Name" column of "People" looks sorted on its own.')
    _write(campaign, rows)
    assert _run(campaign) == ""
    assert _mails(campaign) == 12
