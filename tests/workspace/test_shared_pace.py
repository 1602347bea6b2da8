"""Who paces whom: all who share a ledger, and a process alone where there is none."""

from __future__ import annotations

from pathlib import Path

from sheetflow.ledger.store import Ledger
from sheetflow.network.pacing import Pacer
from sheetflow.network.services import Charge, Limit
from sheetflow.workspace import Workspace
from sheetflow.workspace.shared_pace import SharedShelf

ASKED = {"me": [Charge(Limit(2, "day", "calls"))]}
LONG = 86_400.0


def pacer(path: Path) -> Pacer:
    return Pacer(shelf=SharedShelf(lambda: path))


def waits(*pacers: Pacer) -> list[bool]:
    return [each.turn("Base", ASKED, patience=0.0).wait > 0.0 for each in pacers]


def test_all_who_share_a_ledger_share_what_they_may_ask(tmp_path: Path):
    path = tmp_path / "ledger.db"
    Ledger.open(path).close()
    one, other = pacer(path), pacer(path)
    assert waits(one, other, one, other) == [False, False, True, True]


def test_before_the_first_run_each_is_alone_and_no_ledger_is_made(tmp_path: Path):
    one, other = pacer(tmp_path / "ledger.db"), pacer(tmp_path / "ledger.db")
    assert waits(one, one, one, other) == [False, False, True, False]
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_that_is_made_meanwhile_is_found_by_the_next_session(tmp_path: Path):
    path = tmp_path / "ledger.db"
    one = pacer(path)
    assert waits(one) == [False]
    Ledger.open(path).close()
    one.close()
    assert waits(one, one, pacer(path)) == [False, False, True]


def test_a_ledger_that_cannot_be_used_stops_nobody(tmp_path: Path):
    path = tmp_path / "ledger.db"
    path.write_bytes(b"no ledger at all" * 100)
    assert waits(pacer(path), Pacer(shelf=SharedShelf(lambda: "nowhere:"))) == [False, False]


def test_nothing_is_left_open_after_a_session(tmp_path: Path):
    (tmp_path / "sheetflow.yaml").write_text("organization: {name: Riverside, time_zone: UTC}\n")
    workspace = Workspace.open(tmp_path)
    workspace.ledger(read_only=False).close()
    with workspace.open_session(may_write=False) as session:
        assert waits(session.tools.door.pacer) == [False]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sheetflow.db", "sheetflow.yaml"]
    assert waits(Workspace.open(tmp_path).pacer, workspace.pacer) == [False, True]
