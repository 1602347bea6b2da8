"""Calls that a room makes: the change in the room first, and mails that await it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sheetflow_plugins._appointments import last_entry

from sheetflow import Blank, Change, Noop, Receipt, Status, Word
from sheetflow.language.vocabulary import Connection
from sheetflow.plugin.action import Past
from sheetflow.plugin.testing import MeetingRoomInMemory
from sheetflow.values import State

from ._meetings import BERLIN, Office
from .test_holding import IS_OFF

EVENING = datetime(2026, 3, 17, 18, tzinfo=BERLIN)
LINK = Blank("Call link")


class Rooms(Office):
    """An office whose calls a room makes."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.meetings = MeetingRoomInMemory(self.door)
        self.connections["meetings"] = self.meetings
        self.occasion = ""

    def work(self, tools: Any) -> Any:
        found = super().work(tools)
        found.key = replace(found.key, occasion=self.occasion)
        return found

    def calls(self, **options: Any) -> tuple[Change, list[Change]]:
        """The change in the room, and the mails."""
        first, *mails = [one for one in self.plan(**self.by(options)) if isinstance(one, Change)]
        assert "letter" not in first.data
        assert all("letter" in one.data for one in mails)
        return first, mails

    @staticmethod
    def by(options: Any) -> Any:
        return {"by": Connection("meetings"), **options}

    def did(self, change: Change, state: State = State.DONE, **options: Any) -> Receipt:
        """Hand it over, and remember that as the ledger does."""
        receipt: Receipt = self.meet(**self.by(options)).apply(change)
        occasion = "/".join(filter(None, (self.occasion, change.part)))
        data = {"meeting": change.data["meeting"]}
        known = (receipt.reference, {**change.gives, **receipt.gives})
        past = Past(occasion, state, self.now, data, *(known if state is State.DONE else ()))
        self.before.append(past)
        return receipt


@pytest.fixture
def office() -> Rooms:
    return Rooms()


def test_the_call_comes_first_and_reaches_nobody_and_the_mails_await_its_link(office: Rooms):
    call, mails = office.calls()
    assert (call.to, call.channel, call.part, call.awaits) == ((), "", "call 0", ())
    assert call.summary == "make the call Welcome call with Ana Ruiz, 17 Mar 18:00, with its link"
    assert call.done == Status(Word.DONE, "call made for 17 Mar 18:00")
    assert call.gives["meeting"]["link"] == LINK
    assert [mail.to for mail in mails] == [("ana@example.org",), ("lee@example.org",)]
    assert [mail.awaits for mail in mails] == [("Call link",)] * 2
    assert all(mail.gives["meeting"]["link"] == LINK for mail in mails)
    assert all("‹Call link›" in mail.data["letter"]["text"] for mail in mails)


def test_once_it_is_made_the_mails_have_its_link_and_await_nothing(office: Rooms):
    receipt = office.did(office.calls()[0])
    link = receipt.gives["meeting"]["link"]
    again, mails = office.calls()
    assert again.part == "call 0"
    assert again.data["meeting"]["uid"] == office.before[0].data["meeting"]["uid"]
    assert [mail.awaits for mail in mails] == [(), ()]
    assert all(link in mail.data["letter"]["text"] for mail in mails)
    assert all(mail.data["meeting"]["place"] == link for mail in mails)
    assert again.gives["meeting"]["link"] == link


@pytest.mark.parametrize("state", [State.NOT_KNOWN, State.HANDING_OVER])
def test_while_nobody_knows_whether_it_was_made_the_same_change_stands(office: Rooms, state: State):
    first, _ = office.calls()
    office.did(first, state)
    again, mails = office.calls()
    assert again == first
    assert [mail.awaits for mail in mails] == [("Call link",)] * 2


