"""The keys of `sheetflow.yaml` for those who see only the sheet, and their mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sheetflow.language.keys import Key, MapKind
from sheetflow.language.kinds import TextKind
from sheetflow.language.problems import Mistake
from sheetflow.language.recipe_kinds import ScheduleKind
from sheetflow.language.schedules import Schedule, parse_schedule
from sheetflow.tables.spec import ColumnSpec, PersonColumns, TableSpec

RECIPE, ON = "Recipe", "On"
LAST, WENT, NEXT, NEEDS, WAITS = "Last run", "How it went", "Next run", "Needs you", "Waiting"
SAYS = (LAST, WENT, NEXT, NEEDS, WAITS)
"""The columns of the control table in which only Sheetflow writes."""
COLUMNS = (RECIPE, ON, *SAYS)


@dataclass(frozen=True)
class Digest:
    """Who hears what waits for somebody: at `to`, from the sender of that name, how often."""

    to: str
    sender: str
    when: Schedule
    by: str = ""


@dataclass(frozen=True)
class Organizing:
    """How organizers see and steer recipes without a terminal.

    `control` names the table with a line for each recipe, and a tick to switch it on; or "".
    """

    control: str = ""
    digest: Digest | None = None


class DigestTimeKind(ScheduleKind):
    """When a digest is due: at a time of day, on some days."""

    words = "a time of day, such as every weekday at 08:00"
    example = "every weekday at 08:00"

    def parse(self, text: str) -> Schedule:
        try:
            found = super().parse(text)
        except Mistake as mistake:  # a digest has fewer times than a recipe
            raise Mistake(mistake.what, f"Write {self.words}.") from None
        if found.at is None:
            raise Mistake("that is no time of day.", f"Write {self.words}.")
        return found


_DIGEST = (
    Key(
        "to",
        TextKind("you@example.org"),
        "An e-mail address, or a channel such as #organizers.",
        required=True,
    ),
    Key("from", TextKind(), "The sender of that mail. Without it: the first one.", default=""),
    Key("by", TextKind(), "The connection that posts it, if it goes to a channel.", default=""),
    Key(
        "when",
        DigestTimeKind(),
        "When it is sent, if there is anything to say.",
        default=parse_schedule("every weekday at 08:00"),
    ),
)

ORGANIZER = (
    Key(
        "control",
        TextKind(),
        "The table with a line for each recipe, a tick to switch it on, and how it goes.",
        default="",
    ),
    Key(
        "digest",
        MapKind(
            _DIGEST, lambda found: Digest(found["to"], found["from"], found["when"], found["by"])
        ),
        "Who gets a mail about what waits for somebody, grouped by cause, and when.",
    ),
)


def organizing_of(found: Mapping[str, Any]) -> Organizing:
    """What the keys say."""
    return Organizing(found["control"], found["digest"])


def with_control(tables: Mapping[str, TableSpec], control: str) -> dict[str, TableSpec]:
    """The tables, the one for control with the columns that it has to have."""
    found = dict(tables)
    if control in found:
        ticks = {ON: ColumnSpec(ON, "yes/no")}
        found[control] = replace(
            found[control],
            key=(RECIPE,),
            person=PersonColumns(),
            columns=ticks,
            writes=(ON, *SAYS),
        )
    return found
