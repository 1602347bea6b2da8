"""What is counted and indexed as it changes is what a count from the first line would give."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select

from sheetflow.ledger import lookups
from sheetflow.ledger.lookups import Cause
from sheetflow.ledger.schema import statuses
from sheetflow.ledger.store import Ledger
from sheetflow.values import RowRef, Status, Word
from tests.ledger.examples import NOW

ROWS = st.sampled_from(["a", "b", "c"])
SAID = st.one_of(
    st.none(), st.builds(Status, st.sampled_from(list(Word)), st.sampled_from(["", "x", "é\x00"]))
)
TOLD = st.tuples(st.sampled_from(["welcome", "other"]), st.dictionaries(ROWS, SAID, max_size=3))


def counted(connection) -> list[Cause]:
    """Why rows stop, counted from the first line to the last."""
    s = statuses.c
    lines = connection.execute(select(s.word, s.status, s.recipe, s.table_name))
    found = Counter(tuple(line) for line in lines if Word(line.word).stops)
    return [Cause(*line, count) for line, count in found.items()]


@given(st.lists(TOLD, max_size=6))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_rows_are_told_their_causes_are_counted_right(ledger: Ledger, telling):
    with ledger.applying("a test") as turn:
        for recipe, said in telling:
            turn.remember_statuses("", "People", recipe, said, at=NOW)
    with ledger.database.reading() as connection:
        found = lookups.causes_of(connection, "")
        assert sorted(found, key=repr) == sorted(counted(connection), key=repr)


def test_somebody_is_found_by_their_new_address_and_not_by_the_old_one(ledger: Ledger):
    old, new, ana = "0" * 32, "1" * 32, RowRef("People", "a")
    with ledger.applying("a test") as turn:
        for mark in (old, new):
            turn.remember_identities("", "People", {"a": {"email": mark}})
        turn.remember_identities("", "People", {"b": {"name": old}})
    with ledger.database.reading() as connection:
        assert lookups.rows_marked(connection, "", old) == []
        assert lookups.rows_marked(connection, "", new) == [ana]
        assert lookups.rows_marked(connection, "elsewhere", new) == []


def test_a_ledger_from_before_has_its_addresses_and_causes_found(address, clock):
    from sheetflow.ledger.databases import open_database, place
    from sheetflow.ledger.migrations import all_migrations, migrate
    from sheetflow.ledger.schema import identities

    known = all_migrations()
    mark, name = "a" * 32, "b" * 32
    told = {
        "digest": "1" * 32,
        "chapter": "",
        "table_name": "People",
        "row_id": "a",
        "recipe": "welcome",
        "word": "Waiting",
        "status": "quiet: hours",
        "at": NOW,
    }
    texts = {
        "both": f'{{"name":"{name}","email":"{mark}","phone":"{name}"}}',
        "address": f'{{"email":"{mark}"}}',
        "name": f'{{"name":"{mark}","phone":"{mark}"}}',
        "nothing": "{}",
    }
    database = open_database(place(address))
    assert database is not None
    with database.writing() as connection:
        migrate(connection, [each for each in known if each.number < 8], at=NOW)
        connection.execute(statuses.insert(), told)
        for row, marks in texts.items():
            line = {"digest": row, "chapter": "", "table_name": "People", "row_id": row}
            connection.execute(identities.insert(), {**line, "marks": marks})
        migrate(connection, known, at=NOW)
        assert lookups.causes_of(connection, "") == [
            Cause("Waiting", "quiet: hours", "welcome", "People", 1)
        ]
        rows = {ref.row for ref in lookups.rows_marked(connection, "", mark)}
    database.close()
    assert rows == {"both", "address"}
