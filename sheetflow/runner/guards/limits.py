"""The recipe's own limits: a run that would reach more people than it may, reaches none."""

from __future__ import annotations

from collections.abc import Sequence

from sheetflow.plugin.guard import Held, RunGuard
from sheetflow.runner.guards.addressed import people_in
from sheetflow.tables import statuses
from sheetflow.values import Entry


class DeclaredLimits(RunGuard):
    """Holds everything back when a limit is passed: a wrong `where` often is why."""

    name = "limits"

    def prepare(self, entries: Sequence[Entry]) -> None:
        """Note how many entries there are: more than so many changes can not go."""
        self._entries = len(entries)

    def weigh(self, going: Sequence[Entry]) -> None:
        """Count the people and the messages of the whole run, where there may be too many."""
        limits = self.recipe.limits
        self._held: Held | None = None
        if limits.people_per_run is not None and self._entries > limits.people_per_run:
            self._held = _over(people_in(going), limits.people_per_run, "people")
        most = limits.messages_per_run
        if self._held is None and most is not None and self._entries > most:
            messages = sum(1 for entry in going if entry.change and entry.change.to)
            self._held = _over(messages, most, "messages")

    @property
    def lets_all_through(self) -> bool:
        """Its answer is the same for every change."""
        return self._held is None

    def ask(self, entry: Entry) -> Held | None:  # noqa: ARG002 - the limit is the run's, not a row's
        """The same answer for every change of the run."""
        return self._held


def _over(count: int, limit: int, what: str) -> Held | None:
    return Held(statuses.over_limit(count, what, limit)) if count > limit else None
