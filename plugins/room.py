"""A room with a fixed link: a standing Jitsi, Whereby or Zoom room that every meeting uses.

It needs no account and no key. Open a room with your provider, switch its waiting room on, so that
two calls in a row do not run into each other, and put its address into `sheetflow.yaml`:

    connections:
      room: {connector: room, link: https://meet.example.org/our-room}
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sheetflow import Connector, MeetingPlace, hookimpl, option


class Room(MeetingPlace):
    """One room for all meetings."""

    name = "room"

    @dataclass(frozen=True, kw_only=True)
    class Settings:
        """Where everybody meets."""

        link: str = option("The address of the room; it starts with https://.")

        def __post_init__(self) -> None:
            parts = urlsplit(self.link)
            if parts.scheme != "https" or not parts.hostname or len(self.link.split()) != 1:
                raise ValueError(
                    f'"{self.link}" is not a link. Write the whole address of the room, '
                    "like https://meet.example.org/our-room."
                )

    settings: Settings

    def link(self, title: str, starts: datetime, ends: datetime) -> str:  # noqa: ARG002 - one room
        """The room's address, whatever the meeting."""
        return self.settings.link


@hookimpl
def connectors() -> list[type[Connector]]:
    """The room."""
    return [Room]
