"""The table of recipe keys, in reading order: when, who, what, limits."""

from __future__ import annotations

from sheetflow.language.conditions.reading import WhereKind
from sheetflow.language.keys import Key, MapKind
from sheetflow.language.kind_table import kind_of
from sheetflow.language.kinds import DurationKind, PatternKind, TextKind, WholeNumberKind
from sheetflow.language.policies import ApprovalKind, Purpose
from sheetflow.language.recipe import Limits, OnFailure, Rows
from sheetflow.language.recipe_kinds import ColumnKind, ForEachKind, ScheduleKind
from sheetflow.language.schedules import Again
from sheetflow.language.steps import StepsKind
from sheetflow.language.template_kinds import ExpressionKind, TemplateKind

LIMIT_KEYS = (
    Key(
        "people_per_run",
        WholeNumberKind(1),
        "The most people that one run may reach. With more, it reaches nobody.",
        default=Limits().people_per_run,
    ),
    Key("messages_per_run", WholeNumberKind(1), "The most messages that one run may send."),
)

KIND = kind_of(Purpose)

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
    Key(
        "kind",
        KIND,
        "Why this step writes to somebody, if not for the reason that the recipe says. internal is "
        "for one's own team: no consent is needed, and it is not counted.",
    ),
)

_IN_NO_ADDRESS = r"\s@<>,;:\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
"""Signs that end an address, and those that nobody sees."""

OWNER = PatternKind(
    "an e-mail address, such as lee@example.org",
    rf"[^{_IN_NO_ADDRESS}]+@(?:[^{_IN_NO_ADDRESS}.]+\.)+[^{_IN_NO_ADDRESS}.]+",
    "lee@example.org",
)

RECIPE_KEYS = (
    Key("recipe", TextKind(), "What the recipe is called.", required=True),
    Key("about", TextKind(), "What it is for, in a sentence or two.", default=""),
    Key(
        "owner",
        OWNER,
        "Who looks after it: the digest's part about it goes to them instead, and alerts go to "
        "them, too.",
        default="",
    ),
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
    Key(
        "kind",
        KIND,
        "Why people are written to. relationship: what they expect of us. outreach: asking, or "
        "writing first. transactional: the answer to what they just did; it needs no consent, and "
        "goes out at any hour. internal: to one's own team.",
        default="relationship",
    ),
    Key("steps", StepsKind(STEP_KEYS), "What is done for each row, in this order.", required=True),
    Key("status", TemplateKind(), "What the row says when all steps are done."),
    Key(
        "limits",
        MapKind(LIMIT_KEYS, lambda values: Limits(**values)),
        "How far one run may reach.",
        default=Limits(),
    ),
    Key(
        "approve",
        ApprovalKind(),
        "When a plan needs somebody's Go before it is carried out (sheetflow approve), or each row "
        "a tick of its own in the sheet. Without it: only when it would reach far more people than "
        "usual.",
    ),
    Key(
        "useful_until",
        ColumnKind(),
        "The column with the moment after which a message is of no use and is not sent any more.",
    ),
    Key(
        "useful_for",
        DurationKind(),
        "How long a message that is held back stays useful; after that it is not sent any more.",
    ),
)
