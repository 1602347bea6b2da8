"""meet: invites people to a call, with its link, by mail; their calendars can answer.

    - meet: Welcome call with {{ volunteer.name }}
      with: [volunteer, coach]
      at: First call
      by: room

Everybody gets the time in their own zone. With `again: when First call changes`, a new time reaches
the same entry in their calendars; with `cancel_when`, whoever was invited is told that it is off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sheetflow import (
    Action,
    Blank,
    Connection,
    MeetingPlace,
    RowStopped,
    Status,
    Word,
    Work,
    hookimpl,
    option,
)

from ._inviting import InvitationOptions, Inviting


class Meet(Inviting):
    """Invites people to a call: a mail to each, with a link and an entry for their calendar."""

    name = "meet"

    @dataclass(frozen=True, kw_only=True)
    class Options(InvitationOptions):
        by: Connection = option(
            "The connection that gives the call its link, such as room.",
            says="The link of the call comes from {}.",
        )

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
