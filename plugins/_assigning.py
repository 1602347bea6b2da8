"""Who takes whom: as many as can be placed are placed, and the loads end up as even as they can.

Each row in turn takes the place that costs least, and rows placed just before it may move over
for it: a shortest augmenting path, after Harvey, Ladner, Lovász and Tamir, "Semi-matchings for
bipartite graphs and load balancing", Journal of Algorithms 59 (2006). So nobody waits while a
place they could have can be freed, and no other way of placing the same rows is more even.

Rows that may go to the same takers are alike, and are moved as a group: the work grows with the
number of different groups, not with the square of the rows. Whatever was given before is a load,
and never moves.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sheetflow import digest

Group = tuple[str, ...]
"""The takers that a row may go to, by id, sorted."""

Why = Literal["only", "best", "for others"]
"""Why this taker: no other had room; none was better; or another row needed the better one."""


@dataclass(frozen=True)
class Taker:
    """Somebody who takes rows: `load` so many already, `room` for so many in all, None for any."""

    id: str
    load: int = 0
    room: int | None = None
    rank: int = 0

    def has_room(self, load: int) -> bool:
        """Whether there is room for one more on top of `load`."""
        return self.room is None or load < self.room


@dataclass(frozen=True)
class Placing:
    """Where a row goes: the taker, how many they have with it, and why it is them."""

    taker: str
    load: int
    why: Why


Cost = Callable[[Taker, int], int]
"""What it costs to give a taker one more on top of a load; it never falls as the load grows."""


def fewest(taker: Taker, load: int) -> int:  # noqa: ARG001 - the shape of a Cost
    """Whoever has the fewest comes first: the loads become even."""
    return load


def first(taker: Taker, load: int) -> int:  # noqa: ARG001 - the shape of a Cost
    """Whoever is listed first comes first, until there is no room left."""
    return taker.rank


def place(
    rows: Mapping[str, Group], takers: Mapping[str, Taker], cost: Cost = fewest
) -> dict[str, Placing]:
    """Where each row goes, by id; a row that is missing has to wait.

    The order of `rows` and `takers` does not matter: rows take their turn by id, so where there is
    no room for all, the first ids have it; equals are told apart by a digest of their ids.
    """
    board = _Board(takers, cost)
    for row in sorted(rows):
        board.add(rows[row])
    return _handed_out(rows, board)


@dataclass
class _Board:
    """How many of each group are with each taker, while rows are being added."""

    takers: Mapping[str, Taker]
    cost: Cost
    shares: Counter[tuple[Group, str]] = field(default_factory=Counter)
    loads: Counter[str] = field(default_factory=Counter)
    groups_with: dict[str, set[Group]] = field(default_factory=dict)
    ordered: dict[Group, Group] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.loads.update({taker.id: taker.load for taker in self.takers.values()})
        self.groups_with.update({taker: set() for taker in self.takers})

    def add(self, group: Group) -> None:
        """Place one more row of this group, moving others over where that helps."""
        reached = self._reached(group)
        ends = [taker for taker in reached if self.takers[taker].has_room(self.loads[taker])]
        if not ends:
            return
        end = min(ends, key=lambda taker: self.cost(self.takers[taker], self.loads[taker]))
        self.loads[end] += 1
        while end:
            mover, source = reached[end]
            self._count(mover, end, 1)
            if source:
                self._count(mover, source, -1)
            end = source

    def _reached(self, start: Group) -> dict[str, tuple[Group, str]]:
        """Every taker that could end up with one more: who would come, and from which taker.

        Nearest first, so that among equals the one with the fewest moves is found first.
        """
        reached: dict[str, tuple[Group, str]] = {}
        seen = {start}
        waiting: deque[tuple[Group, str]] = deque([(start, "")])
        while waiting:
            group, source = waiting.popleft()
            for taker in self._in_order(group):
                if taker in reached:
                    continue
                reached[taker] = (group, source)
                others = sorted(self.groups_with[taker] - seen)
                seen.update(others)
                waiting.extend((other, taker) for other in others)
        return reached

    def _in_order(self, group: Group) -> Group:
        """The group in an order that favours no name, the same every time."""
        if group not in self.ordered:
            self.ordered[group] = tuple(sorted(group, key=digest))
        return self.ordered[group]

    def _count(self, group: Group, taker: str, change: int) -> None:
        self.shares[group, taker] += change
        if self.shares[group, taker]:
            self.groups_with[taker].add(group)
        else:
            self.groups_with[taker].discard(group)


def _handed_out(rows: Mapping[str, Group], board: _Board) -> dict[str, Placing]:
    """Each row's taker, by turns, so that each finds the best of what is its group's to take."""
    left = Counter(board.shares)
    loads = Counter({taker.id: taker.load for taker in board.takers.values()})
    placed: dict[str, Placing] = {}
    for row in sorted(rows):
        group = rows[row]
        costs = {taker: board.cost(board.takers[taker], loads[taker]) for taker in group}
        ours = [taker for taker in group if left[group, taker]]
        if not ours:
            continue
        taker = min(ours, key=lambda taker: (costs[taker], digest(row, taker)))
        free = [other for other in group if board.takers[other].has_room(loads[other])]
        why: Why = "best" if costs[taker] == min(costs[other] for other in free) else "for others"
        left[group, taker] -= 1
        loads[taker] += 1
        placed[row] = Placing(taker, loads[taker], "only" if len(free) == 1 else why)
    return placed
