"""A small workspace to read recipes against: volunteers, coaches, and a few actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from sheetflow.language.messages import MessageTemplate
from sheetflow.language.templating import Template
from sheetflow.language.vocabulary import (
    ActionWords,
    Cells,
    Column,
    Conditions,
    Connection,
    Gift,
    Option,
    OtherColumn,
    People,
    Pick,
    TableName,
    TableWords,
    Vocabulary,
)


def _check_meet(options: Mapping[str, Any]) -> None:
    if options["for_"] > timedelta(hours=8):
        raise ValueError("a call of more than 8 hours is too long. Make it shorter.")


def _given_by_assign(options: Mapping[str, Any]) -> Mapping[str, Gift]:
    return {options["pick"].name: Gift(table=options["pick"].table)}


ACTIONS = (
    ActionWords(
        "assign",
        "Gives the row somebody from another table.",
        (
            Option("pick", "pick", Pick, "Who is wanted, and from where.", main=True),
            Option("same", "same", tuple[Column, ...], "Columns that must agree.", False, ()),
            Option("prefer", "prefer", Literal["fewest", "first"], "Who is first.", False, "first"),
            Option("room", "room", OtherColumn, "How many each may have.", False),
            Option("save_in", "save_in", Column, "Where the name is written."),
            Option("if_none", "if_none", Template | None, "What the row says else.", False),
        ),
        _given_by_assign,
    ),
    ActionWords(
        "meet",
        "Arranges a call.",
        (
            Option("title", "title", Template, "What calendars show.", main=True),
            Option("with", "with_", People, "Who is invited."),
            Option("at", "at", Column, "The column with the time."),
            Option("for", "for_", timedelta, "How long.", False, timedelta(minutes=30)),
            Option("by", "by", Connection, "What gives the link.", False, Connection("")),
            Option("template", "template", MessageTemplate | None, "The words.", False),
            Option("cancel_when", "cancel_when", Conditions | None, "When not.", False),
        ),
        lambda _options: {"meeting": Gift(fields=("link", "starts"))},
        check=_check_meet,
    ),
    ActionWords(
        "email",
        "Writes to somebody.",
        (
            Option("to", "to", People, "Who it is written to.", main=True),
            Option("template", "template", MessageTemplate, "The message."),
            Option("copies", "copies", int, "How many.", False, 1),
            Option("quiet", "quiet", bool, "Whether to say nothing.", False, False),
        ),
    ),
    ActionWords(
        "set",
        "Writes cells of the row.",
        (Option("cells", "cells", Cells, "What goes where.", main=True),),
        writes=lambda options: tuple(options["cells"]),
    ),
    ActionWords(
        "add_row",
        "Adds a row to another table.",
        (
            Option("table", "table", TableName, "The table.", main=True),
            Option("cells", "cells", Cells, "What goes where."),
        ),
    ),
    ActionWords(
        "tell",
        "Tells people in a room.",
        (Option("rooms", "rooms", tuple[str, ...], "Which rooms.", main=True),),
    ),
    ActionWords("wave", "Waves.", (Option("times", "times", int, "How often.", False, 1),)),
)

VOLUNTEERS = TableWords(
    "Volunteers",
    ("Name", "First name", "Region", "Coach", "Status", "First call", "# of shifts", "OK to call?"),
    {"point_person": "Team"},
)
VOCABULARY = Vocabulary(
    actions={words.name: words for words in ACTIONS},
    tables={
        "Volunteers": VOLUNTEERS,
        "Coaches": TableWords("Coaches", ("Name", "Region", "Max volunteers")),
        "Team": TableWords("Team", ("Name", "Email")),
        "Log": TableWords("Log", ("Who", "What")),
        "Elsewhere": TableWords("Elsewhere", None),
    },
    connections=("room", "office"),
)

RECIPE = """\
recipe: Match new volunteers with a coach
about: Everyone who signs up gets a coach from their region and a first call.
schedule: every weekday at 09:00

for_each: volunteer in Volunteers
where:
  Coach: is empty
  Status: is empty or New
  First call: is in the future

steps:
  - assign: coach from Coaches
    same: Region
    prefer: fewest
    save_in: Coach
    if_none: Waiting for a coach with room in {{ volunteer.region }}

  - meet: Welcome call with {{ volunteer.name }}
    with: [volunteer, coach]
    at: First call
    for: 30 minutes
    by: room

  - email: volunteer
    template: welcome-volunteer

  - email: coach
    template: meet-your-volunteer
    again: when First call changes

status: Matched with {{ coach.name }}, call on {{ volunteer.first_call | day_and_time }}
limits:
  people_per_run: 40
"""


def write_recipe(folder: Path, text: str = RECIPE, **templates: str) -> Path:
    """A folder of a recipe with its message templates, each a body; gives the recipe's path."""
    path = folder / "match" / "recipe.yaml"
    (path.parent / "templates").mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    bodies = {"welcome-volunteer": "Hello.", "meet-your-volunteer": "Hello.", **templates}
    for name, body in bodies.items():
        message = path.parent / "templates" / f"{name}.md"
        message.write_text(f"---\nsubject: Hello\n---\n{body}\n", encoding="utf-8")
    return path
