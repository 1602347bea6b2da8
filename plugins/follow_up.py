"""follow_up: says in the row what happens next, who does it, and by when.

    - follow_up: First call
      owner: coach
      due: in 2 days

`due` is a time from now (`tomorrow`, `in 2 days`, `in 24 hours`), or the name of a column with a
date. Days are written as a date; minutes and hours as a date and time, in the table's zone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sheetflow import (
    Action,
    Change,
    Column,
    Noop,
    People,
    RowStopped,
    Status,
    Template,
    Word,
    Work,
    hookimpl,
    main,
    option,
    statuses,
)

from ._cells import changed

_FROM_NOW = re.compile(r"in (\d{1,4}|an?|one) (minute|hour|day|week)s?", re.IGNORECASE)
_DAYS = {"today": 0, "tomorrow": 1}
_LONG = {"day": timedelta(days=1), "week": timedelta(weeks=1)}
_SHORT = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}


class FollowUp(Action["FollowUp.Options"]):
    """Says in the row what happens next, who does it, and by when."""

    name = "follow_up"
    idempotent = True

    @dataclass(frozen=True, kw_only=True)
    class Options:
        next_step: Template = main(
            "What happens next, in a few words.", says="Writes down what happens next: {}."
        )
        owner: People | None = option("Who does it.", default=None, says="Who does it: {}.")
        due: str = option(
            "By when: tomorrow, in 2 days, in 24 hours, or a column with a date.",
            default="",
            says="By when: {}.",
        )
        next_step_in: Column = option(
            "Where the next step is written.",
            default=Column("Next step"),
            says="The next step goes into {}.",
        )
        due_in: Column = option(
            "Where the date is written.",
            default=Column("Next step due"),
            says="The date, where there is one, goes into {}.",
        )
        owner_in: Column = option(
            "Where the owner is written.",
            default=Column("Owner"),
            says="Who does it, where somebody is named, goes into {}.",
        )

        def __post_init__(self) -> None:
            if self.due.casefold().startswith("in ") and not _FROM_NOW.fullmatch(self.due):
                raise ValueError(
                    f'due: "{self.due}" is not a time from now. '
                    "Write tomorrow, in 2 days, in 24 hours, or a column with a date."
                )

    @classmethod
    def writes(cls, options: Mapping[str, Any]) -> Collection[str]:
        """The column of the next step, and of the day and the owner where they are named."""
        wanted = (("next_step_in", "next_step"), ("due_in", "due"), ("owner_in", "owner"))
        return [options[column] for column, given in wanted if options[given]]

    @classmethod
    def also_reads(cls, options: Mapping[str, Any]) -> Collection[str]:  # noqa: ARG003 - the same for all
        """No column but those that its options name."""
        return ()

    def plan(self, work: Work) -> Change | Noop:
        """The cells that do not say so already."""
        next_step = work.render(self.options.next_step)
        cells: dict[str, Any] = {self.options.next_step_in: next_step}
        if self.options.due:
            cells[self.options.due_in] = due_date(self.options.due, work)
        if self.options.owner:
            table, row = work.row_named(self.options.owner[0])
            cells[self.options.owner_in] = table.name_for(row.id)
        cells = changed(work, cells)
        if not cells:
            return Noop(f"next step is {next_step} already", Word.DONE)
        return Change(
            f"next step: {next_step}", cells=cells, done=Status(Word.DONE, f"next: {next_step}")
        )

    def reconcile(self, change: Change) -> bool:  # noqa: ARG002 - true of every cell
        """Certainly not done: a cell is written when the row is told, and compared before."""
        return False


def due_date(text: str, work: Work) -> date | datetime:
    """When `text` is, seen from now: a date, or a moment in the zone of the table.

    Raises RowStopped when it names a column that is empty or needs a person.
    """
    now = work.tools.clock.in_zone(work.zone).now()
    if text.casefold() in _DAYS:
        return now.date() + timedelta(days=_DAYS[text.casefold()])
    if found := _FROM_NOW.fullmatch(text):
        return _from(now, found[1], found[2].casefold())
    value: date | None = work.value(text, "date")
    if value is None:
        raise RowStopped(statuses.empty_cell(text))
    return value


def _from(now: datetime, count: str, unit: str) -> date | datetime:
    number = int(count) if count.isdigit() else 1
    if unit in _LONG:
        return now.date() + number * _LONG[unit]
    due = now.astimezone(UTC) + number * _SHORT[unit]  # hours that pass, also over a clock change
    return due.astimezone(now.tzinfo).replace(second=0, microsecond=0)


@hookimpl
def actions() -> list[type[Action[FollowUp.Options]]]:
    """The action `follow_up`."""
    return [FollowUp]
