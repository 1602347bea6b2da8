"""Meetings that a calendar keeps: one change for all guests, in versions, and never a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as some
from sheetflow_plugins.invite import Invite

from sheetflow import Blank, Change, Noop, NotAllowed, Receipt, RowStopped, SetupError, Status, Word
from sheetflow.language.conditions import Condition
from sheetflow.language.conditions.phrasebook import parse_phrase
from sheetflow.language.messages import MessageTemplate
from sheetflow.language.position import Position
from sheetflow.language.vocabulary import Conditions, Connection
from sheetflow.plugin.action import Past
from sheetflow.plugin.testing import CalendarInMemory
from sheetflow.values import RowRef, State

from ._meetings import BERLIN, Office, template

EVENING = datetime(2026, 3, 17, 18, tzinfo=BERLIN)
LINK = Blank("Call link")
IS_OFF = Conditions([Condition("Off", parse_phrase("is ticked"), Position(Path("recipe.yaml"), 9))])


class Bureau(Office):
    """An office whose meetings stand in a calendar."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.calendar = CalendarInMemory(self.door)
        self.connections["calendar"] = self.calendar
        self.occasion = ""

    def work(self, tools: Any) -> Any:
        found = super().work(tools)
        found.key = replace(found.key, occasion=self.occasion)
        return found

    def holds(self, **options: Any) -> list[Change | Noop]:
        """The plan by the calendar."""
        return self.plan(**{"by": Connection("calendar"), **options})

    def change(self, **options: Any) -> Change:
        """The only change there is."""
        (found,) = [one for one in self.holds(**options) if isinstance(one, Change)]
        return found

    def happened(self, *changes: Change | Noop, state: State = State.DONE) -> None:
        """Remember what was done, as the ledger does."""
        for change in changes:
            if isinstance(change, Change):
                occasion = "/".join(filter(None, (self.occasion, change.part)))
                data = {"meeting": change.data["meeting"]}
                self.before.append(Past(occasion, state, self.now, data))

    def apply(self, change: Change, **options: Any) -> Receipt:
        """Hand it over, and remember that."""
        receipt = self.meet(**{"by": Connection("calendar"), **options}).apply(change)
        self.happened(change)
        return receipt


@pytest.fixture
def office() -> Bureau:
    return Bureau()


def people(change: Change) -> list[str]:
    return [each["email"] for each in change.data["meeting"]["people"]]


def test_one_change_invites_everybody(office: Bureau):
    (change,) = office.holds()
    assert isinstance(change, Change)
    assert change.to == ("ana@example.org", "lee@example.org")
    assert change.whom == (RowRef("People", "7"), RowRef("Coaches", "c1"))
    assert (change.channel, change.kind, change.part) == ("email", "", "")
    assert change.summary == (
        "put Welcome call with Ana Ruiz, 17 Mar 18:00, into the calendar, "
        "which invites Ana Ruiz and Lee"
    )
    assert change.done == Status(Word.SENT, "invitation for 17 Mar 18:00")
    assert change.gives == {
        "meeting": {
            "title": "Welcome call with Ana Ruiz",
            "starts": EVENING,
            "ends": EVENING + timedelta(minutes=30),
            "link": LINK,
        }
    }
    meeting = change.data["meeting"]
    assert (meeting["place"], meeting["zone"]) == ("‹Call link›", "Europe/Berlin")
    assert "letter" not in change.data


def test_the_calendar_is_handed_the_meeting_and_gives_its_link(office: Bureau):
    change = office.change(about=template("Three things, {{ volunteer.name }}."))
    receipt = office.apply(change)
    (appointment,) = office.calendar.entries.values()
    assert (appointment.title, appointment.about) == (
        "Welcome call with Ana Ruiz",
        "Three things, Ana Ruiz.",
    )
    assert (appointment.starts, appointment.ends) == (EVENING, EVENING + timedelta(minutes=30))
    assert appointment.starts.tzinfo == BERLIN
    assert (appointment.place, appointment.version, appointment.anew) == (None, 0, True)
    link = f"https://calls.example/{appointment.id}"
    assert receipt.gives["meeting"] == {**change.gives["meeting"], "link": link}


def test_a_step_after_it_may_use_the_link_that_is_made_then(office: Bureau):
    action = office.meet(by=Connection("calendar"))
    work = office.work(action.tools)
    (change,) = action.plan(work)
    assert work.awaits == {}
    work.names.update(change.gives)
    assert work.render(template("Join {{ meeting.link }}")) == "Join ‹Call link›"
    assert list(work.awaits) == ["Call link"]


def test_a_gathering_at_a_place_has_no_link(office: Bureau):
    office.volunteer["Where"] = "Town hall"
    options = {"action": Invite, "place": template("{{ volunteer.where }}")}
    change = office.change(**options)
    assert change.gives["meeting"]["link"] == "Town hall"
    office.apply(change, **options)
    (appointment,) = office.calendar.entries.values()
    assert appointment.place == "Town hall"


