"""Whether all is well: no run that was due is owed for longer than the workspace allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sheetflow.ledger.ticks import Tick


@dataclass(frozen=True)
class Owed:
    """A run that was due and is not finished: since when, and what came of it last."""

    recipe: str
    since: datetime
    outcome: str = ""
    taken: bool = False

    def in_words(self) -> str:
        """The sentence for `/healthz` and for the mail."""
        what = self.outcome or ("It is running still." if self.taken else "It was not begun.")
        return f"{self.recipe} was due {self.since:%Y-%m-%d %H:%M %Z} and is not done. {what}"


@dataclass(frozen=True)
class Health:
    """What is amiss; nothing, when all is well. `troubles` keep everything from running."""

    at: datetime
    owed: tuple[Owed, ...] = ()
    troubles: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all is well."""
        return not self.owed and not self.troubles

    @property
    def reasons(self) -> list[str]:
        """What is amiss, in sentences."""
        return [*self.troubles, *(owed.in_words() for owed in self.owed)]


@dataclass
class Patience:
    """Tells a run that is late from one that nobody could have begun yet.

    After a night without a host, what was missed is begun at once, and nobody needs to hear of it:
    what was not tried yet is late only when it was seen here, waiting, for as long as is allowed.
    """

    _seen: dict[tuple[str, datetime], datetime] = field(default_factory=dict)

    def late(self, ticks: Iterable[Tick], now: datetime, grace: timedelta) -> tuple[Owed, ...]:
        """The runs that are owed for longer than `grace`, the longest first."""
        owing = {(tick.recipe, since): tick for tick in ticks if (since := tick.owed(now))}
        self._seen = {key: min(self._seen.get(key, now), now) for key in owing}
        found = [
            Owed(recipe, since.astimezone(now.tzinfo), tick.outcome, tick.taken_at is not None)
            for (recipe, since), tick in owing.items()
            if now - (since if tick.tries > 1 else self._seen[recipe, since]) > grace
        ]
        return tuple(sorted(found, key=lambda owed: owed.since))


def as_json(health: Health) -> Mapping[str, object]:
    """The same for programs."""
    return {"ok": health.ok, "at": health.at.isoformat(), "reasons": health.reasons}
