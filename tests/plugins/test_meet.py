"""Calls with a link: who is told what, once, and how calendars follow when the call moves."""

from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import given, strategies as some
from icalendar import Calendar

from sheetflow import (
    Blank,
    Conditions,
    MeetingPlace,
    Noop,
    NotAllowed,
    RowStopped,
    Status,
    Unreachable,
    Word,
)
from sheetflow.language.conditions import Condition
from sheetflow.language.conditions.phrasebook import parse_phrase
from sheetflow.language.messages import load_message
from sheetflow.language.position import Position
from sheetflow.language.templating import Environment
from sheetflow.language.vocabulary import Connection, People
from sheetflow.plugin.options import options_of
from sheetflow.values import State

from ._meetings import BERLIN, NOON, Office, template

CALENDAR = "text/calendar"
ROOM = "https://meet.example.org/our-room"
EVENING = datetime(2026, 3, 17, 18, tzinfo=BERLIN)


@pytest.fixture
def office():
    return Office()


def meetings(changes):
    return [change.data["meeting"] for change in changes]


def told(change):
    return change.data["letter"]["text"]


def test_each_guest_gets_a_mail_of_their_own(office):
    ana, lee = office.plan()
    assert (ana.part, ana.to) == ("People/7", ("ana@example.org",))
    assert (lee.part, lee.to) == ("Coaches/c1", ("lee@example.org",))
    assert ana.summary == "invite Ana Ruiz to Welcome call with Ana Ruiz, 17 Mar 18:00"
    assert ana.done == Status(Word.SENT, "invitation for 17 Mar 18:00")
    assert ana.gives == {
        "meeting": {
            "title": "Welcome call with Ana Ruiz",
            "starts": EVENING,
            "ends": EVENING + timedelta(minutes=30),
            "link": ROOM,
        }
    }
    for meeting in meetings([ana, lee]):
        assert meeting["people"] == [
            {"name": "Ana Ruiz", "email": "ana@example.org"},
            {"name": "Lee", "email": "lee@example.org"},
        ]
        assert (meeting["method"], meeting["sequence"], meeting["place"]) == ("REQUEST", 0, ROOM)
    assert len({meeting["uid"] for meeting in meetings([ana, lee])}) == 1
    assert ana.data["meeting"]["uid"].endswith("@riverside.example")


def test_the_mail_says_what_when_where_and_with_whom(office):
    ana, _ = office.plan()
    assert ana.data["letter"]["subject"] == "Invitation: Welcome call with Ana Ruiz"
    assert told(ana) == (
        "Hello Ana Ruiz,\n\n"
        "You are invited:\n\n"
        "Welcome call with Ana Ruiz\n\n"
        "When: Tue 17 Mar, 18:00–18:30 CET (Berlin)\n"
        f"Where: {ROOM}\n"
        "With: Lee\n\n"
        "Your calendar can add this and send your answer.\n\n"
        "-- \nRiverside\n"
    )


def test_guests_in_two_zones_read_their_own_time_and_the_others(office):
    office.coach["Zone"] = "America/New_York"
    ana, lee = office.plan()
    assert "For Lee that is Tue 17 Mar, 13:00–13:30 EDT (New York)." in told(ana)
    assert "When: Tue 17 Mar, 13:00–13:30 EDT (New York)" in told(lee)
    assert "For Ana Ruiz that is Tue 17 Mar, 18:00–18:30 CET (Berlin)." in told(lee)
    assert lee.data["meeting"]["starts"] == "2026-03-17T13:00:00-04:00"
    assert lee.data["meeting"]["zone"] == "America/New_York"


@pytest.mark.parametrize(
    ("language", "subject", "direction"),
    [
        ("Español", "Invitación: ", "ltr"),
        ("fr", "Invitation: ", "ltr"),
        ("de-AT", "Einladung: ", "ltr"),
        ("Arabic", "دعوة: ", "rtl"),
        ("tlh", "Invitation: ", "ltr"),
    ],
)
def test_the_short_text_is_in_the_guests_language(office, language, subject, direction):
    office.volunteer["Language"] = language
    ana, _ = office.plan()
    letter = ana.data["letter"]
    assert letter["subject"] == f"{subject}Welcome call with Ana Ruiz"
    assert f'<html lang="{letter["language"]}" dir="{direction}">' in letter["html"]


def test_without_a_language_of_their_own_guests_read_the_organizations(office):
    office.language = "es"
    ana, _ = office.plan()
    assert ana.data["letter"]["subject"] == "Invitación: Welcome call with Ana Ruiz"


def test_a_bad_address_does_not_keep_the_other_guest_waiting(office):
    office.coach["Email"] = "lee@example.org, lee@work.example"
    problem, ana = office.plan()
    assert problem == Noop("Lee: two addresses here, keep one", Word.NEEDS_YOU, part="Coaches/c1")
    assert meetings([ana])[0]["people"] == [{"name": "Ana Ruiz", "email": "ana@example.org"}]


