"""A copy of a ledger knows the same, and goes its own way."""

from __future__ import annotations

from pathlib import Path

from sheetflow.clock import Clock
from sheetflow.ledger.copying import copy_to
from sheetflow.ledger.store import Ledger
from tests.ledger.examples import NOW, entry, outcome


def _send(ledger: Ledger, row: str) -> None:
    with ledger.applying("welcome") as turn:
        run = turn.begin("welcome", "", "f1", NOW)
        with turn.lane() as lane:
            lane.hand_over(entry(row), run=run, at=NOW)
            lane.finish(outcome(entry(row)))
        turn.remember_identities("", "People", {row: {"email": "digest"}})
        turn.end(run, {"sent": 1})


def test_a_copy_knows_what_the_ledger_knows(ledger: Ledger, clock: Clock, tmp_path: Path):
    for number in range(3):
        _send(ledger, f"p{number}")
    copy_to(ledger, tmp_path / "copy.db")
    with Ledger.open(tmp_path / "copy.db", clock=clock) as copy:
        assert copy.records("", "welcome") == ledger.records("", "welcome")
        assert copy.identities("", "People") == ledger.identities("", "People")
        assert copy.salt == ledger.salt
        assert copy.epoch == ledger.epoch


def test_what_happens_to_the_copy_does_not_happen_to_the_ledger(
    ledger: Ledger, clock: Clock, tmp_path: Path
):
    _send(ledger, "ana")
    copy_to(ledger, tmp_path / "copy.db")
    with Ledger.open(tmp_path / "copy.db", clock=clock) as copy:
        _send(copy, "bo")
        assert sorted(row for _, row in copy.records("", "welcome")) == ["ana", "bo"]
    assert sorted(row for _, row in ledger.records("", "welcome")) == ["ana"]


def test_where_there_is_no_ledger_yet_the_copy_is_empty(clock: Clock, tmp_path: Path):
    with Ledger.open(tmp_path / "none.db", read_only=True, clock=clock) as nothing:
        copy_to(nothing, tmp_path / "copy.db")
    assert not (tmp_path / "none.db").exists()
    with Ledger.open(tmp_path / "copy.db", clock=clock) as copy:
        assert copy.records("", "welcome") == {}
        assert copy.salt
