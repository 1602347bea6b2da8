"""What several modules here need: clients, a clock, and a spreadsheet as it was at the start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.emulators.google.state import load_data
from tests.emulators.serving import Emulator
from tests.emulators_tests.people import Clients, Moment
from tests.emulators_tests.spreadsheets import DATA, Book


@pytest.fixture
def clients(google: Emulator) -> Iterator[Clients]:
    """Real clients of the module's own `google`."""
    with Clients(google) as clients:
        yield clients


@pytest.fixture
def moment() -> Moment:
    """A clock for an emulator."""
    return Moment()


@pytest.fixture
def book(emulator: Emulator) -> Iterator[Book]:
    """One spreadsheet, put anew into the module's own `emulator`."""
    with emulator.world.lock:
        emulator.world.files.clear()
        load_data(emulator.world, DATA)
    with Book(emulator) as found:
        yield found
