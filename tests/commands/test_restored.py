"""`sheetflow backup`, `restore` and `restored`: a copy, back again, and the question it raises."""

from __future__ import annotations

import re
import sqlite3
import stat
from pathlib import Path

from tests.commands.conftest import Call

CHOICES = """
Answer with one of these:
  sheetflow restored --sheets-are-right   what rows were told since is not done again
  sheetflow restored --nothing-is-sure    a run was cut off since: whoever is due is asked about
  sheetflow restored --ledger-is-right    it is no old copy, or nothing was sent since
"""


def mails(workspace: Path) -> int:
    return len(list((workspace / "outbox").glob("*.eml")))


def lose(workspace: Path) -> None:
    for file in workspace.glob("sheetflow.db*"):
        file.unlink()


def test_a_copy_is_one_file_for_its_owner_alone_and_takes_the_place_of_the_one_before(
    call: Call, workspace: Path
):
    call("run", "welcome", "--yes")
    for _ in range(2):
        assert call("backup", "copy.db").out == "copy.db is a copy of the ledger.\n"
    copy = workspace / "copy.db"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [file.name for file in workspace.glob("copy.db*")] == ["copy.db"]
    with sqlite3.connect(copy) as found:
        assert found.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    found.close()


def test_a_copy_overwrites_nothing_else(call: Call, workspace: Path):
    call("run", "welcome", "--yes")
    for name in ("people.csv", "sheetflow.db"):
        before = (workspace / name).read_bytes()
        said = call("backup", name)
        assert (said.code, "and no copy of a ledger" in said.err) == (2, True)
        assert (workspace / name).read_bytes() == before


def test_a_copy_is_put_back_and_nothing_runs_before_somebody_has_answered(
    call: Call, workspace: Path
):
    call("backup", "copy.db")
    call("run", "welcome", "--yes")
    sent = mails(workspace)
    lose(workspace)
    assert call("restore", "copy.db").code == 0
    refused = call("run", "welcome", "--yes")
    assert refused.code == 1
    assert "sheetflow.db is a copy of 20" in refused.err
    assert "If this is the latest there is: sheetflow restored" in refused.err

    asked = call("restored")
    assert asked.code == 1
    assert 'The ledger is older than "People": 3 rows were told something' in asked.out
    assert asked.out.endswith(CHOICES)
    assert call("restored", "--sheets-are-right").code == 2  # nobody is there to be asked
    assert call("restored").code == 1

    said = call("restored", "--sheets-are-right", "--yes")
    assert said.out.splitlines()[-1] == (
        "Kept: the sheets are right. 3 rows are left as they are, or will ask. "
        "Look at each plan before you go on."
    )
    settled, who = call("restored").out.splitlines()
    assert settled == "The ledger knows all that the sheets say. There is nothing to answer."
    assert re.fullmatch(r".+ said that the sheets are right, 20\d\d-\d\d-\d\d \d\d:\d\d\.", who)
    assert call("run", "welcome", "--yes").code in (0, 1)
    assert mails(workspace) == sent


def test_a_copy_is_not_put_over_a_ledger_that_has_run_anything(call: Call, workspace: Path):
    call("backup", "copy.db")
    call("run", "welcome", "--yes")
    said = call("restore", "copy.db")
    assert (said.code, "There is a ledger at" in said.err) == (2, True)
    assert call("restored").code == 0


def test_what_is_no_copy_is_not_put_back(call: Call, workspace: Path):
    said = call("restore", "people.csv")
    assert said.code == 2
    assert said.err == ("people.csv is no copy of a ledger. Make one: sheetflow backup FILE\n")
    assert not (workspace / "sheetflow.db").exists()


def test_doctor_says_that_a_sheet_knows_more_than_the_ledger(call: Call, workspace: Path):
    call("run", "welcome", "--yes")
    assert call("doctor").code == 0
    lose(workspace)
    said = call("doctor")
    assert said.code == 1
    assert 'amiss  ledger: The ledger is older than "People"' in said.out


def test_a_recipe_that_is_not_there_cannot_have_run(call: Call):
    said = call("restored", "--ran", "welcom")
    assert said.code == 2
    assert said.err == 'There is no recipe "welcom". Did you mean "welcome"?\n'
