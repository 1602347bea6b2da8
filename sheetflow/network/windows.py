"""What was asked of a limit lately, and when there is room again: sums over one line of numbers.

Time is cut into slots, forty to a second, minute or day, and any forty-four of them in a row hold
no more than the limit. Whatever forty of them a service counts in, it finds no more, and there is
room for requests that are late on their way. The first of the slots may hold all: nobody waits
while there is room. A month is one slot, by the calendar in UTC.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import floor

from sheetflow.network.services import Limit

SLOTS, KEPT = 40, 44
SLACK = KEPT / SLOTS
"""How much longer our windows are than the service's."""

_SECONDS: Mapping[str, float] = {"second": 1.0, "minute": 60.0, "day": 86_400.0}

Used = dict[int, int]
"""The units taken in each slot, by its number."""


@dataclass(frozen=True)
class Window:
    """One limit, by its slots."""

    limit: Limit

    def free_at(self, used: Used, units: int, now: float) -> float:
        """The moment from which so many fit; more than the limit allows wait for all of it."""
        if not self.limit.count:
            return now
        units = min(units, self.limit.count)
        first = slot = self.slot(now)
        while (later := self._full(used, slot, units)) is not None:
            slot = later
        return now if slot == first else max(now, self.start(slot))

    def taken(self, used: Used, units: int, at: float, now: float) -> Used:
        """The same with so many taken at that moment, without what is over."""
        first, slot = self.slot(now) - self._width, max(self.slot(at), self.slot(now))
        kept = {number: count for number, count in used.items() if number > first}
        return {**kept, slot: kept.get(slot, 0) + units}

    def total(self, used: Used, now: float) -> int:
        """The units that count now."""
        slot = self.slot(now)
        return sum(count for number, count in used.items() if slot - self._width < number <= slot)

    def slot(self, moment: float) -> int:
        """The number of the slot at a moment, in seconds."""
        if self.limit.per == "month":
            day = datetime.fromtimestamp(moment, UTC)
            return day.year * 12 + day.month - 1
        return floor(moment / self._length + 1e-3)  # its own beginning is in it, however rounded

    def start(self, slot: int) -> float:
        """The moment at which a slot begins."""
        if self.limit.per == "month":
            return datetime(slot // 12, slot % 12 + 1, 1, tzinfo=UTC).timestamp()
        return slot * self._length

    @property
    def _width(self) -> int:
        return 1 if self.limit.per == "month" else KEPT

    @property
    def _length(self) -> float:
        return _SECONDS[self.limit.per] / SLOTS

    def _full(self, used: Used, slot: int, units: int) -> int | None:
        """None if so many fit into the slot; else the next one that is worth a look.

        It may hold what was promised for later, too, so that every window around it is looked at.
        """
        width = self._width
        near = sorted(number for number in used if slot - width < number < slot + width)
        room = self.limit.count - units
        if sum(used[number] for number in near) <= room:
            return None
        for first in (number for number in (*near, slot) if number <= slot):
            within = [number for number in near if first <= number < first + width]
            if sum(used[number] for number in within) > room:
                return min(number + width for number in near if number + width > slot)
        return None


def read_used(text: str) -> Used:
    """What `written` wrote; nothing where nothing was."""
    return {int(slot): int(count) for slot, count in json.loads(text or "[]")}


def written(used: Used) -> str:
    """The same as a text, to be kept."""
    return json.dumps(sorted(used.items()), separators=(",", ":"))
