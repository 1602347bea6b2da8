"""The log beside a file: what happened, in full; no formula, and no reason to fail."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook as Book
from sheetflow_plugins._filelog import KEPT, FileLog

from sheetflow import LogLine
from sheetflow.clock import Clock
from sheetflow.runner.running import run
from sheetflow.workspace import Workspace
from tests.conftest import BERLIN

SETTINGS = """\
organization: {{name: Riverside, time_zone: Europe/Berlin}}
quiet_hours: none
connections: {{outbox: {{connector: outbox}}}}
senders: {{us: {{address: Riverside <hello@example.org>, by: outbox}}}}
tables:
  People: {{file: people.{kind}, log: log.csv, person: {{name: Name, email: Email}}}}
"""
RECIPE = """\
recipe: Welcome
for_each: person in People
where: everyone
approve: each row
steps: [{email: person, template: hello}]
"""


@pytest.fixture(params=["csv", "xlsx"])
def workspace(request: pytest.FixtureRequest, tmp_path: Path, now: object) -> Workspace:
    """One person, in a file with a log beside it."""
    (tmp_path / "sheetflow.yaml").write_text(SETTINGS.format(kind=request.param), "utf-8")
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "welcome.yaml").write_text(RECIPE, "utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "hello.md").write_text("---\nsubject: Hi\n---\n= {{ person.name }}\n")
    if request.param == "csv":
        (tmp_path / "people.csv").write_text("Name,Email\n=Ana,ana@example.org\n", "utf-8")
    else:
        book = Book()
        book.worksheets[0].append(["Name", "Email"])
        book.worksheets[0].append(["'=Ana", "ana@example.org"])
        book.save(tmp_path / "people.xlsx")
    return Workspace.open(tmp_path, clock=Clock.at(now, BERLIN))  # type: ignore[arg-type]


def lines(workspace: Workspace) -> list[list[str]]:
    with (workspace.folder / "log.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_it_says_what_exactly_a_tick_is_for(workspace: Workspace):
    run(workspace.recipe("welcome"), workspace)
    head, line = lines(workspace)
    assert head == ["When", "Who", "What happened", "Recipe", "Run"]
    assert line[0] == "2026-03-14 12:00:00"
    assert line[1].startswith("'=Ana") or line[1].startswith("''=Ana")
    assert line[2].startswith('Waiting — tick "Go ahead" to send (Welcome). It would be: to ana@')
    assert '"Hi" = ' in line[2]
    run(workspace.recipe("welcome"), workspace)
    assert len(lines(workspace)) == 2


def test_a_log_that_cannot_be_written_keeps_nobody_from_anything(workspace: Workspace):
    (workspace.folder / "log.csv").mkdir()
    assert run(workspace.recipe("welcome"), workspace).untold == ""


def lines_of(number: int, made: list[int]) -> Iterator[LogLine]:
    for count in range(number):
        made.append(count)
        yield LogLine(datetime(2026, 3, 14, 12), "Ana", f"Sent — {count}", "News", "1")


def test_lines_are_not_even_made_where_there_is_no_log():
    made: list[int] = []
    log = FileLog()
    log.keep(lines_of(3, made))
    assert (made, log.waiting) == ([], [])


def test_of_very_many_lines_only_those_wait_that_the_file_keeps(tmp_path: Path):
    log = FileLog(tmp_path / "log.csv")
    log.keep(lines_of(KEPT + 2, []))
    assert [line.what for line in log.waiting] == [f"Sent — {n}" for n in range(2, KEPT + 2)]
