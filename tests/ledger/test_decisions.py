"""What people decide, and whom messages reached: kept in either database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sheetflow.errors import LedgerError
from sheetflow.ledger.records import BY_LINK, Approval, Contact, Item, Reach, Suppression, Switch
from sheetflow.ledger.store import Ledger
from sheetflow.values import RowRef, State
from tests.ledger.examples import LATER, NOW, entry, outcome

ANA = Suppression("a" * 64, "email", "wrote back", "lee", NOW)
ON, OFF = Switch(True, "", "lee", NOW), Switch(False, "wrong link", "kim", LATER)
ITEM = Item("k" * 32, "ana", "Ana López", "c" * 32, "m" * 32)
GO = Approval("print", "p" * 32, "lee", NOW, (ITEM,))
REACH = Reach(("a" * 64,), "email", "outreach")


def test_nothing_is_decided_at_first(ledger: Ledger):
    found = ledger.decided("", "welcome")
    assert (found.count, found.switch, found.approval) == (0, None, None)
    assert (dict(found.suppressions), found.here_before) == ({}, frozenset())


def test_who_is_on_the_list_stays_on_it_until_they_are_taken_off(ledger: Ledger):
    assert ledger.decisions.suppress(ANA)
    assert not ledger.decisions.suppress(replace(ANA, why="again", since=LATER))
    assert ledger.decided("", "any").suppressions == {ANA.whom: ANA}
    assert ledger.decisions.lift(ANA.whom)
    assert not ledger.decisions.lift(ANA.whom)
    assert ledger.decided("", "any").suppressions == {}


def test_a_link_takes_back_only_what_a_link_did(ledger: Ledger):
    ledger.decisions.suppress(replace(ANA, who=BY_LINK))
    assert not ledger.decisions.suppress(replace(ANA, since=LATER))
    assert ledger.decided("", "any").suppressions == {ANA.whom: ANA}
    assert not ledger.decisions.lift(ANA.whom, put_by=BY_LINK)
    assert not ledger.decisions.suppress(replace(ANA, who=BY_LINK))
    assert ledger.decided("", "any").suppressions == {ANA.whom: ANA}


def test_the_latest_switch_counts_for_its_recipe_alone(ledger: Ledger):
    ledger.decisions.switch("", "welcome", ON)
    ledger.decisions.switch("", "welcome", OFF)
    assert ledger.decided("", "welcome").switch == OFF
    assert ledger.decided("", "thanks").switch is None
    assert ledger.decided("other", "welcome").switch is None


def test_rows_from_before_are_kept_until_they_are_let_go(ledger: Ledger):
    ana, bo = RowRef("People", "ana"), RowRef("People", "bo")
    ledger.decisions.switch("", "welcome", ON, here_before=[ana, ana])
    ledger.decisions.switch("", "welcome", OFF)
    ledger.decisions.switch("", "welcome", ON, here_before=[ana, bo])
    ledger.decisions.switch("", "thanks", ON, here_before=[ana])
    assert ledger.decided("", "welcome").here_before == {ana, bo}
    ledger.decisions.switch("", "welcome", ON, here_no_more=[ana, RowRef("People", "cy")])
    assert ledger.decided("", "welcome").here_before == {bo}
    assert ledger.decided("", "thanks").here_before == {ana}


def test_the_latest_go_counts(ledger: Ledger):
    ledger.decisions.approve("", "welcome", GO)
    later = replace(GO, who="kim", at=LATER, items=())
    ledger.decisions.approve("", "welcome", later)
    assert ledger.decided("", "welcome").approval == later
    assert ledger.decided("", "thanks").approval is None


def test_a_watch_sees_each_decision_while_a_run_has_its_turn(ledger: Ledger):
    watch = ledger.watch()
    with ledger.applying("a run") as turn, turn.lane() as lane:
        lane.hand_over(entry(), run="", at=NOW)
        before = watch.count()
        ledger.decisions.suppress(ANA)
        assert watch.count() == before + 1
        lane.finish(outcome(entry()))
    watch.close()
    watch.close()


def test_one_who_only_reads_decides_nothing(address: str):
    with Ledger.open(address):
        pass
    with (
        Ledger.open(address, read_only=True) as ledger,
        pytest.raises(LedgerError, match="reading only"),
    ):
        ledger.decisions.suppress(ANA)


@pytest.mark.parametrize(
    ("state", "counted"),
    [(State.DONE, 1), (State.NOT_KNOWN, 1), (State.REFUSED, 0), (State.WAITING, 0)],
)
def test_what_may_have_arrived_counts(ledger: Ledger, state: State, counted: int):
    with ledger.applying("a run") as turn, turn.lane() as lane:
        lane.hand_over(entry(), run="", at=NOW, reach=REACH)
        lane.finish(outcome(entry(), state))
    found = ledger.contacts(NOW - timedelta(days=1))
    assert found == ({REACH.whom[0]: (Contact("outreach", NOW),)} if counted else {})
    assert ledger.contacts(NOW) == {}


def test_another_try_counts_once_and_when_it_was(ledger: Ledger):
    with ledger.applying("a run") as turn, turn.lane() as lane:
        lane.hand_over(entry(), run="", at=NOW, reach=REACH)
        lane.finish(outcome(entry(), State.WAITING))
        lane.hand_over(entry(), run="", at=LATER, reach=REACH)
        lane.finish(outcome(entry(), at=LATER))
    assert ledger.contacts(NOW) == {REACH.whom[0]: (Contact("outreach", LATER),)}


def test_since_when_something_waits_stays_the_first_time(ledger: Ledger):
    with ledger.applying("a run") as turn:
        for at in (NOW, LATER):
            with turn.lane() as lane:
                lane.finish(outcome(entry(), State.WAITING, at=at))
        assert ledger.held_since("", "welcome") == {entry().key.digest: NOW}
        with turn.lane() as lane:
            lane.hand_over(entry(), run="", at=LATER)
    assert ledger.held_since("", "welcome") == {}


def test_how_many_the_latest_finished_runs_reached(ledger: Ledger):
    with ledger.applying("some runs") as turn:
        for number, reached in enumerate([3, 0, 5, 7]):
            at = NOW + timedelta(hours=number)
            turn.end(turn.begin("welcome", "", "print", at, at=at), {}, reached=reached, at=at)
        turn.begin("welcome", "", "print", NOW, at=NOW + timedelta(days=1))
        turn.end(turn.begin("thanks", "", "print", NOW, at=NOW), {}, reached=90, at=NOW)
    assert ledger.reached("", "welcome", limit=2) == (7, 5)
    assert ledger.reached("", "welcome", limit=10) == (7, 5, 3)
    assert [run.reached for run in ledger.runs(recipe="welcome")] == [0, 7, 5, 0, 3]
