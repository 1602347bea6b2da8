"""A room with a fixed link gives every call that link, and takes nothing that is no link."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sheetflow_plugins.room import Room

from sheetflow import MeetingPlace
from sheetflow.network.door import Door
from sheetflow.plugin.registry import Registry
from sheetflow.plugin.testing import MeetingPlaceContract

LINK = "https://meet.example.org/our-room"


def test_every_call_has_the_rooms_link():
    door = Door(may_write=False)
    room = Room(Room.Settings(link=LINK), door=door, folder=Path())
    starts = datetime.fromisoformat("2026-03-17T18:00+01:00")
    assert isinstance(room, MeetingPlace)
    assert room.link("Welcome call", starts, starts + timedelta(minutes=30)) == LINK


@pytest.mark.parametrize(
    "link",
    [
        "",
        "meet.example.org/our-room",
        "http://meet.example.org",
        "javascript:alert(1)",
        "https://",
        "https://meet.example.org/our room",
        "https://meet.example.org/\nX-Header: 1",
    ],
)
def test_what_is_no_link_is_refused_with_an_example(link):
    with pytest.raises(ValueError, match="like https://meet"):
        Room.Settings(link=link)


def test_the_room_and_its_actions_are_found_by_name():
    registry = Registry()
    assert registry.connector("room") is Room
    assert {"meet", "invite"} <= set(registry.actions)
    assert list(registry.actions["invite"].gives({})) == ["meeting"]


class TestTheContract(MeetingPlaceContract):
    connector = Room
    settings = {"link": LINK}
