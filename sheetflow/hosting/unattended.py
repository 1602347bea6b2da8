"""One run that the clock started: nobody sees its plan, and whatever happens is an answer."""

from __future__ import annotations

import threading
import traceback
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sheetflow.errors import LedgerBusy, SheetflowError
from sheetflow.hosting.journal import Journal
from sheetflow.hosting.roster import Roster
from sheetflow.runner.running import Run, run
from sheetflow.values import Noop, Outcome, State, Word

How = Literal["done", "not finished", "in use", "stopped"]
GO = "approval"
"""The guard that waits for somebody's Go."""


@dataclass(frozen=True)
class Ended:
    """How a run ended, and what it has to say.

    "done" means that it came to its end. `failed` says that something did not go as planned all the
    same, and `needs_go` that it waits for somebody's Go. `words` counts what rows were told.
    """

    recipe: str
    how: How
    says: str
    words: Mapping[str, int] = field(default_factory=dict)
    failed: bool = False
    needs_go: bool = False

    @property
    def needs_a_look(self) -> bool:
        """Whether somebody should look at it: for exit codes."""
        return self.failed or self.needs_go or self.how == "not finished"


def run_unattended(roster: Roster, name: str, stop: threading.Event, journal: Journal) -> Ended:
    """Run a recipe as it is now, to its end or until `stop`. Raises nothing."""
    try:
        workspace = roster.open()
        done = run(workspace.recipe(name), workspace, attended=False, stop=stop)
    except LedgerBusy as error:
        return Ended(name, "in use", str(error))
    except SheetflowError as error:
        return Ended(name, "not finished", str(error))
    except Exception as error:  # noqa: BLE001 - a fault in one recipe must not stop the others
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{place.filename}:{place.lineno}"
        journal.say("our fault", recipe=name, error=type(error).__name__, where=where)
        return Ended(name, "not finished", f"Sheetflow made a mistake: {type(error).__name__}.")
    for outcome in done.outcomes:
        if outcome.state in (State.REFUSED, State.NOT_KNOWN):
            _tell(outcome, journal)
    return _ended(name, done)


def _ended(name: str, done: Run) -> Ended:
    words = Counter(str(each.status.word) for each in done.outcomes if not _is_quiet(each))
    needs_go = any(_guard(each) == GO for each in done.outcomes)
    if done.interrupted:
        return Ended(name, "stopped", "It was stopped.", words, done.failed, needs_go)
    if done.plan.halted:
        return Ended(name, "not finished", done.plan.halted, words, True, needs_go)
    if done.untold:
        says = f"The sheet could not be told: {done.untold}"
        return Ended(name, "not finished", says, words, True, needs_go)
    return Ended(name, "done", in_words(words), words, done.failed, needs_go)


def in_words(words: Mapping[str, int]) -> str:
    """`Sent: 3, Needs you: 1`, the most welcome first.

    >>> in_words({"Needs you": 1, "Sent": 3})
    'Sent: 3, Needs you: 1'
    """
    order = [str(word) for word in Word]
    found = sorted(words.items(), key=lambda item: order.index(item[0]))
    return ", ".join(f"{word}: {count:,}" for word, count in found) or "Nothing to do."


def _tell(outcome: Outcome, journal: Journal) -> None:
    key = outcome.entry.key
    journal.say(
        "needs a look",
        recipe=key.recipe,
        step=key.step,
        word=str(outcome.status.word),
        person=journal.person(key.table, key.row),
    )


def _is_quiet(outcome: Outcome) -> bool:
    deed = outcome.entry.deed
    return isinstance(deed, Noop) and deed.quiet


def _guard(outcome: Outcome) -> str:
    deed = outcome.entry.deed
    return deed.guard if isinstance(deed, Noop) else ""
