"""Statements on the short way to the driver: what they write and read is what SQLAlchemy would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from sheetflow.errors import LedgerError
from sheetflow.ledger.prepared import Prepared
from sheetflow.ledger.schema import contacts, records
from sheetflow.ledger.store import Ledger
from tests.ledger.examples import NOW, entry, outcome

COLUMNS = list(records.c)
ONE = records.c.digest == bindparam("this")
CHANGED = [column.name for column in records.c if column.name != "digest"]
UPDATE = update(records).where(ONE).values({name: bindparam(name) for name in CHANGED})

zones = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
moments = st.datetimes(datetime(1970, 1, 2), datetime(2900, 1, 1), timezones=zones)


bounded = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def value_of(column: Any) -> st.SearchStrategy[Any]:
    """Anything that the column may be given."""
    match type(column.type).__name__:
        case "Words":
            return st.text(st.characters(exclude_categories=()), max_size=12)  # NUL and half pairs
        case "Moment":
            return moments | st.none() if column.nullable else moments
        case "Integer":
            return st.integers(0, 2**31 - 1)
        case "Boolean":
            return st.booleans()
        case _:
            return st.text("0123456789abcdef-", max_size=column.type.length)


lines = st.lists(
    st.fixed_dictionaries({column.name: value_of(column) for column in records.c}),
    min_size=1,
    max_size=4,
    unique_by=lambda line: line["digest"],
)


def as_kept(connection: Connection) -> list[tuple[Any, ...]]:
    """What is in the table, as the driver gives it."""
    found = connection.exec_driver_sql("SELECT * FROM records ORDER BY digest")
    return [tuple(line) for line in found]


def kept_by(ledger: Ledger, write: Callable[[Connection], object]) -> list[tuple[Any, ...]]:
    """What is in the table after `write`, of which nothing stays."""
    with ledger.database.kept() as connection, connection.begin() as transaction:
        write(connection)
        found = as_kept(connection)
        transaction.rollback()
    return found


@bounded
@given(lines)
def test_what_is_inserted_is_what_sqlalchemy_inserts(ledger: Ledger, new: list[dict[str, Any]]):
    short, long = Prepared(insert(records)), insert(records)
    kept = kept_by(ledger, lambda to: short.many(to, new))
    assert len(kept) == len(new)
    assert kept == kept_by(ledger, lambda to: to.execute(long, new))


@bounded
@given(lines, lines)
def test_what_is_updated_is_what_sqlalchemy_updates(
    ledger: Ledger, old: list[dict[str, Any]], other: list[dict[str, Any]]
):
    new = [
        {"this": before["digest"]} | {name: after[name] for name in CHANGED}
        for before, after in zip(old, other, strict=False)
    ]

    def by(write: Callable[[Connection], object]) -> list[tuple[Any, ...]]:
        def both(to: Connection) -> None:
            to.execute(insert(records), old)
            write(to)

        return kept_by(ledger, both)

    kept = by(lambda to: Prepared(UPDATE).many(to, new))
    assert kept == by(lambda to: to.execute(UPDATE, new))


@bounded
@given(lines)
def test_what_is_found_is_what_sqlalchemy_finds(ledger: Ledger, new: list[dict[str, Any]]):
    question = select(*COLUMNS).where(records.c.digest.in_([bindparam("a"), bindparam("b")]))
    wanted = {"a": new[0]["digest"], "b": new[-1]["digest"]}
    with ledger.database.kept() as connection, connection.begin() as transaction:
        connection.execute(insert(records), new)
        short = Prepared(question).rows(connection, wanted)
        long = connection.execute(question, wanted)
        assert sorted(short) == sorted(tuple(line) for line in long)
        assert len(short) == len(set(wanted.values()))
        transaction.rollback()


def test_what_is_deleted_is_gone_and_no_more(ledger: Ledger):
    line = {"digest": "a", "whom": "x", "channel": "email", "kind": "internal", "at": NOW}
    with ledger.database.kept() as connection, connection.begin():
        Prepared(insert(contacts)).many(connection, [line, line | {"digest": "b"}])
        Prepared(delete(contacts).where(contacts.c.digest == bindparam("this"))).many(
            connection, [{"this": "a"}, {"this": "none"}]
        )
        assert connection.scalars(select(contacts.c.digest)).all() == ["b"]


def test_what_the_database_refuses_is_told_in_words_and_nothing_is_kept(ledger: Ledger):
    twice = entry("ana")
    line = {"digest": "a", "whom": "x", "channel": "email", "kind": "internal", "at": NOW}
    with ledger.applying("a test") as turn:
        with turn.lane() as lane:
            lane.hand_over(twice, run="run", at=NOW)
            lane.finish(outcome(twice))
        with (
            pytest.raises(LedgerError, match="cannot be used now"),
            turn.writer.transaction() as to,
        ):
            Prepared(insert(contacts)).many(to, [line | {"digest": "b"}, line, line])
        with turn.writer.transaction() as connection:  # and the connection goes on
            assert connection.scalars(select(contacts.c.digest)).all() == []


def test_a_time_without_a_zone_is_refused_as_ever(ledger: Ledger):
    naive = datetime(2026, 3, 14)
    line = {"digest": "a", "whom": "x", "channel": "", "kind": "", "at": naive}
    with pytest.raises(ValueError, match="zone"), ledger.database.writing() as connection:
        Prepared(insert(contacts)).many(connection, [line])
