"""The recipe's own limits: a run that would reach more people than it may, reaches none."""

from __future__ import annotations

from collections.abc import Sequence

from sheetflow.plugin.guard import Guard, Held
from sheetflow.values import Entry, Status, Word


class DeclaredLimits(Guard):
    """Holds everything back when a limit is passed: a wrong `where` often is why."""

    name = "limits"

    def prepare(self, entries: Sequence[Entry]) -> None:
        """Count the people and the messages of the whole run."""
        people = len({entry.key.row for entry in entries})
        messages = sum(1 for entry in entries if entry.change and entry.change.to)
        limits = self.recipe.limits
        self._held = _over(people, limits.people_per_run, "people", "people_per_run") or _over(
            messages, limits.messages_per_run, "messages", "messages_per_run"
        )

    def ask(self, entry: Entry) -> Held | None:  # noqa: ARG002 - the limit is the run's, not a row's
        """The same answer for every change of the run."""
        return self._held


def _over(count: int, limit: int | None, what: str, key: str) -> Held | None:
    if limit is None or count <= limit:
        return None
    text = f"{count} {what} at once is over the recipe's limit of {limit} ({key})"
    return Held(Status(Word.WAITING, text))
