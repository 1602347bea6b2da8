"""No faster than a service allows: what was asked lately is counted, and who must wait, waits.

A service counts in windows of its own, so ours are a tenth longer: never more than `count` units
in any window.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sheetflow.network.services import Charge, Limit

SLACK = 1.1
"""How much longer our windows are than the service's, for requests that are late on their way."""

_SECONDS: Mapping[str, float] = {"second": 1.0, "minute": 60.0, "day": 86_400.0}


@dataclass(frozen=True)
class Waiting:
    """How time passes for the door: seconds that only go up, and a way to let some pass."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Left:
    """How many units of a limit are left in its window, as far as this process knows."""

    service: str
    limit: Limit
    units: int


@dataclass
class _Window:
    """The units of one limit that were used in its last window, the oldest first."""

    limit: Limit
    used: deque[tuple[float, int]] = field(default_factory=deque)
    total: int = 0

    def free_at(self, charge: Charge, now: float) -> float:
        """The moment from which the charge fits; a charge larger than the limit waits for all."""
        length = _SECONDS[charge.limit.per] * SLACK
        self.forget(now)
        over = self.total + charge.units - charge.limit.count
        for at, units in self.used:
            if over <= 0:
                break
            over -= units
            now = at + length
        return now

    def forget(self, now: float) -> None:
        """Drop what has left the window."""
        length = _SECONDS[self.limit.per] * SLACK
        while self.used and self.used[0][0] <= now - length:
            self.total -= self.used.popleft()[1]

    def take(self, units: int, at: float) -> None:
        self.used.append((at, units))
        self.total += units


class Pacer:
    """What was asked of each service lately, over all threads of this process."""

    def __init__(self, waiting: Waiting | None = None) -> None:
        self.waiting = waiting or Waiting()
        self._windows: dict[tuple[str, str, str], _Window] = {}
        self._paused: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def turn(
        self, service: str, candidates: Mapping[str, Sequence[Charge]], *, patience: float
    ) -> tuple[str, float]:
        """Whose turn is the next request, and in how many seconds; it is counted as made then.

        `candidates` are the charges by the name of the identity that would make the request: the
        one that has to wait the least is chosen. A wait beyond `patience` is told, not counted.
        """
        with self._lock:
            now = self.waiting.now()
            found = {
                name: self._free_at(service, name, charges, now)
                for name, charges in candidates.items()
            }
            name = min(found, key=lambda each: (found[each], self._used(service, candidates[each])))
            wait = found[name] - now
            if wait <= patience:
                for charge in candidates[name]:
                    self._window(service, charge.limit).take(charge.units, found[name])
            return name, wait

    def left(self) -> Sequence[Left]:
        """What is left of each limit that something was taken from."""
        with self._lock:
            now = self.waiting.now()
            found = []
            for (service, _, _), window in sorted(self._windows.items()):
                window.forget(now)
                limit = window.limit
                found.append(Left(service, limit, max(0, limit.count - window.total)))
            return found

    def pause(self, service: str, identity: str, seconds: float) -> None:
        """Let nobody ask as `identity` for so long: the service said so."""
        with self._lock:
            until = self.waiting.now() + seconds
            self._paused[service, identity] = max(
                until, self._paused.get((service, identity), until)
            )

    def _free_at(self, service: str, identity: str, charges: Iterable[Charge], now: float) -> float:
        """The first moment at which all of the charges fit."""
        found = max(now, self._paused.get((service, identity), now))
        for charge in charges:
            found = max(found, self._window(service, charge.limit).free_at(charge, now))
        return found

    def _used(self, service: str, charges: Iterable[Charge]) -> int:
        return sum(self._window(service, charge.limit).total for charge in charges)

    def _window(self, service: str, limit: Limit) -> _Window:
        return self._windows.setdefault((service, limit.key, limit.per), _Window(limit))
