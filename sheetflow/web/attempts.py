"""How often somebody may try to log in: growing delays, for a name and for where it comes from."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from sheetflow.clock import Clock
from sheetflow.web.keeping import Keeper

if TYPE_CHECKING:
    from sheetflow.ledger.logins import Tries

FREE = 5
"""How many tries nobody has to wait for."""
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)
MOST = 10_000
"""How many names and addresses are remembered."""


@dataclass(frozen=True)
class _Tries:
    count: int
    latest: datetime


@dataclass
class Attempts:
    """The tries to log in that did not succeed, or did not yet.

    What this process knows counts, and what is kept for every copy of it, whichever is more.
    """

    clock: Clock
    keeper: Keeper | None = None
    _tries: OrderedDict[str, _Tries] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def begin(self, name: str, address: str) -> timedelta:
        """Count one more try; or how long to wait, and nothing is counted.

        A try counts as failed from its beginning, so that many at once are no way around.
        """
        now, keys = self.clock.now(), _keys(name, address)
        with self._lock:
            kept = self.keeper.tries(keys) if self.keeper else {}
            known = [tries for key in keys for tries in (self._tries.get(key), kept.get(key))]
            wait = max(_wait(tries, now) for tries in known)
            if wait <= timedelta():
                for key in keys:
                    self._count(key, now)
                if self.keeper:
                    self.keeper.count(keys, now, forgotten_after=FORGOTTEN_AFTER)
        return wait

    def forgive(self, name: str, address: str) -> None:
        """A try succeeded: the name starts anew, and the address has this one try less.

        Else somebody with a password of their own could wipe out their tries at other names.
        """
        by_name, by_address = _keys(name, address)
        with self._lock:
            self._tries.pop(by_name, None)
            tries = self._tries.get(by_address)
            if tries is not None:
                self._tries[by_address] = replace(tries, count=max(tries.count - 1, 0))
            if self.keeper:
                self.keeper.forgive(by_name, by_address)

    def _count(self, key: str, now: datetime) -> None:
        before = self._tries.pop(key, None)
        fresh = before is None or now - before.latest > FORGOTTEN_AFTER
        self._tries[key] = _Tries(1 if fresh or before is None else before.count + 1, now)
        while len(self._tries) > MOST:
            self._tries.popitem(last=False)


def _wait(tries: _Tries | Tries | None, now: datetime) -> timedelta:
    if tries is None or tries.count < FREE or now - tries.latest > FORGOTTEN_AFTER:
        return timedelta()
    wait = min(FIRST_WAIT * (1 << min(tries.count - FREE, 20)), LONGEST_WAIT)
    return tries.latest + wait - now


def _keys(name: str, address: str) -> tuple[str, str]:
    return f"name {name.casefold()[:100]}", f"from {address}"