def test_the_rows_own_missing_address_needs_no_name(office):
    office.volunteer["Email"] = None
    problem, lee = office.plan()
    assert problem == Noop("no e-mail address", Word.NEEDS_YOU, part="People/7")
    assert lee.to == ("lee@example.org",)


def test_an_address_put_right_later_gets_the_same_invitation(office):
    office.coach["Email"] = None
    office.happened(*office.plan())
    office.coach["Email"] = "lee@example.org"
    _, lee = office.plan()
    assert (lee.part, lee.data["meeting"]["sequence"]) == ("Coaches/c1", 0)
    assert lee.data["letter"]["subject"].startswith("Invitation")


def test_a_guest_named_twice_gets_one_mail(office):
    [only] = office.plan(with_=People(("volunteer", "volunteer")))
    assert only.to == ("ana@example.org",)


def test_a_call_that_is_over_is_skipped(office):
    office.moves(-100)
    assert office.plan() == [Noop("the event is over")]


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        (None, '"First call" is empty here'),
        ("2026-03-29 02:30", "02:30 on 29 March is skipped as clocks go forward. Another time?"),
        ("2026-10-25 02:30", "02:30 on 25 October comes twice as clocks go back. Another time?"),
    ],
)
def test_a_time_that_needs_a_person_stops_the_row(office, typed, status):
    office.volunteer["First call"] = typed
    with pytest.raises(RowStopped) as stopped:
        office.plan()
    assert stopped.value.status == Status(Word.NEEDS_YOU, status)


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (datetime(2026, 3, 29, 1, 45), "2026-03-29T03:15:00+02:00"),
        (datetime(2026, 10, 25, 1, 45), "2026-10-25T02:15:00+02:00"),
    ],
)
def test_thirty_minutes_are_thirty_minutes_in_a_night_the_clocks_change(office, starts, ends):
    office.volunteer["First call"] = starts
    ana, _ = office.plan()
    assert ana.data["meeting"]["ends"] == ends


def test_a_new_time_is_the_same_meeting_with_a_higher_number(office):
    first = office.plan()
    office.happened(*first)
    office.moves(24)
    ana, lee = office.plan()
    assert [meeting["sequence"] for meeting in meetings([ana, lee])] == [1, 1]
    assert {meeting["uid"] for meeting in meetings([*first, ana, lee])} == {
        first[0].data["meeting"]["uid"]
    }
    assert ana.data["letter"]["subject"] == "Changed: Welcome call with Ana Ruiz"
    assert "When: Wed 18 Mar, 18:00–18:30 CET (Berlin)" in told(ana)
    assert "Before: Tue 17 Mar, 18:00–18:30 CET (Berlin)" in told(ana)
    assert ana.done == Status(Word.SENT, "change to 18 Mar 18:00")


def test_who_never_got_the_first_mail_is_not_told_of_a_change(office):
    ana, lee = office.plan()
    office.happened(ana)
    office.happened(lee, state=State.REFUSED)
    office.moves(1)
    ana, lee = office.plan()
    assert ana.data["letter"]["subject"].startswith("Changed")
    assert lee.data["letter"]["subject"].startswith("Invitation")
    assert [meeting["sequence"] for meeting in meetings([ana, lee])] == [1, 1]


def test_the_same_plan_made_again_is_the_same_to_the_letter(office):
    first = office.plan()
    office.happened(*first, state=State.NOT_KNOWN)
    office.now += timedelta(hours=5)
    assert office.plan() == first


@given(some.lists(some.integers(0, 4), min_size=1, max_size=8))
def test_the_number_counts_the_different_versions_that_came_before(hours):
    office, base = Office(), datetime(2026, 3, 17, 18)
    versions, uids = [], set()
    for hour in hours:
        if not versions or versions[-1] != hour:
            versions.append(hour)
        office.volunteer["First call"] = base + timedelta(hours=hour)
        changes = office.plan()
        assert [each["sequence"] for each in meetings(changes)] == [len(versions) - 1] * 2
        uids |= {each["uid"] for each in meetings(changes)}
        office.happened(*changes)
    assert len(uids) == 1


IS_OFF = Conditions([Condition("Off", parse_phrase("is ticked"), Position(Path("recipe.yaml"), 9))])


def off(office):
    return office.plan(cancel_when=IS_OFF)


