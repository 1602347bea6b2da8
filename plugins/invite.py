"""invite: invites people to a gathering at a place, by mail; their calendars can answer.

    - invite: Kick-off in {{ group.name }}
      with: [lead, coach]
      at: Kick-off
      for: 2 hours
      place: "{{ group.address }}"

`place` is an address, or a link. Everything else is as for `meet`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sheetflow import Action, Template, Work, hookimpl, option

from ._inviting import InvitationOptions, Inviting


class Invite(Inviting):
    """Invites people to a place: a mail to each, with an entry for their calendar."""

    name = "invite"

    @dataclass(frozen=True, kw_only=True)
    class Options(InvitationOptions):
        place: Template = option("Where it is: an address, or a link.", says="The place is {}.")

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
