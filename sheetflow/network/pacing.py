"""No faster than a service allows: what was asked lately is counted, and who must wait, waits.

What is counted stands on a shelf: in this process, or where all processes that ask the same service
find it. Turns are given there in no time, each for its own moment; whoever has to wait for theirs
does so afterwards, and keeps nobody from the shelf.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeVar

from sheetflow.clock import Clock
from sheetflow.network.services import Charge, Limit
from sheetflow.network.windows import Window, read_used, written

FEW = 0.8
"""The part of a month's units after which few are left."""

T = TypeVar("T")
Decide = Callable[[float, Mapping[str, str]], tuple[T, Mapping[str, str]]]
"""Told the time in seconds and what stands under some names: what is wanted, and what changes."""


def _seconds() -> float:
    return Clock().now().timestamp()


@dataclass(frozen=True)
class Waiting:
    """How time passes for the door: seconds since 1970, and a way to let some pass."""

    now: Callable[[], float] = _seconds
    sleep: Callable[[float], None] = time.sleep


class Shelf(Protocol):
    """Short texts by name, that nobody else changes while one decides. `lasts` says whether they
    are there for the next process, too."""

    @property
    def lasts(self) -> bool:
        """Whether they outlive this process."""

    def change(self, names: Sequence[str], decide: Decide[T]) -> T:
        """Have `decide` look at these, "" where there is none, and keep what it changes."""

    def close(self) -> None:
        """Let go of whatever it takes to reach it; it is reached again when it is asked for."""


@dataclass
class OwnShelf:
    """The shelf of one process."""

    lasts = False
    waiting: Waiting
    _kept: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def change(self, names: Sequence[str], decide: Decide[T]) -> T:
        """As any shelf does."""
        with self._lock:
            kept = {name: self._kept.get(name, "") for name in names}
            found, changed = decide(self.waiting.now(), kept)
            self._kept.update(changed)
            return found

    def close(self) -> None:
        """There is nothing to let go of."""


class Turn(NamedTuple):
    """Who makes the next request, in how many seconds, and for the sake of which limit so late."""

    name: str
    wait: float
    limit: Limit | None = None


@dataclass(frozen=True)
class Left:
    """How many units of a limit were used in its window, as far as is known here."""

    service: str
    limit: Limit
    used: int

    @property
    def units(self) -> int:
        """How many are left."""
        return max(0, self.limit.count - self.used)


class Pacer:
    """What was asked of each service lately: over all threads, and all that share a shelf."""

    def __init__(self, waiting: Waiting | None = None, shelf: Shelf | None = None) -> None:
        self.waiting = waiting or Waiting()
        self._shelf = shelf or OwnShelf(self.waiting)
        self._known: dict[str, tuple[str, Limit]] = {}

    def turn(
        self,
        service: str,
        candidates: Mapping[str, Sequence[Charge]],
        *,
        patience: float,
        pauses: Mapping[str, str] | None = None,
    ) -> Turn:
        """Whose turn is the next request, and when; it is counted as made then.

        `candidates` are the charges by the name of the identity that would make the request: the
        one that has to wait the least is chosen. `pauses` name what may have been paused of each,
        if that is not its name. A wait beyond `patience` is told, not counted.
        """
        charges = [charge for some in candidates.values() for charge in some]
        limits = {_name(service, charge.limit): charge.limit for charge in charges}
        self._known.update((name, (service, limit)) for name, limit in limits.items())
        paused = {name: _pause(service, (pauses or {}).get(name, name)) for name in candidates}

        def decide(now: float, kept: Mapping[str, str]) -> tuple[Turn, Mapping[str, str]]:
            used = {name: read_used(kept[name]) for name in limits}
            turns = [
                _first_turn(service, name, some, used, _until(kept[paused[name]], now))
                for name, some in candidates.items()
            ]
            spent = {name: Window(limits[name]).total(some, now) for name, some in used.items()}
            busy = {
                name: sum(spent[_name(service, charge.limit)] for charge in some)
                for name, some in candidates.items()
            }
            name, at, limit = min(turns, key=lambda each: (each.wait, busy[each.name]))
            if at - now > patience:
                return Turn(name, at - now, limit), {}
            taken = _taken(service, candidates[name], used, at, now)
            return Turn(name, at - now, limit), taken

        return self._shelf.change([*limits, *dict.fromkeys(paused.values())], decide)

    @property
    def lasts(self) -> bool:
        """Whether what is counted outlives this process."""
        return self._shelf.lasts

    def used(self, service: str, limit: Limit) -> int:
        """How many units of a limit were used in its window, by whoever shares the shelf."""
        name = _name(service, limit)

        def decide(now: float, kept: Mapping[str, str]) -> tuple[int, Mapping[str, str]]:
            return Window(limit).total(read_used(kept[name]), now), {}

        return self._shelf.change([name], decide)

    def left(self) -> Sequence[Left]:
        """What was used of each limit that something was taken from here, by service."""
        return [
            Left(service, limit, self.used(service, limit))
            for _, (service, limit) in sorted(self._known.items())
        ]

    def scarce(self) -> Sequence[Left]:
        """The limits of a month of which few units are left."""
        return [
            one
            for one in self.left()
            if one.limit.per == "month" and one.limit.count and one.used >= FEW * one.limit.count
        ]

    def pause(self, service: str, paused: str, seconds: float) -> None:
        """Let nobody ask who would be `paused` for so long: the service said so."""
        name = _pause(service, paused)

        def decide(now: float, kept: Mapping[str, str]) -> tuple[None, Mapping[str, str]]:
            until = max(now + seconds, _until(kept[name], now))
            return None, {name: json.dumps(until)}

        self._shelf.change([name], decide)

    def close(self) -> None:
        """Let go of the shelf until it is needed again."""
        self._shelf.close()


def _first_turn(
    service: str,
    name: str,
    charges: Iterable[Charge],
    used: Mapping[str, dict[int, int]],
    begin: float,
) -> Turn:
    """The first moment, as `wait`, at which all of the charges fit, and the last to let them."""
    at, last, settled = begin, None, False
    charges = list(charges)
    while not settled:
        settled = True
        for charge in charges:
            window = Window(charge.limit)
            free = window.free_at(used[_name(service, charge.limit)], charge.units, at)
            if free > at:
                at, last, settled = free, charge.limit, False
    return Turn(name, at, last)


def _taken(
    service: str,
    charges: Iterable[Charge],
    used: Mapping[str, dict[int, int]],
    at: float,
    now: float,
) -> Mapping[str, str]:
    """What stands on the shelf when the charges are taken at that moment."""
    found = dict(used)
    names = []
    for charge in charges:
        name = _name(service, charge.limit)
        found[name] = Window(charge.limit).taken(found[name], charge.units, at, now)
        names.append(name)
    return {name: written(found[name]) for name in names}


def _name(service: str, limit: Limit) -> str:
    return f"{service}: {limit.key} a {limit.per}"


def _pause(service: str, paused: str) -> str:
    return f"{service}: {paused} pauses until"


def _until(text: str, now: float) -> float:
    """The moment until which somebody pauses, or now."""
    return max(now, float(json.loads(text))) if text else now
