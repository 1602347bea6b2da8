"""Ledgers to test with: each test of `ledger` or `address` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from sheetflow.clock import Clock
from sheetflow.ledger.store import Ledger
from tests.ledger.postgres import NoServer, Server, running_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server; where none can be had, the test is skipped and says why."""
    try:
        with running_server() as server:
            yield server
    except NoServer as reason:
        pytest.skip(f"no PostgreSQL here: {reason}")


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a ledger of the test's own may be: one that does not exist yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    server: Server = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def ledger(address: str, clock: Clock) -> Iterator[Ledger]:
    """A new, empty ledger."""
    with Ledger.open(address, clock=clock) as ledger:
        yield ledger


@pytest.fixture
def statements() -> Callable[[Ledger], AbstractContextManager[list[str]]]:
    """Collects what a ledger asks its database, "COMMIT" included."""

    @contextmanager
    def collected(ledger: Ledger) -> Iterator[list[str]]:
        asked: list[str] = []
        event.listen(
            ledger.database.engine, "before_cursor_execute", lambda *args: asked.append(args[2])
        )
        event.listen(ledger.database.engine, "commit", lambda _: asked.append("COMMIT"))
        yield asked

    return collected