def test_an_invitation_by_what_is_no_calendar_stops_the_row(office: Bureau):
    with pytest.raises(RowStopped, match="is no calendar"):
        office.plan(action=Invite, place=template("Here"), by=Connection("kept"))


@pytest.mark.parametrize("word", ["template", "from_"])
def test_words_that_no_calendar_would_say_are_a_mistake_of_the_recipe(office: Bureau, word: str):
    given = {"template": MessageTemplate("x", (), (), ""), "from_": Connection("team")}
    with pytest.raises(SetupError, match="the calendar writes the invitations"):
        office.holds(**{word: given[word]})


def test_what_was_done_is_the_same_change_again(office: Bureau):
    change = office.change()
    office.apply(change)
    assert office.change() == change


def test_a_new_time_reaches_the_same_entry(office: Bureau):
    office.occasion = "1-a"
    first = office.change()
    office.apply(first)
    office.occasion = "2-b"
    office.moves(2)
    moved = office.change()
    assert (moved.part, moved.kind) == ("version 1", "transactional")
    assert moved.summary.startswith("change Welcome call with Ana Ruiz in the calendar, now 17 Mar")
    assert moved.done == Status(Word.SENT, "change to 17 Mar 20:00")
    office.apply(moved)
    (appointment,) = office.calendar.entries.values()
    assert (appointment.version, appointment.starts) == (1, EVENING + timedelta(hours=2))
    assert appointment.anew


def test_within_one_occasion_a_new_time_is_not_told(office: Bureau):
    change = office.change()
    office.apply(change)
    office.moves(2)
    assert office.change() == change


def test_a_coach_who_takes_over_is_invited_and_the_other_is_told(office: Bureau):
    office.others = [{"Id": "c2", "Name": "Maya", "Email": "maya@example.org"}]
    office.apply(office.change())
    office.volunteer["Coach"] = "Maya"
    office.moves(2)
    change = office.change()
    assert (change.part, change.kind) == ("version 1", "")
    assert people(change) == ["ana@example.org", "maya@example.org"]
    assert change.to == ("ana@example.org", "maya@example.org", "lee@example.org")
    assert RowRef("Coaches", "c1") in change.whom
    office.apply(change)
    (appointment,) = office.calendar.entries.values()
    assert appointment.starts == EVENING
    assert not appointment.anew


def test_two_changes_of_coach_and_back_are_three_versions(office: Bureau):
    office.others = [{"Id": "c2", "Name": "Maya", "Email": "maya@example.org"}]
    parts = []
    for coach in ("Lee", "Maya", "Lee", "Maya"):
        office.volunteer["Coach"] = coach
        change = office.change()
        parts.append((change.part, change.kind, change.informed))
        office.apply(change)
    ana, lee, maya = (f"{name}@example.org" for name in ("ana", "lee", "maya"))
    assert parts == [
        ("", "", ()),
        ("version 1", "", (ana, lee)),
        ("version 2", "", (ana, maya)),
        ("version 3", "", (ana, lee)),
    ], "whoever is invited anew is another matter than who hears of it"


def test_who_cannot_be_written_to_is_told_and_the_others_meet(office: Bureau):
    office.coach["Email"] = None
    problem, change = office.holds()
    assert problem == Noop("Lee: no e-mail address", Word.NEEDS_YOU, part="Coaches/c1")
    assert isinstance(change, Change)
    assert people(change) == ["ana@example.org"]


def test_who_was_invited_is_not_called_off_because_their_address_needs_a_person(office: Bureau):
    office.apply(office.change())
    office.coach["Email"] = "two@example.org, three@example.org"
    _, change = office.holds()
    assert isinstance(change, Change)
    assert change.part == ""
    assert people(change) == ["ana@example.org", "lee@example.org"]


def test_an_address_that_is_put_right_is_invited_in_place_of_the_old(office: Bureau):
    office.apply(office.change())
    office.coach["Email"] = "lee.park@example.org"
    change = office.change()
    assert people(change) == ["ana@example.org", "lee.park@example.org"]
    assert [each["email"] for each in change.data["meeting"]["gone"]] == ["lee@example.org"]


def test_with_nobody_to_write_to_there_is_no_meeting(office: Bureau):
    office.coach["Email"] = office.volunteer["Email"] = None
    assert [type(each) for each in office.holds()] == [Noop, Noop]


def test_two_guests_at_one_address_are_invited_once(office: Bureau):
    office.coach["Email"] = "Ana@Example.org"
    assert office.change().to == ("ana@example.org",)


def test_a_meeting_of_the_past_is_not_put_in(office: Bureau):
    office.moves(-24 * 7)
    assert office.holds() == [Noop("the event is over")]


