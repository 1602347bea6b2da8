"""A recipe is off, on, or was never switched; and who was here before stays as they are."""

from __future__ import annotations

import pytest

from sheetflow.errors import TableError
from sheetflow.ledger.records import Switch
from sheetflow.runner.switching import switch_on
from tests.runner.guards.mailings import Mailing, goes, held, person

BEFORE = "Skipped — here before Sheetflow, nothing sent"
OFF = "Waiting — this recipe is switched off"


def on(mailing: Mailing, **more: bool) -> None:
    workspace = mailing.open()
    switch_on(workspace.recipe("news"), workspace, who="lee", **more)


def off(mailing: Mailing) -> None:
    with mailing.open().ledger(read_only=False) as ledger:
        ledger.decisions.switch("main", "news", Switch(False, "", "lee", mailing.now))


def test_a_person_who_saw_the_plan_may_run_what_was_never_switched(mailing: Mailing):
    mailing.run()
    assert mailing.reached == ["ana", "bo"]


def test_the_clock_alone_runs_only_what_was_switched_on(mailing: Mailing):
    mailing.run(attended=False)
    assert mailing.reached == []
    status = "Waiting — switch this recipe on first: sheetflow on news"
    assert mailing.statuses() == {"ana": status, "bo": status}
    on(mailing, include_present=True)
    mailing.run(attended=False)
    assert mailing.reached == ["ana", "bo"]


def test_switched_off_it_does_nothing_whoever_runs_it(mailing: Mailing):
    off(mailing)
    assert held(mailing.plan()) == {"ana": ("switched on", OFF), "bo": ("switched on", OFF)}
    mailing.run()
    assert mailing.reached == []
    assert mailing.statuses() == {"ana": OFF, "bo": OFF}


def test_who_matches_when_it_is_switched_on_is_told_and_never_acted_on(mailing: Mailing):
    on(mailing)
    assert mailing.statuses() == {"ana": BEFORE, "bo": BEFORE}
    mailing.people([person("ana"), person("bo"), person("cem")])
    for _ in range(2):
        mailing.run(attended=False)
        mailing.later(days=30)
    assert mailing.reached == ["cem"]
    assert mailing.statuses()["bo"] == BEFORE


def test_the_present_may_be_included(mailing: Mailing):
    on(mailing)
    on(mailing, include_present=True)
    mailing.run()
    assert mailing.reached == ["ana", "bo"]


def test_who_needs_somebody_to_look_was_here_before_too(mailing: Mailing):
    mailing.people([person("ana", Email="ana at example")])
    on(mailing)
    mailing.people([person("ana")])
    mailing.run()
    assert mailing.reached == []


def test_with_whom_it_has_begun_is_not_here_before(mailing: Mailing):
    mailing.run()
    on(mailing)
    assert set(mailing.statuses().values()) == {"Done — 14 Mar 12:00"}
    mailing.people([person("ana"), person("bo"), person("cem")])
    assert goes(mailing.plan()) == ["cem"]


def test_switched_off_and_on_again_it_does_not_catch_up(mailing: Mailing):
    on(mailing)
    off(mailing)
    mailing.people([person("ana"), person("bo"), person("cem")])
    mailing.run(attended=False)
    on(mailing)
    mailing.run(attended=False)
    assert mailing.reached == []
    assert mailing.statuses()["cem"] == BEFORE


def test_switching_off_stops_a_run_that_is_under_way(mailing: Mailing):
    mailing.crowd(10)

    def meanwhile(_outcome: object) -> None:
        if len(mailing.came) == 3:
            off(mailing)

    mailing.run(meanwhile=meanwhile)
    assert len(mailing.came) == 3
    assert list(mailing.statuses().values()).count(OFF) == 7


def test_a_table_that_cannot_be_told_switches_nothing_on(mailing: Mailing, monkeypatch):
    def busy(*_: object) -> None:
        raise TableError("it is open elsewhere")

    monkeypatch.setattr("sheetflow.tables.table.Table.write", busy)
    with pytest.raises(TableError):
        on(mailing)
    monkeypatch.undo()
    mailing.run(attended=False)
    assert mailing.statuses()["ana"].startswith("Waiting — switch this recipe on first")
