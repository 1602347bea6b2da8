"""What people answered, kept over both databases, and found again by whoever asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sheetflow.ledger.replies import (
    Replies,
    Reply,
    given_to,
    message_of,
    new_id,
    open_replies,
    replies_of,
    whom_of,
    written_by_us,
)
from sheetflow.ledger.store import Ledger
from sheetflow.values import RowRef
from tests.ledger.examples import NOW

ANA = Reply(
    id=new_id(NOW),
    digest="a" * 32,
    mark="b" * 16,
    chapter="main",
    recipe="ask",
    ref=RowRef("Guests", "ana"),
    column="Comes",
    label="Yes, I \ud800 come \\",
    value="Yes",
    was=date(2026, 3, 1),
    who="Ana",
    whom="c" * 64,
    at=NOW,
)


@pytest.fixture
def ledger(address: str):
    with Ledger.open(address) as found:
        yield found


def test_an_answer_is_kept_as_it_was_given(ledger):
    Replies(ledger.database).note(ANA)
    with ledger.database.reading() as connection:
        assert given_to(connection, ANA.digest) == [ANA]
        assert replies_of(connection, [ANA.ref]) == [ANA]
        assert replies_of(connection, [], [ANA.whom]) == [ANA]
        assert replies_of(connection, [ANA.ref], [ANA.whom]) == [ANA]
        assert replies_of(connection, [RowRef("Guests", "bo")], ["d" * 64]) == []
        assert given_to(connection, "d" * 32) == []


def test_what_is_open_is_found_when_it_is_to_be_tried(ledger):
    later = replace(ANA, id="later", at=NOW + timedelta(hours=1), try_at=NOW + timedelta(hours=2))
    gone = replace(ANA, id="other", chapter="north")
    for each in (later, ANA, gone):
        Replies(ledger.database).note(each)
    with ledger.database.reading() as connection:
        assert open_replies(connection, "main") == [ANA, later]
        assert open_replies(connection, "main", due_by=NOW) == [ANA]
        assert open_replies(connection, "main", due_by=later.try_at) == [ANA, later]
        assert open_replies(connection, "north") == [gone]


@pytest.mark.parametrize(
    ("state", "is_open"),
    [("kept back", True), ("written", False), ("overtaken", False), ("settled", False)],
)
def test_what_became_of_it_is_kept(ledger, state, is_open):
    kept = Replies(ledger.database)
    kept.note(ANA)
    after = replace(ANA, state=state, says="because", tries=2, done_at=NOW)
    kept.change([after])
    with ledger.database.reading() as connection:
        assert given_to(connection, ANA.digest) == [after]
        assert open_replies(connection, "main") == ([after] if is_open else [])
        ours = written_by_us(connection, ANA.ref, "Comes")
    assert ours == (["Yes"] if state == "written" else [])


def test_a_message_that_the_ledger_never_heard_of_is_none(ledger):
    with ledger.database.reading() as connection:
        assert message_of(connection, "a" * 32) is None
        assert whom_of(connection, "a" * 32) == ""


def test_a_later_answer_sorts_after_an_earlier_one():
    assert new_id(NOW) < new_id(NOW + timedelta(microseconds=1))
    assert len(new_id(NOW)) <= 40
