"""A recipe that is switched off does nothing, and the rows from before it stay as they are."""

from __future__ import annotations

from sheetflow.plugin.guard import Guard, Held
from sheetflow.tables import statuses
from sheetflow.values import Entry


class SwitchedOn(Guard):
    """Holds everything of a recipe that is switched off.

    One that nobody ever switched on needs a person who saw the plan.
    """

    name = "switched on"

    @property
    def lets_all_through(self) -> bool:
        """Where it is on, and no row is from before."""
        switch = self.memory.switch
        is_on = self.tools.attended if switch is None else switch.is_on
        return is_on and not self.memory.knows_rows_from_before

    def ask(self, entry: Entry) -> Held | None:
        """Whether the recipe is on, and whether it is about this row."""
        switch = self.memory.switch
        if switch is not None and not switch.is_on:
            return Held(statuses.switched_off())
        if switch is None and not self.tools.attended:
            return Held(statuses.not_switched_on(self.recipe.id))
        if self.memory.was_here_before(entry.key.ref):
            return Held(statuses.matched_before(self.recipe.name))
        return None
