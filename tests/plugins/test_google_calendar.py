"""Meetings in a Google calendar: one entry each; what people change stays, guests are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sheetflow_plugins.google_calendar import GoogleCalendar

from sheetflow import (
    Invitee,
    NotAllowed,
    NotKnown,
    Receipt,
    Refused,
    Secret,
    SheetflowError,
    TooFast,
    UsedUp,
)
from sheetflow.clock import Clock
from sheetflow.errors import PlanningWrote
from sheetflow.plugin.testing import APPOINTMENT, CalendarContract
from tests.emulators.google.calendar.model import calendars
from tests.emulators.serving import Emulator, serving
from tests.plugins._at_google import Time, opened, person, robot, user

US = "us@example.org"
INSERT, PATCH, DELETE, GET = (
    f"calendar.events.{name}" for name in ("insert", "patch", "delete", "get")
)
DATA = {
    "users": [user(US), user("ana@example.org"), user("lee@example.org")],
    "calendars": [{"id": US, "timeZone": "Europe/Berlin"}],
    "auth": "strict",
}
LATER = timedelta(hours=2)
MOVED = replace(
    APPOINTMENT,
    version=1,
    starts=APPOINTMENT.starts + LATER,
    ends=APPOINTMENT.ends + LATER,
)
OFF = replace(APPOINTMENT, version=2, is_off=True)
MAYA = Invitee("Maya", "maya@example.org")


@pytest.fixture
def google() -> Iterator[Emulator]:
    """Calendar, with one of ours."""
    with serving("google", data=DATA) as emulator:
        yield emulator


@pytest.fixture
def calendar(google: Emulator) -> Iterator[GoogleCalendar]:
    """A connection to it, signed in."""
    found = opened(GoogleCalendar, url=google.url, credentials=person(US))
    yield found
    found.close()


def events(google: Emulator) -> list[dict[str, Any]]:
    """What stands in our calendar, the latest last."""
    held = calendars(google.world).calendars[US].events.values()
    return [one for one in held if one["status"] != "cancelled"]


def told(google: Emulator) -> list[tuple[str, tuple[str, ...]]]:
    """What Google wrote to guests: of which kind, and to whom."""
    return [(one["kind"], tuple(one["to"])) for one in calendars(google.world).invitations]


def by_hand(google: Emulator, **changes: Any) -> None:
    """Somebody changes the event in Calendar."""
    (event,) = events(google)
    event |= changes
    event["etag"] = calendars(google.world).tick()


def moment(event: dict[str, Any], name: str = "start") -> datetime:
    return datetime.fromisoformat(event[name]["dateTime"])


def writes(google: Emulator) -> list[str]:
    """What was asked that changes something."""
    return [one["id"] for one in google.exchanges if one["id"] in (INSERT, PATCH, DELETE)]


class TestGoogleCalendarIsACalendar(CalendarContract):
    connector = GoogleCalendar

    @pytest.fixture(autouse=True)
    def _served(self, google: Emulator) -> None:
        self.settings = {"url": google.url, "credentials": person(US)}


def test_one_request_makes_the_event_its_link_and_the_invitations(
    google: Emulator, calendar: GoogleCalendar
):
    receipt = calendar.hold(APPOINTMENT)
    (event,) = events(google)
    assert receipt == Receipt(event["id"], gives={"link": event["hangoutLink"]})
    assert event["hangoutLink"].startswith("https://meet.google.com/")
    assert event["summary"] == "Welcome call with Ana Reyes"
    assert event["description"] == "Three things to talk about."
    assert (moment(event), moment(event, "end")) == (APPOINTMENT.starts, APPOINTMENT.ends)
    assert event["start"]["timeZone"] == "Europe/Berlin"
    assert told(google) == [("request", ("ana@example.org", "lee@example.org"))]
    assert [one["id"] for one in google.exchanges if one["id"].startswith("calendar")] == [INSERT]


def test_a_place_is_the_location_and_there_is_no_link(google: Emulator, calendar: GoogleCalendar):
    receipt = calendar.hold(replace(APPOINTMENT, place="Town hall, room 3"))
    (event,) = events(google)
    assert event["location"] == "Town hall, room 3"
    assert "hangoutLink" not in event
    assert receipt == Receipt(event["id"])


def test_guests_do_not_see_our_note(google: Emulator, calendar: GoogleCalendar):
    calendar.hold(APPOINTMENT)
    (copy,) = calendars(google.world).calendars["ana@example.org"].events.values()
    assert "sheetflow" not in str(copy)


def test_what_a_cell_holds_makes_no_mark_up(google: Emulator, calendar: GoogleCalendar):
    calendar.hold(replace(APPOINTMENT, about='<a href="https://x.example">Click</a> & win'))
    (event,) = events(google)
    assert event["description"] == '‹a href="https://x.example"›Click‹/a› & win'


# The same entry, whatever happens on the way


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_line_that_drops_leaves_one_event_and_find_knows(
    google: Emulator, calendar: GoogleCalendar, when: str
):
    google.faults.add(when={"method": INSERT}, do={"drop": when}, times=1)
    with pytest.raises(NotKnown):
        calendar.hold(APPOINTMENT)
    assert len(google.asked(INSERT)) == 1
    found = calendar.find(APPOINTMENT)
    assert isinstance(found, Receipt) if when == "after" else found is False
    receipt = calendar.hold(APPOINTMENT)
    (event,) = events(google)
    assert receipt == Receipt(event["id"], gives={"link": event["hangoutLink"]})
    assert told(google) == [("request", ("ana@example.org", "lee@example.org"))]
    assert google.asked(INSERT)[-1]["status"] == (409 if when == "after" else 200)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_move_that_drops_is_found_or_not_and_made_once(
    google: Emulator, calendar: GoogleCalendar, when: str
):
    calendar.hold(APPOINTMENT)
    google.faults.add(when={"method": PATCH}, do={"drop": when}, times=1)
    with pytest.raises(NotKnown):
        calendar.hold(MOVED)
    assert len(google.asked(PATCH)) == 1
    found = calendar.find(MOVED)
    assert isinstance(found, Receipt) if when == "after" else found is False
    calendar.hold(MOVED)
    (event,) = events(google)
    assert moment(event) == MOVED.starts
    assert [kind for kind, _ in told(google)] == ["request", "update"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_calling_off_that_drops_is_found_or_not_and_done_once(
    google: Emulator, calendar: GoogleCalendar, when: str
):
    calendar.hold(APPOINTMENT)
    google.faults.add(when={"method": DELETE}, do={"drop": when}, times=1)
    with pytest.raises(NotKnown):
        calendar.call_off(OFF)
    assert len(google.asked(DELETE)) == 1
    assert isinstance(calendar.find(OFF), Receipt) if when == "after" else not calendar.find(OFF)
    calendar.call_off(OFF)
    assert events(google) == []
    assert [kind for kind, _ in told(google)] == ["request", "cancel"]


@pytest.mark.parametrize("method", [INSERT, PATCH, DELETE])
def test_an_error_of_the_server_leaves_a_write_in_doubt_and_it_is_asked_once(
    google: Emulator, calendar: GoogleCalendar, method: str
):
    deeds: dict[str, Callable[[], Receipt]] = {
        INSERT: lambda: calendar.hold(APPOINTMENT),
        PATCH: lambda: calendar.hold(MOVED),
        DELETE: lambda: calendar.call_off(OFF),
    }
    if method != INSERT:
        calendar.hold(APPOINTMENT)
    google.faults.add(when={"method": method}, do={"status": 503})
    with pytest.raises(NotKnown):
        deeds[method]()
    assert len(google.asked(method)) == 1


def test_too_fast_is_waited_for_and_taken_once(google: Emulator):
    time = Time()
    calendar = opened(GoogleCalendar, url=google.url, credentials=person(US), time=time)
    fault = {"status": 403, "reason": "rateLimitExceeded", "retry_after": "5"}
    google.faults.add(when={"method": INSERT}, do=fault, times=1)
    calendar.hold(APPOINTMENT)
    assert time.waited >= 5.0
    assert len(told(google)) == 1


def test_a_token_that_ends_early_is_renewed(google: Emulator, calendar: GoogleCalendar):
    calendar.hold(APPOINTMENT)
    google.faults.add(when={"method": GET}, do={"expire_tokens": True}, times=1)
    calendar.hold(MOVED)
    assert moment(events(google)[0]) == MOVED.starts


# Later versions


def test_a_move_keeps_the_event_and_counts_it_up(google: Emulator, calendar: GoogleCalendar):
    first = calendar.hold(APPOINTMENT)
    assert calendar.hold(MOVED) == first
    (event,) = events(google)
    assert (moment(event), event["sequence"]) == (MOVED.starts, 1)
    assert told(google)[1:] == [("update", ("ana@example.org", "lee@example.org"))]


def test_answers_of_guests_are_kept(google: Emulator, calendar: GoogleCalendar):
    calendar.hold(APPOINTMENT)
    (event,) = events(google)
    event["attendees"][0]["responseStatus"] = "accepted"
    calendar.hold(replace(MOVED, guests=(*APPOINTMENT.guests, MAYA)))
    (event,) = events(google)
    answers = {one["email"]: one["responseStatus"] for one in event["attendees"]}
    assert answers["ana@example.org"] == "accepted"
    assert answers["maya@example.org"] == "needsAction"


def test_a_guest_who_takes_over_is_invited_and_the_other_is_told(
    google: Emulator, calendar: GoogleCalendar
):
    calendar.hold(APPOINTMENT)
    calendar.hold(replace(APPOINTMENT, version=1, guests=(APPOINTMENT.guests[0], MAYA)))
    (event,) = events(google)
    assert [one["email"] for one in event["attendees"]] == ["ana@example.org", "maya@example.org"]
    assert told(google)[1:] == [
        ("request", ("maya@example.org",)),
        ("update", ("ana@example.org",)),
        ("cancel", ("lee@example.org",)),
    ]


def test_what_is_the_same_is_written_to_nobody(google: Emulator, calendar: GoogleCalendar):
    calendar.hold(APPOINTMENT)
    calendar.hold(replace(APPOINTMENT, version=1))
    assert [kind for kind, _ in told(google)] == ["request"]
    assert isinstance(calendar.find(replace(APPOINTMENT, version=1)), Receipt)


# What people do in the calendar


def test_a_title_and_guests_changed_by_hand_stay_and_the_row_is_told(
    google: Emulator, calendar: GoogleCalendar
):
    calendar.hold(APPOINTMENT)
    (event,) = events(google)
    sam = {"email": "sam@example.org", "responseStatus": "needsAction"}
    by_hand(google, summary="Coffee with Ana", attendees=[event["attendees"][0], sam])
    receipt = calendar.hold(
        replace(MOVED, title="Welcome call", guests=(*APPOINTMENT.guests, MAYA))
    )
    (event,) = events(google)
    assert event["summary"] == "Coffee with Ana"
    assert [one["email"] for one in event["attendees"]] == [
        "ana@example.org",
        "sam@example.org",
        "maya@example.org",
    ]
    assert moment(event) == MOVED.starts
    assert receipt.remark == "title and guests changed in the calendar: left so"


def test_a_title_changed_by_hand_still_stays_the_next_time(
    google: Emulator, calendar: GoogleCalendar
):
    calendar.hold(APPOINTMENT)
    by_hand(google, summary="Coffee with Ana")
    calendar.hold(replace(MOVED, title="Welcome call"))
    calendar.hold(replace(APPOINTMENT, version=2, title="Another title"))
    assert events(google)[0]["summary"] == "Coffee with Ana"


def test_a_time_moved_by_hand_is_never_moved_back(google: Emulator, calendar: GoogleCalendar):
    calendar.hold(APPOINTMENT)
    when = {"dateTime": "2036-03-19T10:00:00+01:00", "timeZone": "Europe/Berlin"}
    until = {**when, "dateTime": "2036-03-19T10:30:00+01:00"}
    by_hand(google, start=when, end=until)
    with pytest.raises(Refused, match="on 19 Mar 10:00, moved there by hand"):
        calendar.hold(MOVED)
    assert moment(events(google)[0]) == datetime.fromisoformat(when["dateTime"])
    assert writes(google) == [INSERT]


def test_guests_can_change_while_the_time_moved_by_hand_stays(
    google: Emulator, calendar: GoogleCalendar
):
    calendar.hold(APPOINTMENT)
    when = {"dateTime": "2036-03-19T10:00:00+01:00", "timeZone": "Europe/Berlin"}
    by_hand(google, start=when, end={**when, "dateTime": "2036-03-19T10:30:00+01:00"})
    receipt = calendar.hold(
        replace(APPOINTMENT, version=1, guests=(*APPOINTMENT.guests, MAYA), anew=False)
    )
    (event,) = events(google)
    assert moment(event) == datetime.fromisoformat(when["dateTime"])
    assert len(event["attendees"]) == 3
    assert receipt.remark == "time changed in the calendar: left so"


def test_when_the_sheet_follows_what_was_moved_by_hand_nobody_is_written_to(
    google: Emulator, calendar: GoogleCalendar
):
    calendar.hold(APPOINTMENT)
    times = {
        name: {"dateTime": getattr(MOVED, f"{name}s").isoformat(), "timeZone": "Europe/Berlin"}
        for name in ("start", "end")
    }
    by_hand(google, **times)
    assert calendar.hold(MOVED).remark == ""
    assert [kind for kind, _ in told(google)] == ["request"]


def test_a_change_at_the_very_same_time_is_not_written_over(
    google: Emulator, calendar: GoogleCalendar
):
    calendar.hold(APPOINTMENT)
    google.between(lambda _world: by_hand(google, summary="Coffee with Ana"), method=PATCH)
    receipt = calendar.hold(replace(MOVED, title="Welcome call"))
    (event,) = events(google)
    assert (event["summary"], moment(event)) == ("Coffee with Ana", MOVED.starts)
    assert receipt.remark == "title changed in the calendar: left so"
    assert [one["status"] for one in google.asked(PATCH)] == [412, 200]


def test_who_is_always_faster_is_waited_for(google: Emulator, calendar: GoogleCalendar):
    calendar.hold(APPOINTMENT)
    google.faults.add(when={"method": PATCH}, do={"status": 412, "reason": "conditionNotMet"})
    with pytest.raises(TooFast, match="somebody is changing this meeting"):
        calendar.hold(MOVED)


def test_what_a_person_took_out_stays_out_unless_its_time_is_new(
    google: Emulator, calendar: GoogleCalendar
):
    calendar.hold(APPOINTMENT)
    by_hand(google, status="cancelled")
    with_maya = replace(APPOINTMENT, version=1, guests=(*APPOINTMENT.guests, MAYA), anew=False)
    with pytest.raises(Refused, match="took this meeting out of the calendar"):
        calendar.hold(with_maya)
    assert events(google) == []
    calendar.hold(replace(MOVED, version=1, anew=True))
    assert [moment(one) for one in events(google)] == [MOVED.starts]


def test_what_was_called_off_and_taken_out_again_has_a_new_id_each_time(
    google: Emulator, calendar: GoogleCalendar
):
    references = []
    for _ in range(3):
        references.append(calendar.hold(APPOINTMENT).reference)
        calendar.call_off(OFF)
    assert len(set(references)) == 3
    assert isinstance(calendar.find(OFF), Receipt)


def test_a_calling_off_of_what_was_taken_out_by_hand_is_done_already(
    google: Emulator, calendar: GoogleCalendar
):
    calendar.hold(APPOINTMENT)
    google.between(lambda _world: by_hand(google, status="cancelled"), method=DELETE)
    calendar.call_off(OFF)
    assert [one["status"] for one in google.asked(DELETE)] == [410]
    calendar.call_off(OFF)
    assert events(google) == []


def test_what_was_never_there_is_off_already(google: Emulator, calendar: GoogleCalendar):
    assert calendar.call_off(OFF) == Receipt()
    assert calendar.find(OFF) == Receipt()
    assert writes(google) == []


def test_a_meeting_that_is_over_stays_and_the_next_is_another(google: Emulator):
    after = APPOINTMENT.ends.astimezone(UTC) + timedelta(days=1)
    calendar = opened(
        GoogleCalendar, url=google.url, credentials=person(US), clock=Clock.at(after, UTC)
    )
    calendar.hold(APPOINTMENT)
    week = timedelta(days=7)
    calendar.hold(
        replace(APPOINTMENT, starts=APPOINTMENT.starts + week, ends=APPOINTMENT.ends + week)
    )
    assert [moment(one) for one in events(google)] == [
        APPOINTMENT.starts,
        APPOINTMENT.starts + week,
    ]


# The link


def _conference(google: Emulator, status: str, **more: Any) -> Callable[[Any], None]:
    """Somebody asks for the event while its link is not made yet."""

    def change(_world: Any) -> None:
        (event,) = events(google)
        event.pop("hangoutLink", None)
        asked = {"requestId": "x", "status": {"statusCode": status}}
        event["conferenceData"] = {"createRequest": asked, **more}

    return change


def test_a_link_that_takes_a_while_is_waited_for_without_a_second_invitation(
    google: Emulator, calendar: GoogleCalendar
):
    calendar.hold(APPOINTMENT)
    link = events(google)[0]["conferenceData"]
    _conference(google, "pending")(google.world)
    with pytest.raises(TooFast, match="still making the Meet link") as stopped:
        calendar.hold(APPOINTMENT)
    assert stopped.value.retry_after == timedelta(minutes=1)
    assert calendar.find(APPOINTMENT) is False
    by_hand(google, conferenceData=link)
    assert isinstance(calendar.find(APPOINTMENT), Receipt)
    assert calendar.hold(APPOINTMENT).gives == {"link": link["entryPoints"][0]["uri"]}
    assert len(told(google)) == 1


def test_a_link_that_google_will_not_make_is_told(google: Emulator, calendar: GoogleCalendar):
    calendar.hold(APPOINTMENT)
    _conference(google, "failure")(google.world)
    with pytest.raises(Refused, match="without a Meet link"):
        calendar.hold(APPOINTMENT)


# What Google does not allow


def test_a_service_account_alone_may_not_invite_and_is_told_what_to_do(google: Emulator):
    calendar = opened(GoogleCalendar, url=google.url, credentials=robot())
    with pytest.raises(NotAllowed, match="does not let a service account invite") as stopped:
        calendar.hold(APPOINTMENT)
    assert "acts_as" in stopped.value.hint
    assert "room" in stopped.value.hint
    assert writes(google) == []
    assert ("inviting", False) in [(one.what, one.ok) for one in calendar.examine()]


def test_googles_own_word_for_that_has_the_same_cure(google: Emulator, calendar: GoogleCalendar):
    google.faults.add(
        when={"method": INSERT}, do={"status": 403, "reason": "forbiddenForServiceAccounts"}
    )
    with pytest.raises(NotAllowed) as stopped:
        calendar.hold(APPOINTMENT)
    assert "acts_as" in stopped.value.hint


def test_several_meetings_at_the_same_time_are_one_event_each(
    google: Emulator, calendar: GoogleCalendar
):
    wanted = [replace(APPOINTMENT, id=f"call {number % 6}") for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(calendar.hold, wanted))
    assert len({receipt.reference for receipt in receipts}) == 6
    assert len(events(google)) == 6
    assert len(told(google)) == 6


def test_a_service_account_may_act_for_a_person(google: Emulator):
    calendar = opened(GoogleCalendar, url=google.url, credentials=robot(), acts_as=US)
    calendar.hold(APPOINTMENT)
    assert len(events(google)) == 1
    assert all(one.ok for one in calendar.examine())


def test_used_up_invitations_wait_and_are_not_asked_for_again(
    google: Emulator, calendar: GoogleCalendar
):
    calendars(google.world).guests_per_day = 1
    with pytest.raises(UsedUp, match="usage limits") as stopped:
        calendar.hold(APPOINTMENT)
    assert stopped.value.retry_after == timedelta(hours=1)
    with pytest.raises(UsedUp):
        calendar.hold(replace(APPOINTMENT, id="another"))
    assert len(google.asked(INSERT)) == 1
    assert events(google) == []


def test_while_planning_nothing_is_written(google: Emulator):
    calendar = opened(GoogleCalendar, url=google.url, credentials=person(US), may_write=False)
    with pytest.raises(PlanningWrote):
        calendar.hold(APPOINTMENT)
    with pytest.raises(PlanningWrote):
        calendar.call_off(OFF)
    assert google.exchanges == []


def test_credentials_that_cannot_be_read_stop_the_run_before_anything_is_asked(google: Emulator):
    calendar = opened(GoogleCalendar, url=google.url, credentials=Secret("{"))
    with pytest.raises(NotAllowed, match="cannot be read"):
        calendar.hold(APPOINTMENT)
    assert [(one.what, one.ok) for one in calendar.examine()] == [("credentials", False)]


def test_a_calendar_that_may_only_be_read_is_told(google: Emulator):
    shared = {"type": "user", "value": US}
    state = calendars(google.world)
    state.allow(state.primary("lee@example.org"), shared, "reader")
    calendar = opened(
        GoogleCalendar, url=google.url, credentials=person(US), calendar="lee@example.org"
    )
    found = {one.what: one for one in calendar.examine()}
    assert not found["calendar lee@example.org"].ok
    with pytest.raises(SheetflowError):
        calendar.hold(APPOINTMENT)


def test_a_calendar_that_is_not_there_stops_the_run_with_words(google: Emulator):
    calendar = opened(
        GoogleCalendar, url=google.url, credentials=person(US), calendar="none@example.org"
    )
    with pytest.raises(NotAllowed, match=r'no calendar "none@example\.org"') as stopped:
        calendar.hold(APPOINTMENT)
    assert "Share the calendar" in stopped.value.hint
    assert not {one.what: one.ok for one in calendar.examine()}["calendar none@example.org"]


def test_an_id_that_is_taken_and_not_shown_makes_no_second_event(
    google: Emulator, calendar: GoogleCalendar
):
    google.faults.add(when={"method": INSERT}, do={"status": 409, "reason": "duplicate"})
    with pytest.raises(Refused, match="does not show it"):
        calendar.hold(APPOINTMENT)
    assert len(google.asked(INSERT)) == 1


def test_examine_says_what_it_may_do(google: Emulator, calendar: GoogleCalendar):
    found = {one.what: one for one in calendar.examine()}
    assert found["calendar primary"].says == f"{US}: may write, times in Europe/Berlin"
    assert found[US].says.endswith("may use: calendar.events")


def test_settings_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="at_once"):
        GoogleCalendar.Settings(at_once=0)


def test_the_second_half_past_two_of_an_autumn_night_is_kept(
    google: Emulator, calendar: GoogleCalendar
):
    starts = datetime(2036, 10, 26, 2, 30, tzinfo=APPOINTMENT.starts.tzinfo, fold=1)
    ends = (starts.astimezone(UTC) + timedelta(minutes=20)).astimezone(starts.tzinfo)
    wanted = replace(APPOINTMENT, starts=starts, ends=ends)
    calendar.hold(wanted)
    (event,) = events(google)
    assert moment(event).astimezone(UTC) == wanted.starts.astimezone(UTC)
