"""Nobody hears from us too often, whichever recipe or chapter writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sheetflow.ledger.records import Contact
from sheetflow.packed import Lookup
from sheetflow.plugin.guard import Guard, Held
from sheetflow.tables import statuses
from sheetflow.tables.handles import normal_handle
from sheetflow.values import Entry

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class ContactCaps(Guard):
    """Delays a message to somebody who had as many of its kind as they may, until it fits again.

    People are counted by their address, so that one in two tables is one; of a message to several,
    each by what it is to them. What this run let through counts as had.
    """

    name = "contact caps"

    def prepare(self, entries: Sequence[Entry]) -> None:  # noqa: ARG002 - each is asked alone
        """Begin with nothing known; what people had is read when the first of them is asked."""
        self._before: Mapping[str, Sequence[Contact]] | None = None
        self._now: defaultdict[str, Lookup] = defaultdict(Lookup)

    def ask(self, entry: Entry) -> Held | None:
        """The latest moment from which every cap has room for one more."""
        change = entry.change
        if change is None or not self.tools.policy.caps:
            return None
        now = self.tools.clock.now()
        full: list[tuple[datetime, int, timedelta]] = []
        for address in change.to:
            kind = change.kind_for(address, entry.kind)
            caps = self.tools.policy.caps.get(kind, ())
            had = self._had(address, kind) if caps else ()
            for cap in caps if had else ():
                recent = [at for at in had if at > now - cap.within]
                if len(recent) >= cap.times:
                    fits = recent[len(recent) - cap.times] + cap.within
                    full.append((fits, len(recent), cap.within))
        if not full:
            return None
        until, count, within = max(full)
        until = until.astimezone(now.tzinfo)
        return Held(statuses.had_enough(count, within, until, now), until)

    def passed(self, entry: Entry) -> None:
        """Count what goes out now."""
        if entry.change is None:
            return
        since = self.tools.clock.now() - _BEGINNING
        for address in entry.change.to:
            kind = entry.change.kind_for(address, entry.kind)
            if self.tools.policy.caps.get(kind):
                self._now[kind].put(normal_handle(address), since // _MICROSECOND)

    def _had(self, address: str, kind: str) -> list[datetime]:
        if self._before is None:
            lengths = [cap.within for caps in self.tools.policy.caps.values() for cap in caps]
            self._before = self.memory.contacts(self.tools.clock.now() - max(lengths))
        before = self._before.get(self.memory.name_of(address), ()) if self._before else ()
        now = self._now[kind].of(normal_handle(address))
        return sorted(
            [
                *(contact.at for contact in before if contact.kind == kind),
                *(_BEGINNING + since * _MICROSECOND for since in now),
            ]
        )
