"""A plan that needs somebody's Go waits for it, and for exactly this plan."""

from __future__ import annotations

from collections.abc import Sequence

from sheetflow.plugin.guard import Held, RunGuard
from sheetflow.runner.approving import changes_since
from sheetflow.runner.guards.addressed import people_in
from sheetflow.tables import statuses
from sheetflow.values import Entry


class Approved(RunGuard):
    """Holds everything back until somebody agreed, where the recipe asks for that."""

    name = "approval"

    def prepare(self, entries: Sequence[Entry]) -> None:
        """Keep the whole plan, to hold it against the one that was agreed to."""
        self._plan = entries

    def weigh(self, going: Sequence[Entry]) -> None:
        """Whether this many people need a Go, and whether it was given to this very plan."""
        most = self.recipe.approve_over
        self._held: Held | None = None
        if most is None or (people := people_in(going)) <= most:
            return
        if changed := changes_since(self._plan, self.recipe, self.memory):
            given = self.memory.approval.at if self.memory.approval else None
            when = given.astimezone(self.tools.clock.zone) if given and not changed.is_new else None
            self._held = Held(statuses.needs_a_go(people, self.recipe.id, when))

    @property
    def lets_all_through(self) -> bool:
        """Its answer is the same for every change."""
        return self._held is None

    def ask(self, entry: Entry) -> Held | None:  # noqa: ARG002 - it is about the run, not a row
        """The same answer for every change of the run."""
        return self._held
