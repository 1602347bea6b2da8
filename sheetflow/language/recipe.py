"""What an author means, once everything about it has been checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sheetflow.language.messages import MessageTemplate
from sheetflow.language.policies import Purpose
from sheetflow.language.position import Position

if TYPE_CHECKING:
    from sheetflow.language.conditions import Where
    from sheetflow.language.schedules import Again, Schedule
    from sheetflow.language.templating import Expression, Template

OnFailure = Literal["stop", "continue", "stop everything"]
Rows = Literal["all", "visible"]


@dataclass(frozen=True)
class Limits:
    """How far one run may reach; None is no limit. Nobody is without a limit by forgetting it."""

    people_per_run: int | None = 100
    messages_per_run: int | None = None


@dataclass(frozen=True)
class Step:
    """One step: an action, its checked options by field name, and when it applies.

    `kind` says why somebody is written to, if anybody is: the step's own word, or the recipe's.
    `has_own_id` says that somebody wrote its id, which else is made from its action and its object.
    """

    id: str
    action: str
    options: Mapping[str, Any]
    position: Position
    condition: Expression | None = None
    again: Again | None = None
    on_failure: OnFailure = "stop"
    kind: Purpose | None = None
    has_own_id: bool = False


@dataclass(frozen=True)
class NeededColumns:
    """The columns of one table that a recipe names, and those that it uses if they are there.

    `whole` means that all of them may be needed: the recipe looks a column up by a name that is
    worked out, or hands a whole row on.
    """

    named: frozenset[str] = frozenset()
    perhaps: frozenset[str] = frozenset()
    whole: bool = False


@dataclass(frozen=True)
class Recipe:
    """A recipe, complete: keys, actions, options, phrases and templates are all checked.

    `id` is the name of its folder or file, so that a new title never sends anything twice.
    `fingerprint` is a digest of its text and of its message templates. `approve_over` is the number
    of people above which a plan needs somebody's Go; with `approve_rows`, each row needs a tick. A
    change that is held back is of no use after the moment in the column `useful_until`, or when it
    has waited for `useful_for`. `owner` is the address of whoever looks after it, or "". `columns`
    are those that it uses of each table, or None where nobody can tell.
    """

    id: str
    name: str
    about: str
    row: str
    table: str
    where: Where
    rows: Rows
    steps: tuple[Step, ...]
    status: Template | None
    limits: Limits
    schedule: Schedule | None
    path: Path
    fingerprint: str
    approve_over: int | None = None
    approve_rows: bool = False
    useful_until: str = ""
    useful_for: timedelta | None = None
    owner: str = ""
    columns: Mapping[str, NeededColumns] | None = None

    @property
    def messages(self) -> tuple[MessageTemplate, ...]:
        """The messages of its steps, in their order."""
        options = (value for step in self.steps for value in step.options.values())
        return tuple(value for value in options if isinstance(value, MessageTemplate))

    @property
    def unread(self) -> tuple[str, ...]:
        """The addresses of its messages that stand in documents and were not read."""
        return tuple(dict.fromkeys(each.name for each in self.messages if each.unread))
