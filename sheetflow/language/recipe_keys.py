"""The table of recipe keys, in reading order: when, who, what, limits."""

from __future__ import annotations

from sheetflow.language.conditions.reading import WhereKind
from sheetflow.language.keys import Key, MapKind
from sheetflow.language.kind_table import kind_of
from sheetflow.language.kinds import PatternKind, TextKind, WholeNumberKind
from sheetflow.language.recipe import Limits, OnFailure, Rows
from sheetflow.language.recipe_kinds import ForEachKind, ScheduleKind
from sheetflow.language.schedules import Again
from sheetflow.language.steps import StepsKind
from sheetflow.language.template_kinds import ExpressionKind, TemplateKind

LIMIT_KEYS = (
    Key("people_per_run", WholeNumberKind(1), "The most people that one run may reach."),
    Key("messages_per_run", WholeNumberKind(1), "The most messages that one run may send."),
)

STEP_KEYS = (
    Key("if", ExpressionKind(), "The step is only for rows for which this is true."),
    Key(
        "id",
        PatternKind("a short name, such as first-mail", r"[a-z0-9][a-z0-9_-]*", "first-mail"),
        "The step's own name. It keeps the step from happening twice, so it stays when wording "
        "changes. Without it, the name is made of the action and its object.",
    ),
    Key(
        "again",
        kind_of(Again),
        "When the step may happen once more for the same row. Without it: once, ever.",
    ),
    Key(
        "on_failure",
        kind_of(OnFailure),
        "What a failure does: stop the row, continue with its next step, or stop everything.",
        default="stop",
    ),
)

RECIPE_KEYS = (
    Key("recipe", TextKind(), "What the recipe is called.", required=True),
    Key("about", TextKind(), "What it is for, in a sentence or two.", default=""),
    Key("schedule", ScheduleKind(), "When it runs. Without it, only when it is started."),
    Key(
        "for_each",
        ForEachKind(),
        "What one row is called in this recipe, and the table of the rows.",
        required=True,
    ),
    Key("rows", kind_of(Rows), "Whether rows hidden by a filter count.", default="all"),
    Key(
        "where",
        WhereKind(),
        "Which rows it is about: every condition must hold.",
        required=True,
        missing="Write the conditions; if everybody is meant, write where: everyone",
    ),
    Key("steps", StepsKind(STEP_KEYS), "What is done for each row, in this order.", required=True),
    Key("status", TemplateKind(), "What the row says when all steps are done."),
    Key(
        "limits",
        MapKind(LIMIT_KEYS, lambda values: Limits(**values)),
        "How far one run may reach.",
        default=Limits(),
    ),
)
