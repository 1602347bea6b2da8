"""`sheetflow connect google_sheets` and `doctor`, from the key of a service account to a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.conftest import Call
from tests.emulators.google.world import Permission
from tests.emulators.serving import Emulator, serving
from tests.plugins._at_google import ROBOT, robot

BOOK = "1" * 44
ROWS = [["Name", "Email", "Signed up", "Stage"], ["Ana Reyes", "ana@example.org", "", ""]]


@pytest.fixture
def google() -> Iterator[Emulator]:
    book = {
        "id": BOOK,
        "title": "Spring",
        "owner": "owner@example.org",
        "sheets": [{"title": "People", "rows": ROWS}],
    }
    with serving("google", data={"auth": "strict", "spreadsheets": [book]}) as emulator:
        yield emulator


def _connected(call: Call, workspace: Path, google: Emulator) -> None:
    (workspace / "key.json").write_text(robot().reveal())
    said = call(
        "connect",
        "google_sheets",
        "--as",
        "sheets",
        "--yes",
        "--set",
        "credentials=key.json",
        "--set",
        f"url={google.url}",
    )
    assert said.code == 0, said.err
    assert "In the Google Cloud console, make a project" in said.out
    assert "signed in until" in said.out
    assert "PRIVATE KEY" not in said.out + said.err
    settings = workspace / "sheetflow.yaml"
    assert "credentials: {file: secrets/sheets-credentials}" in settings.read_text()
    place = f"connector: sheets\n    spreadsheet: {BOOK}\n    sheet: People"
    settings.write_text(settings.read_text().replace("file: people.csv", place))


def test_a_spreadsheet_that_was_not_shared_is_told_with_the_address_to_share_it_with(
    call: Call, workspace: Path, google: Emulator
):
    _connected(call, workspace, google)
    said = call("doctor")
    assert said.code == 1
    assert "    amiss  reading: " in said.out
    assert "gserviceaccount.com" in said.out.partition("table People")[2]


def test_once_it_is_shared_all_is_well(call: Call, workspace: Path, google: Emulator):
    _connected(call, workspace, google)
    with google.world.lock:
        shared = Permission("robot", "user", "writer", email=ROBOT)
        google.world.files[BOOK].permissions.append(shared)
    said = call("doctor")
    assert said.code == 0, said.out
    assert "table People\n    ok     reading: 1 row\n" in said.out
    assert "    ok     writing: can be written\n" in said.out
    assert "Google Sheets: 1 read." in said.out
    assert f"Left of Google Sheets: 59 of 60 reads of {ROBOT} a minute\n" in said.out
    said = call("run", "welcome", "--yes")
    assert said.code == 0, said.err
    assert "Google Sheets: 1 read, 2 writes." in said.out
    assert "ya29" not in said.out + said.err
