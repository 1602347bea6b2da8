"""A Google of our own for tests of connectors: the emulator, and doors that wait for nobody."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from sheetflow.network.door import Door
from sheetflow.network.pacing import Pacer, Waiting
from sheetflow.network.retrying import Retrying
from sheetflow.plugin.connector import Connector

C = TypeVar("C", bound=Connector)


class Time:
    """Seconds that pass only when somebody waits."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        """The seconds so far."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Let some pass."""
        self.seconds += seconds


def door(*, may_write: bool = False, time: Time | None = None) -> Door:
    """A door whose waiting takes no time."""
    time = time or Time()
    pacer = Pacer(Waiting(now=time.now, sleep=time.sleep))
    return Door(may_write=may_write, pacer=pacer, retrying=Retrying(chance=lambda: 1.0))


def connected(
    kind: type[C],
    url: str,
    *,
    may_write: bool = False,
    time: Time | None = None,
    settings: Mapping[str, Any] | None = None,
) -> C:
    """A connector to the emulator."""
    return kind(
        kind.Settings(url=url, **(settings or {})),
        door=door(may_write=may_write, time=time),
        folder=Path(),
    )
