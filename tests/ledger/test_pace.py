"""Turns at asking services, shared by all processes of one ledger."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from sheetflow.errors import LedgerError
from sheetflow.ledger.databases import place
from sheetflow.ledger.pace import KEPT, Pace, pace
from sheetflow.ledger.store import Ledger
from sheetflow.network.pacing import Left, Pacer, Turn, Waiting
from sheetflow.network.services import Charge, Limit
from sheetflow.network.windows import SLACK, SLOTS
from tests.plugins._airtable import world

LIMIT = Limit(50, "second", "base")
ALL = {"me": [Charge(LIMIT)]}


@pytest.fixture
def shelves(ledger: Ledger, address: str) -> Iterator[list[Pace]]:
    """The shelf of one ledger, as two processes have it."""
    with closing(Pace(place(address))) as one, closing(Pace(place(address))) as other:
        yield [one, other]


def test_what_one_puts_there_the_other_finds(shelves: list[Pace]):
    one, other = shelves
    assert one.change(["a", "b"], lambda _now, kept: (dict(kept), {"a": "1"})) == {"a": "", "b": ""}
    assert other.change(["b", "a"], lambda _now, kept: (dict(kept), {})) == {"a": "1", "b": ""}


def test_what_is_long_over_is_taken_away_by_whoever_begins_to_look(ledger: Ledger, address: str):
    with closing(Pace(place(address))) as shelf:
        shelf.change(["new", "month", "over"], lambda _now, kept: (None, dict.fromkeys(kept, "1")))
        today = shelf.change(["new"], lambda now, _kept: (int(now // 86_400), {}))
    with ledger.database.writing() as connection:
        for name, days in (("month", KEPT), ("over", KEPT + 1)):
            aged = update(pace).where(pace.c.name == name).values(changed=today - days)
            connection.execute(aged)
    with closing(Pace(place(address))) as shelf:
        shelf.change([], lambda _now, _kept: (None, {}))
        with ledger.database.reading() as connection:
            assert set(connection.scalars(select(pace.c.name))) == {"new", "month"}


def test_an_older_ledger_is_told_of(tmp_path: Path):
    path = tmp_path / "ledger.db"
    with Ledger.open(path) as ledger, ledger.database.writing() as connection:
        connection.execute(text("ALTER TABLE pace DROP COLUMN changed"))
    with closing(Pace(path)) as shelf, pytest.raises(LedgerError, match="is an older one"):
        shelf.change(["a"], lambda _now, kept: (kept, {}))


def test_names_may_hold_anything(shelves: list[Pace]):
    name = "Slack: channel \\ \x00 ‹é›"
    shelves[0].change([name], lambda _now, _kept: (None, {name: "\\"}))
    assert shelves[1].change([name], lambda _now, kept: (kept[name], {})) == "\\"


def test_nobody_gets_between_a_look_and_a_change(shelves: list[Pace]):
    def count(shelf: Pace) -> None:
        for _ in range(25):
            shelf.change(["n", "m"], lambda _now, kept: (None, {"n": str(int(kept["n"] or 0) + 1)}))

    threads = [threading.Thread(target=count, args=(shelf,)) for shelf in shelves * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shelves[0].change(["n"], lambda _now, kept: (kept["n"], {})) == "100"


def test_the_time_is_the_database_s(shelves: list[Pace]):
    seconds = shelves[0].change(["a"], lambda now, _kept: (now, {}))
    here = datetime.now().astimezone().timestamp()
    assert abs(seconds - here) < 60


def test_all_get_their_turns_and_none_is_lost(shelves: list[Pace]):
    """Whoever asks, turns are as close together as the limit allows."""
    pacers = [Pacer(shelf=shelf) for shelf in shelves]
    turns = [pacers[n % 2].turn("Base", ALL, patience=60.0).wait for n in range(200)]
    latest = 3 * SLACK  # fifty at once, and three times fifty after
    assert max(turns) <= latest + 1 / SLOTS
    assert sorted(turns)[: LIMIT.count] == [0.0] * LIMIT.count


def test_a_penalty_is_everybody_s(shelves: list[Pace]):
    one, other = (Pacer(shelf=shelf) for shelf in shelves)
    one.pause("Base", "me", 30.0)
    name, wait, _ = other.turn("Base", ALL, patience=60.0)
    assert name == "me"
    assert 25.0 < wait <= 30.0


def test_a_month_s_calls_are_counted_for_all_and_kept(ledger: Ledger, address: str):
    calls = Limit(0, "month", "calls")
    for count in (1, 2, 3):
        with closing(Pace(place(address))) as shelf:
            pacer = Pacer(shelf=shelf)
            pacer.turn("Base", {"me": [Charge(calls)]}, patience=0.0)
            assert pacer.left() == [Left("Base", calls, used=count)]


def test_a_month_that_is_used_up_by_one_is_used_up_for_all(shelves: list[Pace]):
    calls = Limit(2, "month", "calls")
    one, other = (Pacer(shelf=shelf) for shelf in shelves)
    taken = [one.turn("Base", {"me": [Charge(calls)]}, patience=1.0) for _ in range(2)]
    assert taken == [Turn("me", 0.0)] * 2
    name, wait, limit = other.turn("Base", {"me": [Charge(calls)]}, patience=1.0)
    assert (name, limit) == ("me", calls)
    assert wait > 1.0


def test_no_ledger_is_made_for_it(tmp_path: Path):
    path = tmp_path / "ledger.db"
    with pytest.raises(LedgerError):
        Pace(path).change(["a"], lambda _now, _kept: (None, {}))
    assert not path.exists()


def test_nobody_holds_the_ledger_while_waiting(ledger: Ledger, shelves: list[Pace]):
    slept: list[float] = []
    pacer = Pacer(Waiting(sleep=slept.append), shelf=shelves[0])
    for _ in range(60):
        wait = pacer.turn("Base", ALL, patience=60.0).wait
    assert wait > 0.0
    with ledger.applying("a run"):  # while the sixtieth waits
        pass


def test_several_processes_stay_below_a_limit_together(
    ledger: Ledger, address: str, tmp_path: Path
):
    limit, processes, readings = 40, 3, 14
    with world(tmp_path) as w:
        started = [_worker(address, w.emulator.url, limit, readings) for _ in range(processes)]
        for one in started:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        said = [json.loads(one.communicate("go\n")[0]) for one in started]
        arrived = [datetime.fromisoformat(e["time"]).timestamp() for e in w.emulator.exchanges]
    assert [(one["requests"], one["faults"]) for one in said] == [(2 * readings, 0)] * processes
    granted = [at for one in said for at in one["granted"]]
    assert len(granted) == len(arrived) == 2 * readings * processes
    assert _most(granted, within=1.0) <= limit
    assert _most(arrived, within=0.8) <= limit  # some are late on a machine that is busy


def _worker(address: str, *arguments: object) -> subprocess.Popen[str]:
    worker = ["-m", "tests.ledger.pacing_worker", address, *map(str, arguments)]
    return subprocess.Popen(
        [sys.executable, *worker],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def _most(times: Sequence[float], *, within: float) -> int:
    """The most of these moments that lie in one stretch of so many seconds."""
    return max(sum(first <= at < first + within for at in times) for first in times)
