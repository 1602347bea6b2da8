"""A run that would reach far more people than any before waits for a person to look at it."""

from __future__ import annotations

from collections.abc import Sequence

from sheetflow.plugin.guard import Held, RunGuard
from sheetflow.runner.approving import changes_since
from sheetflow.runner.guards.addressed import people_in
from sheetflow.tables import statuses
from sheetflow.values import Entry

RUNS = 10
"""How many finished runs say what is usual."""

FEWEST_RUNS = 3
"""With fewer, nothing is usual yet."""

TIMES = 3
"""How many times the largest of them is still usual."""

HARMLESS = 20
"""How many people at once are never too many, whatever was usual."""


class LearnedLimit(RunGuard):
    """Holds everything back when there are suddenly many more people than usual."""

    name = "usual"

    def prepare(self, entries: Sequence[Entry]) -> None:
        """Keep the whole plan, to hold it against what somebody agreed to."""
        self._plan = entries

    def weigh(self, going: Sequence[Entry]) -> None:
        """Hold the number of people against those of the runs before."""
        usual = self.memory.reached_by_runs(RUNS)
        self._held: Held | None = None
        if len(usual) < FEWEST_RUNS:
            return
        people = people_in(going)
        unusual = people > max(HARMLESS, TIMES * max(usual))
        if unusual and changes_since(self._plan, self.recipe, self.memory):
            status = statuses.unusual(people, min(usual), max(usual), self.recipe.id)
            self._held = Held(status)

    @property
    def lets_all_through(self) -> bool:
        """Its answer is the same for every change."""
        return self._held is None

    def ask(self, entry: Entry) -> Held | None:  # noqa: ARG002 - it is about the run, not a row
        """The same answer for every change of the run."""
        return self._held
