"""A ledger that cannot be written or trusted is said so in words, and nothing is handed over."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sheetflow.errors import LedgerError
from sheetflow.ledger.store import Ledger
from sheetflow.values import State
from tests.ledger.examples import NOW, entry, outcome
from tests.ledger.test_crashes import WITH_TESTS, Workers

DAMAGED = "Put back the last good copy. Without it, Sheetflow cannot know whom it has written to."
IMPATIENT = timedelta(milliseconds=50)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger file in which 600 rows are done."""
    path = tmp_path / "ledger.db"
    fill(path, 600)
    return path


def fill(path: Path, rows: int, *, first: int = 0) -> None:
    with Ledger.open(path) as ledger, ledger.applying("a test") as turn, turn.lane() as lane:
        for number in range(first, first + rows):
            lane.finish(outcome(entry(f"row {number}")))


def apply_to(path: Path, **more) -> None:
    """Hand a new row over."""
    with (
        Ledger.open(path, **more) as ledger,
        ledger.applying("a test") as turn,
        turn.lane() as lane,
    ):
        lane.hand_over(entry("a new row"), run="run", at=NOW)
        lane.finish(outcome(entry("a new row")))


def refused(path: Path, **more) -> LedgerError:
    with pytest.raises(LedgerError) as error:
        apply_to(path, **more)
    return error.value


def test_a_full_disk_stops_the_hand_over_and_keeps_what_was_known(tmp_path: Path):
    workers = Workers(f"sqlite:///{tmp_path / 'ledger.db'}", tmp_path / "deeds")
    code, said = workers.run("full:7")
    assert code == 0
    assert said.splitlines()[0] == "applying"
    assert said.splitlines()[1].startswith(f"refused: The ledger {tmp_path / 'ledger.db'} cannot")
    assert "Is the disk full, or a limit on file sizes reached?" in said
    assert workers.done().keys() <= workers.states().keys()
    assert len(workers.done()) == 6
    assert "row 6" not in workers.states()

    assert workers.run("work") == (0, "applying\n")
    assert workers.done() == {f"row {number}": 1 for number in range(12)}
    unsure = {row for row, state in workers.states().items() if state is not State.DONE}
    assert unsure == {"row 5"}  # done, but its end could not be written


AS_NOBODY = """
import os, sys
from pathlib import Path
from sheetflow.errors import LedgerError
from sheetflow.ledger.store import Ledger
from tests.ledger.test_troubles import apply_to

warm, folder = map(Path, sys.argv[1:])
apply_to(warm)  # everything is imported before our rights are given up
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
for name in ("ledger.db", "new.db"):
    try:
        apply_to(folder / name)
        print("handed over")
    except LedgerError as error:
        print(error)
with Ledger.open(folder / "ledger.db", read_only=True) as ledger:
    print(len(ledger.records("", "welcome")))
"""


@pytest.fixture
def shut_folder(path: Path) -> Iterator[Path]:
    """A folder that holds a ledger and cannot be written to, but be reached by anybody."""
    with tempfile.TemporaryDirectory(prefix="sheetflow-shut-") as name:
        folder = Path(name)
        shutil.copy(path, folder / "ledger.db").chmod(0o444)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


def test_a_folder_that_is_protected_is_read_and_not_written(shut_folder: Path, tmp_path: Path):
    ran = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, tmp_path / "warm.db", shut_folder],
        env=WITH_TESTS,
        capture_output=True,
        text=True,
        check=True,
    )
    said = ran.stdout.splitlines()
    for name, words in zip(("ledger.db", "new.db"), said, strict=False):
        assert words == (
            f"The ledger {shut_folder / name} cannot be written to: it is protected. "
            "Nothing more is handed over. Let this user write to it and to its folder."
        )
    assert said[2:] == ["600"]
    assert [file.name for file in shut_folder.iterdir()] == ["ledger.db"]


def test_a_ledger_that_another_program_has_locked_is_waited_for_and_then_refused(path: Path):
    with sqlite3.connect(path, isolation_level=None) as viewer:
        viewer.execute("BEGIN IMMEDIATE")
        error = refused(path, patience=IMPATIENT)
        viewer.execute("ROLLBACK")
    viewer.close()
    assert "is locked by another program. Nothing more is handed over." in error.message
    apply_to(path)


def test_a_lock_that_comes_in_the_middle_hands_nothing_over_and_loses_nothing(path: Path):
    ana, bo = entry("ana"), entry("bo")
    with Ledger.open(path, patience=IMPATIENT) as ledger, ledger.applying("a test") as turn:
        with turn.lane() as lane:
            lane.hand_over(ana, run="run", at=NOW)
            lane.finish(outcome(ana))
            with ledger.database.writing(), pytest.raises(LedgerError, match="is locked by"):
                lane.hand_over(bo, run="run", at=NOW)
        assert ledger.record(ana.key).state is State.DONE
        assert ledger.record(bo.key) is None