def test_calling_off_reaches_who_was_invited_and_nobody_else(office):
    ana, lee = off(office)
    office.happened(ana)
    office.happened(lee, state=State.REFUSED)
    office.volunteer["Off"] = True
    [change] = off(office)
    meeting = change.data["meeting"]
    assert (meeting["method"], meeting["sequence"]) == ("CANCEL", 1)
    assert meeting["uid"] == ana.data["meeting"]["uid"]
    assert change.to == ("ana@example.org",)
    assert change.part == "People/7 cancelled 1"
    assert change.data["letter"]["subject"] == "Cancelled: Welcome call with Ana Ruiz"
    assert change.gives == {}


def test_calling_off_happens_once(office):
    office.happened(*off(office))
    office.volunteer["Off"] = True
    office.happened(*off(office))
    assert off(office) == [Noop("called off")]


def test_a_cancellation_that_may_have_gone_out_is_the_same_when_planned_again(office):
    office.happened(*off(office))
    office.volunteer["Off"] = True
    first = off(office)
    office.happened(*first, state=State.NOT_KNOWN)
    assert off(office) == first


def test_what_was_never_arranged_needs_no_calling_off(office):
    office.volunteer["Off"] = True
    assert off(office) == [Noop("called off")]


def test_an_emptied_time_does_not_keep_a_call_from_being_called_off(office):
    office.happened(*off(office))
    office.volunteer.update({"Off": True, "First call": None})
    assert [meeting["starts"] for meeting in meetings(off(office))] == [EVENING.isoformat()] * 2


def test_a_call_that_is_on_again_is_said_again_with_a_higher_number(office):
    office.happened(*off(office))
    office.volunteer["Off"] = True
    office.happened(*off(office))
    office.volunteer["Off"] = False
    ana, lee = off(office)
    assert (ana.part, lee.part) == ("People/7 again 2", "Coaches/c1 again 2")
    assert ana.data["letter"]["subject"].startswith("Invitation")
    office.happened(ana, lee)
    assert off(office) == [ana, lee]


def test_a_coach_who_is_replaced_is_told_and_the_new_one_invited(office):
    office.others.append({"Id": "c2", "Name": "Kim", "Email": "kim@example.org"})
    office.happened(*office.plan())
    office.volunteer["Coach"] = "Kim"
    _, kim, lee = office.plan()
    assert (kim.to, kim.data["meeting"]["method"]) == (("kim@example.org",), "REQUEST")
    assert (lee.to, lee.data["meeting"]["method"]) == (("lee@example.org",), "CANCEL")
    assert [each["sequence"] for each in meetings([kim, lee])] == [0, 1]
    office.happened(kim, lee)
    office.volunteer["Coach"] = "Lee"
    _, lee, kim = office.plan()
    assert (lee.part, lee.data["meeting"]["sequence"]) == ("Coaches/c1 again 2", 2)
    assert kim.data["meeting"]["method"] == "CANCEL"


def test_a_coach_whose_row_only_got_another_id_hears_nothing_new(office):
    first = office.plan()
    office.happened(*first)
    office.coach["Id"] = "lee-2"
    assert [change.part for change in office.plan()] == [change.part for change in first]


def test_two_guests_may_share_an_address(office):
    office.coach["Email"] = "ana@example.org"
    ana, lee = office.plan()
    office.happened(ana)
    assert [change.part for change in office.plan()] == [ana.part, lee.part]


def test_about_goes_to_the_calendar_and_the_mail_in_the_guests_zone(office):
    office.coach["Zone"] = "America/New_York"
    ana, lee = office.plan(about=template("Agreed: {{ volunteer.first_call | time }}."))
    assert (ana.data["about"], lee.data["about"]) == ("Agreed: 18:00.", "Agreed: 13:00.")
    assert "Agreed: 13:00." in told(lee)


def test_a_hostile_name_stays_a_name(office):
    office.volunteer["Name"] = 'Ana\r\nBcc: eve@example.org <script>alert("x")</script>'
    ana, lee = office.plan()
    assert "\n" not in ana.data["letter"]["subject"]
    assert "<script" not in ana.data["letter"]["html"]
    assert "<script" not in lee.data["letter"]["html"]


def test_a_connection_without_links_is_said(office):
    with pytest.raises(RowStopped) as stopped:
        office.plan(by=Connection("kept"))
    assert stopped.value.status == Status(Word.NEEDS_YOU, '"kept" gives calls no link')


def handed_over(office, **options):
    """Plan and apply, and give each mail and the calendar object in it."""
    action = office.meet(**options)
    for change in action.plan(office.work(action.tools)):
        action.apply(change)
    mails = [
        message_from_bytes(mail.content, policy=policy.default) for mail in office.mailer.mails
    ]
    return [(mail, calendar_in(mail)) for mail in mails]


def calendar_in(mail):
    [inside, attached] = [part for part in mail.walk() if part.get_content_type() == CALENDAR]
    assert inside.get_payload(decode=True) == attached.get_payload(decode=True)
    calendar = Calendar.from_ical(inside.get_payload(decode=True))
    assert inside["Content-Type"].params["method"] == calendar["METHOD"]
    return calendar


