"""What services called, and what watchers told, as the ledger keeps it: over both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from sheetflow.ledger.calls import Calls
from sheetflow.ledger.store import Ledger
from sheetflow.ledger.watches import Watch, Watches, recipes_that_wait
from sheetflow.values import Status, Word
from tests.ledger.examples import NOW

HERE, THERE = Calls("here"), Calls("there")
ODD = "a\x00b\\\ud800"


@pytest.fixture
def ledger(address: str) -> Iterator[Ledger]:
    with Ledger.open(address) as opened:
        yield opened


def names(ledger: Ledger, calls: Calls = HERE, limit: int = 10) -> list[tuple]:
    with ledger.database.reading() as line:
        found = calls.waiting(line, limit)
    return [(one.connection, one.about, one.tables, one.at - NOW) for one in found]


def test_a_call_is_taken_once_by_its_chapter_connection_and_name(ledger: Ledger):
    with ledger.database.writing() as line:
        first = [HERE.take(line, "zoom", "1", NOW) for _ in range(2)]
        other = [HERE.take(line, "slack", "1", NOW), THERE.take(line, "zoom", "1", NOW)]
    assert (first, other) == ([True, False], [True, True])


def test_what_it_is_about_comes_back_as_it_was_the_oldest_first(ledger: Ledger):
    later = NOW + timedelta(seconds=1)
    with ledger.database.writing() as line:
        HERE.take(line, ODD, ODD, later, about=frozenset({ODD, "b"}), tables=frozenset({"T"}))
        HERE.take(line, "zoom", "2", NOW)
        HERE.take(line, "zoom", "3", NOW - timedelta(days=8), about=frozenset())
        HERE.forget(line, NOW - timedelta(days=7))
    assert names(ledger) == [
        ("zoom", None, frozenset(), timedelta()),
        (ODD, frozenset({ODD, "b"}), frozenset({"T"}), timedelta(seconds=1)),
    ]
    assert names(ledger, limit=1) == names(ledger)[:1]


def test_what_was_looked_after_waits_no_more_and_is_not_taken_again(ledger: Ledger):
    with ledger.database.writing() as line:
        for number in range(3):
            HERE.take(line, "zoom", str(number), NOW + timedelta(seconds=number))
        HERE.take(line, "slack", "1", NOW)
        HERE.answered(line, HERE.waiting(line, 1))
        HERE.all_answered(line, ["zoom"], NOW + timedelta(seconds=1))
        assert not HERE.take(line, "zoom", "0", NOW)
    assert [name for name, *_ in names(ledger)] in (["slack", "zoom"], ["zoom"])
    with ledger.database.writing() as line:
        HERE.all_answered(line, ["zoom", "slack"], NOW + timedelta(days=1))
    assert names(ledger) == []


def test_of_many_who_take_the_same_call_one_does(ledger: Ledger):
    taken, start = [], Barrier(6)

    def take() -> None:
        start.wait()
        with ledger.database.writing() as line:
            taken.append(HERE.take(line, "zoom", "1", NOW))

    threads = [Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 5 + [True]


def test_a_token_is_kept_together_with_what_was_told_or_not_at_all(ledger: Ledger):
    watches, before = Watches("here"), Watch("drive", "token 1", NOW)
    with ledger.database.writing() as line:
        watches.keep(line, before)
        watches.mark(line, {("drive", "a"): "1", ("drive", ODD): ""})

    def fall() -> None:
        with ledger.database.writing() as line:
            watches.keep(line, Watch("drive", "token 2"))
            watches.mark(line, {("drive", "a"): "2"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fall()
    with ledger.database.reading() as line:
        assert watches.all(line) == {"drive": before}
        assert watches.marks(line) == {("drive", "a"): "1", ("drive", ODD): ""}
        assert Watches("there").all(line) == {}
    with ledger.database.writing() as line:
        watches.keep(line, Watch("drive", "token 3", NOW, NOW, "known", NOW))
        watches.forget(line, [("drive", "a")])
    with ledger.database.reading() as line:
        assert watches.all(line)["drive"].subscribed_until == NOW
        assert watches.marks(line) == {("drive", ODD): ""}


def test_recipes_with_rows_that_wait_are_known(ledger: Ledger):
    with ledger.applying("a test") as turn:
        for recipe, word in (("a", Word.WAITING), ("b", Word.SENT), ("c", Word.NEEDS_YOU)):
            said = {"r1": Status(word, "until 09:00")}
            turn.remember_statuses("here", "People", recipe, said, at=NOW)
    assert recipes_that_wait(ledger.database, "here") == {"a"}
    assert recipes_that_wait(ledger.database, "there") == frozenset()
