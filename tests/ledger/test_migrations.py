"""The tables: made by the migrations, described by the schema, never by both differently."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, inspect, select, text

from sheetflow.errors import LedgerError
from sheetflow.ledger import answers, calls, figures, logins, lookups, messages, replies, watches  # noqa: F401 - each describes tables of its own
from sheetflow.ledger.copying import describe_all
from sheetflow.ledger.databases import Database, in_memory, open_database, place
from sheetflow.ledger.migrations import Migration, all_migrations, migrate, version
from sheetflow.ledger.schema import metadata, migrations
from sheetflow.ledger.store import Ledger
from tests.ledger.examples import NOW, entry, outcome

KNOWN = all_migrations()
NEXT = Migration(KNOWN[-1].number + 1, "nicknames", "ALTER TABLE records ADD COLUMN nick TEXT")


def tables(connection: Connection) -> dict[str, Any]:
    """Every table as the database itself describes it."""
    found = inspect(connection)
    return {
        name: {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"])
                for column in found.get_columns(name)
            ],
            "key": found.get_pk_constraint(name)["constrained_columns"],
            "indexes": sorted(
                (index["name"], index["column_names"], "where" in str(index["dialect_options"]))
                for index in found.get_indexes(name)
            ),
        }
        for name in found.get_table_names()
    }


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    database = open_database(place(address))
    assert database is not None
    with closing(database):
        yield database


def _say_conditions(dialect: str) -> None:
    """Put the conditions of indexes into SQLAlchemy's own words, for it to create them."""
    for index in (index for table in metadata.tables.values() for index in table.indexes):
        if "only" in index.info:
            index.dialect_kwargs[f"{dialect}_where"] = index.info["only"]


def test_the_migrations_and_the_schema_end_in_the_same_tables(database: Database):
    describe_all()
    with database.writing() as connection:
        _say_conditions(connection.dialect.name)
        metadata.create_all(connection)
        described = tables(connection)
        metadata.drop_all(connection)
        migrate(connection, KNOWN, at=NOW)
        assert tables(connection) == described
    assert set(described) == {
        *("meta", "migrations", "records", "runs", "statuses", "identities"),
        *("contacts", "suppressions", "switches", "baselines", "approvals"),
        *("ticks", "incidents"),
        *("tellings", "lost"),
        *("asks", "controls", "errands"),
        *("watches", "marks", "calls", "pace"),
        *("causes", "addresses", "funnels", "days", "loads"),
        *("sessions", "tries", "answers", "messages"),
        *("replies",),
    }


def test_migrations_are_numbered_without_a_gap():
    assert [migration.number for migration in KNOWN] == list(range(1, len(KNOWN) + 1))


def test_a_migration_is_applied_once_and_written_down(database: Database):
    for _ in range(2):
        with database.writing() as connection:
            migrate(connection, [*KNOWN, NEXT], at=NOW)
    with database.reading() as connection:
        found = connection.execute(select(migrations).order_by(migrations.c.number)).all()
    assert [(line.number, line.name, line.applied_at) for line in found] == [
        (migration.number, migration.name, NOW) for migration in [*KNOWN, NEXT]
    ]


def test_a_migration_that_fails_leaves_nothing_behind(database: Database):
    wrong = replace(
        NEXT, sql="CREATE TABLE half (x INTEGER); ALTER TABLE nowhere ADD COLUMN y TEXT"
    )
    with pytest.raises(LedgerError), database.writing() as connection:
        migrate(connection, [*KNOWN, wrong], at=NOW)
    with database.reading() as connection:
        assert (version(connection), tables(connection)) == (0, {})


def test_two_openings_at_once_make_one_ledger(address: str):
    with Ledger.open(address) as one, Ledger.open(address) as other:
        assert one.salt == other.salt
        assert len(one.salt) == 32


def test_a_ledger_newer_than_this_sheetflow_is_refused_in_words(address: str):
    with Ledger.open(address) as ledger, ledger.database.writing() as connection:
        migrate(connection, [*KNOWN, NEXT], at=NOW)
    for read_only in (False, True):
        with pytest.raises(LedgerError) as refused:
            Ledger.open(address, read_only=read_only)
        assert f"was made by a newer Sheetflow (its tables are at version {NEXT.number}" in str(
            refused.value
        )
        assert refused.value.hint == "Update Sheetflow: pip install --upgrade sheetflow"


def test_an_older_file_is_read_as_it_will_be_without_touching_it(tmp_path: Path, monkeypatch):
    path, ana = tmp_path / "ledger.db", entry()
    with Ledger.open(path) as ledger:
        with ledger.applying("a test") as turn, turn.lane() as lane:
            lane.finish(outcome(ana))
        before = ledger.record(ana.key)
    monkeypatch.setattr("sheetflow.ledger.store.all_migrations", lambda: [*KNOWN, NEXT])
    kept = path.read_bytes()
    with Ledger.open(path, read_only=True) as ledger:
        assert ledger.record(ana.key) == before
        with ledger.database.reading() as connection:
            assert version(connection) == NEXT.number
    assert path.read_bytes() == kept
    with Ledger.open(path) as ledger, ledger.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(text("records"))) == 1
        assert version(connection) == NEXT.number


def test_a_database_in_memory_is_gone_when_closed():
    with closing(in_memory()) as one, closing(in_memory()) as other:
        with one.writing() as connection:
            migrate(connection, KNOWN, at=NOW)
        with other.reading() as connection:
            assert version(connection) == 0