def test_what_is_mailed_is_an_invitation_for_all_guests(office):
    office.coach["Zone"] = "America/New_York"
    (ana, calendar), (lee, other) = handed_over(office, about=template("Bring a pen."))
    assert (ana["To"], ana["From"]) == (
        "Ana Ruiz <ana@example.org>",
        "Riverside <hello@riverside.example>",
    )
    assert ana["Message-ID"] != lee["Message-ID"]
    [event] = calendar.events
    assert str(event["ORGANIZER"]) == "mailto:hello@riverside.example"
    assert [str(guest) for guest in event["ATTENDEE"]] == [
        "mailto:ana@example.org",
        "mailto:lee@example.org",
    ]
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert (event["DTSTART"].dt, event["DTSTAMP"].dt) == (EVENING, NOON)
    assert (event["LOCATION"], event["DESCRIPTION"]) == (ROOM, "Bring a pen.")
    assert other.events[0].to_ical() == event.to_ical()


def test_the_same_mail_is_the_same_bytes(office):
    one, other = handed_over(office), handed_over(Office())
    assert [mail.as_bytes() for mail, _ in one] == [mail.as_bytes() for mail, _ in other]


def test_after_a_crash_the_mailer_is_asked_for_the_very_mail(office):
    action = office.meet()
    ana, lee = action.plan(office.work(action.tools))
    action.apply(ana)
    office.now += timedelta(minutes=5)
    asked = office.meet()
    assert asked.reconcile(ana).reference == office.mailer.mails[0].id
    assert asked.reconcile(lee) is False


def test_where_mail_stays_on_this_machine_a_calendar_file_lies_beside_it(tmp_path):
    office = Office(folder=tmp_path)
    office.mailer.leaves_files = True
    (_, calendar), _ = handed_over(office)
    [file] = (tmp_path / "invitations").iterdir()
    uid = calendar.events[0]["UID"]
    assert file.name == f"{uid.partition('@')[0]}.ics"
    assert Calendar.from_ical(file.read_bytes()).events[0]["UID"] == uid


def test_no_mail_goes_out_when_its_calendar_file_cannot_be_written(tmp_path):
    office = Office(folder=tmp_path)
    office.mailer.leaves_files = True
    (tmp_path / "invitations").write_text("a file where the folder should be")
    with pytest.raises(Unreachable):
        handed_over(office)
    assert office.mailer.mails == []


def test_a_sender_that_carries_no_mail_is_said(office):
    office.connections["kept"] = office.connections["room"]
    with pytest.raises(NotAllowed, match='goes by "kept", which carries no mail'):
        handed_over(office)


@given(some.text(max_size=80), some.text(max_size=80))
def test_whatever_people_call_themselves_each_mail_has_one_recipient(name, other):
    office = Office()
    office.volunteer["Name"] = f"Ana {name}"
    office.volunteer["Where"] = other
    about = template("{{ volunteer.where | default('') }}")
    for mail, calendar in handed_over(office, about=about):
        assert len(mail["To"].addresses) == 1
        assert mail.get_all("Bcc") is None
        assert len(calendar.events) == 1
        assert len(calendar.events[0]["ATTENDEE"]) == 2


def test_the_authors_words_are_used_for_the_invitation_and_ours_for_a_change(office, tmp_path):
    words = "Hi {{ volunteer.name }}, see you {{ volunteer.first_call | day }}."
    (tmp_path / "call.md").write_text(f"---\nsubject: Your call\n---\n{words}\n")
    message = load_message("call", tmp_path, Environment())
    ana, lee = office.plan(template=message)
    assert ana.data["letter"]["subject"] == lee.data["letter"]["subject"] == "Your call"
    assert told(ana).startswith("Hi Ana Ruiz, see you Tue 17 Mar.")
    office.happened(ana, lee)
    office.moves(1)
    ana, _ = office.plan(template=message)
    assert ana.data["letter"]["subject"] == "Changed: Welcome call with Ana Ruiz"


class Later(MeetingPlace):
    """A service that makes its link when the call is made."""

    name = "later"

    def link(self, title, starts, ends):
        return Blank("Zoom link")


def test_a_link_that_is_not_there_yet_is_awaited(office):
    office.connections["later"] = Later(None, door=office.door, folder=office.folder)
    action = office.meet(by=Connection("later"))
    work = office.work(action.tools)
    action.plan(work)
    assert list(work.awaits) == ["Zoom link"]


def test_the_options_are_the_documented_ones(office):
    options = options_of(type(office.meet()).Options)
    assert [option.name for option in options] == (
        ["title", "with", "at", "for", "about", "template", "from", "cancel_when", "by"]
    )
    assert options[0].main
    assert all(option.help for option in options)