def test_a_meeting_is_called_off_once_and_may_be_on_again(office: Bureau):
    options = {"cancel_when": IS_OFF}
    office.apply(office.change(**options), **options)
    office.volunteer["Off"] = "yes"
    off = office.change(**options)
    assert (off.part, off.kind) == ("cancelled 1", "transactional")
    assert off.to == ("ana@example.org", "lee@example.org")
    assert off.summary.startswith("take Welcome call with Ana Ruiz, 17 Mar 18:00, out of")
    assert off.done == Status(Word.SENT, "cancellation for 17 Mar 18:00")
    office.apply(off, **options)
    assert [each.is_off for each in office.calendar.entries.values()] == [True]
    assert office.holds(**options) == [Noop("called off")]
    office.volunteer["Off"] = "no"
    again = office.change(**options)
    assert (again.part, again.kind) == ("version 2", "")
    office.apply(again, **options)
    assert [each.is_off for each in office.calendar.entries.values()] == [True, False]


def test_what_was_never_put_in_needs_no_calling_off(office: Bureau):
    office.volunteer["Off"] = "yes"
    assert office.holds(cancel_when=IS_OFF) == [Noop("called off")]


def test_a_version_that_was_turned_down_is_not_counted(office: Bureau):
    office.happened(office.change(), state=State.REFUSED)
    assert office.change().part == ""


def test_the_next_meeting_after_one_that_took_place_is_another_entry(office: Bureau):
    office.occasion = "1-a"
    first = office.change()
    office.apply(first)
    office.now += timedelta(days=30)
    office.occasion = "2-b"
    office.moves(24 * 60)
    second = office.change()
    assert second.kind == ""
    assert second.data["meeting"]["uid"] != first.data["meeting"]["uid"]
    office.apply(second)
    assert [each.version for each in office.calendar.entries.values()] == [0, 0]


def test_in_doubt_the_calendar_is_asked(office: Bureau):
    change = office.change()
    action = office.meet(by=Connection("calendar"))
    assert action.reconcile(change) is False
    receipt = office.apply(change)
    assert action.reconcile(change) == receipt


def test_several_meetings_are_handed_over_as_the_calendar_says(office: Bureau):
    assert office.meet(by=Connection("calendar")).parallel == 1


# From mail to calendar, and back


def test_who_was_invited_by_mail_is_not_invited_again_by_a_calendar(office: Bureau):
    office.happened(*office.plan())
    assert office.holds() == [Noop("invited by mail already")]


def test_a_new_time_ends_the_invitations_by_mail_and_the_calendar_takes_over(office: Bureau):
    office.occasion = "1-a"
    office.happened(*office.plan())
    office.occasion = "2-b"
    office.moves(2)
    *by_mail, held = office.holds()
    assert [each.data["meeting"]["method"] for each in by_mail] == ["CANCEL", "CANCEL"]
    assert all("letter" in each.data for each in by_mail)
    assert held.to == ("ana@example.org", "lee@example.org")


def test_what_stands_in_a_calendar_is_not_invited_by_mail_as_well(office: Bureau):
    office.apply(office.change())
    (noop,) = office.plan()
    assert noop == Noop("in a calendar already: take it out there first", Word.NEEDS_YOU)


def test_a_plan_made_before_the_calendar_was_taken_away_does_nothing(office: Bureau):
    change = office.change()
    with pytest.raises(NotAllowed, match="no calendar any more"):
        office.meet(by=Connection("room")).apply(change)


# Laws

EDITS = some.lists(
    some.tuples(some.sampled_from(["Lee", "Maya"]), some.integers(0, 3), some.booleans()),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(EDITS)
def test_whatever_people_do_there_is_never_a_second_entry_that_stands(
    edits: Sequence[tuple[str, int, bool]],
):
    office = Bureau()
    office.others = [{"Id": "c2", "Name": "Maya", "Email": "maya@example.org"}]
    options = {"cancel_when": IS_OFF}
    parts: set[str] = set()
    for number, (coach, hours, is_off) in enumerate(edits):
        office.occasion = f"{number}-x"
        office.volunteer |= {
            "Coach": coach,
            "First call": datetime(2026, 3, 17, 18 + hours),
            "Off": "yes" if is_off else "no",
        }
        for change in office.holds(**options):
            if isinstance(change, Change):
                key = f"{office.occasion}/{change.part}"
                assert key not in parts
                parts.add(key)
                office.apply(change, **options)
        standing = [each for each in office.calendar.entries.values() if not each.is_off]
        assert len(standing) == (not is_off)
        for appointment in standing:
            assert appointment.starts == datetime(2026, 3, 17, 18 + hours, tzinfo=BERLIN)
            assert len(appointment.guests) == 2
