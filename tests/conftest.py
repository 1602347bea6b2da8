"""Guards that every test runs under, and the moment at which most tests take place.

Nothing leaves this machine, nothing reaches the home of whoever runs the tests, nothing waits
long, and property tests give the same examples each time.
"""

from __future__ import annotations

import ipaddress
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings

from sheetflow.clock import Clock

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 14, 12, tzinfo=BERLIN)
"""The moment at which most tests take place, a Saturday."""
LONGEST_SLEEP = 1.0  # seconds: enough to poll a real process, too short to wait out a pace

settings.register_profile(
    "sheetflow",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("sheetflow")


class ATestReachedForTheNetwork(Exception):
    """Tests talk to this machine only: start a server on 127.0.0.1."""


class ATestWaitedInsteadOfMovingTheClock(Exception):
    """Tests hand the time in: give the code a Clock, or poll in short steps."""


def _stays_here(host: object) -> bool:
    if host in (None, "", b"", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _refuse_the_network(event: str, args: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = args[1]
        if isinstance(address, tuple) and not _stays_here(address[0]):
            raise ATestReachedForTheNetwork(address)
    elif event == "socket.getaddrinfo" and not _stays_here(args[0]):
        raise ATestReachedForTheNetwork(args[0])


sys.addaudithook(_refuse_the_network)


@pytest.fixture(scope="session", autouse=True)
def _no_real_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    home = str(tmp_path_factory.mktemp("home"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", home)
        patch.setenv("USERPROFILE", home)
        for name in ("CONFIG", "CACHE", "DATA", "STATE"):
            patch.delenv(f"XDG_{name}_HOME", raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_long_waits() -> Iterator[None]:
    sleep = time.sleep

    def short_sleep(seconds: float) -> None:
        if seconds > LONGEST_SLEEP:
            raise ATestWaitedInsteadOfMovingTheClock(f"{seconds} seconds")
        sleep(seconds)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "sleep", short_sleep)
        yield


@pytest.fixture
def now() -> datetime:
    """Saturday 14 March 2026, noon in Berlin."""
    return NOON


@pytest.fixture
def clock(now: datetime) -> Clock:
    """A clock that stands still at `now`."""
    return Clock.at(now, BERLIN)
