"""Ticks and incidents: moved once, whoever else tries; a turn that ends with its process."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

from sheetflow.ledger.incidents import Incidents
from sheetflow.ledger.records import Switch
from sheetflow.ledger.store import Ledger
from sheetflow.ledger.ticks import Tick, Ticks
from tests.ledger.examples import LATER, NOW

FIRST = Tick("welcome", "every hour (Europe/Berlin)", due_at=NOW)
TAKEN = replace(FIRST, due_at=LATER, owed_since=NOW, taken_at=NOW, taken_by="me", tries=1)


def test_a_tick_is_kept_as_it_is(ledger: Ledger):
    ticks = Ticks(ledger.database, "main")
    assert ticks.move(None, FIRST)
    assert ticks.all() == {"welcome": FIRST}
    whole = replace(TAKEN, last_at=NOW, outcome="Sent: 3 \x00", seen='{"People": "1"}')
    assert ticks.move(FIRST, whole)
    assert ticks.all() == {"welcome": whole}
    assert Ticks(ledger.database, "elsewhere").all() == {}


def test_of_two_who_make_or_take_a_tick_one_is_first(ledger: Ledger):
    ticks = Ticks(ledger.database, "main")
    assert ticks.move(None, FIRST)
    assert not ticks.move(None, replace(FIRST, due_at=LATER))
    other = replace(TAKEN, taken_by="the other")
    assert [ticks.move(FIRST, TAKEN), ticks.move(FIRST, other)] == [True, False]
    assert ticks.all() == {"welcome": TAKEN}


def test_a_moment_that_is_missing_is_told_apart_from_one_that_is_there(ledger: Ledger):
    ticks, quiet = Ticks(ledger.database, "main"), replace(FIRST, due_at=None)
    ticks.move(None, quiet)
    assert not ticks.move(FIRST, TAKEN)
    assert ticks.move(quiet, FIRST)


def test_one_has_the_turn_at_what_is_due(ledger: Ledger, address: str):
    with Ledger.open(address) as other:
        with Ticks(ledger.database, "main").turn() as mine:
            with Ticks(other.database, "main").turn() as theirs:
                assert (mine, theirs) == (True, False)
            with ledger.applying("a run"):  # the turn at applying is another one
                pass
        with Ticks(other.database, "main").turn() as theirs:
            assert theirs


def test_the_turn_ends_with_the_process_that_has_it(ledger: Ledger, address: str):
    code = (
        "import sys, time\n"
        "from sheetflow.ledger.store import Ledger\n"
        "from sheetflow.ledger.ticks import Ticks\n"
        f"with Ticks(Ledger.open({address!r}).database, 'main').turn() as taken:\n"
        "    print(taken, flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"True\n"
        with Ticks(ledger.database, "main").turn() as taken:
            assert not taken
        process.kill()
    for _ in range(100):
        with Ticks(ledger.database, "main").turn() as taken:
            if taken:
                return
    raise AssertionError("the turn outlived its process")


def test_only_what_is_switched_on_runs_by_itself(ledger: Ledger):
    ledger.decisions.switch("main", "welcome", Switch(True, "", "lee", NOW))
    ledger.decisions.switch("main", "goodbye", Switch(False, "", "lee", NOW))
    assert Ticks(ledger.database, "main").switched_on() == {"welcome": NOW}


def test_somebody_is_alerted_once_until_it_is_well(ledger: Ledger):
    incidents = Incidents(ledger.database, "main")
    assert [incidents.begin("welcome", NOW), incidents.begin("welcome", LATER)] == [True, False]
    assert incidents.open() == {"welcome": NOW}
    assert [incidents.end("welcome"), incidents.end("welcome")] == [True, False]
    assert incidents.begin("welcome", LATER)


def test_a_run_is_owed_from_when_it_was_due_until_it_is_done():
    assert FIRST.owed(NOW - timedelta(seconds=1)) is None
    assert FIRST.owed(LATER) == NOW
    assert TAKEN.owed(NOW) == NOW
