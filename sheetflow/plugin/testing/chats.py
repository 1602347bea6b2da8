"""What every connector keeps that posts messages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sheetflow.errors import NotFound, PlanningWrote
from sheetflow.plugin.chat import ChatMessage, ChatPlace
from sheetflow.plugin.testing.connectors import ConnectorContract
from sheetflow.plugin.testing.watching import watched
from sheetflow.values import Receipt


class ChatContract(ConnectorContract):
    """What whoever posts messages keeps. In a test: the name of a `channel`, and an `email`."""

    channel: str
    email: str

    def message(self, connected: Any, *keys: str) -> ChatMessage:
        """One for the channel, for the rows of these keys."""
        place = connected.channel(self.channel)
        return ChatMessage(place.id, place.is_person, "Hello", keys)

    def test_places_are_found_while_the_door_is_shut(self, tmp_path: Path) -> None:
        """They are asked for while planning: the same twice, and of the right kind."""
        connected = self.connect(tmp_path, may_write=False)
        channel, person = connected.channel(self.channel), connected.person(self.email)
        assert (channel.is_person, person.is_person) == (False, True)
        assert channel == connected.channel(self.channel)
        assert all(isinstance(place, ChatPlace) and place.shown for place in (channel, person))
        connected.close()

    def test_whoever_is_not_there_is_not_found(self, tmp_path: Path) -> None:
        """Then one row says so, and the others go on."""
        connected = self.connect(tmp_path, may_write=False)
        found = []
        for ask in (connected.channel, connected.person):
            try:
                found.append(ask("nobody@nowhere.example" if ask == connected.person else "#none"))
            except NotFound:
                continue
        connected.close()
        assert found == [], "it found what is not there"

    def test_nothing_is_posted_while_the_door_is_shut(self, tmp_path: Path) -> None:
        """It says so at the door first: `self.door.writing(...)`."""
        connected = self.connect(tmp_path, may_write=False)
        message = self.message(connected, "a1")
        with watched() as done:
            refused = _is_refused(connected, message)
        connected.close()
        assert refused, "post went past the door"
        assert done == [], f"before the door stopped it, it did: {done}"

    def test_a_message_is_found_by_each_of_its_keys_and_by_no_other(self, tmp_path: Path) -> None:
        """`find` tells after a crash whether it was posted; the receipt has its link."""
        connected = self.connect(tmp_path)
        message = self.message(connected, "a1", "b2")
        assert isinstance(connected.find(message), bool), "it was not posted yet"
        receipt = connected.post(message)
        assert str(receipt.gives["link"]).startswith("https://")
        for key in message.keys:
            found = connected.find(replace(message, keys=(key,)))
            assert found is True or found == receipt, "it was posted"
        other = connected.find(replace(message, keys=("c3",)))
        connected.close()
        assert not isinstance(other, Receipt), "it found the message of another row"


def _is_refused(connected: Any, message: ChatMessage) -> bool:
    try:
        connected.post(message)
    except PlanningWrote:
        return True
    return False
