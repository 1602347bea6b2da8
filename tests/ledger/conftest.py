"""Ledgers to test with: each test of `ledger` or `address` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, make_url

from sheetflow.clock import Clock
from sheetflow.ledger.applying import Applying
from sheetflow.ledger.store import Ledger
from tests.conftest import BERLIN, NOON
from tests.ledger.postgres import NoServer, Server, running_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server; where none can be had, the test is skipped and says why."""
    try:
        with running_server() as server:
            yield server
    except NoServer as reason:
        pytest.skip(f"no PostgreSQL here: {reason}")


@pytest.fixture(scope="session")
def new_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger in which nothing stands; only for copying, for each migration takes its time."""
    path = tmp_path_factory.mktemp("new") / "ledger.db"
    Ledger.open(path, clock=Clock.at(NOON, BERLIN)).close()
    return path


@pytest.fixture(scope="session")
def new_database(postgres: Server) -> str:
    """The name of a database with such a ledger."""
    url = postgres.new_database()
    Ledger.open(url, clock=Clock.at(NOON, BERLIN)).close()
    return str(make_url(url).database)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a ledger of the test's own may be; unless it asks for `ledger`, there is none yet."""
    is_there = "ledger" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "ledger.db"
        if is_there:
            shutil.copy(request.getfixturevalue("new_file"), path)
        yield f"sqlite:///{path}"
        return
    server: Server = request.getfixturevalue("postgres")
    like = {"like": request.getfixturevalue("new_database")} if is_there else {}
    url = server.new_database(**like)
    yield url
    server.drop(url)


@pytest.fixture
def ledger(address: str, clock: Clock) -> Iterator[Ledger]:
    """A new, empty ledger."""
    with Ledger.open(address, clock=clock) as ledger:
        yield ledger


@pytest.fixture
def statements() -> Callable[..., AbstractContextManager[list[str]]]:
    """Collects what a ledger asks its database, "COMMIT" included.

    What a turn at applying asks of SQLite is heard from its connection itself.
    """

    @contextmanager
    def collected(ledger: Ledger, turn: Applying | None = None) -> Iterator[list[str]]:
        asked: list[str] = []
        raw = turn.writer.connection.connection.driver_connection if turn else None
        if isinstance(raw, sqlite3.Connection):
            raw.set_trace_callback(asked.append)
        else:
            engine = ledger.database.engine
            event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
            event.listen(engine, "commit", lambda _: asked.append("COMMIT"))
        yield asked

    return collected
