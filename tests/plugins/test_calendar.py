"""What a calendar program finds in our invitations, read back by another hand than wrote them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as some
from icalendar import Calendar, Timezone
from sheetflow_plugins._calendar import Attendee, CalendarEvent, add_invitation, one_line, to_ical

BERLIN = ZoneInfo("Europe/Berlin")
STAMP = datetime(2026, 3, 14, 11, tzinfo=UTC)
ORG = Attendee("Riverside", "hello@riverside.example")
ANA = Attendee("Ana Ruiz", "ana@example.org")
LEE = Attendee("Lee", "lee@example.org")


def event(**more):
    starts = more.pop("starts", datetime(2026, 3, 17, 18, tzinfo=BERLIN))
    usual = {
        "uid": "7@riverside.example",
        "sequence": 0,
        "method": "REQUEST",
        "title": "Welcome call",
        "description": "Bring a pen.",
        "starts": starts,
        "ends": (starts.astimezone(UTC) + timedelta(minutes=30)).astimezone(starts.tzinfo),
        "place": "https://meet.example.org/our-room",
        "organizer": ORG,
        "guests": (ANA, LEE),
    }
    return CalendarEvent(**{**usual, **more})


def read(ical):
    calendar = Calendar.from_ical(ical)
    [found] = calendar.events
    return calendar, found


def test_an_invitation_says_what_when_where_and_who():
    calendar, found = read(to_ical(event(), stamp=STAMP))
    assert calendar["METHOD"] == "REQUEST"
    assert calendar["VERSION"] == "2.0"
    assert found["UID"] == "7@riverside.example"
    assert (found["SEQUENCE"], found["STATUS"]) == (0, "CONFIRMED")
    assert found["SUMMARY"] == "Welcome call"
    assert found["DESCRIPTION"] == "Bring a pen."
    assert found["LOCATION"] == found["URL"] == "https://meet.example.org/our-room"
    assert found["DTSTAMP"].dt == STAMP
    assert found["DTSTART"].params["TZID"] == found["DTEND"].params["TZID"] == "Europe/Berlin"
    assert found["DTSTART"].dt == datetime(2026, 3, 17, 18, tzinfo=BERLIN)
    assert found["DTEND"].dt == datetime(2026, 3, 17, 18, 30, tzinfo=BERLIN)
    assert str(found["ORGANIZER"]) == "mailto:hello@riverside.example"
    guests = found["ATTENDEE"]
    assert [str(guest) for guest in guests] == ["mailto:ana@example.org", "mailto:lee@example.org"]
    assert {guest.params["RSVP"] for guest in guests} == {"TRUE"}
    assert [guest.params["CN"] for guest in guests] == ["Ana Ruiz", "Lee"]


def test_calling_off_keeps_the_id_and_says_so_in_both_places():
    calendar, found = read(to_ical(event(method="CANCEL", sequence=3), stamp=STAMP))
    assert (calendar["METHOD"], found["STATUS"], found["SEQUENCE"]) == ("CANCEL", "CANCELLED", 3)


def test_lines_end_as_the_standard_says_and_are_folded():
    ical = to_ical(event(title="Kick-off " + "ü" * 150), stamp=STAMP)
    lines = ical.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75


def test_an_address_that_is_no_link_is_a_place_only():
    _, found = read(to_ical(event(place="Town hall, room 3; ring twice"), stamp=STAMP))
    assert found["LOCATION"] == "Town hall, room 3; ring twice"
    assert "URL" not in found


hostile = some.one_of(
    some.text(max_size=60),
    some.lists(
        some.sampled_from(
            [
                "\r\n",
                "\n",
                "\r",
                "\x0b",
                "\x0c",
                "\x85",
                "\u2028",
                "\x00",
                "\ud800",
                "BEGIN:VEVENT",
                "END:VCALENDAR",
                "ATTENDEE:mailto:eve@example.org",
                "METHOD:CANCEL",
                ";",
                ",",
                ":",
                '"',
                "\\",
                "\\n",
                "^n",
                "X",
            ]
        ),
        max_size=12,
    ).map("".join),
)


@given(hostile, hostile, hostile, hostile)
def test_no_text_can_add_a_line_to_the_calendar(title, description, place, name):
    ical = to_ical(
        event(
            title=title, description=description, place=place, guests=(Attendee(name, ANA.email),)
        ),
        stamp=STAMP,
    )
    calendar, found = read(ical)
    names = [line.partition(b":")[0].partition(b";")[0] for line in _unfolded(ical)]
    assert names.count(b"BEGIN") == names.count(b"END") == 2 + _rules(calendar)
    assert names.count(b"ATTENDEE") == names.count(b"METHOD") == names.count(b"SUMMARY") == 1
    assert calendar["METHOD"] == "REQUEST"
    assert str(found["ATTENDEE"]) == "mailto:ana@example.org"
    assert found["SUMMARY"] == one_line(title)
    assert set(found) <= {
        *("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "ORGANIZER"),
        *("ATTENDEE", "DESCRIPTION", "LOCATION", "URL"),
    }


def _unfolded(ical):
    return ical.replace(b"\r\n ", b"").split(b"\r\n")


def _rules(calendar):
    return sum(1 + len(zone.subcomponents) for zone in calendar.timezones)


ZONES = """
Europe/Berlin Europe/Dublin Europe/London America/New_York America/Sao_Paulo America/Nuuk UTC
Africa/Casablanca Asia/Kathmandu Asia/Gaza Australia/Lord_Howe Pacific/Apia
"""
zones = some.sampled_from(ZONES.split())
moments = some.datetimes(datetime(2024, 1, 1), datetime(2036, 1, 1)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)


@given(zones, moments)
def test_the_moment_survives_for_a_program_that_knows_only_our_rules_of_the_zone(name, moment):
    local = moment.astimezone(ZoneInfo(name))
    calendar, found = read(to_ical(event(starts=local), stamp=STAMP))
    assert found["DTSTART"].dt == moment
    assert found["DTEND"].dt - found["DTSTART"].dt.astimezone(UTC) == timedelta(minutes=30)
    for zone in calendar.timezones:
        rules = Timezone.from_ical(zone.to_ical()).to_tz(lookup_tzid=False)
        plain = found["DTSTART"].dt.replace(tzinfo=None)
        assert plain.replace(tzinfo=rules).utcoffset() == local.utcoffset()


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (datetime(2026, 3, 29, 1, tzinfo=UTC), "+0100", "+0200"),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), "+0200", "+0100"),
    ],
)
def test_both_changes_of_the_clocks_are_in_the_file_to_the_minute(change, before, after):
    ical = to_ical(event(starts=change.astimezone(BERLIN) - timedelta(days=1)), stamp=STAMP)
    [zone] = Calendar.from_ical(ical).timezones
    onset = (change + timedelta(hours=int(before[2]))).replace(tzinfo=None)
    [rule] = [each for each in zone.subcomponents if each["DTSTART"].dt == onset]
    assert rule["TZOFFSETFROM"].to_ical() == before
    assert rule["TZOFFSETTO"].to_ical() == after


@pytest.mark.parametrize("day", [datetime(2026, 3, 29), datetime(2026, 10, 25)])
def test_a_call_in_the_night_the_clocks_change_keeps_its_length(day):
    starts = (day + timedelta(hours=1, minutes=45)).replace(tzinfo=BERLIN)
    _, found = read(to_ical(event(starts=starts), stamp=STAMP))
    assert found["DTEND"].dt.astimezone(UTC) - found["DTSTART"].dt.astimezone(UTC) == timedelta(
        minutes=30
    )


def test_the_second_of_two_equal_times_is_written_so_that_nobody_reads_the_first():
    second = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    ical = to_ical(event(starts=second), stamp=STAMP)
    assert b"DTSTART:20261025T013000Z" in ical
    assert b"DTEND;TZID=Europe/Berlin:20261025T030000" in ical


def mail():
    message = EmailMessage(policy=policy.SMTP)
    message["To"] = "ana@example.org"
    message.set_content("Hello Ana")
    message.add_alternative("<p>Hello Ana</p>", subtype="html")
    return message


def test_mail_programs_find_the_invitation_where_they_look_for_it():
    ical = to_ical(event(), stamp=STAMP)
    message = mail()
    add_invitation(message, ical, "REQUEST", mark="7")
    found = message_from_bytes(message.as_bytes(), policy=policy.default)
    alternatives, attached = found.iter_parts()
    assert found.get_content_type() == "multipart/mixed"
    assert alternatives.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in alternatives.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    *_, inside = alternatives.iter_parts()
    for part in (inside, attached):
        assert part["Content-Type"].params["method"] == "REQUEST"
        assert part["Content-Type"].params["charset"] == "utf-8"
        assert part.get_payload(decode=True) == ical
    assert attached.get_filename() == "invite.ics"
    assert attached.get_content_disposition() == "attachment"
    assert inside.get_content_disposition() is None
