"""What an author means, once everything about it has been checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sheetflow.language.position import Position

if TYPE_CHECKING:
    from sheetflow.language.conditions import Where
    from sheetflow.language.schedules import Again, Schedule
    from sheetflow.language.templating import Expression, Template

OnFailure = Literal["stop", "continue", "stop everything"]
Rows = Literal["all", "visible"]


@dataclass(frozen=True)
class Limits:
    """How far one run may reach; None is no limit."""

    people_per_run: int | None = None
    messages_per_run: int | None = None


@dataclass(frozen=True)
class Step:
    """One step: an action, its checked options by field name, and when it applies."""

    id: str
    action: str
    options: Mapping[str, Any]
    position: Position
    condition: Expression | None = None
    again: Again | None = None
    on_failure: OnFailure = "stop"


@dataclass(frozen=True)
class Recipe:
    """A recipe, complete: keys, actions, options, phrases and templates are all checked.

    `id` is the name of its folder or file, so that a new title never sends anything twice.
    `fingerprint` is a digest of its text and of its message templates.
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
