"""The hosts of a Zoom account, among whom meetings are shared: a hundred writes a day for each.

Zoom lets each host make or change a hundred meetings a day, by UTC. What is known of a host's day
is what this run wrote, and which of the upcoming meetings were made today.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, timedelta

from sheetflow import Appointment, Door, UsedUp, digest

from ._zoom_client import Api
from ._zoom_meetings import Call, call_in, mark_of


class Hosts:
    """What is known of each host: their upcoming meetings, and how many writes are left today."""

    def __init__(self, names: Sequence[str], most: int, api: Api, door: Door) -> None:
        self._names = tuple(dict.fromkeys(names))
        self._most = most
        self._api = api
        self._clock = door.clock
        self._calls: dict[str, dict[str, Call]] = {}
        self._written: dict[tuple[str, str], int] = {}
        self._full: set[tuple[str, str]] = set()
        self._lock = threading.RLock()

    def in_turn(self, appointment: Appointment) -> Iterator[str]:
        """Hosts that may write today; the same meeting begins with the same host each time.

        Raises UsedUp when no more is left.
        """
        first = int(digest(appointment.id)[:8], 16) % len(self._names)
        for name in (*self._names[first:], *self._names[:first]):
            if self.left(name) > 0:
                yield name
        raise self.used_up()

    def left(self, host: str) -> int:
        """How many meetings a host may make or change today, as far as is known."""
        with self._lock:
            day = (host, self._today)
            made = sum(f"{call.made:%Y-%m-%d}" == day[1] for call in self._of(host) if call.made)
            return 0 if day in self._full else self._most - made - self._written.get(day, 0)

    def used_up(self) -> UsedUp:
        """What is said when no host may write any more today."""
        now = self._clock.now().astimezone(UTC)
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        who = "the host has" if len(self._names) == 1 else "all hosts have"
        return UsedUp(
            f"Zoom lets a host make or change {self._most} meetings a day, and {who} done so",
            hint="The rest goes on after midnight UTC. More hosts share the load.",
            retry_after=midnight - now,
        )

    def is_full(self, host: str) -> None:
        """Zoom says that this host has written enough today."""
        with self._lock:
            self._full.add((host, self._today))

    def wrote(self, call: Call, *, new: bool) -> None:
        """A meeting was made or changed. One that was made is counted by when it was."""
        with self._lock:
            self._calls.setdefault(call.host, {})[call.id] = call
            if not new or call.made is None:
                self._count(call.host)

    def forget(self, number: str) -> None:
        """A meeting is gone; that it was made today still counts."""
        with self._lock:
            for host, calls in self._calls.items():
                gone = calls.pop(number, None)
                if gone is not None and gone.made and f"{gone.made:%Y-%m-%d}" == self._today:
                    self._count(host)

    def marked(self, appointment: Appointment, host: str, *, anew: bool = False) -> Call | None:
        """This meeting among a host's; with `anew`, Zoom is asked even if it was before."""
        mark = mark_of(appointment)
        with self._lock:
            if anew:
                self._calls.pop(host, None)
            return next((call for call in self._of(host) if mark in call.agenda), None)

    def marked_anywhere(self, appointment: Appointment, *, anew: bool = False) -> Call | None:
        """This meeting among those of all hosts."""
        found = (self.marked(appointment, name, anew=anew) for name in self._names)
        return next((call for call in found if call is not None), None)

    def _of(self, host: str) -> Sequence[Call]:
        if host not in self._calls:
            upcoming = (call_in(meeting, host) for meeting in self._api.upcoming(host))
            self._calls[host] = {call.id: call for call in upcoming}
        return tuple(self._calls[host].values())

    def _count(self, host: str) -> None:
        day = (host, self._today)
        self._written[day] = self._written.get(day, 0) + 1

    @property
    def _today(self) -> str:
        return f"{self._clock.now().astimezone(UTC):%Y-%m-%d}"