def test_a_new_time_is_a_change_of_the_same_call_and_the_mails_await_that(office: Rooms):
    first, mails = office.calls()
    link = office.did(first).gives["meeting"]["link"]
    for mail in mails:
        office.happened(mail)
    office.occasion = "2-moved"
    office.moves(24)
    moved, mails = office.calls()
    assert moved.part == "call 1"
    assert moved.data["meeting"]["reference"] == office.before[0].reference
    assert moved.summary == "change the call Welcome call with Ana Ruiz, now 18 Mar 18:00"
    assert [mail.awaits for mail in mails] == [("the changed call",)] * 2
    assert all(link in mail.data["letter"]["text"] for mail in mails)
    assert moved.gives["meeting"]["link"] == LINK
    office.did(moved)
    (appointment,) = office.meetings.entries.values()
    assert (appointment.version, appointment.starts) == (1, EVENING + timedelta(days=1))
    assert [mail.awaits for mail in office.calls()[1]] == [(), ()]


def test_a_title_that_changes_on_the_same_occasion_changes_no_call(office: Rooms):
    office.occasion = "1-first"
    first, _ = office.calls()
    office.did(first)
    office.volunteer["Name"] = "Ana Reyes"
    office.moves(1)
    again, mails = office.calls()
    assert again.part == first.part
    assert all(mail.data["meeting"]["title"] == "Welcome call with Ana Ruiz" for mail in mails)


def test_the_end_is_made_before_it_is_told(office: Rooms):
    first, mails = office.calls()
    office.did(first)
    for mail in office.calls()[1]:
        office.happened(mail)
    office.volunteer["Off"] = True
    end, told = office.calls(cancel_when=IS_OFF)
    assert end.part == "call cancelled 1"
    assert end.summary == "take the call Welcome call with Ana Ruiz on 17 Mar 18:00 away"
    assert [mail.awaits for mail in told] == [("the end of the call",)] * len(mails)
    office.did(end, cancel_when=IS_OFF)
    (appointment,) = office.meetings.entries.values()
    assert appointment.is_off
    again, told = office.calls(cancel_when=IS_OFF)
    assert again == end
    assert [mail.awaits for mail in told] == [(), ()]


def test_a_call_that_nobody_was_told_of_yet_is_taken_away_all_the_same(office: Rooms):
    office.did(office.calls()[0])
    office.volunteer["Off"] = True
    end, told = office.calls(cancel_when=IS_OFF)
    assert (end.part, told) == ("call cancelled 1", [])


def test_a_call_that_is_on_again_is_another_one(office: Rooms):
    office.did(office.calls()[0])
    office.volunteer["Off"] = True
    end, _ = office.calls(cancel_when=IS_OFF)
    office.did(end, cancel_when=IS_OFF)
    office.volunteer["Off"] = False
    again, mails = office.calls(cancel_when=IS_OFF)
    assert again.part == "call 2"
    assert again.data["meeting"]["reference"] == ""
    assert again.data["meeting"]["uid"] != end.data["meeting"]["uid"]
    assert [mail.awaits for mail in mails] == [("Call link",)] * 2


def test_no_call_is_made_where_nobody_can_be_mailed(office: Rooms):
    office.volunteer["Email"] = office.coach["Email"] = None
    found = office.plan(**office.by({}))
    assert [type(one) for one in found] == [Noop, Noop]


def test_whoever_was_invited_to_a_fixed_room_is_not_asked_into_another(office: Rooms):
    for mail in office.plan():
        office.happened(mail)
    assert office.plan(**office.by({})) == [Noop("invited by mail already")]


def test_a_room_and_a_calendar_are_told_apart(office: Rooms):
    office.did(office.calls()[0])
    assert last_entry(office.before) is None
    assert last_entry(office.before, in_room=True) is not None


def test_as_many_go_at_once_as_both_the_room_and_the_mailer_take(office: Rooms):
    office.mailer.lines = 4
    assert office.meet(by=Connection("meetings")).parallel == 1
    assert office.meet().parallel == 4
