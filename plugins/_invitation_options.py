"""What every invitation may say: the options that `meet` and `invite` share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sheetflow import (
    Column,
    Conditions,
    Connection,
    MessageTemplate,
    People,
    Template,
    main,
    option,
)


@dataclass(frozen=True, kw_only=True)
class InvitationOptions:
    """What every invitation may say."""

    title: Template = main(
        "What calendars show, such as Welcome call with {{ volunteer.name }}.",
        says="Invites people by mail, with an entry for their calendar: {}.",
    )
    with_: People = option(
        "Who is invited: one name, or a list such as [volunteer, coach].",
        says="Invited are {}.",
    )
    at: Column = option(
        "The column with the day and the time.", says="The day and the time stand in {}."
    )
    for_: timedelta = option(
        "How long it takes.", default=timedelta(minutes=30), says="It takes {}."
    )
    about: Template | None = option(
        "What it is about, for the calendar and the mail.",
        default=None,
        says="It is about this: {}.",
    )
    template: MessageTemplate | None = option(
        "The invitation's words: a file in templates/. Without it, and when the meeting changes or"
        " is called off, a short text says what, when and where. A calendar has words of its own.",
        default=None,
        says="The invitation is made from the template",
    )
    from_: Connection = option(
        "The sender of the mail.", default=Connection(""), says="The sender is {}."
    )
    cancel_when: Conditions | None = option(
        "When it is called off, written as in where. Whoever was invited is told.",
        default=None,
        says="It is called off, and whoever was invited is told, once all of this holds",
    )
