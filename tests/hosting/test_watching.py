"""Tables elsewhere: one request tells which of many changed, and only their recipes run."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from sheetflow.hosting.rounds import Rounds
from sheetflow.ledger.watches import Watches
from sheetflow.values import Status, Word
from sheetflow.workspace import CHAPTER
from tests.emulators.serving import Emulator, serving
from tests.hosting.conftest import Stage
from tests.hosting.watched import asked, ran, recipes_for, rows, settings, settle

OWNER = "owner@example.org"
CHANGES = "drive.changes.list"


def key(number: int) -> str:
    return f"1Spreadsheet{number:032d}"


def spreadsheet(number: int, people: list[list[Any]]) -> dict[str, Any]:
    tabs = [{"title": "People", "id": 0, "rows": people}]
    return {"id": key(number), "title": f"Group {number}", "owner": OWNER, "sheets": tabs}


@pytest.fixture
def google(stage: Stage, request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """A Google with two spreadsheets of one person each, or as many as a test asks for."""
    count = getattr(request, "param", 2)
    data = {
        "users": [OWNER],
        "spreadsheets": [spreadsheet(number, rows(1)) for number in range(count)],
    }
    with serving("google", data=data, clock=lambda: stage.time.now) as emulator:
        yield emulator


def groups(stage: Stage, google: Emulator, count: int, *, drive: bool = True) -> Rounds:
    """A recipe for each of so many spreadsheets, and a program that runs them."""
    lines = f'  sheets: {{connector: google_sheets, url: "{google.url}"}}\n'
    lines += f'  drive: {{connector: google_drive, url: "{google.url}"}}\n' if drive else ""
    places = {f"G{n}": f"connector: sheets, spreadsheet: {key(n)}" for n in range(count)}
    settings(stage, lines, places)
    recipes_for(stage, places)
    return stage.program()


def edit(google: Emulator, number: int, cell: str, value: str) -> None:
    """A person changes a cell of a spreadsheet."""
    google.service.edit({"spreadsheet": key(number), "sheet": "People", "set": [cell, value]})


@pytest.mark.parametrize(
    ("google", "count"),
    [(30, 30), pytest.param(200, 200, marks=pytest.mark.slow)],
    indirect=["google"],
    ids=str,
)
def test_of_many_spreadsheets_the_one_that_changed_costs_one_request_and_its_run(
    stage: Stage, google: Emulator, count: int
):
    rounds = groups(stage, google, count)
    settle(stage, rounds)
    before = len(google.exchanges)
    assert ran(stage, rounds) == []
    assert asked(google, before) == [], "nobody is asked between two looks"
    stage.time.go_on(minutes=5)
    assert ran(stage, rounds) == []
    assert asked(google, before) == [CHANGES]
    edit(google, 17, "C2", "")
    stage.time.go_on(minutes=5)
    before = len(google.exchanges)
    assert ran(stage, rounds) == ["g17"]
    told = asked(google, before)
    assert told[0] == CHANGES
    assert told.count(CHANGES) == 1
    assert len(told) <= 6, told
    assert all(f"/{key(17)}" in one["path"] for one in google.exchanges[before + 1 :])


def test_our_own_writing_is_looked_at_once_more_and_then_no_more(stage: Stage, google: Emulator):
    rounds = groups(stage, google, 2)
    settle(stage, rounds)
    edit(google, 1, "C2", "")
    found = []
    for _ in range(6):
        stage.time.go_on(minutes=5)
        found.append(stage.round(rounds))
    assert found == [
        [("g1", "done", "Done: 1")],
        [("g1", "done", "Nothing to do.")],
        [],
        [],
        [],
        [],
    ]


def test_without_a_watcher_recipes_are_run_to_look(stage: Stage, google: Emulator):
    rounds = groups(stage, google, 2, drive=False)
    settle(stage, rounds)
    assert ran(stage, rounds) == []
    stage.time.go_on(minutes=5)
    assert ran(stage, rounds) == ["g0", "g1"]
    assert CHANGES not in asked(google)


def test_a_table_that_the_watcher_does_not_see_is_looked_at_itself(stage: Stage, google: Emulator):
    rounds = groups(stage, google, 2)
    with google.world.lock:
        google.world.files[key(1)].trashed = True
    settle(stage, rounds)
    stage.time.go_on(minutes=5)
    assert ran(stage, rounds) == ["g1"]
    with google.world.lock:
        google.world.files[key(1)].trashed = False
    for _ in range(14):
        stage.time.go_on(minutes=5)
        stage.round(rounds)
    stage.time.go_on(minutes=5)
    assert ran(stage, rounds) == [], "the sweep has found that it is seen now"


def test_what_a_watcher_cannot_tell_now_is_looked_at_as_before(stage: Stage, google: Emulator):
    rounds = groups(stage, google, 1)
    settle(stage, rounds)
    google.faults.add(when={"method": CHANGES}, do={"status": 403, "reason": "forbidden"}, times=2)
    stage.time.go_on(minutes=5)
    assert ran(stage, rounds) == ["g0"]
    stage.time.go_on(minutes=5)
    assert ran(stage, rounds) == ["g0"]
    told = [one for one in stage.events if one["event"] == "cannot hear of changes"]
    assert [one["connection"] for one in told] == ["drive"], "told once, not every time"
    stage.time.go_on(minutes=5)
    assert ran(stage, rounds) == []
    edit(google, 0, "C2", "")
    stage.time.go_on(minutes=5)
    assert ran(stage, rounds) == ["g0"]


def test_what_was_told_is_kept_before_anything_is_done_about_it(stage: Stage, google: Emulator):
    rounds = groups(stage, google, 1)
    settle(stage, rounds)
    edit(google, 0, "C2", "")
    stage.time.go_on(minutes=5)
    stage.stop.set()
    rounds.go(stage.stop)  # asked, and then it ends before anything was run
    rounds.close()
    stage.stop.clear()
    before = len(google.exchanges)
    other = stage.program()
    assert ran(stage, other) == ["g0"]
    assert CHANGES not in asked(google, before)
    with stage.workspace.ledger() as ledger, ledger.database.reading() as connection:
        known = Watches(CHAPTER)
        assert known.all(connection)["drive"].looked_at == stage.time.now
        assert list(known.marks(connection)) == [("drive", key(0))]


def test_a_change_that_is_never_told_is_found_by_the_sweep(stage: Stage, google: Emulator):
    rounds = groups(stage, google, 1)
    settle(stage, rounds)
    stage.time.go_on(minutes=57)
    stage.round(rounds)
    with google.world.lock:
        google.world.changes.clear()
    edit(google, 0, "C2", "")
    with google.world.lock:
        del google.world.changes[:]
    stage.time.go_on(minutes=3, seconds=1)
    assert ran(stage, rounds) == ["g0"]
    assert "drive.files.list" in asked(google)


def test_without_any_change_a_recipe_runs_once_an_hour(stage: Stage, google: Emulator):
    rounds = groups(stage, google, 1)
    settle(stage, rounds)
    runs = 0
    for _ in range(36):
        stage.time.go_on(minutes=5)
        runs += len(ran(stage, rounds))
    assert runs == 3


def test_a_recipe_with_rows_that_wait_for_time_runs_as_often_as_before(
    stage: Stage, google: Emulator
):
    rounds = groups(stage, google, 2)
    settle(stage, rounds)
    said = {"ana": Status(Word.WAITING, "until 09:00")}
    with stage.workspace.ledger(read_only=False) as ledger, ledger.applying("a test") as turn:
        turn.remember_statuses(CHAPTER, "G1", "g1", said, at=stage.time.now)
    stage.time.go_on(minutes=5)
    assert ran(stage, rounds) == ["g1"]


# Airtable, which watches its own tables

BASE = "appRiversideBase1"
LOG = "webhooks.payloads"
TOKEN = "patRiverside00001." + "0" * 64


@contextlib.contextmanager
def bases(stage: Stage, *, scopes: list[str] | None = None) -> Iterator[tuple[Emulator, Rounds]]:
    """A base with three tables, a recipe for each, and a program that runs them."""
    fields = [{"name": name, "type": "singleLineText"} for name in ("Name", "Email", "Stage")]
    done = {"Name": "Ana", "Email": "ana@example.org", "Stage": "Done"}
    tables = [{"name": n, "fields": fields, "records": [{"fields": done}]} for n in "ABC"]
    token = {"token": TOKEN} | ({"scopes": scopes} if scopes else {})
    data = {"bases": [{"id": BASE, "name": "Riverside", "tables": tables}], "tokens": [token]}
    with serving("airtable", data=data, clock=lambda: stage.time.now) as airtable:
        (stage.folder / "token.txt").write_text(TOKEN)
        (stage.folder / "token.txt").chmod(0o600)
        lines = f'  base: {{connector: airtable, url: "{airtable.url}", '
        lines += "token: {file: token.txt}}"
        settings(stage, lines, {n: f"connector: base, base: {BASE}, table: {n}" for n in "ABC"})
        recipes_for(stage, "ABC")
        rounds = stage.program()
        settle(stage, rounds)
        yield airtable, rounds
        rounds.close()


def clear(airtable: Emulator, table: str) -> None:
    """A person takes somebody's stage away."""
    record = next(iter(airtable.world.bases[BASE].find(table).records))
    airtable.service.edit({"base": BASE, "table": table, "set": [record, "Stage", ""]})