def test_garbage_on_any_page_is_refused(path: Path, tmp_path: Path):
    whole, page = path.read_bytes(), 4096
    noise = random.Random(14).randbytes(page)
    for start in range(0, len(whole), page):
        spoilt = tmp_path / f"spoilt-{start // page}.db"
        spoilt.write_bytes(whole[:start] + noise + whole[start + page :])
        assert refused(spoilt).hint == DAMAGED, f"page {start // page}"


@pytest.mark.parametrize(
    "spoilt",
    [
        "state = 'gone'",
        "word = 'Perhaps'",
        "gives = '{'",
        "at = 'noon'",
        "cells = '{\"$time\":[]}'",
    ],
)
def test_a_word_that_nobody_wrote_is_refused(path: Path, spoilt: str):
    with sqlite3.connect(path) as viewer:
        viewer.execute(f"UPDATE records SET {spoilt} WHERE row_id = 'row 7'")
    viewer.close()
    with (
        Ledger.open(path, read_only=True) as ledger,
        pytest.raises(LedgerError, match="a line that Sheetflow never wrote: it is damaged"),
    ):
        ledger.records("", "welcome")


@pytest.mark.parametrize("part", [0.999, 0.5, 0.1, 0.001])
def test_a_ledger_cut_short_is_refused(path: Path, part: float):
    os.truncate(path, int(path.stat().st_size * part))
    assert refused(path).hint == DAMAGED


@pytest.mark.parametrize("text", [b"", b"not a ledger"])
def test_another_file_in_its_place_is_refused_and_left_alone(path: Path, text: bytes):
    path.write_bytes(text)
    refused(path)
    assert path.read_bytes() == text


def test_an_old_copy_put_back_is_noticed_until_a_person_says_that_it_will_do(path: Path):
    copy = path.read_bytes()
    fill(path, 10, first=600)
    path.write_bytes(copy)
    for read_only in (True, False):
        with pytest.raises(LedgerError, match="or an older copy of it") as error:
            Ledger.open(path, read_only=read_only)
        assert error.value.hint.endswith("If this is the latest there is: sheetflow restored")
    path.with_name("ledger.db.turn").unlink()
    apply_to(path)


def test_a_ledger_that_was_lost_is_noticed(path: Path):
    path.unlink()
    for read_only in (True, False):
        with pytest.raises(LedgerError, match="is not the one of the last run"):
            Ledger.open(path, read_only=read_only)
    assert not path.exists()


def test_the_ledger_of_another_workspace_is_noticed(path: Path, tmp_path: Path):
    other = tmp_path / "other.db"
    for _ in range(3):
        apply_to(other) if not other.exists() else fill(other, 1)
    shutil.copy(other, path)
    with pytest.raises(LedgerError, match="is not the one of the last run"):
        Ledger.open(path)


def test_a_lost_end_of_the_log_is_noticed_at_the_next_turn(path: Path, tmp_path: Path):
    """The log that was not yet in the file is gone, as after a copy of the file alone."""
    ledger = Ledger.open(path)
    keeps_the_log = sqlite3.connect(path)
    keeps_the_log.execute("SELECT count(*) FROM records").fetchone()
    with ledger, ledger.applying("a test") as turn, turn.lane() as lane:
        lane.finish(outcome(entry("ana")))
    lost = tmp_path / "copy" / "ledger.db"
    lost.parent.mkdir()
    for name in ("ledger.db", "ledger.db.turn"):
        shutil.copy(path.with_name(name), lost.with_name(name))
    keeps_the_log.close()
    with pytest.raises(LedgerError, match="or an older copy of it"):
        Ledger.open(lost)


def test_a_turn_file_that_cannot_be_read_is_told(path: Path):
    path.with_name("ledger.db.turn").write_text("{")
    with pytest.raises(LedgerError, match=r"ledger\.db\.turn cannot be read"):
        Ledger.open(path)


def test_a_database_server_that_goes_away_is_said_so_and_its_lock_is_not_taken_again(postgres):
    ana, bo = entry("ana"), entry("bo")
    with Ledger.open(postgres.new_database()) as ledger, ledger.applying("a test") as turn:
        lane = turn.lane()
        lane.hand_over(ana, run="run", at=NOW)
        with ledger.database.reading() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            )
        lane.finish(outcome(ana))
        with pytest.raises(LedgerError, match=r"does not answer\. Nothing more is handed over"):
            lane.hand_over(bo, run="run", at=NOW)
        with pytest.raises(LedgerError, match="This process has lost the ledger"):
            lane.hand_over(bo, run="run", at=NOW)
        assert ledger.record(ana.key).state is State.HANDING_OVER
        with ledger.applying("the next one") as turn:
            assert [record.key for record in turn.left_over] == [ana.key]


def test_a_database_that_is_not_there_is_said_so_without_the_password(tmp_path: Path):
    with pytest.raises(LedgerError) as error:
        Ledger.open(f"postgresql://ana:hunter2@/ledger?host={tmp_path}")
    assert str(error.value) == (
        "The ledger postgresql://ana:***@/ledger does not answer. Nothing more is handed over. "
        "See that the database is running and that its address is right."
    )
