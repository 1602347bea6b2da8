"""invite: invites people to a gathering at a place, by mail; their calendars can answer.

    - invite: Kick-off in {{ group.name }}
      with: [lead, coach]
      at: Kick-off
      for: 2 hours
      place: "{{ group.address }}"

`place` is an address, or a link. Everything else is as for `meet`, and `by` may name a calendar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sheetflow import (
    Action,
    Calendar,
    Connection,
    RowStopped,
    Status,
    Template,
    Word,
    Work,
    hookimpl,
    option,
)

from ._invitation_options import InvitationOptions
from ._inviting import Inviting


class Invite(Inviting):
    """Invites people to a place: a mail to each, with an entry for their calendar."""

    name = "invite"

    @dataclass(frozen=True, kw_only=True)
    class Options(InvitationOptions):
        place: Template = option("Where it is: an address, or a link.", says="The place is {}.")
        by: Connection = option(
            "A calendar that invites the guests itself, in its own words, such as a google_calendar"
            " connection. Without it, they are mailed.",
            default=Connection(""),
            says="It is kept in the calendar {}, which writes to the guests itself.",
        )

    def calendar(self) -> Calendar | None:
        """The calendar named by `by`, if there is one."""
        if not self.options.by:
            return None
        connection = self.tools.connection(self.options.by)
        if not isinstance(connection, Calendar):
            raise RowStopped(Status(Word.NEEDS_YOU, f'"{self.options.by}" is no calendar'))
        return connection

    def place(
        self,
        work: Work,
        title: str,  # noqa: ARG002 - it is wherever the recipe says
        starts: datetime,  # noqa: ARG002 - as above
        ends: datetime,  # noqa: ARG002 - as above
    ) -> str:
        """The address or link, as the recipe says it for this row."""
        return work.render(self.options.place)


@hookimpl
def actions() -> list[type[Action[Any]]]:
    """The action `invite`."""
    return [Invite]