def test_of_the_tables_of_a_base_only_the_one_that_changed_is_read(stage: Stage):
    with bases(stage) as (airtable, rounds):
        before = len(airtable.exchanges)
        stage.time.go_on(minutes=5)
        assert ran(stage, rounds) == []
        assert asked(airtable, before) == [LOG]
        clear(airtable, "B")
        found = []
        for _ in range(4):
            stage.time.go_on(minutes=5)
            found.append(stage.round(rounds))
        assert found == [
            [("b", "done", "Done: 1")],
            [("b", "done", "Nothing to do.")],
            [],
            [],
        ]


def test_a_record_that_is_deleted_is_a_change(stage: Stage):
    with bases(stage) as (airtable, rounds):
        record = next(iter(airtable.world.bases[BASE].find("C").records))
        airtable.service.edit({"base": BASE, "table": "C", "delete": record})
        stage.time.go_on(minutes=5)
        assert ran(stage, rounds) == ["c"]


def test_a_log_that_is_gone_means_that_everything_may_have_changed(stage: Stage):
    with bases(stage) as (airtable, rounds):
        stage.time.go_on(minutes=5)
        assert ran(stage, rounds) == []
        with airtable.world.lock:
            airtable.world.bases[BASE].webhooks.clear()
        stage.time.go_on(minutes=5)
        assert ran(stage, rounds) == ["a", "b", "c"]
        stage.time.go_on(minutes=5)
        assert ran(stage, rounds) == []


def test_a_token_that_may_not_hear_of_changes_has_its_recipes_run_to_look(stage: Stage):
    scopes = ["data.records:read", "data.records:write", "schema.bases:read"]
    with bases(stage, scopes=scopes) as (_, rounds):
        for _ in range(2):
            stage.time.go_on(minutes=5)
            assert ran(stage, rounds) == ["a", "b", "c"]
        told = [one for one in stage.events if one["event"] == "cannot hear of changes"]
        assert [one["connection"] for one in told] == ["base"]
