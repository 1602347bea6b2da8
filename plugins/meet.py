"""meet: invites people to a call, with its link; their calendars can answer.

    - meet: Welcome call with {{ volunteer.name }}
      with: [volunteer, coach]
      at: First call
      by: room

Each gets a mail, with the time in their own zone. With `again: when First call changes`, a new
time reaches the same entry in their calendars; with `cancel_when`, whoever was invited is told that
it is off.

Where `by` names a meeting room, such as a zoom connection, each call is made there first; the mails
go out with its link, and only if it was made. A call that moves is moved there too.

Where `by` names a calendar, such as a google_calendar connection, the call, its link and the
invitations are one entry in that calendar, which writes to the guests in its own words. What a
person changes in the entry stays. A guest who may not be written to holds the whole call back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sheetflow import (
    Action,
    Blank,
    Calendar,
    Connection,
    MeetingPlace,
    MeetingRoom,
    RowStopped,
    Status,
    Word,
    Work,
    hookimpl,
    option,
)

from ._invitation_options import InvitationOptions
from ._inviting import Inviting


class Meet(Inviting):
    """Invites people to a call: a mail to each, with a link and an entry for their calendar."""

    name = "meet"

    @dataclass(frozen=True, kw_only=True)
    class Options(InvitationOptions):
        by: Connection = option(
            "The connection that gives the call its link, such as room; one that makes each call a"
            " link of its own, such as zoom; or a calendar, which keeps the call, makes its link"
            " and invites the guests itself, in its own words.",
            says="The link of the call comes from {}.",
        )

    def calendar(self) -> Calendar | None:
        """The connection named by `by`, if it is a calendar."""
        connection = self.tools.connection(self.options.by)
        return connection if isinstance(connection, Calendar) else None

    def room(self) -> MeetingRoom | None:
        """The connection named by `by`, if it makes each call and tells nobody."""
        connection = self.tools.connection(self.options.by)
        if isinstance(connection, MeetingRoom) and not isinstance(connection, Calendar):
            return connection
        return None

    def place(
        self,
        work: Work,  # noqa: ARG002 - a link needs no row
        title: str,
        starts: datetime,
        ends: datetime,
    ) -> str | Blank:
        """The call's link, from the connection named by `by`."""
        connection = self.tools.connection(self.options.by)
        if not isinstance(connection, MeetingPlace):
            raise RowStopped(Status(Word.NEEDS_YOU, f'"{self.options.by}" gives calls no link'))
        return connection.link(title, starts, ends)


@hookimpl
def actions() -> list[type[Action[Any]]]:
    """The action `meet`."""
    return [Meet]
